"""Every announcement of the services: facts in the past tense, as frozen values."""

from dataclasses import dataclass
from enum import StrEnum

from inglenook.chat.comparison import Comparison
from inglenook.chat.tree import Conversation
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, FolderId, NodeId
from inglenook.downloads.page import FoundModel
from inglenook.downloads.query import Query
from inglenook.engine.draftevents import TreeNode
from inglenook.models.fit import MemoryPart, Plan
from inglenook.services.assistantnews import AssistantsChanged, ChatBriefed, PromptsChanged
from inglenook.services.attachments import (
    DocumentProgressed,
    DocumentRead,
    DocumentsFitted,
    PictureRead,
)
from inglenook.services.cascadenews import LargerModelFound
from inglenook.services.chatnews import (
    ChatsErased,
    ChatsRemoved,
    FolderDeleted,
    FoldersChanged,
    TrashListed,
)
from inglenook.services.connections import ConnectionsChanged
from inglenook.services.encryptionnews import EncryptionChanged
from inglenook.services.endpointnews import EndpointsChanged, EndpointTested
from inglenook.services.evaluationnews import EvaluationChanged
from inglenook.services.formulas import FormulaDrawn
from inglenook.services.installed import InstalledModel
from inglenook.services.messagenews import (
    BranchRemoved,
    OddsRead,
    PromptRendered,
    QueueChanged,
    SummaryWritten,
)
from inglenook.services.modelnews import (
    FolderMoved,
    ModelRemoved,
    ModelsScanned,
    ModelVerified,
    PlanPreviewed,
    ReadmeRead,
    RecommendationsLookedUp,
    RepositoryRead,
    ShelfChanged,
)
from inglenook.services.noticenews import NoticePressed, NoticeRefused
from inglenook.services.portabilitynews import (
    BackupChecked,
    BackupMade,
    ChatsExported,
    ChatsImported,
    ChatsRead,
    ImportProgressed,
    ImportRead,
    RestorePrepared,
)
from inglenook.services.releasenews import ReleaseChecked
from inglenook.services.report import InstallationRead, ReportMade, ReportSaved
from inglenook.services.servingnews import RequestServed, ServingChanged, ServingKey


class EnginePhase(StrEnum):
    """What the engine is doing, as the model pill shows it."""

    NO_MODEL = "no model"
    LOADING = "loading"
    READY = "ready"
    RESTARTING = "restarting"
    """It died and is coming back by itself."""
    FAILED = "failed"
    """The model could not be loaded; ``problem`` says why."""
    RESTING = "resting"
    """The model was freed since nobody asked it; the next question loads it again."""
    BROKEN = "broken"
    """It died too often; it waits for the person to try again."""


@dataclass(frozen=True, slots=True)
class EngineState:
    """The engine as the window shows it.

    Attributes:
        fraction: Of the model file read, 0 to 1, while loading.
        answering: Requests being answered or waiting.
        unasked: How many of these no person waits for: names of chats, counted tokens.
        thinks: Whether the model thinks before it answers, as in Loaded.
        taken: What the engine really took of each device, main memory last; empty while
            nothing is loaded, or where it cannot tell.
        sees: The model that is there can be shown pictures.
    """

    phase: EnginePhase = EnginePhase.NO_MODEL
    model: InstalledModel | None = None
    plan: Plan | None = None
    fraction: float = 0.0
    problem: Problem | None = None
    answering: int = 0
    unasked: int = 0
    taken: tuple[MemoryPart, ...] = ()
    thinks: str = ""
    sees: bool = False

    @property
    def will_see(self) -> bool:
        """Whether a model can be shown pictures that is there, or once it is."""
        is_planned = self.phase is not EnginePhase.READY and self.plan is not None
        return self.sees or (is_planned and self.plan is not None and self.plan.sees)

    @property
    def awaited(self) -> int:
        """Return how many answers a person waits for."""
        return self.answering - self.unasked


@dataclass(frozen=True, slots=True)
class ChatSummary:
    """One row of the side bar.

    Attributes:
        folder: Where it was put; None for nowhere.
        is_pinned: It stands above the others.
        is_archived: It was put aside.
    """

    id: ChatId
    title: str
    updated_ms: int
    folder: FolderId | None = None
    is_pinned: bool = False
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class SearchHit:
    r"""One found message.

    Attributes:
        node: The message found, or None when only the chat's title matched.
        snippet: Plain text around the match; matches stand between ``\x02`` and ``\x03``.
        is_archived: Its chat was put aside.
    """

    chat: ChatId
    title: str
    node: NodeId | None
    snippet: str
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class LiveDraft:
    """How far one of several drafts is.

    Attributes:
        number: From 0; the text of number 0 is that of LiveText.
        tokens: It has so many.
        state: ``"thinking"``, ``"writing"``, or how it ended, as in KeptDraft.
        answer: What was found in it to compare, once it has ended.
        text: What it says, once it has ended.
    """

    number: int
    tokens: int
    state: str
    answer: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class LiveText:
    """What has been written of an answer so far.

    Attributes:
        text: From the first character.
        thinking: The part before the answer, if the model thinks.
        waiting_for: Why nothing new is written yet ("Reading the prompt"), else ``""``.
        tokens_per_s: Over the last seconds; 0 before the second token.
        drafts: If there are several, those that have begun, by number.
        most_drafts: There may be so many; 1 for an answer of one draft.
        nodes: Of a tree search, each as it was told last, by number.
        comparison: What was chosen, once it is.
        left_s: Seconds until it is whole, if there are several drafts; None while nobody can
            tell.
    """

    text: str
    thinking: str
    waiting_for: str
    tokens: int
    tokens_per_s: float
    drafts: tuple[LiveDraft, ...] = ()
    most_drafts: int = 1
    nodes: tuple[TreeNode, ...] = ()
    comparison: Comparison | None = None
    left_s: float | None = None


