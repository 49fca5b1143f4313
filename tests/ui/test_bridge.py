import threading

import pytest
from pytestqt.qtbot import QtBot

from inglenook.chat.assistant import Assistant
from inglenook.chat.tree import Conversation
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, FolderId, NodeId
from inglenook.hardware.devices import FoundDevices
from inglenook.models.settings import Wish
from inglenook.services.assistantnews import AssistantsChanged, ChatBriefed, PromptsChanged
from inglenook.services.attachments import (
    DocumentProgressed,
    DocumentRead,
    DocumentsFitted,
    PictureRead,
)
from inglenook.services.bus import Bus
from inglenook.services.cascadenews import LargerModelFound
from inglenook.services.chatnews import (
    ChatsErased,
    ChatsRemoved,
    FolderDeleted,
    FoldersChanged,
    FolderSummary,
    RemovedChat,
    TrashListed,
)
from inglenook.services.connections import ConnectionsChanged
from inglenook.services.encryptionnews import EncryptionChanged, Lock
from inglenook.services.endpointnews import EndpointsChanged, EndpointTested
from inglenook.services.evaluationnews import EvaluationChanged, EvaluationState
from inglenook.services.events import (
    Announcement,
    ChatListChanged,
    ChatsAnswering,
    ConversationChanged,
    ConversationOpened,
    DownloadFailed,
    DownloadFinished,
    DownloadsChanged,
    EngineChanged,
    EngineState,
    HubSearched,
    ModelsChanged,
    ProblemArose,
    SearchFinished,
    SettingsChanged,
)
from inglenook.services.formulas import Formula, FormulaDrawn
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
from inglenook.services.noticenews import Notice, NoticePressed, NoticeRefused
from inglenook.services.portabilitynews import (
    BackupChecked,
    BackupMade,
    ChatsExported,
    ChatsImported,
    ChatsRead,
    ImportProgressed,
    ImportRead,
    ImportReport,
    RestorePrepared,
)
from inglenook.services.releasenews import ReleaseChecked
from inglenook.services.report import InstallationRead, ReportMade, ReportSaved
from inglenook.services.servingnews import (
    RequestServed,
    ServedRequest,
    ServingChanged,
    ServingKey,
    ServingState,
)
from inglenook.ui.bridge import Bridge

