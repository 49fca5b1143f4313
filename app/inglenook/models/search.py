"""The search for settings that fit, from the best to the least bad."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from inglenook.core.units import MIB
from inglenook.models.budget import Budget, host_margin_bytes
from inglenook.models.edge import largest
from inglenook.models.facts import ModelFacts
from inglenook.models.machine import HostFacts
from inglenook.models.memory import CELLS_STEP, MemoryPart, can_halve_cache, memory_parts
from inglenook.models.settings import EngineSettings, Wish
from inglenook.models.spread import Cost, Placed, Spread

USUAL_CONTEXT = 8192
SMALL_CONTEXT = 4096
LEAST_CONTEXT = 2048
LONGEST_CONTEXT = 1 << 20
# Attention shares its cells among any number, and a larger number slows nothing down: 1 to 32
# gave 8.6 to 9.7 ms a token and the same working memory (SmolLM2-135M, 2026-11). More than 16
# branches are not wanted by any way of answering.
MORE_SEQUENCES = (16, 8, 4, 2)
_SMALL_GROWTH = 256 * MIB
_USUAL_UBATCH, _SMALL_UBATCH = 512, 256
# With every layer on a card the processor only feeds it; more threads would just spin.
_THREADS_BESIDE_A_GPU = 4


class Verdict(StrEnum):
    """How well a model fits, worst last."""

    GPU = "gpu"
    SPLIT = "split"
    CPU = "cpu"
    TIGHT = "tight"
    TOO_BIG = "too big"


@dataclass(frozen=True, slots=True)
class Choice:
    """Settings, and the memory they take."""

    verdict: Verdict
    settings: EngineSettings
    parts: tuple[MemoryPart, ...]


class Step(NamedTuple):
    """What a plan may give up without moving a layer."""

    context_tokens: int
    kv_type: str
    ubatch_tokens: int = _USUAL_UBATCH


@dataclass(frozen=True, slots=True)
class Search:
    """One model looking for a place in one machine.

    Attributes:
        cost: Says what settings take; None for formulas.
    """

    model: ModelFacts
    budget: Budget
    wish: Wish
    cost: Cost | None = None

    def best(self) -> Choice:
        """Return the best settings that fit, or the least bad ones if none do."""
        return self._with_more_sequences(
            self.on_gpu()
            or self.without_experts()
            or self.split()
            or self.on_cpu()
            or self.on_gpu_for_a_short_talk()
            or self.overfull()
        )

    def on_gpu(self) -> Choice | None:
        """Look for settings with every layer on the GPU."""
        steps = list(self._steps())
        # Prompts are read a little slower then, which is far less than a layer in main memory.
        return self._whole_on_gpu((*steps, steps[-1]._replace(ubatch_tokens=_SMALL_UBATCH)))

    def on_gpu_for_a_short_talk(self) -> Choice | None:
        """Look for the same with less context than is comfortable."""
        return self._whole_on_gpu(self._last_steps())

    def without_experts(self) -> Choice | None:
        """Look for every layer on the GPU, but the experts of as few as possible.

        A token needs few experts and all of the rest, so that this is far faster than whole
        layers in main memory.
        """
        if not self.model.weights.experts or self.most_gpu_layers <= self.model.layers:
            return None
        return self._first_split(self._most_experts)

    def split(self) -> Choice | None:
        """Look for the most layers on the cards, the rest in main memory."""
        return self._first_split(self._most_layers)

    def on_cpu(self) -> Choice | None:
        """Look for settings without a GPU."""
        for step in (*self._steps(), *self._last_steps()):
            settings = self._settings(0, step)
            parts = self.parts(settings)
            if self.budget.fits(parts):
                return Choice(Verdict.CPU, settings, parts)
        return None

    def overfull(self) -> Choice:
        """Return the smallest settings, which do not leave the margin free."""
        settings = self._settings(0, list(self._last_steps())[-1])
        parts = self.parts(settings)
        host = self.budget.host
        room = max(host.ram_available_bytes, host.ram_total_bytes - host_margin_bytes(host))
        tight = parts[-1].total_bytes <= room
        return Choice(Verdict.TIGHT if tight else Verdict.TOO_BIG, settings, parts)

    @property
    def spread(self) -> Spread:
        """What puts layers on cards."""
        formulas = partial(memory_parts, self.model)
        return Spread(self.model, self.budget, self.cost or formulas)

    @property
    def most_gpu_layers(self) -> int:
        """How many layers may go on the GPU, the output layer counted."""
        if not self.budget.gpus:
            return 0
        entries = self.model.layers + 1
        return entries if self.wish.gpu_layers is None else min(entries, self.wish.gpu_layers)

    @property
    def context_ceiling(self) -> int:
        """The longest conversation that makes sense, in tokens."""
        trained = self.model.context_tokens
        if trained == 0:
            trained = self.wish.context_tokens or SMALL_CONTEXT
        return min(trained, LONGEST_CONTEXT)

    def cells(self, tokens: int) -> int:
        """Return a context of whole steps, within what the model was trained for."""
        tokens = min(tokens, self.context_ceiling)
        return max(CELLS_STEP, tokens // CELLS_STEP * CELLS_STEP)

    def parts(self, settings: EngineSettings) -> tuple[MemoryPart, ...]:
        """Return the memory that settings take, margins included."""
        return self.spread.parts(settings)

    def _whole_on_gpu(self, steps: Iterable[Step]) -> Choice | None:
        if self.most_gpu_layers <= self.model.layers:
            return None
        for step in steps:
            placed = self.spread.on_fewest(self._settings(self.most_gpu_layers, step))
            if placed is not None:
                return Choice(Verdict.GPU, placed.settings, placed.parts)
        return None

    def _first_split(self, most: Callable[[Step], Placed | None]) -> Choice | None:
        """Return the first split that fits; the longer context is not worth a split.

        Sharing main memory with integrated graphics gains nothing from one.
        """
        if self.budget.is_shared:
            return None
        steps = list(self._steps())
        for step in steps if self.wish.context_tokens else steps[1:]:
            placed = most(step)
            if placed is not None and self.budget.fits(placed.parts):
                return Choice(Verdict.SPLIT, placed.settings, placed.parts)
        return None

    def _most_experts(self, step: Step) -> Placed | None:
        """Find how many layers can have their experts on the cards with the rest of them."""
        layers = self.model.layers

        def settings(count: int) -> EngineSettings:
            aside = replace(self._settings(layers + 1, step), experts_in_ram=layers - count)
            return replace(aside, op_offload=True, threads=self._threads(whole=False))

        count = self._largest(settings, 0, layers - 1)
        placed = self.spread.on_all(settings(count))
        return placed if self.budget.gpus_fit(placed.parts) else None

    def _most_layers(self, step: Step) -> Placed | None:
        """Find how many layers fit on the cards."""

        def settings(count: int) -> EngineSettings:
            return self._settings(count, step)

        # One layer alone would be the output layer, which is not worth a card's overhead.
        most = min(self.most_gpu_layers, self.model.layers)
        count = self._largest(settings, 1, most) if most > 1 else 0
        return self.spread.on_all(settings(count)) if count > 1 else None

    def _largest(self, settings: Callable[[int], EngineSettings], low: int, high: int) -> int:
        """Return the largest number whose settings fit on the cards, or ``low``.

        Formulas say where to look, so that the engine is asked two or three times.
        """

        def fits(spread: Spread, count: int) -> bool:
            return self.budget.gpus_fit(spread.on_all(settings(count)).parts)

        formulas = replace(self, cost=None).spread
        guess = largest(partial(fits, formulas), low, high, (low + high) // 2)
        if self.cost is None:
            return guess
        return largest(partial(fits, self.spread), low, high, guess)

    def _steps(self) -> Iterator[Step]:
        """Yield context and cache type, the best first."""
        first = self.wish.context_tokens or USUAL_CONTEXT
        kv_types = self._kv_types()
        yield Step(self.cells(first), kv_types[0])
        last = first if self.wish.context_tokens else min(first, SMALL_CONTEXT)
        for kv_type in kv_types:
            yield Step(self.cells(last), kv_type)

    def _last_steps(self) -> Iterator[Step]:
        """Yield what is left to try when a conversation must become shorter."""
        wished = self.wish.context_tokens or SMALL_CONTEXT
        for context in (SMALL_CONTEXT, LEAST_CONTEXT):
            for kv_type in self._kv_types():
                yield Step(self.cells(min(context, wished)), kv_type)

    def _kv_types(self) -> tuple[str, ...]:
        if not can_halve_cache(self.model):
            return ("f16",)
        return (self.wish.kv_type,) if self.wish.kv_type else ("f16", "q8_0")

    def _with_more_sequences(self, choice: Choice) -> Choice:
        """Keep more lines of text side by side, as many as cost little.

        They are added when all else is settled, so that they never cost context or layers on
        a GPU.
        """
        # Asked about recurrent states, the engine allocates them: formulas are asked first.
        formulas = partial(memory_parts, self.model)
        guess = replace(choice, parts=self.budget.with_margins(formulas(choice.settings)))
        for sequences in MORE_SEQUENCES:
            settings = replace(choice.settings, sequences=sequences)
            guessed = self.budget.with_margins(formulas(settings))
            if not self._costs_little(guess, replace(guess, settings=settings, parts=guessed)):
                continue
            wider = replace(choice, settings=settings, parts=self.parts(settings))
            if self._costs_little(choice, wider):
                return wider
        return choice

    def _costs_little(self, one: Choice, wider: Choice) -> bool:
        before, after = (sum(part.total_bytes for part in each.parts) for each in (one, wider))
        free, left = (-self.budget.short_of_bytes(each.parts) for each in (one, wider))
        if (after - before) * 100 <= before and (left >= 0 or free < 0):
            return True
        # The second line keeps a title or a branch from pushing out the conversation in front:
        # it is worth more than those after it.
        if wider.settings.sequences == min(MORE_SEQUENCES):
            return 0 <= (free - left) * 4 <= free
        is_small = after - before <= max(_SMALL_GROWTH, before // 8)
        return is_small and 0 <= (free - left) * 16 <= free

    def _settings(self, gpu_layers: int, step: Step) -> EngineSettings:
        whole = gpu_layers > self.model.layers
        return EngineSettings(
            gpu_layers=gpu_layers,
            context_tokens=step.context_tokens,
            threads=self._threads(whole=whole),
            ubatch_tokens=step.ubatch_tokens,
            kv_type=step.kv_type,
            # Without layers on the card, offloading would copy weights there for nothing.
            op_offload=0 < gpu_layers <= self.model.layers,
            sequences=1,
            guesses=self.wish.guesses is not False,
        )

    def _threads(self, *, whole: bool) -> int:
        host = self.budget.host
        if self.wish.threads is not None:
            return min(self.wish.threads, max(1, host.logical_cores))
        threads = usable_threads(host)
        return min(threads, _THREADS_BESIDE_A_GPU) if whole else threads


def usable_threads(host: HostFacts) -> int:
    """Return how many threads compute: one a physical core, and never all logical cores.

    llama.cpp's threads spin while they wait for each other. When another program takes one of
    their cores, all wait: two threads on two busy cores fell from 65 to 2.9 tokens/s where one
    thread kept 19 to 30 (measured 2026-11). So one logical core stays free for the window.
    """
    return max(1, min(host.physical_cores, host.logical_cores - 1))
