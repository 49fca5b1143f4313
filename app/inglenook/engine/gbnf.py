"""Reads a grammar in llama.cpp's GBNF into rules, within bounds.

llama.cpp's own reader is not used: some grammars make it recurse until the stack is full,
repeat for ever or fill the memory ("a"{5,2}, deep brackets, a rule that may be empty and
then calls itself), and an exception of its matcher ends the process.
"""

from dataclasses import dataclass, field
from typing import NoReturn, TypeAlias

from inglenook.core.errors import BadArgumentError

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Code points from and to, both included; sorted, apart from each other."""

Item: TypeAlias = Ranges | int
"""A character of a set, or the number of a rule."""

LAST_CODE_POINT = 0x10FFFF

_MOST_ITEMS = 200_000  # about 20 MB once prepared
_MOST_REPEATS = 10_000
_MOST_NESTED = 100  # brackets in brackets; Python's own stack holds about 300 of them

_ESCAPES = {"t": "\t", "r": "\r", "n": "\n", "\\": "\\", '"': '"', "[": "[", "]": "]", "-": "-"}
_HEX_DIGITS = {"x": 2, "u": 4, "U": 8}


@dataclass(slots=True)
class Rules:
    """A grammar: for each rule its alternatives, each a sequence of items.

    Attributes:
        root: The number of the rule to begin with.
    """

    alternatives: list[list[list[Item]]] = field(default_factory=list)
    root: int = 0


def grammar_rules(text: str) -> Rules:
    """Read a grammar.

    Raises:
        BadArgumentError: it is not one, or too large to be followed.
    """
    return _Reader(text).read()


def merged(ranges: list[tuple[int, int]]) -> Ranges:
    """Return ranges sorted and joined where they touch."""
    whole: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if whole and low <= whole[-1][1] + 1:
            whole[-1] = (whole[-1][0], max(high, whole[-1][1]))
        else:
            whole.append((low, high))
    return tuple(whole)


def inverted(ranges: Ranges) -> Ranges:
    """Return all code points that the ranges leave out."""
    rest, start = [], 0
    for low, high in ranges:
        if start < low:
            rest.append((start, low - 1))
        start = high + 1
    if start <= LAST_CODE_POINT:
        rest.append((start, LAST_CODE_POINT))
    return tuple(rest)


class _Reader:
    """A cursor over the text of a grammar."""

    def __init__(self, text: str) -> None:
        self._text = text + "\0"  # one that no grammar may hold marks the end
        self._at = 0
        self._depth = 0
        self._items = 0
        self._names: dict[str, int] = {}
        self._rules = Rules()

    def read(self) -> Rules:
        if "\0" in self._text[:-1]:
            self._fail("a zero character", self._text.index("\0"))
        self._space(over_lines=True)
        while self._peek() != "\0":
            self._rule()
        for name, number in self._names.items():
            if not self._rules.alternatives[number]:
                self._fail(f"rule {name[:40]!r} is used but nowhere defined", len(self._text))
        if "root" not in self._names:
            self._fail("no rule is called root", len(self._text))
        self._rules.root = self._names["root"]
        return self._rules

    # --- rules ---

    def _rule(self) -> None:
        number = self._named(self._name())
        self._space(over_lines=False)
        if not self._text.startswith("::=", self._at):
            self._fail("::= was expected")
        self._at += 3
        self._space(over_lines=True)
        self._rules.alternatives[number] = self._alternatives(in_brackets=False)
        if self._peek() not in "\r\n\0":
            self._fail("the end of the line was expected")
        self._space(over_lines=True)

    def _alternatives(self, *, in_brackets: bool) -> list[list[Item]]:
        found = [self._sequence(in_brackets=in_brackets)]
        while self._peek() == "|":
            self._at += 1
            self._space(over_lines=True)
            found.append(self._sequence(in_brackets=in_brackets))
        return found

    def _sequence(self, *, in_brackets: bool) -> list[Item]:
        items: list[Item] = []
        last = 0  # where the element begins that a repetition would repeat
        while True:
            sign = self._peek()
            if sign in "*+?{":
                least, most = self._repetition()
                items[last:] = self._repeated(items[last:], least, most)
            else:
                element = self._element()
                if element is None:
                    return items
                last = len(items)
                items += element
                self._count(len(element))
            self._space(over_lines=in_brackets)

    def _element(self) -> list[Item] | None:
        sign = self._peek()
        if sign == '"':
            return self._literal()
        if sign == "[":
            return [self._set()]
        if sign == "(":
            return [self._group()]
        if sign == ".":
            self._at += 1
            return [((0, LAST_CODE_POINT),)]
        if sign in "<!":
            self._fail("single tokens cannot be named here, only their text")
        return [self._named(self._name())] if _is_word(sign) else None

    def _group(self) -> int:
        self._depth += 1
        if self._depth > _MOST_NESTED:
            self._fail(f"more than {_MOST_NESTED} brackets are inside each other")
        self._at += 1
        self._space(over_lines=True)
        number = self._add(self._alternatives(in_brackets=True))
        if self._peek() != ")":
            self._fail("a closing bracket was expected")
        self._at += 1
        self._depth -= 1
        return number

    # --- repetition ---

    def _repetition(self) -> tuple[int, int | None]:
        sign = self._peek()
        self._at += 1
        if sign != "{":
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        least = self._number()
        most: int | None = least
        if self._peek() == ",":
            self._at += 1
            self._space(over_lines=False)
            most = None if self._peek() == "}" else self._number()
        if self._peek() != "}":
            self._fail("a closing } was expected")
        self._at += 1
        if most is not None and most < least:
            self._fail("a repetition ends below its beginning")
        return least, most

    def _repeated(self, items: list[Item], least: int, most: int | None) -> list[Item]:
        if not items:
            self._fail("there is nothing to repeat")
        one: Item = items[0] if len(items) == 1 else self._add([items])
        optional = 1 if most is None else most - least
        self._count(least + optional)
        found: list[Item] = [one] * least
        if most is None:
            number = self._add([])
            self._rules.alternatives[number] = [[one, number], []]
            return [*found, number]
        rest: list[Item] = []
        for _ in range(optional):
            rest = [self._add([[one, *rest], []])]
        return found + rest

    def _number(self) -> int:
        self._space(over_lines=False)
        start = self._at
        while self._peek() in "0123456789" and self._at - start < 9:
            self._at += 1
        digits = self._text[start : self._at]
        if not digits:
            self._fail("a number was expected")
        if int(digits) > _MOST_REPEATS:
            self._fail(f"more than {_MOST_REPEATS:,} repetitions were asked for")
        self._space(over_lines=False)
        return int(digits)

    # --- characters ---

    def _literal(self) -> list[Item]:
        self._at += 1
        found: list[Item] = []
        while self._peek() != '"':
            code = self._character()
            found.append(((code, code),))
        self._at += 1
        return found

    def _set(self) -> Ranges:
        self._at += 1
        is_inverted = self._peek() == "^"
        self._at += is_inverted
        ranges = []
        while self._peek() != "]":
            low = high = self._character()
            if self._peek() == "-" and self._text[self._at + 1] != "]":
                self._at += 1
                high = self._character()
                if high < low:
                    self._fail("a range of characters ends below its beginning")
            ranges.append((low, high))
        self._at += 1
        whole = merged(ranges)
        return inverted(whole) if is_inverted else whole

    def _character(self) -> int:
        sign = self._peek()
        if sign == "\0":
            self._fail("a literal or a set has no end")
        self._at += 1
        return ord(sign) if sign != "\\" else self._escape()

    def _escape(self) -> int:
        sign = self._peek()
        self._at += 1
        if sign in _ESCAPES:
            return ord(_ESCAPES[sign])
        digits = _HEX_DIGITS.get(sign)
        if digits is None:
            self._fail("an unknown escape")
        code = self._text[self._at : self._at + digits]
        self._at += len(code)
        if len(code) < digits or not all(each in "0123456789abcdefABCDEF" for each in code):
            self._fail(f"{digits} hexadecimal digits were expected")
        if int(code, 16) > LAST_CODE_POINT:
            self._fail("no such character")
        return int(code, 16)

    # --- the small things ---

    def _peek(self) -> str:
        return self._text[self._at]

    def _space(self, *, over_lines: bool) -> None:
        blanks = " \t\r\n" if over_lines else " \t"
        while True:
            if self._peek() == "#":
                while self._peek() not in "\r\n\0":
                    self._at += 1
            elif self._peek() in blanks:
                self._at += 1
            else:
                return

    def _name(self) -> str:
        start = self._at
        while _is_word(self._peek()):
            self._at += 1
        if start == self._at:
            self._fail("the name of a rule was expected")
        return self._text[start : self._at]

    def _named(self, name: str) -> int:
        if name not in self._names:
            self._names[name] = self._add([])
        return self._names[name]

    def _add(self, alternatives: list[list[Item]]) -> int:
        self._count(1)
        self._rules.alternatives.append(alternatives)
        return len(self._rules.alternatives) - 1

    def _count(self, items: int) -> None:
        self._items += items
        if self._items > _MOST_ITEMS:
            self._fail(f"it has more than {_MOST_ITEMS:,} parts")

    def _fail(self, why: str, at: int | None = None) -> NoReturn:
        at = self._at if at is None else at
        line = self._text.count("\n", 0, at) + 1
        raise BadArgumentError(
            "The grammar cannot be read", f"Correct it at line {line}: {why}.", line=line
        )


def _is_word(sign: str) -> bool:
    return sign.isascii() and (sign.isalnum() or sign == "-")
