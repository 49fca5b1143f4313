"""The settings that can be made by hand, together: what is wished for."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inglenook.models.fit import Plan, Wish
from inglenook.models.machine import Machine
from inglenook.ui.running.rows import ChoiceRow, SliderRow
from inglenook.ui.running.stops import (
    DeviceChoice,
    context_stops,
    device_choices,
    layers_shown,
    layers_wished,
    pages_in_words,
)
from inglenook.ui.style import Look
from inglenook.ui.units import grouped
from inglenook.ui.words import tr

_GUESSES = {"pays": True, "never": False}


class Controls(QWidget):
    """Where the model runs, with how many layers, how long a talk, and how many threads.

    Signals:
        changed(): by the person.
    """

    changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._layers_of = 0
        self._choices: tuple[DeviceChoice, ...] = ()
        self._projector: str | None = None
        self.devices = ChoiceRow(look, tr("Runs on"))
        self.layers = SliderRow(look, tr("Layers on the GPU"), self._layers_in_words)
        self.context = SliderRow(look, tr("Longest conversation"), _context_in_words)
        self.cache = ChoiceRow(look, tr("The conversation is kept"))
        self.threads = SliderRow(look, tr("Threads"), _threads_in_words)
        self.guesses = ChoiceRow(look, tr("Guessing ahead"))
        self.rows: tuple[ChoiceRow | SliderRow, ...] = (
            self.devices, self.layers, self.context, self.cache, self.threads, self.guesses,
        )  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        for row in self.rows:
            column.addWidget(row)
            row.changed.connect(self.changed)

    def offer(self, machine: Machine, automatic: Plan, wish: Wish) -> None:
        """Show what may be chosen, what is automatic, and what is set."""
        limits, usual = automatic.limits, automatic.settings
        self._projector = wish.projector
        self._choices = device_choices(machine)
        self._offer_devices(wish)
        self._layers_of = limits.layers
        wished = None if wish.gpu_layers is None else max(0, wish.gpu_layers - 1)
        has_gpu = any(one.free_bytes for one in machine.devices)
        self.layers.setVisible(has_gpu and limits.layers > 0)
        self.layers.offer(range(limits.layers + 1), layers_shown(automatic), wished)
        others = (usual.context_tokens, wish.context_tokens or 0)
        stops = context_stops(max(limits.context_tokens, usual.context_tokens), *others)
        self.context.offer(stops, usual.context_tokens, wish.context_tokens)
        self._offer_cache(automatic, wish)
        self.threads.offer(range(1, limits.threads + 1), usual.threads, wish.threads)
        self._offer_guesses(wish)

    def follow(self, plan: Plan) -> None:
        """Show what a plan leaves to itself; what is set by hand stays as it is."""
        self.layers.follow(layers_shown(plan))
        self.context.follow(plan.settings.context_tokens)
        self.cache.follow(plan.settings.kv_type)
        self.threads.follow(plan.settings.threads)

    def wish(self) -> Wish:
        """Return what is set by hand."""
        layers = self.layers.wished()
        return Wish(
            context_tokens=self.context.wished(),
            gpu_layers=None if layers is None else layers_wished(layers),
            threads=self.threads.wished(),
            kv_type=self.cache.wished(),
            devices=self._devices_wished(),
            projector=self._projector,
            guesses=_GUESSES.get(self.guesses.wished() or ""),
        )

    def forget(self) -> None:
        """Set nothing by hand."""
        self._projector = None
        for row in self.rows:
            row.forget()

    def _offer_devices(self, wish: Wish) -> None:
        choices = [(str(at), each.words) for at, each in enumerate(self._choices)]
        named = [
            str(at) for at, each in enumerate(self._choices) if each.devices == wish.devices
        ]
        is_set = wish.devices is not None and bool(named)
        hint = "" if len(choices) > 1 else tr("No graphics card that can be used was found.")
        self.devices.offer(choices, "0", named[0] if is_set else None, hint)

    def _offer_cache(self, automatic: Plan, wish: Wish) -> None:
        if not automatic.limits.can_halve_cache:
            hint = tr("This model cannot keep it in half the memory.")
            self.cache.offer([("f16", tr("In full"))], "f16", None, hint)
            return
        choices = [("f16", tr("In full")), ("q8_0", tr("In half the memory"))]
        hint = tr("Half makes room for twice the length, with hardly any difference.")
        self.cache.offer(choices, automatic.settings.kv_type, wish.kv_type, hint)

    def _offer_guesses(self, wish: Wish) -> None:
        choices = [("pays", tr("Where it pays")), ("never", tr("Never"))]
        hint = tr(
            "What stands above is repeated several words at once. The answer stays the same."
        )
        named = next((name for name, each in _GUESSES.items() if each is wish.guesses), None)
        self.guesses.offer(choices, "pays", named, hint)

    def _devices_wished(self) -> tuple[str, ...] | None:
        name = self.devices.wished()
        return self._choices[int(name)].devices if name else None

    def _layers_in_words(self, count: int) -> str:
        if count == 0:
            return tr("None")
        if count == self._layers_of:
            return tr("All {count}").format(count=count)
        return tr("{count} of {all}").format(count=count, all=self._layers_of)


def _context_in_words(tokens: int) -> str:
    pages = pages_in_words(tokens)
    return tr("{tokens} tokens, {pages}").format(tokens=grouped(tokens), pages=pages)


def _threads_in_words(count: int) -> str:
    return str(count)
