"""From turns to prompt tokens: rendered, made safe, and cut to what fits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from msgspec import structs

from inglenook.chat.message import Role
from inglenook.chat.window import reply_reserve, window
from inglenook.core.errors import (
    BadArgumentError,
    InglenookError,
    PromptTooLongError,
    TemplateError,
)
from inglenook.core.units import count_in_words
from inglenook.engine.family import LAST_RESORT, family_for
from inglenook.engine.gap import around_gap
from inglenook.engine.inquiry import check_range
from inglenook.engine.marks import NO_MARKS
from inglenook.engine.model import Ids, Model
from inglenook.engine.pictured import PictureSigns
from inglenook.engine.pieces import Pieces
from inglenook.engine.protocol import PromptOptions, Turn
from inglenook.engine.rendering import Script, safe, said_in, tamed, trimmed
from inglenook.engine.sight import Sight
from inglenook.engine.template import Template
from inglenook.engine.textstream import TextStream
from inglenook.engine.thoughts import habit_of, learned_marks, sample_of, speaks_of_thinking
from inglenook.engine.tokenizer import Part, Tokenizer, parts_of
from inglenook.engine.toolcall import forms_for
from inglenook.engine.toolform import form_of
from inglenook.engine.tools import Tool, tools_from
from inglenook.engine.toolturns import ToolForm
from inglenook.engine.variables import day_of, variables_for

_MOST_CHARACTERS_A_TOKEN = 64  # on average, in any text worth answering
_LEAST_TOKENS_A_CALL = 4  # its name, its arguments, and what is around it
_USUAL_CHARACTERS_A_TOKEN = 4  # in English; fewer in most other languages and in code
USUAL = PromptOptions()


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is to continue.

    Attributes:
        ids: Shape (n,), n at least 1.
        left_out: Oldest turns that did not fit.
        starts_thinking: A thinking part is open where the model begins to write.
        start: Where the window of turns begins; to be given for the chat's next prompt.
        continues: It ends in the middle of the thinking or of the answer.
        tools: What the model may call.
        said_from: Where among the ids the text of the answer begins that it continues; their
            number for none.
        is_raw: No template wrote it, and the answer is text only.
        is_led: The token that begins texts was put in front of a raw one.
    """

    ids: Ids
    left_out: int
    starts_thinking: bool
    start: int = 0
    continues: bool = False
    tools: tuple[Tool, ...] = ()
    said_from: int = 0
    is_raw: bool = False
    is_led: bool = False


