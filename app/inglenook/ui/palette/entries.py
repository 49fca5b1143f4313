"""What the palette lists: lines that do something, by source, and how they are ranked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from inglenook.ui.palette.fuzzy import Given, Index


@dataclass(frozen=True, slots=True)
class Entry:
    """One line.

    Attributes:
        key: Names it for as long as the window is open, so that it can be recent.
        text: What it does or opens.
        run: Does it.
        detail: Said fainter beside it.
        keys: Its shortcut as the system writes it; ``""`` for none.
        icon: Name of an icon; ``""`` for none.
        why: Why it cannot be done now; ``""`` if it can.
        is_on: It is switched on, or chosen.
    """

    key: str
    text: str
    run: Callable[[], object]
    detail: str = ""
    keys: str = ""
    icon: str = ""
    why: str = ""
    is_on: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Lines of one kind.

    Attributes:
        heading: Stands above them.
        index: Their texts, ready to be searched.
        entry: Makes the line of a number; called only for those that are shown.
        numbers: The number of a line by its key, for the recent ones.
        most: Shown at most while something is typed.
        idle: Shown while nothing is typed.
    """

    heading: str
    index: Index | Given
    entry: Callable[[int], Entry]
    numbers: Mapping[str, int]
    most: int = 8
    idle: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that groups those below it."""

    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as it is shown.

    Attributes:
        places: Of the letters that were found in its text.
        number: Its place among all that are shown, from 1.
    """

    entry: Entry
    places: tuple[int, ...] = field(default=())
    number: int = 0


Row = Heading | Item


def listed(entries: Sequence[Entry], heading: str, *, most: int = 8, idle: int = 0) -> Source:
    """Return a source of a few lines that are all made already."""
    numbers = {entry.key: number for number, entry in enumerate(entries)}
    index = Index([entry.text for entry in entries])
    return Source(heading, index, entries.__getitem__, numbers, most, idle)


def idle_rows(sources: Sequence[Source], recent: Sequence[str], heading: str) -> list[Row]:
    """Return what is shown while nothing is typed: the recent ones, then some of each kind.

    Args:
        sources: In their order.
        recent: Keys, newest first.
        heading: Above the recent ones.
    """
    found = [
        source.entry(source.numbers[key])
        for key in recent
        for source in sources
        if key in source.numbers
    ]
    groups = [(heading, [Item(entry) for entry in found])]
    known = {entry.key for entry in found}
    for source in sources:
        count = min(source.idle, len(source.numbers))
        items = [Item(source.entry(number)) for number in range(count)]
        groups.append((source.heading, [i for i in items if i.entry.key not in known]))
    return _rows(groups)


def found_rows(sources: Sequence[Source], query: str, recent: Sequence[str]) -> list[Row]:
    """Return what fits a query; the kind with the best line first, recent lines above equals.

    Args:
        sources: In their order.
        query: What was typed; has a word.
        recent: Keys, newest first.
    """
    age = {key: number for number, key in enumerate(recent)}
    groups: list[tuple[int, str, list[Item]]] = []
    for source in sources:
        ranked = []
        for match in source.index.best(query, source.most):
            entry = source.entry(match.number)
            order = (match.rank, bool(entry.why), age.get(entry.key, len(age)))
            ranked.append((order, Item(entry, match.places)))
        ranked.sort(key=lambda each: each[0])
        if ranked:
            groups.append((ranked[0][0][0], source.heading, [item for _, item in ranked]))
    groups.sort(key=lambda group: group[0])
    return _rows([(heading, items) for _, heading, items in groups])


def _rows(groups: Sequence[tuple[str, list[Item]]]) -> list[Row]:
    rows: list[Row] = []
    number = 0
    for heading, items in groups:
        if items:
            rows.append(Heading(heading))
        for item in items:
            number += 1
            rows.append(Item(item.entry, item.places, number))
    return rows
