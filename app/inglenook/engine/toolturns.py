"""Calls and results among turns: as a template takes them, or as text for one that does not."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from msgspec.structs import replace

from inglenook.chat.message import Role
from inglenook.engine.protocol import Call, ResultOf, Turn
from inglenook.engine.tools import Json, is_shallow


@dataclass(frozen=True, slots=True)
class ToolForm:
    """How a chat template takes calls and their results.

    Attributes:
        has_objects: Arguments are objects; else JSON text.
        has_none: An answer that only calls has no content; else an empty one.
        has_names: Ids hold the name of the function, as Kimi's do, which may be told by the id
            alone.
        is_parallel: One turn may hold several calls; else each has a turn of its own, with its
            result behind it.
    """

    has_objects: bool = True
    has_none: bool = False
    has_names: bool = False
    is_parallel: bool = True


USUAL_FORM = ToolForm()


@dataclass(frozen=True, slots=True)
class _Round:
    """Calls of one answer, and the results that follow them.

    Attributes:
        answer: The turn with the calls.
        results: By the place of their call, in the order in which they came.
        others: Results of no call.
    """

    answer: Turn
    results: tuple[tuple[int, Turn], ...] = ()
    others: tuple[Turn, ...] = ()


def as_text(turns: Sequence[Turn]) -> list[Turn]:
    """Return turns in which calls and results are text, as most models were trained (Hermes).

    Results that follow one another are one turn of the user.
    """
    told: list[Turn] = []
    was_result = False
    for turn in turns:
        if turn.result_of is not None:
            text = f"<tool_response>\n{turn.text}\n</tool_response>"
            if was_result:
                text = f"{told.pop().text}\n{text}"
            told.append(Turn(Role.USER, text))
        elif turn.calls:
            texts = [*([turn.text] if turn.text else []), *map(_tagged, turn.calls)]
            told.append(replace(turn, text="\n".join(texts), calls=()))
        else:
            told.append(turn)
        was_result = turn.result_of is not None
    return told


def as_calls(turns: Sequence[Turn], form: ToolForm) -> list[Turn]:
    """Return turns in which calls and results are such as a template takes them.

    Each call gets an id of nine letters and digits, as Mistral's templates demand; so ids that
    are missing, there twice, or meant to do harm are none of the template's. Results are in
    the order of their calls, and have their names. What cannot be told this way is text: a
    result of no call, and calls whose arguments are no JSON object, with their results.
    """
    told: list[Turn] = []
    number = 0
    for each in _rounds(turns):
        if isinstance(each, Turn):
            told += [each] if each.result_of is None else as_text([each])
            continue
        calls = [_whole(call) for call in each.answer.calls]
        if any(call is None for call in calls):
            results = [result for _, result in each.results]
            told += as_text([each.answer, *results, *each.others])
            continue
        named = [
            replace(call, id=_id(call, number + at, form))
            for at, call in enumerate(calls)
            if call is not None
        ]
        number += len(named)
        told += [*_told(each, named, form), *as_text(each.others)]
    return told


def arguments_in(call: Call) -> dict[str, Json] | None:
    """Return the arguments of a call, or None if they are no usable JSON object."""
    try:
        value = json.loads(call.arguments or "{}", parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and is_shallow(value) else None


def _told(each: _Round, calls: Sequence[Call], form: ToolForm) -> Iterator[Turn]:
    """Yield a round in the order that the template wants."""
    answer = replace(each.answer, calls=tuple(calls))
    results = sorted(each.results, key=lambda found: found[0])
    if form.is_parallel or len(calls) == 1:
        yield answer
        yield from (_named(turn, calls[at]) for at, turn in results)
        return
    for place, call in enumerate(calls):
        first = answer if place == 0 else Turn(Role.ASSISTANT, "")
        yield replace(first, calls=(call,))
        yield from (_named(turn, call) for at, turn in results if at == place)


def _rounds(turns: Sequence[Turn]) -> Iterator[Turn | _Round]:
    """Yield turns, and in place of each turn with calls that and what belongs to it."""
    at = 0
    while at < len(turns):
        end = at + 1
        if not turns[at].calls:
            yield turns[at]
        else:
            while end < len(turns) and turns[end].result_of is not None:
                end += 1
            yield _round(turns[at], turns[at + 1 : end])
        at = end


def _round(answer: Turn, results: Sequence[Turn]) -> _Round:
    waiting = dict(enumerate(answer.calls))
    matched: list[tuple[int, Turn]] = []
    others: list[Turn] = []
    for result in results:
        wanted = result.result_of.id if result.result_of else ""
        found = (at for at, call in waiting.items() if not wanted or call.id == wanted)
        at = next(found, -1)
        if at < 0:
            others.append(result)
        else:
            del waiting[at]
            matched.append((at, result))
    return _Round(answer, tuple(matched), tuple(others))


def _whole(call: Call) -> Call | None:
    """Return a call whose arguments are a JSON object, or None."""
    if arguments_in(call) is None:
        return None
    return call if call.arguments else replace(call, arguments="{}")


def _id(call: Call, number: int, form: ToolForm) -> str:
    return f"functions.{call.name}:{number}" if form.has_names else f"call{number % 100_000:05}"


def _named(result: Turn, call: Call) -> Turn:
    return replace(result, result_of=ResultOf(call.id, call.name))


def _tagged(call: Call) -> str:
    arguments: Any = arguments_in(call)
    said = {"name": call.name, "arguments": call.arguments if arguments is None else arguments}
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return f"<tool_call>\n{text}\n</tool_call>"


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