class PromptWriter:
    """Writes prompts for one model.

    Threads: the engine's main thread only.

    Attributes:
        template: ``"own"``, ``"built-in"`` where the model has none that works but its family
            is known, or ``"plain"`` where it has to continue questions and answers as text.
        marks: How this model sets thinking apart.
        end_thinking: Tokens that end a thinking part and lead to the answer; none if the
            model does not think.
        thinks: Whether the model thinks, as Loaded tells it.
        stop: Strings that end an answer, besides those asked for.
        piece_of: The bytes of a token as an answer shows them.
    """

    def __init__(self, model: Model, sight: Sight | None = None) -> None:
        """Compile the model's template, or choose a built-in one if it has none that works."""
        self._model = model
        self._pictures = PictureSigns(sight)
        self._bos = model.piece(model.bos, special=True).decode("utf-8", "replace")
        self._eos = model.piece(model.eos, special=True).decode("utf-8", "replace")
        self.stop: tuple[str, ...] = ()
        self.template = "own"
        for_tools = self._working(model.metadata("tokenizer.chat_template.tool_use"))
        own = self._working(model.chat_template or "") or for_tools
        if own is None:
            family = family_for(self._is_one_control_token)
            self.template = "plain" if family is LAST_RESORT else "built-in"
            self.stop = family.stop
            own = Template(family.template, bos=self._bos, eos=self._eos)
        self._template, self._template_for_tools = own, for_tools or own
        self._script_for: tuple[PromptOptions, bool, Script] | None = None
        self._plain = _usual(own)
        self.marks = learned_marks(self._plain)
        self._forms = forms_for(self._template_for_tools.source, self.marks)
        self._tokenizer = Tokenizer(model, sample_of(self._plain))
        self.end_thinking = self._end_thinking()
        self.thinks = habit_of(self._plain) if len(self.end_thinking) else ""
        self.piece_of = Pieces(model, (*self.marks.all, *self._forms.marks)).of

    def write(
        self,
        turns: Sequence[Turn],
        *,
        context_tokens: int,
        last_start: int = 0,
        options: PromptOptions = USUAL,
        continues: bool = False,
    ) -> Prompt:
        """Return the prompt for the newest turns that leave room for a reply.

        Args:
            turns: Oldest first; the last is the one to answer.
            context_tokens: All that the prompt and the reply may take.
            last_start: ``start`` of the chat's prompt before.
            options: What the template is told.
            continues: The last turn is the beginning of the answer. The prompt is then that
                of the turns before it, followed by what was written: the very tokens that
                the model went on from, so that they need not be read again.

        Raises:
            BadArgumentError: a tool or another option cannot be used.
            TemplateError: the template failed on these turns, or they cannot be gone on with.
            PromptTooLongError: the last turn alone does not fit.
            PictureError: a picture cannot be shown to the model.
        """
        script = self._script(options, has_calls=not all(each.is_said for each in turns))
        begun = _begun(turns) if continues else None
        budget = context_tokens - reply_reserve(context_tokens)
        written: dict[tuple[int, ...], Prompt] = {}

        def count(places: Sequence[int]) -> int:
            characters = sum(turns[at].characters for at in places)
            calls = _LEAST_TOKENS_A_CALL * sum(len(turns[at].calls) for at in places)
            if characters // _MOST_CHARACTERS_A_TOKEN + calls > context_tokens:
                # Far too long: not worth reading to know it to the token.
                return characters // _USUAL_CHARACTERS_A_TOKEN + calls
            asked = places[:-1] if begun else places
            prompt = self._prompt(script, [turns[at] for at in asked], begun)
            written[tuple(places)] = prompt
            return len(prompt.ids)

        chosen = window(
            [Role.ASSISTANT if each.result_of else each.role for each in turns],
            budget_tokens=budget,
            count=count,
            last_start=last_start,
            stays=_stays(turns, continues=continues),
            rounds={at for at, each in enumerate(turns) if each.calls},
        )
        if chosen.tokens > budget:
            raise _too_long(chosen.tokens, budget, continues=continues)
        return replace(written[chosen.kept], left_out=chosen.left_out, start=chosen.start)

    def raw(
        self,
        text: str,
        *,
        context_tokens: int,
        ids: Sequence[int] = (),
        suffix: str = "",
        reply_tokens: int | None = None,
    ) -> Prompt:
        """Return a prompt as somebody wrote it; what it spells of control tokens becomes them.

        Args:
            text: It, unless there are tokens.
            context_tokens: All that the prompt and the reply may take.
            ids: The tokens to read in place of the text: these and no others.
            suffix: What follows a gap that the reply is to fill; ``""`` for none.
            reply_tokens: The most the reply may have; None for the usual room.

        Raises:
            BadArgumentError: it is empty, its tokens are none of this model, or the model
                cannot fill a gap.
            PromptTooLongError: it leaves no room for a reply.
        """
        reserve = reply_reserve(context_tokens)
        if reply_tokens is not None:
            reserve = min(reserve, reply_tokens)
        budget = context_tokens - reserve
        if (length := len(text) + len(suffix)) > context_tokens * _MOST_CHARACTERS_A_TOKEN:
            raise _too_long(length // _USUAL_CHARACTERS_A_TOKEN, budget, continues=False)
        check_range(ids, self._model.vocab_size)
        found = np.array(ids, np.int32) if ids else self._model.tokens(text, special=not suffix)
        if suffix:
            found = around_gap(self._model, found, suffix)
        is_led = bool(suffix or not ids) and self._is_to_be_led(found)
        if is_led:
            found = np.concatenate([np.array([self._model.bos], np.int32), found])
        if not len(found):
            raise BadArgumentError("This prompt is empty", "Write what is to be gone on with.")
        if len(found) > budget:
            raise _too_long(len(found), budget, continues=False)
        return Prompt(
            found,
            0,
            starts_thinking=False,
            continues=True,
            said_from=len(found),
            is_raw=True,
            is_led=is_led,
        )

    def stream(self, prompt: Prompt, stop: Sequence[str] = ()) -> TextStream:
        """Return what makes text of the answer to a prompt."""
        if prompt.is_raw:
            return TextStream(stop, NO_MARKS, continues=True)
        return TextStream(
            (*stop, *self.stop),
            self.marks,
            starts_thinking=prompt.starts_thinking,
            continues=prompt.continues,
            forms=self._forms,
            tools=prompt.tools,
        )

    def _is_to_be_led(self, ids: Ids) -> bool:
        return self._model.adds_bos and ids[:1].tolist() != [self._model.bos]

    # --- the template ---

    def _working(self, source: str) -> Template | None:
        """Return a template that passes the least of trials, or None."""
        if not source.strip():
            return None
        trial = "Good morning"
        try:
            template = Template(source, bos=self._bos, eos=self._eos)
            works = trial in _usual(template).text([Turn(Role.USER, trial)])
        except TemplateError:
            return None
        return template if works else None

    def _script(self, options: PromptOptions, *, has_calls: bool) -> Script:
        today = day_of(options)
        known = self._script_for
        if known is not None and known[:2] == (options, has_calls) and known[2].today == today:
            return known[2]
        tools = tools_from(options.tools)
        template = self._template_for_tools if tools or has_calls else self._template
        tools = tuple(tamed(each, self._tokenizer.controls) for each in tools)
        form = self._tool_form if has_calls else None
        variables = variables_for(options, today, template.source)
        script = Script(template, variables, today, tools, form)
        self._script_for = options, has_calls, script
        return script

    @cached_property
    def _tool_form(self) -> ToolForm | None:
        """How the template takes calls and results; tried out when the first ones come."""
        return form_of(_usual(self._template_for_tools))

    def _end_thinking(self) -> Ids:
        if self.template != "own" or not speaks_of_thinking(self._template.source):
            return np.empty(0, np.int32)
        return self._model.tokens(self.marks.closing, special=True)

    def _is_one_control_token(self, text: str) -> bool:
        ids = self._model.tokens(text, special=True)
        return len(ids) == 1 and self._model.is_control(int(ids[0]))

    # --- the prompt ---

    def _prompt(self, script: Script, turns: Sequence[Turn], begun: Turn | None) -> Prompt:
        signed, pictures = self._pictures.signed(turns)
        form, text = script.accepted([trimmed(each) for each in signed])
        ids = self._ids(script, form, self._without_bos(text), pictures)
        thinks = _ends_with(text, (*self.marks.starts, self.marks.opening))
        unsaid = 0
        if begun is not None:
            lead = self.marks.closing if thinks else self.marks.answer
            if _ends_with(text, self.marks.ends):
                lead = ""  # the template has closed an empty thinking part itself
            parts = self._parts_of(begun, lead, is_open=thinks)
            written = self._tokenizer.mixed(parts, inside=True)
            before = self._tokenizer.mixed(parts[:-1], inside=True) if begun.text else written
            ids = np.concatenate([ids, written])
            unsaid = len(written) - len(before)
            thinks = bool(begun.thinking or thinks) and not begun.text
        if self._model.adds_bos:
            ids = np.concatenate([np.array([self._model.bos], np.int32), ids])
        if not len(ids):
            raise TemplateError(
                "The model's chat template left the prompt empty",
                "Write a message, or choose another conversion of this model.",
            )
        said_from = len(ids) - unsaid
        return Prompt(
            ids, 0, thinks, continues=begun is not None, tools=script.tools, said_from=said_from
        )

    def _without_bos(self, text: str) -> str:
        """Drop the token that is going to be put in front as a number."""
        if self._model.adds_bos and self._bos:
            return text.removeprefix(self._bos)
        return text

    def _ids(
        self, script: Script, turns: Sequence[Turn], text: str, pictures: Sequence[Ids]
    ) -> Ids:
        """Tokenise a prompt so that only the template can make control tokens.

        Reading it as a whole gives the ids the model was trained on. It is safe if nothing
        that was said can be a part of a control token; else the template's own parts are
        told from the others.
        """
        said = [text for each in turns for text in said_in(each)]
        if all(map(self._tokenizer.is_harmless, said)):
            return self._trusted(text, pictures)
        controls = self._tokenizer.controls
        turns = [safe(each, controls) for each in turns]
        pieces = script.pieces(turns)
        if pieces:
            pieces[0] = self._without_bos(pieces[0])
            parts = list(parts_of(pieces))
            return self._pictures.read(parts, pictures, self._tokenizer.mixed)
        tame = [structs.replace(each, text=tamed(each.text, controls)) for each in turns]
        return self._trusted(self._without_bos(script.text(tame)), pictures)

    def _trusted(self, text: str, pictures: Sequence[Ids]) -> Ids:
        def read(parts: list[Part]) -> Ids:
            return self._tokenizer.trusted("".join(each.text for each in parts))

        return self._pictures.read([Part(text, own=True)], pictures, read)

    def _parts_of(self, begun: Turn, lead: str, *, is_open: bool) -> list[Part]:
        """Return what the model has written of an answer, as it wrote it."""
        marks = self.marks
        said = Part(begun.text, own=False)
        if not (begun.thinking or begun.text):
            return []
        if not begun.thinking:
            return [Part(lead, own=True), said]
        parts = [
            Part("" if is_open else marks.opening, own=True),
            Part(begun.thinking, own=False),
        ]
        # Thinking keeps the blank at its end.
        return [*parts, Part(marks.closing.lstrip(), own=True), said] if begun.text else parts


def _ends_with(text: str, marks: Sequence[str]) -> bool:
    text = text.rstrip()
    return any(mark.strip() and text.endswith(mark.strip()) for mark in marks)


def _usual(template: Template) -> Script:
    today = day_of(USUAL)
    return Script(template, variables_for(USUAL, today, template.source), today)


def _begun(turns: Sequence[Turn]) -> Turn:
    last = turns[-1] if turns else None
    if last is None or last.role is not Role.ASSISTANT or last.calls or len(turns) < 2:
        raise TemplateError(
            "There is no answer to go on with", "Ask the question again to get a new answer."
        )
    return last


def _stays(turns: Sequence[Turn], *, continues: bool) -> int:
    """Return how many of the last turns belong together: a call goes with its results."""
    at = len(turns) - (2 if continues else 1)
    while at > 0 and turns[at].result_of:
        at -= 1
    return len(turns) - at


def _too_long(tokens: int, budget: int, *, continues: bool) -> InglenookError:
    what, way = "This message is too long for the model", "shorten it"
    if continues:
        what, way = "This answer is too long to go on", "ask for the rest in a new message"
    return PromptTooLongError(
        what,
        f"It takes about {count_in_words(tokens)} tokens and the model has room for "
        f"{count_in_words(budget)}: {way}, or load the model with a longer context.",
        tokens=tokens,
        budget=budget,
    )
