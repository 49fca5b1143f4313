"""From bytes of tokens to text: whole characters; thinking, calls and stop strings apart."""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from inglenook.engine.jsonend import JsonEnd
from inglenook.engine.marks import THINK, Marks
from inglenook.engine.search import Search
from inglenook.engine.toolcall import (
    MOST_CALL_CHARACTERS,
    CallForm,
    CallForms,
    Calls,
    ToolCall,
    called,
)
from inglenook.engine.tools import Tool, parameters_of

_MOST_BLANK = 256  # blank characters before a part in which a mark is still looked for
_MOST_HEADER = 256  # characters of a line that says what follows, or of a called name
_MOST_MISSES = 32  # after so many that were none, a model is not asking for calls
_TO = "to="
_RECIPIENT = re.compile(r"to=(?:functions\.)?([\w.-]+)")
_CHANNEL = re.compile(r"<\|channel\|>(\w+)")
_EVERYBODY = {"user", "assistant", "all"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an answer: text, text of the thinking before it, or a call without text."""

    text: str
    thinking: bool = False
    call: ToolCall | None = None


class _State(Enum):
    BEFORE = auto()
    THINKING = auto()
    ANSWERING = auto()
    CALLING = auto()


class TextStream:
    """Turns the bytes of one answer into pieces.

    No step costs more as the answer grows: what is kept back is shorter than the longest
    mark or stop string, or is a call that has not ended. Where the bytes are cut makes no
    difference, and what turns out to be no call is given out as the text it is.

    Threads: one at a time.

    Attributes:
        has_stopped: A stop string was met; what follows is ignored.
    """

    def __init__(
        self,
        stop: Sequence[str] = (),
        marks: Marks = THINK,
        *,
        starts_thinking: bool = False,
        continues: bool = False,
        forms: CallForms | None = None,
        tools: Sequence[Tool] = (),
    ) -> None:
        """Begin an answer.

        Args:
            stop: Strings that end the answer and are not shown.
            marks: How this model sets its thinking apart.
            starts_thinking: A thinking part is open already.
            continues: The answer goes on in its middle: no mark is looked for before it.
            forms: How this model writes calls.
            tools: What it may call; without any, calls are text.
        """
        self.has_stopped = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._marks = marks
        self._schemas = parameters_of(tools)
        usable = forms.forms if forms and tools else ()
        self._forms = {each.opens: each for each in usable}
        self._stops = tuple(stop)
        self._openers = _openers(marks, usable)
        self._ends = Search(marks.ends)
        self._search = Search((*stop, *_inside(marks, usable)))
        self._state = _State.THINKING if starts_thinking else _State.BEFORE
        if continues and not starts_thinking:
            self._state = _State.ANSWERING
        self._steps = {
            _State.BEFORE: self._open,
            _State.THINKING: self._think,
            _State.ANSWERING: self._answer,
            _State.CALLING: self._call,
        }
        self._held = ""
        self._drops_blank = starts_thinking
        self._thinking_is_blank = not continues
        self._form: CallForm | None = None
        self._blank = ""
        self._json = JsonEnd()
        self._seen = 0
        self._misses = 0

    @property
    def is_thinking(self) -> bool:
        """Whether what is written now belongs to a thinking part."""
        return self._state is _State.THINKING

    def feed(self, data: bytes) -> list[Piece]:
        """Take the bytes of one token and return what is certain."""
        text = self._decoder.decode(data)
        return self._take(text) if text and not self.has_stopped else []

    def flush(self) -> list[Piece]:
        """End the stream and return what was held back."""
        if self.has_stopped:
            return []
        pieces = self._take(self._decoder.decode(b"", final=True))
        while self._state is _State.CALLING:
            self._end_call(pieces)
        rest, self._held = self._held, ""
        if self._state is _State.THINKING:
            return _joined([*pieces, *self._thought(rest)])
        if self._state is _State.BEFORE:
            rest = self._part_start(rest)
        return _joined([*pieces, Piece(rest)] if rest else pieces)

    def _take(self, text: str) -> list[Piece]:
        if self._state is _State.ANSWERING and not self._search:
            return [Piece(text)] if text else []
        pieces: list[Piece] = []
        self._held += text
        while self._held and self._steps[self._state](pieces):
            pass
        return pieces

    # --- before a part ---

    def _open(self, pieces: list[Piece]) -> bool:
        """Look for a mark before a part; return whether there is more to do."""
        text = self._held.lstrip()
        if len(self._held) - len(text) <= _MOST_BLANK:
            for mark in self._openers:
                if text.startswith(mark):
                    return self._pass(mark, text, pieces)
            if any(mark.startswith(text) for mark in self._openers):
                return False
        return self._start_answer()

    def _start_answer(self) -> bool:
        self._held = self._part_start(self._held)
        self._state = _State.ANSWERING
        return True

    def _part_start(self, text: str) -> str:
        # Blank lines between two parts belong to neither.
        return text.lstrip() if self._drops_blank else text

    def _pass(self, mark: str, text: str, pieces: list[Piece]) -> bool:
        self._blank = self._part_start(self._held[: len(self._held) - len(text)])
        if mark in self._forms:
            return self._start_call(self._forms[mark], text[len(mark) :])
        if mark == _TO or mark in self._marks.header:
            return self._read_header(mark, text, pieces)
        self._held = text[len(mark) :]
        self._drops_blank = True
        if mark in self._marks.starts:
            self._start_thinking()
        return True

    def _start_thinking(self) -> None:
        self._state, self._thinking_is_blank = _State.THINKING, True

    def _read_header(self, mark: str, text: str, pieces: list[Piece]) -> bool:
        """Read a line that says what follows; return whether there is more to do."""
        _, end = self._marks.header or ("", "")
        at = text.find(end)
        if at < 0 and len(text) <= _MOST_HEADER + len(end):
            return False
        header, rest = text[: at + len(end)], text[at + len(end) :]
        recipient, channels = _RECIPIENT.search(header), _CHANNEL.findall(header)
        to = recipient[1] if recipient else ""
        calls = bool(to) and to not in {*_EVERYBODY, "self"}
        if not 0 <= at <= _MOST_HEADER or (calls and not self._schemas):
            _say(pieces, self._blank + mark)  # no header, or one of a call that is text
            self._held, self._state = text[len(mark) :], _State.ANSWERING
            return True
        if calls:
            return self._start_call(CallForm(header, "", called(to)), rest)
        self._held, self._drops_blank = rest, True
        if to == "self" or (not to and channels[-1:] == ["analysis"]):
            self._start_thinking()
        else:
            self._state = _State.ANSWERING
        return True

    # --- thinking ---

    def _think(self, pieces: list[Piece]) -> bool:
        """Read thinking up to its end; return whether there is more to do."""
        found = self._ends.first(self._held)
        if found:
            pieces += self._thought(self._held[: found[0]])
            self._held = self._held[found[1] :]
            self._state, self._drops_blank = _State.BEFORE, True
            return True
        safe = self._ends.safe_length(self._held)
        pieces += self._thought(self._held[:safe])
        self._held = self._held[safe:]
        return False

    def _thought(self, text: str) -> list[Piece]:
        if self._thinking_is_blank:
            text = text.lstrip()
            self._thinking_is_blank = not text
        return [Piece(text, thinking=True)] if text else []

    # --- the answer ---

    def _answer(self, pieces: list[Piece]) -> bool:
        """Read the answer up to a mark; return whether there is more to do."""
        found = self._search.first(self._held)
        if not found:
            safe = self._search.safe_length(self._held)
            _say(pieces, self._held[:safe])
            self._held = self._held[safe:]
            return False
        mark = self._held[found[0] : found[1]]
        _say(pieces, self._held[: found[0]])
        self._held = self._held[found[1] :]
        if mark in self._stops:
            self.has_stopped = True
            self._held = ""
            return False
        if mark in self._forms:
            self._blank = ""
            return self._start_call(self._forms[mark], self._held)
        if mark not in self._marks.resumes:
            self._held = mark + self._held
        self._state, self._drops_blank = _State.BEFORE, True
        return True

    # --- calls ---

    def _start_call(self, form: CallForm, rest: str) -> bool:
        self._form, self._held = form, form.opens + rest if form.keeps else rest
        self._state, self._json, self._seen = _State.CALLING, JsonEnd(), 0
        return True

    def _call(self, pieces: list[Piece]) -> bool:
        """Read a call up to its end; return whether there is more to do."""
        assert self._form is not None
        end = self._call_end(self._form)
        if end is None and not self._is_hopeless(self._form):
            return False
        if end is None or end > MOST_CALL_CHARACTERS:
            return self._give_up_call(pieces)
        past = end + len(self._form.closes)
        calls = self._calls_in(self._held[: past if self._form.keeps else end])
        if not calls:
            return self._give_up_call(pieces)
        pieces += calls
        self._held = self._held[past:]
        self._state, self._drops_blank = _State.BEFORE, True
        return True

    def _call_end(self, form: CallForm) -> int | None:
        if not form.closes:
            return self._json.find(self._held)
        at = self._held.find(form.closes, max(0, self._seen - len(form.closes) + 1))
        self._seen = len(self._held)
        while at >= 0 and not form.ends_always and self._is_in_text(at):
            at = self._held.find(form.closes, at + 1)
        return at if at >= 0 else None

    def _is_in_text(self, at: int) -> bool:
        """Whether a place in the call is inside a text of its JSON, where marks are text."""
        if not self._held.lstrip().startswith(("{", "[")):
            return False
        self._json.find(self._held[:at])
        return self._json.is_in_text

    def _is_hopeless(self, form: CallForm) -> bool:
        length = len(self._held)
        if not form.closes and self._json.begins_after(length) > _MOST_HEADER:
            return True
        return length > MOST_CALL_CHARACTERS + len(form.closes)

    def _calls_in(self, body: str) -> list[Piece]:
        assert self._form is not None
        calls: Calls = self._form.reader(body, self._schemas)
        return [Piece("", call=each) for each in calls]

    def _end_call(self, pieces: list[Piece]) -> None:
        """Take a call as it stands at the end: whole without its mark, or no call."""
        calls = self._calls_in(self._held)
        if calls:
            pieces += calls
            self._held, self._state = "", _State.ANSWERING
            return
        self._give_up_call(pieces)
        pieces += self._take("")

    def _give_up_call(self, pieces: list[Piece]) -> bool:
        """Let what looked like a call be the text it is."""
        assert self._form is not None
        opens = self._form.opens
        self._misses += 1
        if self._misses == _MOST_MISSES:
            self._look_for_no_calls()
        _say(pieces, self._blank + opens)
        if self._form.keeps:
            self._held = self._held[len(opens) :]
        self._state, self._form = _State.ANSWERING, None
        return True

    def _look_for_no_calls(self) -> None:
        """Take calls for text from now on: each that never ends is read up to its limit."""
        self._forms, self._schemas = {}, {}
        self._openers = _openers(self._marks, ())
        self._search = Search((*self._stops, *_inside(self._marks, ())))


def _say(pieces: list[Piece], text: str) -> None:
    if text:
        pieces.append(Piece(text))


def _openers(marks: Marks, forms: Sequence[CallForm]) -> tuple[str, ...]:
    """Return what may stand before a part."""
    headers = (marks.header[0], _TO) if marks.header else ()
    calls = [each.opens for each in forms]
    return (*marks.silent, *marks.starts, *marks.resumes, *headers, *calls)


def _inside(marks: Marks, forms: Sequence[CallForm]) -> tuple[str, ...]:
    """Return what may end a part of an answer in its middle."""
    calls = [each.opens for each in forms if not each.starts_answer]
    if not marks.everywhere:
        return (*marks.resumes, *calls)
    return (*marks.resumes, *marks.starts, *marks.silent, *marks.header[:1], *calls)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Join neighbours of one kind."""
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last and not last.call and not piece.call and last.thinking is piece.thinking:
            joined[-1] = Piece(last.text + piece.text, piece.thinking)
        else:
            joined.append(piece)
    return joined
