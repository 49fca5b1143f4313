"""Model files: what is installed, what one is, and how this computer would run it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from inglenook.core.errors import InglenookError, Problem
from inglenook.hardware.children import held_by_children_bytes
from inglenook.hardware.devices import FoundDevices, find_devices
from inglenook.hardware.machine import measure_host
from inglenook.hardware.modelfile import model_size_bytes, read_model_facts
from inglenook.models.budget import Budget, usable_gpus
from inglenook.models.facts import ModelFacts
from inglenook.models.fit import (
    Cost,
    EngineSettings,
    Plan,
    Wish,
    lessened,
    longest_context,
    plan,
)
from inglenook.models.kind import FileKind
from inglenook.models.machine import DeviceFacts, HostFacts, Machine
from inglenook.models.memory import MemoryPart, memory_parts
from inglenook.models.projector import beside
from inglenook.services.bus import Bus
from inglenook.services.cards import Cards
from inglenook.services.events import ModelsChanged, ProblemArose
from inglenook.services.installed import InstalledModel
from inglenook.services.planner import NO_WISH
from inglenook.services.projectors import projector_beside, with_projector
from inglenook.services.provenance import UNKNOWN, Provenance
from inglenook.services.sizes import EngineSizes
from inglenook.services.stamps import Stamps
from inglenook.services.store import Store
from inglenook.services.wishes import Wishes
from inglenook.storage.library import LibraryModel

_READS = Problem(
    "This model reads texts and cannot chat",
    "It is on the list of models now, and helps to choose among drafts in Careful and Deep.",
)
_PROVEN = "It gets no more than it has run with: more has failed on this computer lately."
_ROUGH = "These sizes are estimates, since the engine could not be asked."
_ELSEWHERE = "These sizes are estimates: only the computer itself could ask its engine."


class ModelService:
    """The model files of one person, and the starter that came with the application.

    A file stays where it is; only its place and what its header says are kept.

    Threads: any. ``refresh``, ``add`` and ``forget`` return at once; the others read files
    and may take a moment, so the window does not call them.

    Attributes:
        models: All, as they were looked at last.
        cards: The graphics cards there are.
    """

    def __init__(
        self,
        bus: Bus,
        store: Store,
        shipped: Path,
        ask_devices: Callable[[], FoundDevices] = find_devices,
        sizes: EngineSizes | None = None,
        wishes: Wishes | None = None,
        look_again: Callable[[], FoundDevices] | None = None,
    ) -> None:
        """Know where to look; nothing is read yet.

        Args:
            bus: Told what is installed.
            store: Keeps the list.
            shipped: The folder of models that came with the application.
            ask_devices: Looks for graphics cards; may take seconds.
            sizes: Asks the engine what a model takes; None to go by formulas.
            wishes: Knows what is set by hand; None where nothing is kept.
            look_again: Asks the cards that were found what is free now; None to ask as at
                first.
        """
        self._bus, self._store, self._shipped = bus, store, shipped
        self._sizes, self._wishes = sizes, wishes
        self.cards = Cards(ask_devices, look_again or ask_devices)
        self.models: tuple[InstalledModel, ...] = ()

    @property
    def chat_models(self) -> tuple[InstalledModel, ...]:
        """Those that can be asked something, as announced last."""
        return tuple(each for each in self.models if each.chats)

    def refresh(self) -> None:
        """Announce what is installed."""
        self._store.post(self._announce)

    def add(self, path: str, then: Callable[[str], None] = lambda _path: None) -> None:
        """Check a file, put it on the list, and go on with it; a problem is announced.

        Args:
            path: The file.
            then: What to do with the path of a file that can chat: load it.
        """
        self._store.post(partial(self._add, path, then))

    def forget(self, path: str) -> None:
        """Take a file off the list; it stays on the disk."""
        self._store.post(partial(self._forget, path))

    def used(self, path: str) -> None:
        """Remember that a model was loaded now; returns at once, announced later."""
        self._store.post(partial(self._used, path, Stamps().now_ms()))

    def installed(self) -> tuple[InstalledModel, ...]:
        """Return what is installed and really there, the starter last.

        Raises:
            StorageError: the list cannot be read.
        """
        return self._store.ask(self._installed)

    def keep(self, path: str, provenance: Provenance = UNKNOWN) -> InstalledModel:
        """Check a file and put it on the list.

        Args:
            path: The file.
            provenance: Where it comes from.

        Raises:
            ModelFileError: it is not a usable model.
            StorageError: the list cannot be written.
        """
        return self._store.ask(partial(self._keep, path, provenance))

    def describe(self, path: str) -> InstalledModel:
        """Say what a model file is.

        Raises:
            ModelFileError: it is not a usable model.
        """
        return self._described(path, read_model_facts(Path(path), chats=False))

    def plan(self, path: str, wish: Wish | None = None) -> tuple[InstalledModel, Plan]:
        """Plan how this computer runs a model, from what is free now.

        It is planned as if no model of ours was loaded, since that is freed first. Nothing
        is planned beyond what has proved to work where more had failed.

        Args:
            path: The file.
            wish: What the person has set by hand; None for what is kept for the model.

        Raises:
            ModelFileError: it is not a usable model.
        """
        facts = read_model_facts(Path(path))
        wish = self.wish(path) if wish is None else wish
        projector = projector_beside(Path(path), facts, wish.projector)
        sees = projector is not None and projector.name == wish.projector
        on = self.machine()
        if projector is not None and sees:
            on = beside(on, projector)
        if self._sizes is None:
            made = self._planned(path, facts, on, wish, partial(memory_parts, facts))
        else:
            with self._sizes.of(path, facts, on.devices) as sizes:
                made = self._planned(path, facts, on, wish, sizes)
            if sizes.is_guess:
                made = replace(made, reasons=(*made.reasons, _ROUGH))
        made = replace(made, reasons=(*made.reasons, *self.cards.notes))
        longest = longest_context(facts, on.devices, on.host, wish)
        made = replace(made, longest_context_tokens=longest)
        return self._described(path, facts), with_projector(made, projector, sees=sees)

    def plan_load(self, path: str, wish: Wish = NO_WISH) -> tuple[InstalledModel, Plan]:
        """Plan a load, from what is free on the cards at this moment.

        What is set for this once comes before what is kept for the model.

        Args:
            path: The file.
            wish: What is set for this once.

        Raises:
            ModelFileError: it is not a usable model.
        """
        self.cards.look_again()
        return self.plan(path, wish.over(self.wish(path)))

    def wish(self, path: str) -> Wish:
        """Return what is set by hand for a model."""
        return NO_WISH if self._wishes is None else self._wishes.of(path)

    def sees(self, path: str) -> bool:
        """Tell whether a model is to be loaded with what lets it see pictures."""
        return bool(self.wish(path).projector)

    def proved(self, path: str, wish: Wish, settings: EngineSettings) -> None:
        """Remember settings that a model loaded with after its plan had failed.

        Args:
            path: The file.
            wish: What was set for that load.
            settings: Those that worked.
        """
        if self._wishes is not None:
            wish = wish.over(self.wish(path))
            self._wishes.prove(path, wish, self.machine(), settings)

    def plan_for(
        self, facts: ModelFacts, wish: Wish = NO_WISH, machine: Machine | None = None
    ) -> Plan:
        """Plan how a computer runs a model, by formulas: neither need be here.

        Args:
            facts: From its header.
            wish: What the person has set by hand.
            machine: Another computer; None for this one.
        """
        on = machine or self.machine()
        made = plan(facts, on.devices, on.host, wish)
        longest = longest_context(facts, on.devices, on.host, wish)
        return replace(made, longest_context_tokens=longest)

    def plan_elsewhere(
        self, path: str, machine: Machine, wish: Wish = NO_WISH
    ) -> tuple[InstalledModel, Plan]:
        """Plan how another computer would run a model.

        Args:
            path: The file.
            machine: The computer.
            wish: What the person has set by hand.

        Raises:
            ModelFileError: it is not a usable model.
        """
        facts = read_model_facts(Path(path))
        made = self.plan_for(facts, wish, machine)
        made = replace(made, reasons=(*made.reasons, _ELSEWHERE))
        return self._described(path, facts), made

    def learn(self, taken: Sequence[MemoryPart]) -> None:
        """Remember what the drivers of GPUs took in a load; returns at once."""
        sizes, gpus = self._sizes, [part for part in taken if part.device != "CPU"]
        if sizes is not None and gpus:
            self._store.post(lambda: sizes.learn(self.devices(), gpus))

    def machine(self) -> Machine:
        """Return this computer as the planner sees it now."""
        return Machine(self.devices(), self.host())

    def devices(self) -> tuple[DeviceFacts, ...]:
        """Return the graphics devices that llama.cpp can use, as they were seen last."""
        return self.cards.devices()

    def host(self) -> HostFacts:
        """Return memory and processor as they are now, but for what models of ours hold."""
        now = measure_host()
        free = now.ram_available_bytes + held_by_children_bytes()
        return replace(now, ram_available_bytes=min(free, now.ram_total_bytes))

    def first_choice(self, last: str | None) -> str | None:
        """Return the model to start with: the last one if it is still there, or the starter."""
        if last and _is_there(Path(last)):
            return last
        return next((str(path) for path in self._starters()), None)

    def _planned(
        self, path: str, facts: ModelFacts, on: Machine, wish: Wish, cost: Cost
    ) -> Plan:
        made = plan(facts, on.devices, on.host, wish, cost)
        proven = self._wishes.proven(path, wish, on) if self._wishes is not None else None
        settings = made.settings if proven is None else proven.within(made.settings)
        if settings == made.settings:
            return made
        budget = Budget(usable_gpus(on.devices, wish.devices), on.host)
        parts = budget.with_margins(cost(settings))
        memory = tuple(part for part in parts if part.total_bytes)
        return lessened(made, settings, _PROVEN, memory)

    # --- on the store's worker ---

    def _add(self, path: str, then: Callable[[str], None]) -> None:
        if self._keep(path).chats:
            then(path)
        else:
            self._bus.publish(ProblemArose(_READS))

    def _keep(self, path: str, provenance: Provenance = UNKNOWN) -> InstalledModel:
        model = self.describe(path)
        if not model.starter:
            file = Path(path).stat()
            kept = LibraryModel(
                model.path, provenance.name or model.name, model.quant, model.size_bytes,
                model.architecture, model.context_tokens, Stamps().now_ms(),
                provenance.origin, provenance.source, provenance.licence, provenance.sha256,
                changed_ns=file.st_mtime_ns, kind=model.kind,
            )  # fmt: skip
            self._store.library.add(kept)
            model = known(kept)
        self._announce()
        return model

    def _used(self, path: str, now_ms: int) -> None:
        self._store.library.used(path, now_ms)
        self._announce()

    def _forget(self, path: str) -> None:
        self._store.library.remove(path)
        self._announce()

    def _announce(self) -> None:
        self.models = self._installed()
        self._bus.publish(ModelsChanged(self.chat_models))

    def _installed(self) -> tuple[InstalledModel, ...]:
        kept = tuple(known(each) for each in self._store.library.models() if not each.missing)
        shipped = []
        for path in self._starters():
            try:
                shipped.append(self.describe(str(path)))
            except InglenookError as error:
                self._bus.publish(ProblemArose(error.problem))
        return (*kept, *shipped)

    def _starters(self) -> list[Path]:
        return sorted(path for path in self._shipped.glob("*.gguf") if not path.is_symlink())

    def _described(self, path: str, facts: ModelFacts) -> InstalledModel:
        return InstalledModel(
            path=path,
            name=facts.name,
            quant=_quant(facts),
            size_bytes=model_size_bytes(Path(path)),
            architecture=facts.architecture,
            context_tokens=facts.context_tokens,
            starter=Path(path).resolve().parent == self._shipped.resolve(),
            kind=facts.kind,
        )


def _quant(facts: ModelFacts) -> str:
    return f"{facts.quant_bits}-bit ({facts.quant})" if facts.quant_bits else facts.quant


def known(model: LibraryModel) -> InstalledModel:
    """Return a model of the list as it is announced."""
    return InstalledModel(
        model.path,
        model.name,
        model.quant,
        model.size_bytes,
        model.architecture,
        model.context_tokens,
        origin=model.origin,
        source=model.source,
        licence=model.licence,
        used_ms=model.used_ms,
        kind=_kind(model.kind),
    )


def _kind(name: str) -> FileKind:
    """Return a kind by its name, which a newer version may have written."""
    return FileKind(name) if name in {*FileKind} else FileKind.OTHER


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a settings file may hold anything
        return False
