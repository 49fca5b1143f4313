"""Word documents: their words, by our own small reader of the XML inside."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.parsers import expat

from inglenook.documents.frames import MOST_PART, Begun, Ended, Frame, Part, Refused, Why
from inglenook.documents.limits import MOST_TEXT

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_BODY = "word/document.xml"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT_WORD = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_MOST_XML_BYTES = 64 * 1024 * 1024
_MOST_ENTRIES = 20_000
_CHUNK = 64 * 1024
_OTHER_OFFICE = ("xl/workbook.xml", "ppt/presentation.xml", "content.xml")


class _TooMuchError(Exception):
    """The XML is longer than any honest document's."""


class _DoctypeError(Exception):
    """It declares a document type, which no Word document does and bombs need."""


class _Words:
    """Collects the words while the XML goes by.

    Paragraphs become lines, the cells of a table are parted by tabs, headings get the marks
    of Markdown. Deleted and hidden words of a change that is tracked are left out.

    Threads: one.
    """

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self._is_text = False
        self._cells = 0
        self._heading = 0
        self._deleted = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _tag(name)
        match tag:
            case "t":
                self._is_text = not self._deleted
            case "tab":
                self._add("\t")
            case "br" | "cr":
                self._add("\n")
            case "tc":
                self._cells += 1
            case "del" | "moveFrom":
                self._deleted += 1
            case "pStyle":
                self._take_style(_value(attributes))
            case _:
                pass

    def end(self, name: str) -> None:
        match _tag(name):
            case "t":
                self._is_text = False
            case "p":
                self._add(" " if self._cells else "\n\n")
            case "tc":
                self._cells = max(0, self._cells - 1)
                self._add("\t")
            case "tr":
                self._add("\n")
            case "del" | "moveFrom":
                self._deleted = max(0, self._deleted - 1)
            case _:
                pass

    def text(self, text: str) -> None:
        if self._is_text:
            self._add(text)

    def taken(self) -> str:
        """Return what was collected, and begin anew."""
        taken = "".join(self.pieces)
        self.pieces, self.length = [], 0
        return taken

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)

    def _take_style(self, style: str) -> None:
        level = style.removeprefix("Heading")
        if level != style and level in {"1", "2", "3", "4", "5", "6"}:
            self._add("#" * int(level) + " ")


def docx_frames(data: bytes) -> Iterator[Frame]:
    """Say what a Word document says, or what else a zip archive is."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            yield from _archive_frames(archive)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError, KeyError):
        yield Refused(Why.DAMAGED)
    except (expat.ExpatError, zipfile.zlib.error, _DoctypeError):  # type: ignore[attr-defined]  # zlib is there
        yield Refused(Why.DAMAGED)
    except RuntimeError:  # zipfile's word for a password
        yield Refused(Why.LOCKED)
    except _TooMuchError:
        yield Refused(Why.TOO_BIG_INSIDE)


def _archive_frames(archive: zipfile.ZipFile) -> Iterator[Frame]:
    names = archive.namelist()
    if len(names) > _MOST_ENTRIES:
        raise _TooMuchError
    # No more than the size that is told here is ever unpacked.
    if _BODY in names and archive.getinfo(_BODY).file_size > _MOST_XML_BYTES:
        raise _TooMuchError
    if _BODY not in names:
        is_office = any(each in names for each in _OTHER_OFFICE)
        yield Refused(Why.OTHER_OFFICE if is_office else Why.ARCHIVE)
        return
    yield Begun(MEDIA_TYPE)
    said, has_words = 0, False
    for piece in _pieces(archive):
        room = MOST_TEXT - said
        for start in range(0, min(len(piece), room), MOST_PART):
            yield Part(piece[start : min(start + MOST_PART, room)])
        said += len(piece)
        has_words = has_words or bool(piece.strip())
        if said > MOST_TEXT:
            yield Ended(is_cut=True)
            return
    yield Ended() if has_words else Refused(Why.EMPTY)


def _pieces(archive: zipfile.ZipFile) -> Iterator[str]:
    """Read the XML as a stream; nothing of its size is ever in memory at once."""
    words = _Words()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = words.start
    parser.EndElementHandler = words.end
    parser.CharacterDataHandler = words.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    with archive.open(_BODY) as body:
        while chunk := body.read(_CHUNK):
            parser.Parse(chunk, False)  # noqa: FBT003  (expat takes it by place only)
            if words.length > MOST_PART // 2:
                yield words.taken()
        parser.Parse(b"", True)  # noqa: FBT003  (expat takes it by place only)
    yield words.taken()


def _refuse_doctype(*_declared: object) -> None:
    raise _DoctypeError


def _tag(name: str) -> str:
    space, _, tag = name.rpartition(" ")
    return tag if space in {_WORD, _STRICT_WORD} else ""


def _value(attributes: dict[str, str]) -> str:
    return next((each for name, each in attributes.items() if name.endswith(" val")), "")
