"""Which form of a word goes with a number, in the languages of the window."""

from collections.abc import Callable


def plural_form(language: str, count: int) -> str:
    """Return the name of the form that a whole number takes, as CLDR calls it.

    Rules: Unicode CLDR 45, "Language Plural Rules" (cardinal, whole numbers only). Where a
    language has one for millions ("many" of French and Spanish), it is left out: such counts
    are written with digits here and read the same.

    Args:
        language: ``"de"``, ``"ar"`` and so on; an unknown one is taken for English.
        count: 0 or more.

    Returns:
        ``"zero"``, ``"one"``, ``"two"``, ``"few"``, ``"many"`` or ``"other"``.
    """
    return _RULES.get(language, _english)(count)


def forms(language: str) -> frozenset[str]:
    """Return the names of all the forms a language needs."""
    rule = _RULES.get(language, _english)
    return frozenset(rule(count) for count in range(201))


def _english(count: int) -> str:
    return "one" if count == 1 else "other"


def _french(count: int) -> str:
    return "one" if count in {0, 1} else "other"


def _chinese(_count: int) -> str:
    return "other"


def _arabic(count: int) -> str:
    if count < 3:
        return ("zero", "one", "two")[count]
    rest = count % 100
    if 3 <= rest <= 10:
        return "few"
    return "many" if rest >= 11 else "other"


_RULES: dict[str, Callable[[int], str]] = {
    "en": _english,
    "de": _english,
    "es": _english,
    "fr": _french,
    "zh": _chinese,
    "ar": _arabic,
}
