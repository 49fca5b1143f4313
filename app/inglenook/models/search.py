"""The search for settings that fit, from the best to the least bad."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from inglenook.core.units import MIB
from inglenook.models.budget import Budget, host_margin_bytes
from inglenook.models.facts import ModelFacts
from inglenook.models.machine import HostFacts
from inglenook.models.memory import CELLS_STEP, MemoryPart, can_halve_cache, memory_parts
from inglenook.models.settings import EngineSettings, Wish

USUAL_CONTEXT = 8192
SMALL_CONTEXT = 4096
LEAST_CONTEXT = 2048
LONGEST_CONTEXT = 1 << 20
# Attention shares its cells among any number, and a larger number slows nothing down: 1 to 32
# gave 8.6 to 9.7 ms a token and the same working memory (SmolLM2-135M, 2026-11). More than 16
# branches are not wanted by any way of answering.
MORE_SEQUENCES = (16, 8, 4, 2)
_SMALL_GROWTH = 256 * MIB
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


@dataclass(frozen=True, slots=True)
class Search:
    """One model looking for a place in one machine."""

    model: ModelFacts
    budget: Budget
    wish: Wish

    def best(self) -> Choice:
        """Return the best settings that fit, or the least bad ones if none do."""
        return self._with_more_sequences(
            self.on_gpu()
            or self.split()
            or self.on_cpu()
            or self.on_gpu_for_a_short_talk()
            or self.overfull()
        )

    def on_gpu(self) -> Choice | None:
        """Look for settings with every layer on the GPU."""
        return self._whole_on_gpu(self._steps())

    def on_gpu_for_a_short_talk(self) -> Choice | None:
        """Look for the same with less context than is comfortable."""
        return self._whole_on_gpu(self._last_steps())

    def split(self) -> Choice | None:
        """Look for the most layers on a card, the rest in main memory.

        Sharing main memory with integrated graphics gains nothing from a split.
        """
        if self.budget.is_shared:
            return None
        steps = list(self._steps())
        for context, kv_type in steps if self.wish.context_tokens else steps[1:]:
            choice = self._most_layers(context, kv_type)
            if choice is not None:
                return choice
        return None

    def on_cpu(self) -> Choice | None:
        """Look for settings without a GPU."""
        steps = (*self._steps(), *self._last_steps())
        return self._first_that_fits(Verdict.CPU, 0, steps)

    def overfull(self) -> Choice:
        """Return the smallest settings, which do not leave the margin free."""
        context, kv_type = list(self._last_steps())[-1]
        settings = self._settings(0, context, kv_type)
        parts = self.parts(settings)
        host = self.budget.host
        room = max(host.ram_available_bytes, host.ram_total_bytes - host_margin_bytes(host))
        tight = parts[-1].total_bytes <= room
        return Choice(Verdict.TIGHT if tight else Verdict.TOO_BIG, settings, parts)

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

    def parts(self, settings: EngineSettings) -> tuple[MemoryPart, ...]:
        """Return the memory that settings take, margins included."""
        parts = memory_parts(self.model, settings, self.budget.shares)
        return self.budget.with_margins(parts)

    def _whole_on_gpu(self, steps: Iterable[tuple[int, str]]) -> Choice | None:
        if self.most_gpu_layers <= self.model.layers:
            return None
        return self._first_that_fits(Verdict.GPU, self.most_gpu_layers, steps)

    def _first_that_fits(
        self, verdict: Verdict, gpu_layers: int, steps: Iterable[tuple[int, str]]
    ) -> Choice | None:
        for context, kv_type in steps:
            settings = self._settings(gpu_layers, context, kv_type)
            parts = self.parts(settings)
            if self.budget.fits(parts):
                return Choice(verdict, settings, parts)
        return None

    def _steps(self) -> Iterator[tuple[int, str]]:
        """Yield context and cache type, the best first."""
        first = self.wish.context_tokens or USUAL_CONTEXT
        kv_types = self._kv_types()
        yield self._cells(first), kv_types[0]
        last = first if self.wish.context_tokens else min(first, SMALL_CONTEXT)
        for kv_type in kv_types:
            yield self._cells(last), kv_type

    def _last_steps(self) -> Iterator[tuple[int, str]]:
        """Yield what is left to try when a conversation must become shorter."""
        wished = self.wish.context_tokens or SMALL_CONTEXT
        for context in (SMALL_CONTEXT, LEAST_CONTEXT):
            for kv_type in self._kv_types():
                yield self._cells(min(context, wished)), kv_type

    def _kv_types(self) -> tuple[str, ...]:
        if not can_halve_cache(self.model):
            return ("f16",)
        return (self.wish.kv_type,) if self.wish.kv_type else ("f16", "q8_0")

    def _cells(self, tokens: int) -> int:
        """Return a context of whole steps, within what the model was trained for."""
        tokens = min(tokens, self.context_ceiling)
        return max(CELLS_STEP, tokens // CELLS_STEP * CELLS_STEP)

    def _most_layers(self, context: int, kv_type: str) -> Choice | None:
        """Find by halving how many layers fit on the cards."""
        # One layer alone would be the output layer, which is not worth a card's overhead.
        low, high = 1, min(self.most_gpu_layers, self.model.layers)
        while low < high:
            middle = (low + high + 1) // 2
            if self.budget.gpus_fit(self.parts(self._settings(middle, context, kv_type))):
                low = middle
            else:
                high = middle - 1
        settings = self._settings(low, context, kv_type)
        parts = self.parts(settings)
        if low < 2 or not self.budget.fits(parts):
            return None
        return Choice(Verdict.SPLIT, settings, parts)

    def _with_more_sequences(self, choice: Choice) -> Choice:
        """Keep more lines of text side by side, as many as cost little.

        They are added when all else is settled, so that they never cost context or layers on
        a GPU.
        """
        for sequences in MORE_SEQUENCES:
            settings = replace(choice.settings, sequences=sequences)
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

    def _settings(self, gpu_layers: int, context: int, kv_type: str) -> EngineSettings:
        whole = gpu_layers > self.model.layers
        return EngineSettings(
            gpu_layers=gpu_layers,
            context_tokens=context,
            threads=self._threads(whole=whole),
            kv_type=kv_type,
            # Without layers on the card, offloading would copy weights there for nothing.
            op_offload=0 < gpu_layers <= self.model.layers,
            sequences=1,
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
