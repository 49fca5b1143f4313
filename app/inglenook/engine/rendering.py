"""From turns to the text of a prompt: by a template that may refuse, drop or change them."""

import json
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from msgspec.structs import replace

from inglenook.chat.message import Role
from inglenook.core.errors import TemplateError
from inglenook.engine.protocol import Call, ResultOf, Turn
from inglenook.engine.sandbox import MOST_SECONDS
from inglenook.engine.spelling import Spellings
from inglenook.engine.template import Template
from inglenook.engine.tools import Json, Tool
from inglenook.engine.toolturns import USUAL_FORM, ToolForm, arguments_in, as_calls, as_text

_MOST_TRYING_S = 1.5 * MOST_SECONDS  # two forms may take all their time, not all of them
_GEMMA_END, _GEMMA_ANSWER = "<turn|>\n", "<|turn>model\n"


@dataclass(frozen=True, slots=True)
class Script:
    """A template and all it is told besides the turns.

    Attributes:
        tools: What may be called; the model is told of them if its template can.
        form: How the template takes calls and results; None if they are told as text.
    """

    template: Template
    variables: dict[str, Any]
    today: date
    tools: tuple[Tool, ...] = ()
    form: ToolForm | None = None

    def accepted(self, turns: Sequence[Turn]) -> tuple[list[Turn], str]:
        """Return the first form of the turns that is neither refused nor loses what matters.

        That is every system turn, every call and every result.

        Raises:
            TemplateError: the template refused every form, or failed.
        """
        failure: TemplateError | None = None
        rendered: tuple[list[Turn], str] | None = None
        give_up_s = time.monotonic() + _MOST_TRYING_S
        for form in _forms(list(turns), self.form):
            try:
                text = self.text(form)
            except TemplateError as cause:
                failure = failure or cause
                if time.monotonic() > give_up_s:
                    break
                continue
            rendered = rendered or (form, text)
            if all(_is_kept(each, text) for each in form):
                return form, text
        if rendered is None:
            assert failure is not None
            raise failure
        return rendered

    def text(self, turns: Sequence[Turn], *, opens_answer: bool = True) -> str:
        """Return the prompt for exactly these turns.

        Raises:
            TemplateError: the template refused them, or failed.
        """
        text = self.template.render(
            turns,
            self._told,
            today=self.today,
            opens_answer=opens_answer,
            form=self.form or USUAL_FORM,
        )
        # Gemma 4 opens no answer after words with a call; llama.cpp mends it the same way.
        left_closed = opens_answer and text.endswith(_GEMMA_END)
        return text + _GEMMA_ANSWER if left_closed else text

    def pieces(self, turns: Sequence[Turn]) -> list[str]:
        """Return the template's and the people's pieces in turn, the template's first and last.

        There are none if the template changes what people wrote, but for writing it as JSON
        writes texts. Thinking and calls count as the template's: they must be safe.
        """
        # No letters, which a template might change; not to be guessed by who writes a text.
        mark = "".join(chr(0xE000 + secrets.randbelow(0x1900)) for _ in range(12))
        marked = [replace(e, text=f"{mark}{e.text}{mark}" if e.text else "") for e in turns]
        try:
            pieces = self.text(marked).split(mark)
        except TemplateError:
            return []
        said = [each.text for each in turns if each.text]
        is_whole = len(pieces) == 2 * len(said) + 1 and all(
            found in {text, _in_json(text)}
            for found, text in zip(pieces[1::2], said, strict=True)
        )
        return pieces if is_whole else []

    @property
    def _told(self) -> dict[str, Any]:
        functions = json.dumps([each["function"] for each in self.tools]) if self.tools else ""
        told = {**self.variables, "functions": functions}  # so Firefunction calls them
        return told | {"tools": list(self.tools)} if self.tools else told