@dataclass(frozen=True, slots=True)
class ChatListChanged:
    """Chats were added, renamed, removed or reordered; newest first."""

    chats: tuple[ChatSummary, ...]


@dataclass(frozen=True, slots=True)
class ConversationOpened:
    """Another conversation is on screen now."""

    conversation: Conversation


@dataclass(frozen=True, slots=True)
class ConversationChanged:
    """A conversation has a new value; an answer that streams is a node with Status.WRITING."""

    conversation: Conversation


@dataclass(frozen=True, slots=True)
class ChatsAnswering:
    """In other chats than before something is being written, or waits to be."""

    chats: frozenset[ChatId]


@dataclass(frozen=True, slots=True)
class SearchFinished:
    """Results for exactly this query; best first."""

    query: str
    hits: tuple[SearchHit, ...]


@dataclass(frozen=True, slots=True)
class EngineChanged:
    """The engine or its model has a new state."""

    state: EngineState


@dataclass(frozen=True, slots=True)
class ModelsChanged:
    """The library has other models now."""

    models: tuple[InstalledModel, ...]


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """The person's choices as they are now."""

    theme: str
    """``"system"``, ``"light"`` or ``"dark"``."""
    welcomed: bool
    """The first-run page has been seen."""
    text_scale: float = 1.0
    """Size of text over the usual one."""
    offline: bool = False
    """Nothing may use the network: by choice, or because the environment says so."""
    effort: str = "quick"
    """The usual effort of an answer, as ``effort.level.Level``."""


@dataclass(frozen=True, slots=True)
class Download:
    """One row of the list of downloads.

    Attributes:
        id: Names the job.
        state: As ``downloads.job.JobState``.
        phase: What a running one does, as ``downloads.progress.Phase``; else empty.
        done_bytes: What has come of all its files; while checking, what is read so far.
        bytes_per_s: Over the last seconds.
        problem: What went wrong last, or why it waits; None if nothing did.
        repo: Where on the Hub it comes from: ``"org/name"``.
        files: Paths of all its files there, the one that is loaded first.
        retry_at_ms: When it tries again by itself, milliseconds since 1970; 0 if it does not.
    """

    id: str
    title: str
    state: str
    phase: str
    done_bytes: int
    size_bytes: int
    bytes_per_s: float
    problem: Problem | None
    repo: str = ""
    files: tuple[str, ...] = ()
    retry_at_ms: int = 0


@dataclass(frozen=True, slots=True)
class DownloadsChanged:
    """Downloads stand otherwise than before; told ten times a second at most."""

    downloads: tuple[Download, ...]


@dataclass(frozen=True, slots=True)
class DownloadFinished:
    """A model is there, whole and right, and on the list."""

    job: str
    title: str
    path: str


@dataclass(frozen=True, slots=True)
class DownloadFailed:
    """A download does not go on by itself."""

    job: str
    title: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class HubSearched:
    """The Hub was searched for what was asked last.

    Attributes:
        models: What was found; after a problem, what was found before.
        problem: Why nothing new was found; None if all went well.
        fits: Of each model, whether it probably runs here; None where nothing is known.
        installed: Those of which some file is in the library, by repository.
    """

    query: Query
    models: tuple[FoundModel, ...]
    problem: Problem | None = None
    fits: tuple[bool | None, ...] = ()
    installed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ProblemArose:
    """Something a person asked for did not happen.

    Attributes:
        draft: Text that could not be sent, to be put back into the composer; else ``""``.
    """

    problem: Problem
    draft: str = ""


Announcement = (
    ChatListChanged | ConversationOpened | ConversationChanged | ChatsAnswering
    | SearchFinished | EngineChanged | ModelsChanged | SettingsChanged | ProblemArose
    | HubSearched | DownloadsChanged | DownloadFinished | DownloadFailed
    | RepositoryRead | ReadmeRead | RecommendationsLookedUp | ShelfChanged | ModelsScanned
    | ModelVerified | ModelRemoved | FolderMoved | PlanPreviewed | FormulaDrawn
    | ConnectionsChanged | ReportMade | ReportSaved | InstallationRead | EncryptionChanged
    | ReleaseChecked
    | QueueChanged | BranchRemoved | PromptRendered | OddsRead | SummaryWritten
    | AssistantsChanged | PromptsChanged | ChatBriefed | LargerModelFound
    | EndpointsChanged | EndpointTested
    | DocumentRead | DocumentProgressed | DocumentsFitted | PictureRead
    | ChatsRemoved | ChatsErased | FoldersChanged | FolderDeleted | TrashListed
    | ChatsRead | ChatsExported | ImportRead | ImportProgressed | ChatsImported
    | BackupMade | BackupChecked | RestorePrepared | EvaluationChanged
    | ServingChanged | RequestServed | ServingKey | NoticePressed | NoticeRefused
)  # fmt: skip
