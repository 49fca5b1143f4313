"""All services, built once and closed in order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType

from inglenook.chat.message import Message
from inglenook.core.ids import ChatId
from inglenook.downloads.jobfiles import JobFiles
from inglenook.effort.thinking import Thinking
from inglenook.engine.client import EngineClient
from inglenook.hardware.memoryprobe import MemoryProbe
from inglenook.services import logs, reportfile
from inglenook.services.api import ApiService
from inglenook.services.appraising import AppraisingService
from inglenook.services.arrivals import Arrivals
from inglenook.services.assembly import chats, elsewhere, evaluation, measured_efforts
from inglenook.services.assistants import AssistantService
from inglenook.services.briefing import BriefingService
from inglenook.services.browse import BrowseService
from inglenook.services.bus import Bus
from inglenook.services.cascade import CascadeService
from inglenook.services.chat import ChatService
from inglenook.services.connections import ConnectionLog
from inglenook.services.documents import DocumentService
from inglenook.services.downloads import DownloadService
from inglenook.services.drafts import DraftService
from inglenook.services.echo import ECHO_PATH, echo_plan
from inglenook.services.efforts import EffortService
from inglenook.services.elsewhere import engine_name
from inglenook.services.embedding import EmbeddingService
from inglenook.services.encryption import EncryptionService
from inglenook.services.endpoints import EndpointService
from inglenook.services.engine import EngineService
from inglenook.services.engineclient import MakeClient
from inglenook.services.erasing import Erasing
from inglenook.services.erasing import finish as finish_erasing
from inglenook.services.evaluating import EvaluatingService, usual_asker
from inglenook.services.events import ProblemArose, SettingsChanged
from inglenook.services.formulas import FormulaService
from inglenook.services.hub import HubService
from inglenook.services.library import LibraryService
from inglenook.services.listening import Listen, Open
from inglenook.services.models import ModelService
from inglenook.services.newchats import NewChats
from inglenook.services.notices import NoticeService
from inglenook.services.pictures import PictureService
from inglenook.services.portability import Portability
from inglenook.services.portable import PortableService, finish_restore, is_restore_prepared
from inglenook.services.prompts import PromptService
from inglenook.services.queue import QueueService
from inglenook.services.relocation import Relocation
from inglenook.services.remote import RemoteService
from inglenook.services.report import Reports
from inglenook.services.running import RunningService
from inglenook.services.runtimes import Runtimes, usual_runtimes
from inglenook.services.servernote import ServerNote
from inglenook.services.serving import ServingService, nobody_listens
from inglenook.services.servingkey import AccessKey
from inglenook.services.settings import SettingsService
from inglenook.services.shelf import ShelfService
from inglenook.services.sizes import EngineSizes
from inglenook.services.snapshots import SnapshotService
from inglenook.services.speeds import SpeedService
from inglenook.services.store import Store
from inglenook.services.summaries import SummaryService
from inglenook.services.updates import KEYS, UpdateService
from inglenook.services.vault import Vault
from inglenook.services.wishes import Wishes
from inglenook.storage.connections import LineFile
from inglenook.storage.endpoints import secret_names
from inglenook.storage.kept import KeptValues
from inglenook.storage.paths import Folders, find_folders, resources
from inglenook.storage.secrets import Tokens
from inglenook.storage.settings import SettingsFile
from inglenook.storage.sizes import SizesFile
from inglenook.storage.snapshots import SnapshotFolder
from inglenook.storage.systemkeyring import SystemKeyring
from inglenook.storage.wishes import WishesFile


@dataclass(frozen=True, slots=True)
class Services:
    """What a face needs.

    Threads: any; see each service.
    """

    bus: Bus
    folders: Folders
    settings: SettingsService
    store: Store
    snapshots: SnapshotService
    models: ModelService
    running: RunningService
    engine: EngineService
    chat: ChatService
    hub: HubService
    browse: BrowseService
    library: LibraryService
    relocation: Relocation
    shelf: ShelfService
    downloads: DownloadService
    formulas: FormulaService
    documents: DocumentService
    pictures: PictureService
    runtimes: Runtimes
    speeds: SpeedService
    efforts: EffortService
    cascade: CascadeService
    encryption: EncryptionService
    connections: ConnectionLog
    erasing: Erasing
    reports: Reports
    updates: UpdateService
    assistants: AssistantService
    prompts: PromptService
    briefing: BriefingService
    portable: PortableService
    drafts: DraftService
    queue: QueueService
    summaries: SummaryService
    evaluating: EvaluatingService
    endpoints: EndpointService
    remote: RemoteService
    new_chats: NewChats
    notices: NoticeService
    serving: ServingService
    api: ApiService
    appraising: AppraisingService
    is_echo: bool = False

    @classmethod
    def open(
        cls,
        *,
        backend: str = "llama",
        folders: Folders | None = None,
        listen: Listen = nobody_listens,
    ) -> "Services":
        """Build everything; nothing heavy happens before ``start``.

        Args:
            backend: ``"llama"`` or ``"echo"``.
            folders: Where data is kept; None for the usual places.
            listen: Listens for other programs.

        Raises:
            StorageError: the data folder cannot be created or written.
        """
        where = folders or find_folders()
        finish_erasing(where)
        where.create()
        finish_restore(where)
        logs.to_file(where.logs)
        bus = Bus()
        settings = SettingsService(bus, SettingsFile(where.settings))
        vault = Vault(where.database)
        store = Store(
            where.database, lambda problem: bus.publish(ProblemArose(problem)), key=vault.key
        )
        snapshots = SnapshotService(
            bus, store, SnapshotFolder(where.snapshots), settings, lambda: vault.is_sealed
        )
        runtimes = usual_runtimes(where)
        sizes = EngineSizes(
            SizesFile(where.sizes), lambda: MemoryProbe(launch=runtimes.launch())
        )
        wishes = Wishes(WishesFile(where.wishes))
        models = ModelService(
            bus, store, resources() / "models", runtimes.devices,
            sizes=sizes, wishes=wishes, look_again=runtimes.look_again,
        )  # fmt: skip
        bus.subscribe(models.cards.told)
        speeds = SpeedService(
            KeptValues(where.speeds, float), models.machine, store.post,
            fingerprint=models.cards.fingerprint,
        )  # fmt: skip
        bus.subscribe(speeds.told)
        is_echo = backend == "echo"
        make_client = partial(
            EngineClient, backend=backend, launch=None if is_echo else runtimes.engine
        )
        engine = EngineService(
            bus,
            make_client if is_echo else speeds.listening(make_client),
            echo_plan if is_echo else models.plan_load,
            _nothing if is_echo else partial(_loaded, settings, models),
            snapshots=str(where.snapshots),
            on_saved=snapshots.saved,
            on_loaded=models.learn,
            on_proved=models.proved,
            rest_after_s=lambda: settings.now.idle_unload_minutes * 60.0,
        )
        running = RunningService(
            bus, engine, wishes, echo_plan if is_echo else models.plan, models.machine,
            sizes, None if is_echo else models.cards,
        )  # fmt: skip
        snapshots.watch(engine.forget)
        chat = chats(bus, engine, store, settings)
        connections = ConnectionLog(LineFile(where.connections), bus.publish)
        endpoints, remote, new_chats = elsewhere(bus, store, settings, connections, chat)
        efforts = measured_efforts(bus, where, chat, None if is_echo else models.cards)
        evaluating = evaluation(
            bus, where, echo_plan if is_echo else models.plan,
            partial(usual_asker, backend, None if is_echo else runtimes.engine),
        )  # fmt: skip
        assistants = AssistantService(bus, store, resources() / "assistants")
        briefing = BriefingService(
            bus, store, assistants,
            name=lambda: settings.now.person_name, model=partial(_model_name, engine),
            thinks=lambda: engine.state.thinks,
            thinking=lambda: Thinking(settings.now.thinking),
            elsewhere=lambda choice: engine_name(choice, endpoints.find(choice.endpoint)),
            for_new=new_chats.choice,
        )  # fmt: skip
        chat.brief = briefing.for_answer
        drafts = DraftService(store)
        chat.has_draft = lambda last: bool(drafts.of(last))
        queue = QueueService(bus, store, chat.send, chat.answers.is_answering)
        cascade = CascadeService(
            bus, engine, lambda: models.chat_models, echo_plan if is_echo else models.plan,
            chat.regenerate,
        )  # fmt: skip
        chat.answers.ended = partial(_ended, (cascade.ended, queue.ended))
        hub = HubService(
            settings, models, Tokens(),
            cache=where.cache, catalogue=resources() / "catalog", speed=speeds.estimate,
            tell=connections.add,
        )  # fmt: skip
        folder = partial(_models_folder, settings, where)
        library = LibraryService(store, models, folder)
        arrivals = Arrivals(hub, models, settings, folder)
        downloads = DownloadService(bus, JobFiles(where.downloads), arrivals.wishes())
        bus.subscribe(
            lambda told: downloads.wake() if isinstance(told, SettingsChanged) else None
        )
        browse = BrowseService(
            bus, hub, downloads,
            folder=folder, installed=library.repositories, on_token=settings.tell,
        )  # fmt: skip
        relocation = Relocation(
            store, models, settings, downloads, usual=where.models, note=where.move_note
        )
        shelf = ShelfService(bus, library, relocation, engine)
        encryption = EncryptionService(
            bus, store, vault,
            is_answering=lambda: bool(engine.state.awaited),
            is_restoring=partial(is_restore_prepared, where), after=snapshots.settle,
        )  # fmt: skip
        if not encryption.is_sealed:
            shelf.recover()
        embedding, appraising = _readers(make_client, models, engine, chat)
        api = ApiService(
            bus, engine, models, embedding, last=lambda: settings.now.last_model,
            strategy_for=appraising.strategy_for,
        )  # fmt: skip
        return cls(
            bus, where, settings, store, snapshots, models, running, engine, chat, hub, browse,
            library, relocation, shelf, downloads,
            FormulaService(bus), DocumentService(bus), PictureService(bus), runtimes,
            speeds, efforts, cascade, encryption, connections,
            Erasing(
                where, store, chat.organising, library, settings,
                key_name=lambda: vault.secret_name,
                key_names=lambda: secret_names(endpoints.endpoints),
            ),
            Reports(
                bus.publish, runtimes.devices, save=partial(reportfile.save, folders=where)
            ),
            UpdateService(bus.publish, settings, resources() / KEYS, connections.add),
            assistants, PromptService(bus, store), briefing,
            PortableService(bus, Portability(store, where), where, chat.refresh), drafts, queue,
            SummaryService(bus, chat.answers.engines, store, chat.chats, briefing.choice),
            evaluating, endpoints, remote, new_chats,
            NoticeService(bus),
            _serving(bus, settings, partial(listen, api), where.data),
            api, appraising, is_echo,
        )  # fmt: skip

    def start(
        self, load: str | None = None, *, loads: bool = True, spares: bool = False
    ) -> None:
        """Open the chats, list the models, and load one.

        Args:
            load: A model file; None for the last one used, or else the starter.
            loads: Load any; not where another process of ours answers.
            spares: Where new chats begin with another engine, a model that nobody asked for
                is loaded by the first question to it.
        """
        self.settings.announce()
        if self.encryption.is_sealed:  # else that was done before
            self.shelf.recover()
        now = self.settings.now
        last = now.last_chat if now.opens_with == "last" else ""
        self.drafts.start(ChatId(last) if last else None)
        self.queue.start()
        self.chat.start(ChatId(last) if last else None)
        self.chat.organising.start()
        self.assistants.start()
        self.prompts.start()
        self.endpoints.start()
        self.models.refresh()
        self.snapshots.start()
        self.shelf.start()
        self.downloads.start()
        path = load or self._first_model()
        if path and loads:
            is_spared = spares and not load and self.new_chats.choice().is_elsewhere
            (self.engine.lay_by if is_spared else self.engine.load)(path)

    def _first_model(self) -> str | None:
        if self.is_echo:
            return ECHO_PATH
        return self.models.first_choice(self.settings.now.last_model)

    def close(self) -> None:
        """End every process and thread; what is unfinished is stored first."""
        self.serving.close()
        self.api.close()
        self.notices.close()
        self.evaluating.close()
        self.endpoints.close()
        self.remote.close()
        self.running.close()
        self.reports.close()
        self.updates.close()
        self.formulas.close()
        self.cascade.close()
        self.portable.close()
        self.documents.close()
        self.pictures.close()
        self.browse.close()
        self.downloads.close()
        self.shelf.close()
        self.hub.close()
        self.chat.close()
        self.store.close()
        self.engine.close()
        finish_erasing(self.folders)

    def __enter__(self) -> "Services":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _serving(bus: Bus, settings: SettingsService, listen: Open, data: Path) -> ServingService:
    """Return what serves other programs, with its note for our own."""
    key = AccessKey(SystemKeyring())
    return ServingService(bus, settings, key, listen, note=ServerNote(data, key).told)


def _readers(
    make_client: MakeClient, models: ModelService, engine: EngineService, chat: ChatService
) -> tuple[EmbeddingService, AppraisingService]:
    """Return what makes vectors and scores of texts, and what has drafts chosen by them."""
    embedding = EmbeddingService(make_client)
    made = AppraisingService(embedding, lambda: models.models)
    engine.appraiser, chat.strategy_for = made, made.strategy_for
    return embedding, made


def _models_folder(settings: SettingsService, folders: Folders) -> Path:
    """Return where downloads go: where the person wants them, or the usual place."""
    return Path(settings.now.models_folder or folders.models)


def _loaded(settings: SettingsService, models: ModelService, path: str) -> None:
    """Remember a model that was loaded."""
    settings.set_last_model(path)
    models.used(path)


def _ended(
    ears: Sequence[Callable[[ChatId, Message], None]], chat: ChatId, answer: Message
) -> None:
    """Tell everybody who follows answers to their end."""
    for each in ears:
        each(chat, answer)


def _model_name(engine: EngineService) -> str:
    """Return the name of the model that is loaded; "" for none."""
    model = engine.state.model
    return model.name if model else ""


def _nothing(_path: str) -> None:
    """Remember nothing of a model that is none."""
