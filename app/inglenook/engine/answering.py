"""The real backend: loads a model with llama.cpp and answers."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from inglenook.chat.sampling import EXACT, Sampling
from inglenook.core.errors import ModelLoadError, Problem, TemplateError
from inglenook.engine.cardenergy import CardEnergy, meter_of
from inglenook.engine.decode.asked import Apart, Asked
from inglenook.engine.decode.judge import judge_turns, spellings
from inglenook.engine.decode.strategies import task_for
from inglenook.engine.decode.weighing import Weighable, Weighing
from inglenook.engine.draft import Draft, Limits
from inglenook.engine.embedder import Embedder
from inglenook.engine.inquiry import check_texts, check_tokens, require_whole, wrong_work
from inglenook.engine.lib import AbortFlag, build
from inglenook.engine.model import Ids, Model
from inglenook.engine.modules import load_modules
from inglenook.engine.picture import spelled
from inglenook.engine.prompt import Prompt
from inglenook.engine.protocol import (
    Answer,
    Detokenise,
    Detokenised,
    Embed,
    Event,
    Finding,
    Inquiry,
    Load,
    Loaded,
    PromptOptions,
    Rank,
    Render,
    Rendered,
    Tokenise,
    Tokenised,
    Turn,
    Weigh,
)
from inglenook.engine.resident import Resident, opened
from inglenook.engine.sampling import Chain
from inglenook.engine.snapshots import remove_snapshots
from inglenook.engine.thinking import thinking_enders


class LlamaBackend:
    """One model at a time, any number of answers at once.

    Threads: the host's main thread, except ``abort``.

    Attributes:
        name: ``"llama.cpp …"`` with its version.
    """

    def __init__(self) -> None:
        load_modules()
        self.name = build()
        self._flag = AbortFlag()
        self._resident: Resident | None = None
        self._embedder: Embedder | None = None  # instead of the resident
        self._energy = CardEnergy()
        self._front = ""
        self._kept_in = ""  # the folder of snapshots
        self._untold: list[Event] = []  # what happened while another model was loaded
        self._starts: dict[str, int] = {}  # by chat: where its window of turns begins

    # --- models ---

    def load(self, command: Load, on_progress: Callable[[float], bool]) -> Loaded:
        """Free what is loaded, load, and warm up.

        Raises:
            ModelFileError: the file is missing, damaged or no model.
            ModelLoadError: it did not load, or was given up (fact ``cancelled`` is ``"True"``).
        """
        began_s = time.perf_counter()
        self._untold += self.unload()
        self._kept_in = command.snapshots or self._kept_in
        if command.embeds:
            return self._load_embedder(command, on_progress, begun_s=began_s)
        resident = opened(command, self._flag, on_progress)
        resident.scheduler.put_in_front(self._front)
        self._resident = resident
        self._energy = CardEnergy(meter_of(command.settings.gpu_layers))
        return Loaded(
            path=command.path,
            description=resident.model.description,
            context_tokens=resident.context.tokens,
            train_context_tokens=resident.model.train_context_tokens,
            template=resident.writer.template,
            load_s=time.perf_counter() - began_s,
            memory=resident.memory,
            thinks=resident.writer.thinks,
            sees=resident.sight is not None,
            blind=resident.blind,
        )

    def _load_embedder(
        self, command: Load, on_progress: Callable[[float], bool], *, begun_s: float
    ) -> Loaded:
        embedder = self._embedder = Embedder.opened(command, self._flag, on_progress)
        return Loaded(
            path=command.path,
            description=embedder.model.description,
            context_tokens=embedder.context.most_tokens,
            train_context_tokens=embedder.model.train_context_tokens,
            template="",
            load_s=time.perf_counter() - begun_s,
            embeds=0 if embedder.context.ranks else embedder.context.width,
            ranks=embedder.context.ranks,
        )

    def unload(self) -> Sequence[Event]:
        """Free the model, and return what happened; harmless when there is none."""
        self._starts.clear()
        embedder, self._embedder = self._embedder, None
        if embedder is not None:
            embedder.free()
        resident, self._resident = self._resident, None
        return resident.free() if resident is not None else ()

    def set_threads(self, threads: int) -> None:
        """Compute with so many threads from the next step on; nothing without a model."""
        if self._resident is not None:
            self._resident.foreman.set_most(threads)
        if self._embedder is not None:
            self._embedder.context.set_threads(threads)

    # --- answers ---

    @property
    def is_busy(self) -> bool:
        """Whether any answer is under way or waits."""
        if self._embedder is not None:
            return self._embedder.is_busy
        return self._resident is not None and self._resident.scheduler.is_busy

    def accept(self, command: Answer) -> None:
        """Take a question: write its prompt and put it into the line.

        Raises:
            ModelLoadError: no model is loaded.
            TemplateError: the chat template failed.
            PromptTooLongError: the last turn alone does not fit.
        """
        begun_s = time.perf_counter()
        here = self._needed()
        if command.raw:
            prompt = _raw(
                here, command, command.sampling.answer_limit_tokens, suffix=command.suffix
            )
        else:
            prompt = here.writer.write(
                command.turns,
                context_tokens=here.context.tokens,
                last_start=command.last_start or self._starts.get(command.chat, 0),
                options=command.options,
                continues=command.continues,
            )
        require_whole(command.chat, prompt.left_out, here.context.tokens)
        if prompt.start:
            self._starts[command.chat] = prompt.start
        here.scheduler.add(task_for(_asked(here, command, prompt, begun_s)))
        self._energy.begin(command.request)

    def inquire(self, command: Inquiry) -> Finding:
        """Return the prompt, the tokens of a text, or their text; the model reads nothing.

        Raises:
            InglenookError: there is none.
        """
        match command:
            case Render():
                return self.render(command)
            case Tokenise(request, text, special):
                check_texts((text,))
                ids = self._model().tokens(text, special=special)
                return Tokenised(request, tuple(ids.tolist()))
            case Detokenise(request, tokens):
                model = self._model()
                check_tokens(tokens, model.vocab_size)
                spelled = {each: model.piece(each, special=True) for each in set(tokens)}
                data = b"".join(map(spelled.__getitem__, tokens))
                return Detokenised(request, data.decode("utf-8", "replace"))

    def render(self, command: Render) -> Rendered:
        """Return the prompt that turns would have now; the model reads nothing.

        Raises:
            ModelLoadError: no model is loaded.
            TemplateError: the chat template failed.
            PromptTooLongError: the last turn alone does not fit.
        """
        here = self._needed()
        prompt = here.writer.write(
            command.turns,
            context_tokens=here.context.tokens,
            last_start=command.last_start,
            options=command.options,
        )
        text = b"".join(spelled(here.model, prompt.ids))
        return Rendered(
            command.request, text.decode("utf-8", "replace"), len(prompt.ids), prompt.left_out
        )

    def weigh(self, command: Weigh) -> None:
        """Take an answer that is to be read again, and put it into the line.

        Raises:
            ModelLoadError: no model is loaded.
            BadArgumentError: a text that is read as it stands is none.
            TemplateError: the chat template failed, or there is no answer.
            PromptTooLongError: question and answer do not fit.
        """
        here = self._needed()
        told = Sampling(odds=command.others)
        text = _text_read_again(here, command) if command.raw else _said_again(here, command)
        here.scheduler.add(
            Weighing(
                command,
                text,
                chain=lambda: Chain(told, here.model),
                spell=lambda token: here.model.piece(token, special=True),
                spare=lambda: sum(not each.is_held for each in here.cache.sequences),
            )
        )

    def embed(self, command: Embed | Rank) -> None:
        """Take texts whose vectors or scores are wanted.

        Raises:
            ModelLoadError: no model is loaded, or none that was loaded for this.
            PromptTooLongError: a text is too long.
            BadArgumentError: there is no text, or too much.
        """
        if self._embedder is None:
            self._needed()
            raise wrong_work(embeds=False)
        self._embedder.add(command)

    def step(self) -> Sequence[Event]:
        """Do one piece of work for all answers, and return what happened."""
        if self._embedder is not None:
            return self._embedder.step()
        if self._resident is None:
            return ()
        scheduler = self._resident.scheduler
        scheduler.step()
        return self._energy.told(scheduler.events())

    def stop(self, request: str) -> Sequence[Event]:
        """End one answer now."""
        if self._embedder is not None:
            return self._embedder.stop(request)
        if self._resident is None:
            return ()
        self._resident.scheduler.stop(request)
        return self._energy.told(self._resident.scheduler.events())

    def take_leading(self, request: str) -> Sequence[Event]:
        """Have an answer compare the drafts it has now."""
        if self._resident is None:
            return ()
        self._resident.scheduler.take_leading(request)
        return self._energy.told(self._resident.scheduler.events())

    def fail_all(self, problem: Problem) -> Sequence[Event]:
        """End every answer with a problem."""
        if self._embedder is not None:
            return self._embedder.fail_all(problem)
        if self._resident is None:
            return ()
        self._resident.scheduler.fail_all(problem)
        return self._energy.told(self._resident.scheduler.events())

    def rest(self) -> Sequence[Event] | None:
        """Save what was read of a chat, if that is due; None if all is saved."""
        if self._untold:
            untold, self._untold = self._untold, []
            return untold
        recall = self._resident.recall if self._resident else None
        if self._resident is None or recall is None:
            return None
        has_saved = recall.save_next(self._resident.cache)
        is_writing = recall.is_writing
        return recall.saved() or ([] if has_saved or is_writing else None)

    def front(self, chat: str) -> None:
        """Let the answers of a chat go first; ``""`` for none."""
        self._front = chat
        if self._resident is not None:
            self._resident.scheduler.put_in_front(chat)

    def forget(self, chat: str) -> None:
        """Free what is kept of a chat, its snapshot too."""
        self._starts.pop(chat, None)
        if self._resident is not None:
            self._resident.cache.forget(chat)
            if self._resident.recall is not None:
                self._resident.recall.forget(chat)
        if self._kept_in:  # by a model before, perhaps only since the chat was removed
            remove_snapshots(Path(self._kept_in), chat)

    def _model(self) -> Model:
        return self._embedder.model if self._embedder is not None else self._needed().model

    def _needed(self) -> Resident:
        if self._embedder is not None:
            raise wrong_work(embeds=True)
        if self._resident is None:
            raise ModelLoadError("No model is loaded", "Choose a model first.")
        return self._resident

    def abort(self, *, on: bool) -> None:
        """Ask a long native call to return early (or take that back). Threads: any.

        Not where all answers would have to be read again; there, no call is long.
        """
        here = self._resident
        if not on or here is None or here.context.memory.can_abort:
            self._flag.set(on=on)


def _raw(
    here: Resident, command: Answer | Weigh, reply_tokens: int | None, suffix: str = ""
) -> Prompt:
    return here.writer.raw(
        command.turns[0].text if command.turns else "",
        context_tokens=here.context.tokens,
        ids=command.ids,
        suffix=suffix,
        reply_tokens=reply_tokens,
    )


def _text_read_again(here: Resident, command: Weigh) -> Weighable:
    prompt = _raw(here, command, reply_tokens=0)
    return Weighable(prompt.ids, 1, is_opened=not prompt.is_led)


def _said_again(here: Resident, command: Weigh) -> Weighable:
    whole = here.writer.write(
        command.turns,
        context_tokens=here.context.tokens,
        last_start=command.last_start,
        options=command.options,
        continues=True,
    )
    if whole.said_from == len(whole.ids):
        raise TemplateError("This answer says nothing", "Choose another one.")
    return Weighable(whole.ids, whole.said_from)


def _asked(here: Resident, command: Answer, prompt: Prompt, begun_s: float) -> Asked:
    writer, model, sampling = here.writer, here.model, command.sampling
    options, least = command.options, command.options.thinking_least_tokens
    limits = Limits(sampling.answer_limit_tokens, options.thinking_limit_tokens, least)
    barred = thinking_enders(model, writer.marks) if least > 0 else None

    def draft() -> Draft:
        stream = writer.stream(prompt, sampling.stop)
        return Draft(stream, writer.piece_of, model.vocab, limits)

    def judge(text: str) -> Ids:
        turns = judge_turns(command.turns, text)
        return writer.write(turns, context_tokens=here.context.tokens).ids

    def apart(turns: Sequence[Turn], tokens: int | None) -> Apart:
        if tokens is None:
            told, knobs, within = options, sampling, limits
        else:
            told, knobs, within = PromptOptions(thinking=False), EXACT, Limits(tokens)
        other = writer.write(turns, context_tokens=here.context.tokens, options=told)
        stream = writer.stream(other, knobs.stop)
        return Apart(
            other.ids,
            Draft(stream, writer.piece_of, model.vocab, within),
            lambda number: Chain(knobs, model, seed_offset=number, barred=barred),
        )

    return Asked(
        command,
        prompt,
        draft=draft,
        chain=lambda number: Chain(sampling, model, seed_offset=number, barred=barred),
        end_thinking=writer.end_thinking,
        judge=judge,
        apart=apart,
        yes=spellings(model, "yes"),
        no=spellings(model, "no"),
        vocab_size=model.vocab_size,
        context_tokens=here.context.tokens,
        begun_s=begun_s,
    )
