"""From turns to the text of a prompt: by a template that may refuse, drop or change them."""

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from inglenook.chat.message import Role
from inglenook.core.errors import TemplateError
from inglenook.engine.protocol import Turn
from inglenook.engine.spelling import Spellings
from inglenook.engine.template import Template
from inglenook.engine.tools import Json, Tool


@dataclass(frozen=True, slots=True)
class Script:
    """A template and all it is told besides the turns.

    Attributes:
        tools: What may be called; the model is told of them if its template can.
    """

    template: Template
    variables: dict[str, Any]
    today: date
    tools: tuple[Tool, ...] = ()

    def accepted(self, turns: Sequence[Turn]) -> tuple[list[Turn], str]:
        """Return the first form of the turns that is neither refused nor loses any system turn.

        Raises:
            TemplateError: the template refused every form, or failed.
        """
        failure: TemplateError | None = None
        rendered: tuple[list[Turn], str] | None = None
        for form in _forms(list(turns)):
            try:
                text = self.text(form)
            except TemplateError as cause:
                failure = failure or cause
                continue
            rendered = rendered or (form, text)
            if all(each.text.strip() in text for each in form if each.role is Role.SYSTEM):
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
        return self.template.render(
            turns, self._told, today=self.today, opens_answer=opens_answer
        )

    def pieces(self, turns: Sequence[Turn]) -> list[str]:
        """Return the template's and the people's pieces in turn, the template's first and last.

        There are none if the template changes what people wrote. Thinking counts as the
        template's: it must be safe.
        """
        # No letters, which a template might change; not to be guessed by who writes a text.
        mark = "".join(chr(0xE000 + secrets.randbelow(0x1900)) for _ in range(12))
        marked = [Turn(each.role, f"{mark}{each.text}{mark}", each.thinking) for each in turns]
        try:
            pieces = self.text(marked).split(mark)
        except TemplateError:
            return []
        return pieces if pieces[1::2] == [each.text for each in turns] else []

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


def trimmed(turn: Turn) -> Turn:
    """Return a turn without blank lines around it, which most templates would trim anyway."""
    return Turn(turn.role, turn.text.strip("\r\n").rstrip(), turn.thinking)


def _forms(turns: list[Turn]) -> Iterator[list[Turn]]:
    tried: list[list[Turn]] = []
    alone = without_system(turns)
    for form in (turns, merged(turns), alone, merged(alone)):
        if form not in tried:
            tried.append(form)
            yield form


def merged(turns: Sequence[Turn]) -> list[Turn]:
    """Join neighbours that have the same role, for templates that want them to alternate."""
    joined: list[Turn] = []
    for turn in turns:
        if joined and joined[-1].role is turn.role:
            joined[-1] = Turn(turn.role, f"{joined[-1].text}\n\n{turn.text}")
        else:
            joined.append(turn)
    return joined


def without_system(turns: Sequence[Turn]) -> list[Turn]:
    """Put system turns in front of the first thing a person says."""
    system = "\n\n".join(each.text for each in turns if each.role is Role.SYSTEM)
    others = [each for each in turns if each.role is not Role.SYSTEM]
    for at, turn in enumerate(others):
        if system and turn.role is Role.USER:
            others[at] = Turn(Role.USER, f"{system}\n\n{turn.text}")
            return others
    return [Turn(Role.USER, system), *others] if system else others
