"""Chat templates: programs that came with a model, run in a sandbox with hard limits."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, TypeVar

import jinja2
from jinja2.ext import Extension
from jinja2.nodes import Node
from jinja2.parser import Parser

from inglenook.core.errors import TemplateError
from inglenook.engine.protocol import Call, Turn
from inglenook.engine.sandbox import Sandbox, bounded
from inglenook.engine.toolturns import USUAL_FORM, ToolForm

MOST_SOURCE_CHARACTERS = 512 * 1024
MOST_OUTPUT_CHARACTERS = 4 * 1024 * 1024
_MOST_DATE_CHARACTERS = 200
_MOST_JSON_VALUES = 200_000  # an honest tool has some dozens

T = TypeVar("T")
Message = dict[str, Any]
"""A turn as templates know it: ``role``, ``content``, perhaps ``tool_calls`` and others."""


class _RefusedError(jinja2.TemplateError):
    """The template called ``raise_exception``: it does not take these turns."""


class _Generation(Extension):
    """``{% generation %}``: marks what a model wrote, for training; here it changes nothing."""

    tags = {"generation"}  # noqa: RUF012 (the name and the type are jinja2's)

    def parse(self, parser: Parser) -> list[Node]:
        """Return the body as it stands."""
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


# What the sandbox, the template and the filters it calls are known to raise.
_RAISED = (
    jinja2.TemplateError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)


class Template:
    """One chat template, compiled once.

    Threads: the engine's main thread only.

    Attributes:
        source: As it came with the model.
    """

    def __init__(self, source: str, *, bos: str = "", eos: str = "") -> None:
        """Compile a template; ``bos`` and ``eos`` are the spellings of those tokens.

        Raises:
            TemplateError: it is no valid template, or too large.
        """
        if len(source) > MOST_SOURCE_CHARACTERS:
            raise _failure("is too large", characters=len(source))
        self.source = source
        self._constants = {"bos_token": bos, "eos_token": eos}
        self._program = self._run(lambda: _environment().from_string(source), every_line=False)

    def render(
        self,
        turns: Sequence[Turn],
        variables: Mapping[str, Any] | None = None,
        *,
        today: date | None = None,
        opens_answer: bool = True,
        form: ToolForm = USUAL_FORM,
    ) -> str:
        """Return the prompt as text.

        Args:
            turns: Oldest first.
            variables: What the template is told besides the turns.
            today: The date it may ask for; the clock's if there is none. The time of day is
                always midnight: a prompt that changes by the minute is read anew each time.
            opens_answer: End where the answer is to begin; else after the last turn.
            form: How it takes calls and results.

        Raises:
            TemplateError: the template refused these turns, failed, or took too much.
        """
        known = {
            **self._constants,
            "strftime_now": _Calendar(today or date.today()).in_words,  # noqa: DTZ011 (the person's day)
            **(variables or {}),
            "messages": messages_from(turns, form),
            "add_generation_prompt": opens_answer,
        }
        room = MOST_OUTPUT_CHARACTERS + sum(each.characters for each in turns)
        return self._run(lambda: self._text(known, room))

    def _text(self, known: dict[str, Any], room: int) -> str:
        parts: list[str] = []
        for part in self._program.generate(known):
            parts.append(part)
            room -= len(part)
            if room < 0:
                raise MemoryError("the prompt grows without end")
        return "".join(parts)

    @staticmethod
    def _run(work: Callable[[], T], *, every_line: bool = True) -> T:
        try:
            return bounded(work, every_line=every_line)
        except TimeoutError as cause:
            raise _failure("takes too long") from cause
        except _RefusedError as cause:
            raise _failure("does not accept this conversation", cause=cause) from cause
        except MemoryError as cause:
            raise _failure("takes too much memory", cause=cause) from cause
        except _RAISED as cause:
            raise _failure("has a fault", cause=f"{type(cause).__name__}: {cause}") from cause


def messages_from(turns: Sequence[Turn], form: ToolForm = USUAL_FORM) -> list[Message]:
    """Return turns as templates know them.

    Args:
        turns: Oldest first; the arguments of their calls are JSON objects.
        form: How calls and results are given.
    """
    return [_message(each, form) for each in turns]


def _message(turn: Turn, form: ToolForm) -> Message:
    message: Message = {"role": turn.role.value, "content": turn.text}
    if turn.thinking:  # gpt-oss calls it by the second name
        message |= {"reasoning_content": turn.thinking, "thinking": turn.thinking}
    if turn.calls:
        message["tool_calls"] = [_called(each, form) for each in turn.calls]
        if form.has_none and not turn.text:
            message["content"] = None
    if turn.result_of is not None:
        named = {"tool_call_id": turn.result_of.id, "name": turn.result_of.name}
        message |= {"role": "tool", **named}
    return message


def _called(call: Call, form: ToolForm) -> dict[str, Any]:
    arguments = json.loads(call.arguments) if form.has_objects else call.arguments
    function = {"name": call.name, "arguments": arguments}
    return {"id": call.id, "type": "function", "function": function}


class _Calendar:
    """Tells a template the date."""

    def __init__(self, today: date) -> None:
        self._now = datetime.combine(today, time()).astimezone()

    def in_words(self, form: str) -> str:
        """Return the date in a template's own form."""
        if len(form) > _MOST_DATE_CHARACTERS:
            raise ValueError("the date format is too long")
        return self._now.strftime(form)


def _failure(why: str, **facts: object) -> TemplateError:
    shortened = {name: str(fact)[:300] for name, fact in facts.items()}
    return TemplateError(
        "The chat template of this model failed",
        f"It {why}: try another conversion of this model, or another model.",
        **shortened,
    )


def _environment() -> Sandbox:
    environment = Sandbox(
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        optimized=False,  # folding constants would run the template outside ``bounded``
        extensions=["jinja2.ext.loopcontrols", _Generation],
    )
    environment.filters["tojson"] = _to_json
    # Nothing is escaped here, and text that is marked as safe would escape what is added to it.
    environment.filters["safe"] = str
    environment.globals["raise_exception"] = _refuse
    return environment


def _refuse(message: object = "") -> str:
    raise _RefusedError(str(message)[:300])


def _to_json(
    value: object,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: Sequence[str] | None = None,
    sort_keys: bool = False,
) -> str:
    if indent is not None and not 0 <= indent <= 16:
        raise ValueError("indent is out of range")
    _check_size(value)
    pair = (str(separators[0]), str(separators[1])) if separators else None
    return json.dumps(
        _plain(value),
        ensure_ascii=ensure_ascii,
        indent=indent,
        separators=pair,
        sort_keys=sort_keys,
    )


def _check_size(value: object) -> None:
    """Refuse what is huge before it is written: lists may hold each other many times over."""
    waiting, left = [value], _MOST_JSON_VALUES
    while waiting:
        each = waiting.pop()
        if isinstance(each, Mapping):
            waiting += each.values()
        elif isinstance(each, (list, tuple)):
            waiting += each
        left -= 1
        if len(waiting) > left:
            raise MemoryError("a value is too large")


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, Iterator) else value  # as the filter map gives