CHAT = Conversation(ChatId("C"))
NOTICE = Notice("C", "The answer is there", "Tea")
KINDS = {
    "larger_model_found": LargerModelFound(ChatId("C"), NodeId("N"), "l.gguf", "L", 1, 4),
    "chats_changed": ChatListChanged(()),
    "notice_pressed": NoticePressed(NOTICE),
    "notice_refused": NoticeRefused(NOTICE, Problem("No", "None.")),
    "conversation_opened": ConversationOpened(CHAT),
    "conversation_changed": ConversationChanged(CHAT),
    "chats_removed": ChatsRemoved((RemovedChat(ChatId("C"), "title"),)),
    "chats_erased": ChatsErased((ChatId("C"),)),
    "folders_changed": FoldersChanged(()),
    "folder_deleted": FolderDeleted(FolderSummary(FolderId("F"), "Work"), (), ()),
    "trash_listed": TrashListed(()),
    "search_finished": SearchFinished("query", ()),
    "engine_changed": EngineChanged(EngineState()),
    "models_changed": ModelsChanged(()),
    "settings_changed": SettingsChanged("dark", welcomed=True),
    "problem_arose": ProblemArose(Problem("title", "advice")),
    "chats_answering": ChatsAnswering(frozenset()),
    "hub_searched": HubSearched("query", ()),
    "downloads_changed": DownloadsChanged(()),
    "download_finished": DownloadFinished("job", "title", "/path"),
    "download_failed": DownloadFailed("job", "title", Problem("title", "advice")),
    "repository_read": RepositoryRead("org/name"),
    "readme_read": ReadmeRead("org/name", "text"),
    "recommendations_looked_up": RecommendationsLookedUp(()),
    "shelf_changed": ShelfChanged(()),
    "models_scanned": ModelsScanned(()),
    "model_verified": ModelVerified("/path", 1, 2),
    "model_removed": ModelRemoved("/path", "name", 3),
    "folder_moved": FolderMoved("/folder", 1, 2),
    "plan_previewed": PlanPreviewed("/path", Wish()),
    "queue_changed": QueueChanged(ChatId("C"), ("next",)),
    "branch_removed": BranchRemoved(ChatId("C"), NodeId("N"), 2),
    "prompt_rendered": PromptRendered(NodeId("N"), "<s>"),
    "odds_read": OddsRead(NodeId("N"), (), 3),
    "summary_written": SummaryWritten(ChatId("C"), "It was about bread."),
    "assistants_changed": AssistantsChanged(()),
    "prompts_changed": PromptsChanged(()),
    "chat_briefed": ChatBriefed(ChatId("C"), Assistant("plain", "Inglenook")),
    "endpoints_changed": EndpointsChanged(()),
    "endpoint_tested": EndpointTested(1),
    "formula_drawn": FormulaDrawn(Formula("x"), None),
    "document_read": DocumentRead("document 1"),
    "document_progressed": DocumentProgressed("document 1", 1, 2),
    "documents_fitted": DocumentsFitted("document 2", None),
    "picture_read": PictureRead("picture 1"),
    "connections_changed": ConnectionsChanged(),
    "report_made": ReportMade("text"),
    "report_saved": ReportSaved("/tmp/report.zip"),
    "release_checked": ReleaseChecked(),
    "installation_read": InstallationRead(FoundDevices((), "nobody asked")),
    "chats_read": ChatsRead("ticket", ()),
    "chats_exported": ChatsExported("/file", 1),
    "import_read": ImportRead("/file"),
    "import_progressed": ImportProgressed(1, 2),
    "chats_imported": ChatsImported(ImportReport()),
    "backup_made": BackupMade("/file"),
    "backup_checked": BackupChecked("/file"),
    "restore_prepared": RestorePrepared(),
    "encryption_changed": EncryptionChanged(Lock.OFF),
    "evaluation_changed": EvaluationChanged(EvaluationState()),
    "serving_changed": ServingChanged(ServingState()),
    "request_served": RequestServed(ServedRequest(1.0, "/v1", "m", 200, 1, 2, 0.5, "::1")),
    "serving_key": ServingKey("ik-key", is_kept=True),
}


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_of_announcement_has_its_signal(qtbot: QtBot, name: str):
    bus = Bus()
    bridge = Bridge(bus)
    with qtbot.waitSignal(getattr(bridge, name)) as blocker:
        bus.publish(KINDS[name])
    assert blocker.args == [KINDS[name]]


def test_no_announcement_is_forgotten():
    assert {type(each) for each in KINDS.values()} == set(Announcement.__args__)


def test_announcements_of_another_thread_arrive_on_the_ui_thread_in_order(qtbot: QtBot):
    bus = Bus()
    bridge = Bridge(bus)
    seen = []

    def take(event: SearchFinished) -> None:
        seen.append((event.query, threading.current_thread() is threading.main_thread()))

    bridge.search_finished.connect(take)
    queries = [str(number) for number in range(50)]
    worker = threading.Thread(
        target=lambda: [bus.publish(SearchFinished(query, ())) for query in queries]
    )
    worker.start()
    worker.join()
    assert seen == []  # nothing runs in the middle of something else
    qtbot.waitUntil(lambda: len(seen) == 50)
    assert seen == [(query, True) for query in queries]


def test_a_closed_bridge_is_silent(qtbot: QtBot):
    bus = Bus()
    bridge = Bridge(bus)
    with qtbot.assertNotEmitted(bridge.chats_changed, wait=20):
        bus.publish(KINDS["chats_changed"])
        bridge.close()
        bus.publish(KINDS["chats_changed"])
