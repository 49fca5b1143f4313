"""Services that record what they are asked for, and publish only what a test tells them to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

from inglenook.chat.attachment import Attachment
from inglenook.chat.comparison import Foretold
from inglenook.chat.elsewhere import Endpoint
from inglenook.core.errors import BadArgumentError
from inglenook.core.ids import ChatId, FolderId, NodeId
from inglenook.core.passphrase import RecoveryCode
from inglenook.core.units import GIB
from inglenook.effort.gain import Gain
from inglenook.effort.level import Level
from inglenook.models.machine import DeviceFacts, DeviceKind, HostFacts, Machine
from inglenook.services.bus import Bus
from inglenook.services.evaluationnews import EvaluationState
from inglenook.services.events import Download, EngineState, LiveText
from inglenook.services.servingnews import ServedRequest, ServingState
from inglenook.storage.settings import Settings


class Recorder:
    """Remembers each call as ``(name, arguments…)``."""

    def __init__(self, calls: list[tuple], prefix: str) -> None:
        self._calls, self._prefix = calls, prefix

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)

        def record(*arguments: object, **named: object) -> None:
            self._calls.append((f"{self._prefix}.{name}", *arguments, *named.values()))

        return record


class RecordedOrganising(Recorder):
    def __init__(self, calls: list[tuple]) -> None:
        super().__init__(calls, "organising")

    def create_folder(self, name: str, chats: Sequence[ChatId] = ()) -> FolderId:
        self._calls.append(("organising.create_folder", name, tuple(chats)))
        return FolderId("NEW FOLDER")


class RecordedChat(Recorder):
    def __init__(self, calls: list[tuple]) -> None:
        super().__init__(calls, "chat")
        self.organising = RecordedOrganising(calls)
        self.lives: dict[NodeId, LiveText] = {}

    def create(self) -> ChatId:
        self._calls.append(("chat.create",))
        return ChatId("NEW")

    def live(self, node: NodeId) -> LiveText | None:
        return self.lives.get(node)


class RecordedSettings(Recorder):
    def __init__(self, calls: list[tuple], *, welcomed: bool, theme: str) -> None:
        super().__init__(calls, "settings")
        self.now = Settings(theme=theme, welcomed=welcomed)
        self.is_offline = False
        self.endpoint = "https://hub.example"


class RecordedDrafts(Recorder):
    def __init__(self, calls: list[tuple]) -> None:
        super().__init__([], "drafts")  # kept at every turn; what is kept counts
        self.texts: dict[ChatId, str] = {}

    def of(self, chat: ChatId) -> str:
        return self.texts.get(chat, "")

    def keep(self, chat: ChatId, text: str) -> None:
        self.texts[chat] = text


class RecordedQueue(Recorder):
    def __init__(self, calls: list[tuple]) -> None:
        super().__init__(calls, "queue")
        self.texts: tuple[str, ...] = ()

    def of(self, _chat: ChatId) -> tuple[str, ...]:
        return self.texts


class RecordedModels(Recorder):
    def __init__(self, calls: list[tuple]) -> None:
        super().__init__(calls, "models")
        gpu = DeviceFacts("CUDA0", "NVIDIA GeForce RTX 4070", DeviceKind.DISCRETE, 12 * GIB, 0)
        host = HostFacts(32 * GIB, 21 * GIB, 8, 16, "AMD Ryzen 7 7700 8-Core Processor")
        self.measured = Machine((gpu,), host)

    def machine(self) -> Machine:
        return self.measured


class RecordedEfforts(Recorder):
    def __init__(self, calls: list[tuple]) -> None:
        super().__init__(calls, "efforts")
        self.known: dict[Level, Foretold | None] = {}
        self.changed = 0, 0

    def foreseen(self) -> dict[Level, Foretold | None]:
        return self.known

    def changes(self) -> tuple[int, int]:
        return self.changed


class RecordedEvaluating(Recorder):
    def __init__(self, calls: list[tuple]) -> None:
        super().__init__(calls, "evaluating")
        self.now = EvaluationState()
        self.found: Gain | None = None
        self.most_s: float | None = None

    def gain(self) -> Gain | None:
        return self.found

    def most_seconds(self, *_asked: object) -> float | None:
        return self.most_s


class RecordedServing(Recorder):
    def __init__(self, calls: list[tuple]) -> None:
        super().__init__(calls, "serving")
        self.state = ServingState()
        self.past: tuple[ServedRequest, ...] = ()

    def log(self) -> tuple[ServedRequest, ...]:
        return self.past


class RecordedApi(Recorder):
    def __init__(self, calls: list[tuple]) -> None:
        super().__init__(calls, "api")
        self.served: tuple[SimpleNamespace, ...] = ()

    def models(self) -> tuple[SimpleNamespace, ...]:
        return self.served


class RecordedDownloads(Recorder):
    def __init__(self, calls: list[tuple]) -> None:
        super().__init__(calls, "downloads")
        self.rows: tuple[Download, ...] = ()

    def downloads(self) -> tuple[Download, ...]:
        return self.rows


class RecordedDocuments(Recorder):
    def __init__(self, calls: list[tuple]) -> None:
        super().__init__(calls, "documents")
        self._count = 0

    def read(self, path: str) -> str:
        return self._ticket("documents.read", path)

    def fit(self, documents: tuple, room: int, question: str) -> str:
        return self._ticket("documents.fit", documents, room, question)

    def _ticket(self, *call: object) -> str:
        self._calls.append(call)
        self._count += 1
        return f"T{self._count}"


class RecordedPictures(Recorder):
    def __init__(self, calls: list[tuple]) -> None:
        super().__init__(calls, "pictures")
        self.works: list[Callable[[], Attachment]] = []

    def prepare(self, work: Callable[[], Attachment]) -> str:
        self.works.append(work)
        return f"P{len(self.works)}"


class RecordedBrowse(Recorder):
    def __init__(self, calls: list[tuple]) -> None:
        super().__init__(calls, "browse")
        self.is_known = False

    def has_token(self) -> bool:
        return self.is_known


class RecordedBriefing(Recorder):
    def __init__(self, calls: list[tuple]) -> None:
        super().__init__(calls, "briefing")
        self.known: dict[str, str] = {}

    def values(self) -> dict[str, str]:
        return self.known


class RecordedLibrary(Recorder):
    """Assistants or prompts: what is added gets an id at once."""

    def _added(self, name: str, *what: object) -> str:
        self._calls.append((f"{self._prefix}.{name}", *what))
        return "NEW"

    def create(self, *what: object) -> str:
        return self._added("create", *what)

    def duplicate(self, assistant: str) -> str:
        return self._added("duplicate", assistant)

    def bring(self, path: str) -> str:
        return self._added("bring", path)


class RecordedPortable(Recorder):
    def __init__(self, calls: list[tuple]) -> None:
        super().__init__(calls, "portable")
        self.is_undoable = False

    def can_undo(self) -> bool:
        return self.is_undoable


class RecordedEndpoints(Recorder):
    def __init__(self, calls: list[tuple]) -> None:
        super().__init__(calls, "endpoints")
        self.endpoints: tuple[Endpoint, ...] = ()
        self.refusal: BadArgumentError | None = None

    def find(self, endpoint: str) -> Endpoint | None:
        return next((each for each in self.endpoints if each.id == endpoint), None)

    def test(self, typed: str, key: str | None, endpoint: str) -> int:
        self._calls.append(("endpoints.test", typed, key, endpoint))
        if self.refusal is not None:
            raise self.refusal
        return 1


class RecordedNewChats(Recorder):
    def __init__(self, calls: list[tuple]) -> None:
        super().__init__(calls, "new_chats")
        self.lost = ""


class RecordedEncryption(Recorder):
    def __init__(self, calls: list[tuple]) -> None:
        super().__init__(calls, "encryption")
        self.is_sealed = False

    def new_code(self) -> RecoveryCode:
        return RecoveryCode.of(bytes(range(19)))


@dataclass
class StandIn:
    """The attributes of Services that the window uses."""

    welcomed: bool = True
    theme: str = "light"
    calls: list[tuple] = field(default_factory=list)
    bus: Bus = field(default_factory=Bus)

    def __post_init__(self) -> None:
        self.chat = RecordedChat(self.calls)
        self.chat.branches = Recorder(self.calls, "branches")
        self.chat.lookback = Recorder(self.calls, "lookback")
        self.drafts = RecordedDrafts(self.calls)
        self.queue = RecordedQueue(self.calls)
        self.summaries = Recorder(self.calls, "summaries")
        self.engine = Recorder(self.calls, "engine")
        self.formulas = Recorder(self.calls, "formulas")
        self.documents = RecordedDocuments(self.calls)
        self.pictures = RecordedPictures(self.calls)
        self.running = Recorder(self.calls, "running")
        self.notices = None
        self.portable = RecordedPortable(self.calls)
        self.encryption = RecordedEncryption(self.calls)
        self.models = RecordedModels(self.calls)
        self.efforts = RecordedEfforts(self.calls)
        self.cascade = Recorder(self.calls, "cascade")
        self.evaluating = RecordedEvaluating(self.calls)
        self.serving = RecordedServing(self.calls)
        self.api = RecordedApi(self.calls)
        self.browse = RecordedBrowse(self.calls)
        self.shelf = Recorder(self.calls, "shelf")
        self.endpoints = RecordedEndpoints(self.calls)
        self.new_chats = RecordedNewChats(self.calls)
        self.assistants = RecordedLibrary(self.calls, "assistants")
        self.prompts = RecordedLibrary(self.calls, "prompts")
        self.briefing = RecordedBriefing(self.calls)
        self.downloads = RecordedDownloads(self.calls)
        self.settings = RecordedSettings(self.calls, welcomed=self.welcomed, theme=self.theme)
        home = Path("/home/ada/.local/share/inglenook")
        self.folders = SimpleNamespace(data=home, models=home / "models")
        self.state = EngineState()

    def start(self, *, spares: bool = False) -> None:
        self.calls.append(("start",))
        self.spares = spares

    def close(self) -> None:
        self.calls.append(("close",))

    def asked(self, name: str) -> list[tuple]:
        """Return the arguments of every call of this name."""
        return [call[1:] for call in self.calls if call[0] == name]
