"""From turns to prompt tokens: rendered, made safe, and cut to what fits."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from inglenook.chat.message import Role
from inglenook.chat.window import window
from inglenook.core.errors import PromptTooLongError, TemplateError
from inglenook.core.units import count_in_words
from inglenook.engine.family import family_for
from inglenook.engine.model import Ids, Model
from inglenook.engine.pieces import Pieces
from inglenook.engine.protocol import Turn
from inglenook.engine.template import Template
from inglenook.engine.textstream import Marks, marks_for

_RESERVE_TOKENS = 1024
_MOST_CHARACTERS_A_TOKEN = 64  # on average, in any text worth answering


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is to continue.

    Attributes:
        ids: Shape (n,), n at least 1.
        start: Where the window of turns begins; to be given for the chat's next prompt.
        left_out: Oldest turns that did not fit.
        starts_thinking: The template has already opened a thinking part.
    """

    ids: Ids
    left_out: int
    starts_thinking: bool
    start: int = 0


class PromptWriter:
    """Writes prompts for one model.

    Threads: the engine's main thread only.

    Attributes:
        has_template: False when a built-in template stands in.
        marks: How this model sets thinking apart.
        stop: Strings that end an answer, besides those asked for.
        piece_of: The bytes of a token as an answer shows them.
    """

    def __init__(self, model: Model) -> None:
        """Compile the model's template, or choose a built-in one if it has none that works."""
        self._model = model
        self._bos = model.piece(model.bos, special=True).decode("utf-8", "replace")
        self._eos = model.piece(model.eos, special=True).decode("utf-8", "replace")
        self.stop: tuple[str, ...] = ()
        own = self._working(model.chat_template or "")
        self.has_template = own is not None
        if own is None:
            family = family_for(self._is_one_control_token)
            self.stop = family.stop
            own = Template(family.template, bos=self._bos, eos=self._eos)
        self._template = own
        self.marks: Marks = marks_for(own.source)
        self.piece_of = Pieces(model, self.marks).of

    def _working(self, source: str) -> Template | None:
        """Return a template that passes the least of trials, or None."""
        if not source.strip():
            return None
        trial = "Good morning"
        try:
            template = Template(source, bos=self._bos, eos=self._eos)
            works = trial in template.render([Turn(Role.USER, trial)])
        except TemplateError:
            return None
        return template if works else None

    def write(
        self, turns: Sequence[Turn], *, context_tokens: int, last_start: int = 0
    ) -> Prompt:
        """Return the prompt for the newest turns that leave room for a reply.

        Raises:
            TemplateError: the template failed on these turns.
            PromptTooLongError: the last turn alone does not fit.
        """
        budget = context_tokens - min(_RESERVE_TOKENS, context_tokens // 4)
        written: dict[tuple[int, ...], tuple[Ids, str]] = {}

        def count(places: Sequence[int]) -> int:
            at_least = sum(len(turns[at].text) for at in places) // _MOST_CHARACTERS_A_TOKEN
            if at_least > context_tokens:
                return at_least  # far too long: not worth reading to know how far
            ids, text = self._ids([turns[at] for at in places])
            written[tuple(places)] = ids, text
            return len(ids)

        roles = [each.role for each in turns]
        chosen = window(roles, budget_tokens=budget, count=count, last_start=last_start)
        if chosen.tokens > budget:
            raise PromptTooLongError(
                "This message is too long for the model",
                f"It takes at least {count_in_words(chosen.tokens)} tokens and the model has "
                f"room for {count_in_words(budget)}: shorten it, or load the model with a "
                "longer context.",
                tokens=chosen.tokens,
                budget=budget,
            )
        ids, text = written[chosen.kept]
        ending = text.rstrip()
        starts_thinking = any(ending.endswith(mark) for mark in self.marks.starts)
        return Prompt(ids, chosen.left_out, starts_thinking, chosen.start)

    # --- rendering ---

    def _ids(self, turns: Sequence[Turn]) -> tuple[Ids, str]:
        turns, text = self._accepted([trimmed(each) for each in turns])
        text = self._without_bos(text)
        ids = self._safe_ids(turns, text)
        if self._model.adds_bos:
            ids = np.concatenate([np.array([self._model.bos], np.int32), ids])
        if not len(ids):
            raise TemplateError(
                "The model's chat template left the prompt empty",
                "Write a message, or choose another conversion of this model.",
            )
        return ids, text

    def _accepted(self, turns: list[Turn]) -> tuple[list[Turn], str]:
        """Return the first form of the turns that the template neither refuses nor loses."""
        failure: TemplateError | None = None
        rendered: tuple[list[Turn], str] | None = None
        for form in _forms(turns):
            try:
                text = self._template.render(form)
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

    def _without_bos(self, text: str) -> str:
        """Drop the token that is going to be put in front as a number."""
        if self._model.adds_bos and self._bos:
            return text.removeprefix(self._bos)
        return text

    # --- keeping control tokens out of what people write ---

    def _safe_ids(self, turns: Sequence[Turn], text: str) -> Ids:
        """Tokenise a prompt so that only the template can make control tokens.

        Reading it as a whole gives the ids the model was trained on. It is safe if the
        template's own parts account for every control token; otherwise each part is read by
        itself, the people's parts as plain text.
        """
        whole = self._model.tokens(text, special=True)
        controls = self._controls(whole)
        if not controls:
            return whole
        parts = self._parts(turns)
        own = [self._model.tokens(part, special=True) for part in parts[::2]]
        if parts and sum(map(self._controls, own)) == controls:
            return whole
        if not parts:
            return self._defused(turns, text)
        said = [self._model.tokens(part, special=False) for part in parts[1::2]]
        mixed = [own[0]]
        for content, after in zip(said, own[1:], strict=True):
            mixed += [content, after]
        return np.concatenate(mixed)

    def _controls(self, ids: Ids) -> int:
        return int(np.count_nonzero(self._model.controls[ids]))

    def _parts(self, turns: Sequence[Turn]) -> list[str]:
        """Return the template's and the people's parts in turn, the template's first and last.

        There are none if the template changes what people wrote.
        """
        # No letters, which a template might change; not to be guessed by who writes a text.
        mark = "".join(chr(0xE000 + secrets.randbelow(0x1900)) for _ in range(12))
        marked = [Turn(each.role, f"{mark}{each.text}{mark}") for each in turns]
        try:
            text = self._without_bos(self._template.render(marked))
        except TemplateError:
            return []
        parts = text.split(mark)
        return parts if parts[1::2] == [each.text for each in turns] else []

    def _defused(self, turns: Sequence[Turn], text: str) -> Ids:
        """Break the spelling of control tokens in what people wrote, then read it all."""
        safe = [Turn(each.role, self._broken(each.text)) for each in turns]
        if list(safe) == list(turns):
            return self._model.tokens(text, special=True)
        return self._model.tokens(self._without_bos(self._template.render(safe)), special=True)

    def _broken(self, text: str) -> str:
        ids = self._model.tokens(text, special=True)
        for token in {int(each) for each in ids[self._model.controls[ids]]}:
            spelling = self._model.piece(token, special=True).decode("utf-8", "replace")
            text = text.replace(spelling, f"{spelling[:1]} {spelling[1:]}")
        return text

    def _is_one_control_token(self, text: str) -> bool:
        ids = self._model.tokens(text, special=True)
        return len(ids) == 1 and self._model.is_control(int(ids[0]))


def trimmed(turn: Turn) -> Turn:
    """Return a turn without blank lines around it, which most templates would trim anyway."""
    return Turn(turn.role, turn.text.strip("\r\n").rstrip())


def _forms(turns: list[Turn]) -> Iterator[list[Turn]]:
    yield turns
    yield merged(turns)
    yield without_system(turns)
    yield merged(without_system(turns))


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
