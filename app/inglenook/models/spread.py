"""A model's layers on one or several graphics cards, and what each then holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from inglenook.models.budget import Budget, card_margin_bytes
from inglenook.models.deal import deal
from inglenook.models.facts import ModelFacts
from inglenook.models.machine import DeviceFacts
from inglenook.models.memory import MemoryPart, cache_bytes, layer_bytes
from inglenook.models.settings import EngineSettings

Cost: TypeAlias = Callable[[EngineSettings], tuple[MemoryPart, ...]]
"""What settings take: a part for each of their devices, main memory last."""

# The first deal knows nothing of working memory, the second knows what it was, the third what
# still lacked. No more was ever needed.
_DEALS = 3


@dataclass(frozen=True, slots=True)
class Placed:
    """Settings, and the memory they take, margins included."""

    settings: EngineSettings
    parts: tuple[MemoryPart, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """Puts a model's layers on the cards of a machine."""

    model: ModelFacts
    budget: Budget
    cost: Cost

    def parts(self, settings: EngineSettings) -> tuple[MemoryPart, ...]:
        """Return the memory that settings take, margins included."""
        return self.budget.with_margins(self.cost(settings))

    def on_fewest(self, settings: EngineSettings) -> Placed | None:
        """Put the layers on one card if one has the room, else on all; None if they do not fit.

        Two cards take turns, so that nothing is won by a second one that is not needed.
        """
        alone = sorted(self.budget.gpus, key=_room_bytes, reverse=True)
        for gpu in alone if len(alone) > 1 else ():
            placed = self._dealt((gpu,), settings)
            if self.budget.fits(placed.parts):
                return placed
        placed = self.on_all(settings)
        return placed if self.budget.fits(placed.parts) else None

    def on_all(self, settings: EngineSettings) -> Placed:
        """Put the layers on all cards, by the room they have, whether they fit or not."""
        return self._dealt(self.budget.gpus, settings)

    def _dealt(self, gpus: Sequence[DeviceFacts], settings: EngineSettings) -> Placed:
        sizes = self._sizes(settings)
        rooms = [_room_bytes(gpu) for gpu in gpus]
        placed = self._placed(gpus, deal(sizes, rooms), settings)
        for _ in range(_DEALS - 1 if len(gpus) > 1 else 0):
            if self.budget.gpus_fit(placed.parts):
                break
            rooms = self._rooms_beside(gpus, rooms, placed)
            placed = self._placed(gpus, deal(sizes, rooms), settings)
        return placed

    def _rooms_beside(
        self, gpus: Sequence[DeviceFacts], rooms: Sequence[int], placed: Placed
    ) -> list[int]:
        """Return the room for layers, now that it is known what else is needed."""
        parts = {part.device: part for part in placed.parts}
        usual = max(part.total_bytes - _layers_bytes(part) for part in placed.parts)
        beside = []
        for gpu, room in zip(gpus, rooms, strict=True):
            part = parts.get(gpu.name)
            free = _room_bytes(gpu)
            if part is None:
                beside.append(min(room, free - usual))
                continue
            other = part.total_bytes - _layers_bytes(part)
            lack = part.total_bytes - free
            beside.append(free - other if room == free else room - max(0, lack))
        return beside

    def _placed(
        self, gpus: Sequence[DeviceFacts], counts: Sequence[int], settings: EngineSettings
    ) -> Placed:
        used = [(gpu.name, count) for gpu, count in zip(gpus, counts, strict=True) if count]
        names, shares = zip(*used, strict=True)
        placed = replace(settings, devices=names, layers_on=shares if len(shares) > 1 else ())
        return Placed(placed, self.parts(placed))

    def _sizes(self, settings: EngineSettings) -> list[int]:
        entries = self.model.layers + 1
        caches = (*cache_bytes(self.model, settings), 0)
        first = entries - min(settings.gpu_layers, entries)
        return [
            layer_bytes(self.model, settings, layer) + caches[layer]
            for layer in range(first, entries)
        ]


def _room_bytes(gpu: DeviceFacts) -> int:
    return gpu.free_bytes - card_margin_bytes(gpu)


def _layers_bytes(part: MemoryPart) -> int:
    return part.weights_bytes + part.kv_bytes
