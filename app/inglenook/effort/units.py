"""Units after a number, each in one spelling."""

import re

_SPELLINGS = {
    "%": "% percent pct",
    "$": "$ usd dollar dollars", "€": "€ eur euro euros", "£": "£ gbp pound pounds",
    "¥": "¥ jpy yen", "₹": "₹ inr rupee rupees", "¢": "¢ cent cents",
    "mm": "mm millimeter millimeters millimetre millimetres",
    "cm": "cm centimeter centimeters centimetre centimetres",
    "m": "m meter meters metre metres",
    "km": "km kilometer kilometers kilometre kilometres",
    "in": "inch inches", "ft": "ft foot feet", "yd": "yd yard yards", "mi": "mile miles",
    "mg": "mg milligram milligrams", "g": "g gram grams gramme grammes",
    "kg": "kg kilogram kilograms kilo kilos", "t": "ton tons tonne tonnes", "lb": "lb lbs",
    "ml": "ml milliliter milliliters millilitre millilitres",
    "l": "l liter liters litre litres",
    "ms": "ms millisecond milliseconds", "s": "s sec second seconds",
    "min": "min minute minutes", "h": "h hr hour hours stunde stunden heure heures",
    "d": "day days tag tage jour jours", "wk": "week weeks", "mo": "month months",
    "y": "year years jahr jahre an ans",
    "°": "° degree degrees deg \\circ ^\\circ", "°c": "°c celsius", "°f": "°f fahrenheit",
    "rad": "rad radian radians", "k": "kelvin",
    "hz": "hz hertz", "j": "j joule joules", "w": "w watt watts", "v": "v volt volts",
    "kb": "kb", "mb": "mb", "gb": "gb", "tb": "tb",
}  # fmt: skip
_UNIT_OF = {each: unit for unit, forms in _SPELLINGS.items() for each in forms.split()}
_WORD = re.compile(r"\s{0,2}-?(\^?\\circ|°[CcFf]?|[%$€£¥₹¢]|[A-Za-z]{1,14})")


def unit_in(text: str) -> str:
    """Return the unit with which a text begins; ``""`` if it begins with none.

    Any other word after a number tells what was counted, and two drafts that count the same
    may name it differently: it is no part of the answer.
    """
    match = _WORD.match(text)
    return _UNIT_OF.get(match[1].casefold(), "") if match else ""
