"""How a model's own chat template sets thinking apart, learned by trials."""

from dataclasses import replace

from inglenook.chat.message import Role
from inglenook.core.errors import TemplateError
from inglenook.engine.marks import THINK, Marks, marks_for
from inglenook.engine.protocol import PromptOptions, Turn
from inglenook.engine.rendering import Script
from inglenook.engine.variables import variables_for

_MOST_CLOSING_CHARACTERS = 200
_SAMPLE = (
    Turn(Role.USER, "Good morning"),
    Turn(Role.ASSISTANT, "Good morning"),
    Turn(Role.USER, "And now?"),
)
_THOUGHT = Turn(Role.ASSISTANT, "Here.", "Hm.")


def learned_marks(plain: Script) -> Marks:
    """Return the family's marks, with what this very template writes between the parts."""
    source = plain.template.source
    marks = marks_for(source)
    told = variables_for(PromptOptions(thinking=True), plain.today, source)
    script = replace(plain, variables=told)
    try:
        before = script.text(_SAMPLE[:1])
        silent = script.text(
            (_SAMPLE[0], Turn(Role.ASSISTANT, _THOUGHT.text)), opens_answer=False
        )
        full = script.text((_SAMPLE[0], _THOUGHT), opens_answer=False)
    except TemplateError:
        return marks
    opening = _between(full, before, _THOUGHT.thinking)
    if any(each in opening for each in marks.starts):
        marks = replace(marks, opening=opening)
    closing = _between(full, _THOUGHT.thinking, _THOUGHT.text)
    if any(each in closing for each in marks.ends):
        marks = replace(marks, closing=closing)
    answer = _between(silent, before, _THOUGHT.text)
    if any(answer.rstrip().endswith(each) for each in marks.ends):
        marks = replace(marks, answer=answer)
    return marks


def speaks_of_thinking(source: str) -> bool:
    """Tell whether a template knows thinking."""
    return marks_for(source) is not THINK or any(each in source for each in THINK.starts)


def habit_of(plain: Script) -> str:
    """Return ``"choice"`` if a prompt can keep the model from thinking, else ``"always"``."""
    source, today = plain.template.source, plain.today
    wishes = [
        variables_for(PromptOptions(thinking=each), today, source) for each in (True, False)
    ]
    try:
        told = {replace(plain, variables=each).text(_SAMPLE[:1]) for each in wishes}
    except TemplateError:
        return "always"
    return "choice" if len(told) > 1 else "always"


def sample_of(plain: Script) -> str:
    """Return a prompt as the template makes them.

    Raises:
        TemplateError: it renders not even a question.
    """
    try:
        return plain.accepted(_SAMPLE)[1]
    except TemplateError:
        return plain.text(_SAMPLE[:1])


def _between(text: str, before: str, after: str) -> str:
    """Return what a text has between two others; nothing if they are not near each other."""
    _, found, rest = text.partition(before)
    between, met, _ = rest.partition(after)
    return between if found and met and len(between) < _MOST_CLOSING_CHARACTERS else ""
