"""Where long lines of code go on below, in columns of letters of one width."""

from collections.abc import Iterator
from unicodedata import east_asian_width

FEWEST_COLUMNS = 20
TAB_COLUMNS = 4


def wrapped_parts(line: str, columns: int) -> Iterator[str]:
    """Yield the parts of a line, each at most so many columns wide; at least one.

    Parts end after a space where there is one in their last two thirds.
    """
    columns = max(columns, FEWEST_COLUMNS)
    at = 0
    while True:
        end = _end_of(line, at, columns)
        if end < len(line):
            space = line.rfind(" ", at + columns // 3, end)
            end = space + 1 if space >= 0 else end
        yield line[at:end]
        at = end
        if at >= len(line):
            return


def _end_of(line: str, at: int, columns: int) -> int:
    if line.isascii() and "\t" not in line:
        return min(at + columns, len(line))
    wide = 0
    for index in range(at, min(at + columns, len(line))):
        wide += _columns_of(line[index])
        if wide > columns and index > at:
            return index
    return min(at + columns, len(line))


def _columns_of(letter: str) -> int:
    if letter == "\t":
        return TAB_COLUMNS
    return 2 if east_asian_width(letter) in {"W", "F"} else 1
