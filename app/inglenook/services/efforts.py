"""What effort costs on this computer: learned from answers, foretold for the next one."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import replace
from math import isfinite
from pathlib import Path
from statistics import median

from inglenook.chat.comparison import Comparison, Foretold
from inglenook.chat.message import Message, Timings
from inglenook.core.errors import InglenookError
from inglenook.effort.forecast import Forecast, Speeds, forecast, speed_at
from inglenook.effort.lengths import kind_of, usual_length, with_length
from inglenook.effort.level import Level, strategy_for
from inglenook.effort.pace import with_pace
from inglenook.effort.stopping import wave
from inglenook.effort.strategy import Strategy
from inglenook.hardware.modelfile import read_model_facts
from inglenook.models.memory import cache_bytes
from inglenook.models.settings import EngineSettings
from inglenook.services.installed import InstalledModel
from inglenook.services.solitude import Solitude
from inglenook.storage.efforts import Measured
from inglenook.storage.kept import KeptValues

# Fewer tokens tell more of the computer's moods than of its speed.
_LEAST_TOKENS = 24
_WEIGHT = 0.3
"""How much the newest answer changes what is known: one odd one is forgotten by the fifth."""
_NEAR = 2
"""A width counts as measured if one was that is at most twice or at least half of it."""
_NOTHING = Measured()


class EffortService:
    """Foretells what a level of effort takes with the model that is loaded.

    Only what was measured in answers on this computer is told; before that, nothing is.
    Another build of the engine measures its speeds anew.

    Threads: any; ``learn`` writes a small file.
    """

    def __init__(
        self, file: KeptValues[Measured], fingerprint: Callable[[], str] = str
    ) -> None:
        """Read nothing yet.

        Args:
            file: Keeps what is learned, for each model and way to load it.
            fingerprint: Tells the engine's build from all others, once a model is planned.
        """
        self._file, self._fingerprint = file, fingerprint
        self._lock = threading.Lock()
        self._engine = Solitude()

    def told(self, announced: object) -> None:
        """Follow what the engine runs; given to the bus."""
        self._engine.told(announced)

    def foreseen(self) -> dict[Level, Foretold | None]:
        """Return what each level will take; None for what nobody can tell yet.

        What "auto" takes depends on the question.
        """
        told: dict[Level, Foretold | None] = {Level.AUTO: None}
        for level in Level:
            if level is not Level.AUTO:
                told[level] = self.foresee(strategy_for(level, ""))
        return told

    def foresee(self, strategy: Strategy, question: str = "") -> Foretold | None:
        """Return what an answer will take; None if nobody can tell yet.

        Args:
            strategy: How it is made.
            question: What is asked; ``""`` for what is usual.
        """
        state, measured = self._engine.state, self._measured()
        if state.plan is None or not measured.draft_tokens:
            return None
        most = state.plan.settings.sequences
        if not _knows(measured, _width(strategy, most)):
            return None
        tokens = measured.draft_tokens
        if question.strip():
            tokens = usual_length(measured.lengths, kind_of(question)) or tokens
        draft_tokens = max(1, round(tokens))
        # What is read before the first token is told in seconds: one "token" takes one.
        speeds = Speeds(1.0, measured.writing, measured.kv_bytes, most)
        expected = forecast(
            strategy,
            speeds,
            prompt_tokens=0,
            draft_tokens=draft_tokens,
            agreement=measured.agreement or None,
        )
        return _foretold(expected, measured.reading_s, draft_tokens)

    def pace(self, width: int) -> float | None:
        """Return the tokens a second of so many drafts side by side; None if not measured."""
        measured = self._measured()
        return speed_at(measured.writing, width) if _knows(measured, width) else None

    def changes(self) -> tuple[int, int]:
        """Return how many answers comparing has changed, and how many were compared."""
        measured = self._measured()
        return min(measured.changed, measured.compared), measured.compared

    def learn(self, strategy: Strategy, message: Message, question: str = "") -> None:
        """Learn from an answer that came to its end; others at the same time spoil its speed.

        Args:
            strategy: How it was made.
            message: The answer.
            question: What was asked; ``""`` if nobody knows.
        """
        state, timings = self._engine.state, message.timings
        if state.model is None or state.plan is None or timings is None:
            return
        with self._lock:
            key = _key(state.model, state.plan.settings)
            before = self._found(key)
            after = _counted(before, message.comparison)
            how = state.plan.settings
            seen = _seen(strategy, message.comparison, timings, how.sequences)
            length = _length(message.comparison, timings)
            if length and question.strip():
                lengths = with_length(after.lengths, kind_of(question), length)
                after = replace(after, lengths=lengths)
            if seen is not None and not self._engine.is_shared:
                memory = before.kv_bytes or _kv_bytes(state.model.path, how)
                after = _learned(replace(after, kv_bytes=memory), *seen, timings)
            if after != before:
                self._file.keep(key, after)
                self._file.save()

    def _measured(self) -> Measured:
        state = self._engine.state
        if state.model is None or state.plan is None:
            return _NOTHING
        with self._lock:
            return self._found(_key(state.model, state.plan.settings))

    def _found(self, key: str) -> Measured:
        """Return what is known, without the speeds of another build."""
        found, build = self._file.find(key) or _NOTHING, self._fingerprint()
        if found.build == build:
            return found
        return replace(found, build=build, reading_s=0.0, writing=())


def _learned(
    before: Measured, width: int, speed: float, draft_tokens: float, timings: Timings
) -> Measured:
    """Return what is known after one more answer at its own pace."""
    return replace(
        before,
        reading_s=_mean(before.reading_s or None, timings.first_token_s),
        draft_tokens=_mean(before.draft_tokens or None, draft_tokens),
        writing=with_pace(before.writing, width, speed),
    )


def _seen(
    strategy: Strategy, comparison: Comparison | None, timings: Timings, most: int
) -> tuple[int, float, float] | None:
    """Return width, tokens a second and tokens a draft; None if the answer tells nothing."""
    if strategy.is_plain or comparison is None:
        width, tokens, speed = 1, timings.answer_tokens, timings.tokens_per_s
        drafts = 1
    else:
        ended = [each for each in comparison.drafts if each.why == "end"]
        writing_s = comparison.spent_s - timings.first_token_s
        was_read = bool(comparison.scored_by)  # another model's time is in it too
        if was_read or not comparison.is_decided or not ended or writing_s <= 0:
            return None
        tokens, speed = comparison.tokens, comparison.tokens / writing_s
        width = min(_width(strategy, most), len(comparison.drafts))
        drafts = len(comparison.drafts)
    if tokens < _LEAST_TOKENS or speed <= 0 or not isfinite(speed):
        return None
    return width, speed, tokens / drafts


def _length(comparison: Comparison | None, timings: Timings) -> float:
    """Return the tokens of a draft that came to its end, in the middle; 0 if none did."""
    if comparison is None:
        return float(timings.answer_tokens)
    whole = [each.tokens for each in comparison.drafts if each.why == "end"]
    return float(median(whole)) if whole else 0.0


def _counted(before: Measured, comparison: Comparison | None) -> Measured:
    """Return what is known after one more answer, if it was chosen from several drafts."""
    if comparison is None or len(comparison.drafts) < 2:
        return before
    agreeing = comparison.agreeing / len(comparison.drafts)
    return replace(
        before,
        agreement=_mean(before.agreement or None, agreeing),
        compared=before.compared + 1,
        changed=before.changed + comparison.is_changed,
    )


def _width(strategy: Strategy, most: int) -> int:
    """Return how many drafts begin side by side."""
    return max(1, min(most, wave(strategy, (), strategy.drafts)))


def _knows(measured: Measured, width: int) -> bool:
    return any(width <= _NEAR * each <= _NEAR**2 * width for each, _ in measured.writing)


def _foretold(expected: Forecast, reading_s: float, draft_tokens: int) -> Foretold:
    return Foretold(
        reading_s + expected.likely_s,
        expected.likely_tokens,
        reading_s + expected.seconds[1],
        expected.memory_bytes[1],
        draft_tokens,
    )


def _mean(before: float | None, now: float) -> float:
    return now if before is None else before + _WEIGHT * (now - before)


def _kv_bytes(path: str, settings: EngineSettings) -> int:
    """Return the memory of one token of a draft; 0 if the model's header tells none."""
    try:
        facts = read_model_facts(Path(path))
    except (InglenookError, OSError, ValueError):
        return 0
    return sum(cache_bytes(facts, settings)) // max(1, settings.context_tokens)


def _key(model: InstalledModel, how: EngineSettings) -> str:
    """Return what tells a model that is loaded in one way from all others."""
    words = f"{Path(model.path).name} {model.size_bytes} {how.gpu_layers} {how.threads}"
    words = f"{words} {how.kv_type} {how.devices} {how.experts_in_ram} {how.sequences}"
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]