def tamed(value: Json, spellings: Spellings) -> Json:
    """Return JSON in which no text can make a control token, by spaces where it could.

    Args:
        value: A tool, or any part of one; what was said is a text.
        spellings: Of the control tokens.
    """
    if isinstance(value, dict):
        return {tamed(key, spellings): tamed(each, spellings) for key, each in value.items()}
    if isinstance(value, list):
        return [tamed(each, spellings) for each in value]
    if not isinstance(value, str):
        return value
    text = spellings.broken(value)
    before = " " if spellings.could_follow(text) else ""
    after = " " if spellings.could_lead(text) else ""
    return f"{before}{text}{after}"


def safe(turn: Turn, spellings: Spellings) -> Turn:
    """Return a turn of which nothing but the text can make a control token."""
    result, calls = turn.result_of, tuple(_safe(each, spellings) for each in turn.calls)
    if result is not None:
        result = ResultOf(tamed(result.id, spellings), tamed(result.name, spellings))
    thinking = tamed(turn.thinking, spellings)
    return replace(turn, thinking=thinking, calls=calls, result_of=result)


def _safe(call: Call, spellings: Spellings) -> Call:
    id_, name, arguments = tamed([call.id, call.name, arguments_in(call)], spellings)
    return Call(name, _json(arguments), id_)


def said_in(turn: Turn) -> Iterator[str]:
    """Yield all texts of a turn that did not come with the template."""
    yield from (turn.text, turn.thinking)
    for call in turn.calls:
        yield from (call.name, call.arguments)
        yield from _texts(arguments_in(call))


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def trimmed(turn: Turn) -> Turn:
    """Return a turn without blank lines around it, which most templates would trim anyway."""
    return replace(turn, text=turn.text.strip("\r\n").rstrip(), pictures=())


def _forms(turns: list[Turn], form: ToolForm | None) -> Iterator[list[Turn]]:
    tried: list[list[Turn]] = []
    for told in _with_calls(turns, form):
        alone = without_system(told)
        for each in (told, merged(told), alone, merged(alone)):
            if each not in tried:
                tried.append(each)
                yield each


def _with_calls(turns: list[Turn], form: ToolForm | None) -> Iterator[list[Turn]]:
    """Yield turns with their calls as the template takes them, then as text."""
    if all(each.is_said for each in turns):
        yield turns
        return
    if form is not None:
        told = as_calls(turns, form)
        yield told
        # gpt-oss takes text or thinking before a call, not both.
        yield [
            replace(each, thinking="") if each.calls and each.text else each for each in told
        ]
    yield as_text(turns)


def _is_kept(turn: Turn, text: str) -> bool:
    """Tell whether a prompt has what no turn may lose in it."""
    if any(call.name not in text and _in_json(call.name) not in text for call in turn.calls):
        return False
    if turn.role is not Role.SYSTEM and turn.result_of is None:
        return True
    said = turn.text.strip()
    return said in text or _in_json(said) in text


def _in_json(text: str) -> str:
    """Return a text as it stands between the quotes of JSON."""
    return _json(text)[1:-1]


def merged(turns: Sequence[Turn]) -> list[Turn]:
    """Join neighbours that have the same role, for templates that want them to alternate.

    Calls and results are left as they are.
    """
    joined: list[Turn] = []
    for turn in turns:
        neighbours = (joined[-1], turn) if joined else ()
        if neighbours and joined[-1].role is turn.role and all(e.is_said for e in neighbours):
            joined[-1] = Turn(turn.role, f"{joined[-1].text}\n\n{turn.text}")
        else:
            joined.append(turn)
    return joined


def without_system(turns: Sequence[Turn]) -> list[Turn]:
    """Put system turns in front of the first thing a person says."""
    system = "\n\n".join(each.text for each in turns if each.role is Role.SYSTEM)
    others = [each for each in turns if each.role is not Role.SYSTEM]
    for at, turn in enumerate(others):
        if system and turn.role is Role.USER and turn.is_said:
            others[at] = Turn(Role.USER, f"{system}\n\n{turn.text}")
            return others
    return [Turn(Role.USER, system), *others] if system else others
