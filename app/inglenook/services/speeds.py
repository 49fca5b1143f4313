"""How fast a plan would answer: measured once on this computer, and learned from answers."""

import hashlib
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from inglenook.chat.message import Timings
from inglenook.core.errors import InglenookError
from inglenook.engine.death import Death
from inglenook.engine.protocol import Done, Event
from inglenook.hardware.bandwidth import measure_bandwidth
from inglenook.hardware.modelfile import read_model_facts
from inglenook.models.facts import ModelFacts
from inglenook.models.fit import Plan
from inglenook.models.machine import Machine
from inglenook.models.settings import EngineSettings
from inglenook.models.speed import (
    TYPICAL_TOKENS,
    Reading,
    learned,
    processor_rate,
    reading,
    tokens_per_s,
)
from inglenook.services.engineclient import Client, MakeClient
from inglenook.services.solitude import Solitude
from inglenook.storage.kept import KeptValues

# Fewer tokens tell more of the computer's moods than of its speed.
_LEAST_TOKENS = 24
# How much the newest answer changes what is known: one slow one is forgotten by the fifth.
_WEIGHT = 0.3
_FARTHEST = 8.0
# An answer with a larger share that took no steps of its own tells of its text, not its plan.
_MOST_GUESSED = 0.05


class SpeedService:
    """Estimates tokens a second, and learns from every answer that had the engine to itself.

    What is learned is kept for each device and kind of weights, and used for other kinds
    until they have been seen themselves. Another build of the engine starts anew.

    Threads: any; ``estimate`` may measure for half a second, once.
    """

    def __init__(
        self,
        file: KeptValues[float],
        machine: Callable[[], Machine],
        post: Callable[[Callable[[], None]], None],
        *,
        fingerprint: Callable[[], str] = str,
        measure: Callable[[int], float] = measure_bandwidth,
    ) -> None:
        """Measure nothing yet.

        Args:
            file: Keeps what was measured and learned.
            machine: Says what this computer is; may take seconds.
            post: Calls something later, on a worker.
            fingerprint: Tells the engine's build from all others, once the machine is known.
            measure: Measures the bytes a second that so many threads read.
        """
        self._file, self._ask, self._post, self._measure = file, machine, post, measure
        self._fingerprint = fingerprint
        self._lock = threading.Lock()
        self._engine = Solitude()
        self._machine: Machine | None = None
        self._read: tuple[str, EngineSettings, ModelFacts] | None = None
        # What could not be measured, which takes seconds; the next start tries again.
        self._unknown: set[str] = set()

    def estimate(
        self, facts: ModelFacts, plan: Plan, context_tokens: int = TYPICAL_TOKENS
    ) -> float:
        """Return the tokens a second of an answer by this plan; 0 if nobody can tell yet.

        Args:
            facts: Of the model.
            plan: How it is loaded.
            context_tokens: What the conversation holds.
        """
        read = reading(facts, plan.settings, context_tokens)
        with self._lock:
            return tokens_per_s(read, self._rates(read, facts.quant, plan.settings))

    def learn(self, facts: ModelFacts, settings: EngineSettings, seen: Timings) -> None:
        """Learn from an answer that had the engine to itself."""
        if seen.answer_tokens < _LEAST_TOKENS or seen.tokens_per_s <= 0:
            return
        read = reading(facts, settings, seen.prompt_tokens + seen.answer_tokens // 2)
        with self._lock:
            before = self._rates(read, facts.quant, settings)
            for device, rate in learned(read, before, seen.tokens_per_s).items():
                old = before.get(device) or rate
                near = min(max(rate, old / _FARTHEST), old * _FARTHEST)
                self._keep(device, facts.quant, settings, old, near)
            self._file.save()

    def listening(self, make: MakeClient) -> MakeClient:
        """Return what makes the same handle on the engine, with every answer noticed."""

        def made(
            on_event: Callable[[Event], None], on_death: Callable[[Death, bool], None]
        ) -> Client:
            def heard(event: Event) -> None:
                if isinstance(event, Done) and not _was_quoted(event):
                    self._notice(event.timings)
                on_event(event)

            return make(heard, on_death)

        return made

    def told(self, announced: object) -> None:
        """Follow what the engine runs; given to the bus."""
        self._engine.told(announced)

    def _notice(self, seen: Timings) -> None:
        model, plan = self._engine.state.model, self._engine.state.plan
        is_telling = seen.answer_tokens >= _LEAST_TOKENS and not self._engine.is_shared
        if model is not None and plan is not None and is_telling:
            self._post(partial(self._learn_of, model.path, plan.settings, seen))

    def _learn_of(self, path: str, settings: EngineSettings, seen: Timings) -> None:
        if self._read is None or self._read[:2] != (path, settings):
            try:
                self._read = path, settings, read_model_facts(Path(path))
            except InglenookError:
                return  # it was removed meanwhile
        self.learn(self._read[2], settings, seen)

    # --- under the lock ---

    def _rates(self, read: Reading, quant: str, settings: EngineSettings) -> dict[str, float]:
        rates = {}
        for device, _ in read.bytes_on:
            key = self._key(device, settings)
            rate = self._file.find(f"{key} {quant}") or self._file.find(key)
            rates[device] = rate or (self._measured(settings) if device == "CPU" else 0.0)
        return rates

    def _keep(
        self, device: str, quant: str, settings: EngineSettings, old: float, rate: float
    ) -> None:
        key = self._key(device, settings)
        is_first = self._file.find(f"{key} {quant}") is None
        rate = rate if is_first else old + _WEIGHT * (rate - old)
        self._file.keep(f"{key} {quant}", rate)
        self._file.keep(key, rate)

    def _measured(self, settings: EngineSettings) -> float:
        key = f"read {_digest(self._device('CPU', settings))}"
        found = self._file.find(key)
        if found is None:
            found = 0.0 if key in self._unknown else self._measure(settings.threads)
            if found:
                self._file.keep(key, found)
                self._file.save()
            else:
                self._unknown.add(key)
        return processor_rate(found, settings.threads, self._here().host.instruction_set)

    def _key(self, device: str, settings: EngineSettings) -> str:
        """Return what tells this build on a device of this computer from all others."""
        device = self._device(device, settings)
        return _digest(f"{device} {self._fingerprint()}")

    def _device(self, device: str, settings: EngineSettings) -> str:
        here = self._here()
        host, found = here.host, {one.name: one for one in here.devices}
        same = f"{host.processor} {host.physical_cores} {host.ram_total_bytes}"
        if device == "CPU":
            which = f"{settings.threads} threads"
        else:
            gpu = found.get(device)
            which = f"{gpu.description} {gpu.total_bytes}" if gpu else device
        return f"{same} {which}"

    def _here(self) -> Machine:
        if self._machine is None:
            self._machine = self._ask()
        return self._machine


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]


def _was_quoted(done: Done) -> bool:
    return done.guessed_tokens > _MOST_GUESSED * done.timings.answer_tokens
