"""Finds out what exported documents are, and reads the chats in them one by one."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inglenook.chat.archive import FORMAT, VERSION
from inglenook.chat.importing import chatgpt, claude, jan, lmstudio, ours
from inglenook.chat.importing.fields import (
    Fields,
    ShapeError,
    fields_or_none,
)
from inglenook.chat.importing.growing import grow
from inglenook.chat.portable import PortableChat

SOURCE = "Inglenook"
_SINGLE = "inglenook-chat"
"""What version 1 called itself."""
_NEWER = "a newer Inglenook exported it; install the newest version to read it"
_DAMAGED = "the file is damaged or was cut off here"
_OUR_HEAD = re.compile(
    rf'\s*\{{\s*"format"\s*:\s*"{FORMAT}"\s*,\s*"version"\s*:\s*(\d{{1,9}})\s*,'
    r'\s*"chats"\s*:\s*(?=\[)'
)
_BLANK = re.compile(r"\s*")
_decoder = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Document:
    """One exported file.

    Attributes:
        name: Its place among the others, parts joined by ``/``; only compared and told.
        text: All of it.
    """

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A chat that was read.

    Attributes:
        source: The program it comes from.
    """

    chat: PortableChat
    source: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A chat that could not be read.

    Attributes:
        name: Its title, or the name of the file.
        why: A few words that go on a sentence.
    """

    name: str
    why: str


def read_all(documents: Sequence[Document], now_ms: int) -> Iterator[Arrival | Refusal]:
    """Yield the chats in documents in their order; what is something else is passed over.

    Args:
        documents: Nothing in them is trusted.
        now_ms: The present moment; no message is younger.
    """
    threads = {_folder(each.name): each for each in documents if _named(each, "thread.json")}
    for document in documents:
        if document.name.lower().endswith(".jsonl"):
            yield from _read_lines(document, threads.get(_folder(document.name)), now_ms)
            continue
        for element in _elements(document):
            if isinstance(element, Refusal):
                yield element
            elif (one := _read(element, document.name, now_ms)) is not None:
                yield one


def _named(document: Document, name: str) -> bool:
    return document.name.rsplit("/", 1)[-1].lower() == name


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _elements(document: Document) -> Iterator[object]:
    """Yield what may be chats, parsed one at a time so that nothing else has to wait long."""
    text = document.text
    if (head := _OUR_HEAD.match(text)) is not None:
        if int(head[1]) > VERSION:
            yield Refusal(document.name, _NEWER)
            return
        yield from _of_list(text, head.end(), document.name)
        return
    start = _after_blank(text, 0)
    if text.startswith("[", start):
        yield from _of_list(text, start, document.name)
        return
    try:
        whole = fields_or_none(json.loads(text))
    except (ValueError, RecursionError):
        yield Refusal(document.name, _DAMAGED)
        return
    yield from _of_object(whole, document.name)


def _of_object(whole: Fields, name: str) -> Iterator[object]:
    inner = whole.get("chats" if whole.get("format") == FORMAT else "conversations")
    version = whole.get("version")
    is_ours = whole.get("format") in (FORMAT, _SINGLE)  # it may be a list
    if is_ours and isinstance(version, int) and version > VERSION:
        yield Refusal(name, _NEWER)
    elif isinstance(inner, list):
        yield from inner
    else:
        yield whole


def _of_list(text: str, start: int, name: str) -> Iterator[object]:
    """Yield the elements of a list; what follows a damaged one cannot be found any more."""
    place = _after_blank(text, start + 1)
    while not text.startswith("]", place):
        try:
            element, place = _decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            yield Refusal(name, _DAMAGED)
            return
        yield element
        place = _after_blank(text, place)
        if text.startswith(",", place):
            place = _after_blank(text, place + 1)
        elif not text.startswith("]", place):
            yield Refusal(name, _DAMAGED)
            return


def _after_blank(text: str, place: int) -> int:
    blank = _BLANK.match(text, place)
    return blank.end() if blank else place


def _read(element: object, name: str, now_ms: int) -> Arrival | Refusal | None:
    """Return a chat, or why it cannot be read; None for what is no chat."""
    row = fields_or_none(element)
    try:
        if chatgpt.is_chat(row):
            return Arrival(grow(chatgpt.read_record(row), now_ms), chatgpt.SOURCE)
        if claude.is_chat(row):
            return Arrival(grow(claude.read_record(row), now_ms), claude.SOURCE)
        if lmstudio.is_chat(row):
            return Arrival(grow(lmstudio.read_record(row, name), now_ms), lmstudio.SOURCE)
        if isinstance(row.get("messages"), list) and "head" in row:
            return Arrival(ours.read_chat(row), SOURCE)
    except ShapeError as error:
        return Refusal(_title(row) or name, str(error))
    return None


def _read_lines(
    document: Document, thread: Document | None, now_ms: int
) -> Iterator[Arrival | Refusal]:
    about: Fields = {}
    try:
        rows = [json.loads(line) for line in document.text.split("\n") if line.strip()]
        about = fields_or_none(json.loads(thread.text)) if thread is not None else {}
        if rows and not jan.is_message(fields_or_none(rows[0])):
            return
        yield Arrival(grow(jan.read_record(about, rows), now_ms), jan.SOURCE)
    except (ValueError, RecursionError):
        yield Refusal(document.name, _DAMAGED)
    except ShapeError as error:
        yield Refusal(_title(about) or document.name, str(error))


def _title(row: Fields) -> str:
    for name in ("title", "name"):
        found = row.get(name)
        if isinstance(found, str) and found.strip():
            return " ".join(found.split())[:200]
    return ""
