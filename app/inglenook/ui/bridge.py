"""The only door from the services to the window: the bus becomes Qt signals."""

from PySide6.QtCore import QObject, Qt, Signal

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
    TrashListed,
)
from inglenook.services.connections import ConnectionsChanged
from inglenook.services.encryptionnews import EncryptionChanged
from inglenook.services.endpointnews import EndpointsChanged, EndpointTested
from inglenook.services.evaluationnews import EvaluationChanged
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
    HubSearched,
    ModelsChanged,
    ProblemArose,
    SearchFinished,
    SettingsChanged,
)
from inglenook.services.formulas import FormulaDrawn
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


class Bridge(QObject):
    """Carries announcements from any thread to the UI thread, in their order.

    Signals:
        chats_changed(ChatListChanged), conversation_opened(ConversationOpened),
        conversation_changed(ConversationChanged), chats_answering(ChatsAnswering),
        chats_removed(ChatsRemoved), chats_erased(ChatsErased),
        folders_changed(FoldersChanged), folder_deleted(FolderDeleted),
        trash_listed(TrashListed),
        search_finished(SearchFinished), engine_changed(EngineChanged),
        models_changed(ModelsChanged), settings_changed(SettingsChanged),
        problem_arose(ProblemArose), hub_searched(HubSearched),
        downloads_changed(DownloadsChanged), download_finished(DownloadFinished),
        download_failed(DownloadFailed), repository_read(RepositoryRead),
        readme_read(ReadmeRead), recommendations_looked_up(RecommendationsLookedUp),
        shelf_changed(ShelfChanged), models_scanned(ModelsScanned),
        model_verified(ModelVerified), model_removed(ModelRemoved),
        folder_moved(FolderMoved), plan_previewed(PlanPreviewed),
        assistants_changed(AssistantsChanged), prompts_changed(PromptsChanged),
        chat_briefed(ChatBriefed), queue_changed(QueueChanged), branch_removed(BranchRemoved),
        prompt_rendered(PromptRendered), odds_read(OddsRead),
        summary_written(SummaryWritten), formula_drawn(FormulaDrawn),
        document_read(DocumentRead), document_progressed(DocumentProgressed),
        documents_fitted(DocumentsFitted), picture_read(PictureRead),
        connections_changed(ConnectionsChanged), report_made(ReportMade),
        report_saved(ReportSaved), installation_read(InstallationRead),
        release_checked(ReleaseChecked),
        encryption_changed(EncryptionChanged),
        chats_read(ChatsRead), chats_exported(ChatsExported), import_read(ImportRead),
        import_progressed(ImportProgressed), chats_imported(ChatsImported),
        backup_made(BackupMade), backup_checked(BackupChecked),
        restore_prepared(RestorePrepared), evaluation_changed(EvaluationChanged),
        larger_model_found(LargerModelFound), serving_changed(ServingChanged),
        request_served(RequestServed), serving_key(ServingKey), notice_pressed(NoticePressed),
        notice_refused(NoticeRefused): the announcement of that kind.

    Threads: made and closed on the UI thread, where its signals arrive.
    """

    chats_changed = Signal(object)
    conversation_opened = Signal(object)
    conversation_changed = Signal(object)
    chats_answering = Signal(object)
    chats_removed = Signal(object)
    chats_erased = Signal(object)
    folders_changed = Signal(object)
    folder_deleted = Signal(object)
    trash_listed = Signal(object)
    search_finished = Signal(object)
    engine_changed = Signal(object)
    models_changed = Signal(object)
    settings_changed = Signal(object)
    problem_arose = Signal(object)
    hub_searched = Signal(object)
    downloads_changed = Signal(object)
    download_finished = Signal(object)
    download_failed = Signal(object)
    repository_read = Signal(object)
    readme_read = Signal(object)
    recommendations_looked_up = Signal(object)
    shelf_changed = Signal(object)
    models_scanned = Signal(object)
    model_verified = Signal(object)
    model_removed = Signal(object)
    folder_moved = Signal(object)
    plan_previewed = Signal(object)
    formula_drawn = Signal(object)
    document_read = Signal(object)
    document_progressed = Signal(object)
    documents_fitted = Signal(object)
    picture_read = Signal(object)
    endpoints_changed = Signal(object)
    endpoint_tested = Signal(object)
    connections_changed = Signal(object)
    report_made = Signal(object)
    report_saved = Signal(object)
    release_checked = Signal(object)
    installation_read = Signal(object)
    encryption_changed = Signal(object)
    assistants_changed = Signal(object)
    prompts_changed = Signal(object)
    chat_briefed = Signal(object)
    chats_read = Signal(object)
    chats_exported = Signal(object)
    import_read = Signal(object)
    import_progressed = Signal(object)
    chats_imported = Signal(object)
    backup_made = Signal(object)
    backup_checked = Signal(object)
    restore_prepared = Signal(object)
    evaluation_changed = Signal(object)
    larger_model_found = Signal(object)
    notice_pressed = Signal(object)
    notice_refused = Signal(object)
    serving_changed = Signal(object)
    request_served = Signal(object)
    serving_key = Signal(object)
    queue_changed = Signal(object)
    branch_removed = Signal(object)
    prompt_rendered = Signal(object)
    odds_read = Signal(object)
    summary_written = Signal(object)
    _published = Signal(object)

    def __init__(self, bus: Bus) -> None:
        super().__init__()
        self._signals = {
            ChatListChanged: self.chats_changed,
            ConversationOpened: self.conversation_opened,
            ConversationChanged: self.conversation_changed,
            ChatsAnswering: self.chats_answering,
            ChatsRemoved: self.chats_removed,
            ChatsErased: self.chats_erased,
            FoldersChanged: self.folders_changed,
            FolderDeleted: self.folder_deleted,
            TrashListed: self.trash_listed,
            SearchFinished: self.search_finished,
            EngineChanged: self.engine_changed,
            ModelsChanged: self.models_changed,
            SettingsChanged: self.settings_changed,
            ProblemArose: self.problem_arose,
            HubSearched: self.hub_searched,
            DownloadsChanged: self.downloads_changed,
            DownloadFinished: self.download_finished,
            DownloadFailed: self.download_failed,
            RepositoryRead: self.repository_read,
            ReadmeRead: self.readme_read,
            RecommendationsLookedUp: self.recommendations_looked_up,
            ShelfChanged: self.shelf_changed,
            ModelsScanned: self.models_scanned,
            ModelVerified: self.model_verified,
            ModelRemoved: self.model_removed,
            FolderMoved: self.folder_moved,
            PlanPreviewed: self.plan_previewed,
            FormulaDrawn: self.formula_drawn,
            QueueChanged: self.queue_changed,
            BranchRemoved: self.branch_removed,
            PromptRendered: self.prompt_rendered,
            OddsRead: self.odds_read,
            SummaryWritten: self.summary_written,
            DocumentRead: self.document_read,
            DocumentProgressed: self.document_progressed,
            DocumentsFitted: self.documents_fitted,
            PictureRead: self.picture_read,
            AssistantsChanged: self.assistants_changed,
            PromptsChanged: self.prompts_changed,
            ChatBriefed: self.chat_briefed,
            EndpointsChanged: self.endpoints_changed,
            EndpointTested: self.endpoint_tested,
            ConnectionsChanged: self.connections_changed,
            NoticePressed: self.notice_pressed,
            NoticeRefused: self.notice_refused,
            ReportMade: self.report_made,
            ReportSaved: self.report_saved,
            ReleaseChecked: self.release_checked,
            InstallationRead: self.installation_read,
            EncryptionChanged: self.encryption_changed,
            ChatsRead: self.chats_read,
            ChatsExported: self.chats_exported,
            ImportRead: self.import_read,
            ImportProgressed: self.import_progressed,
            ChatsImported: self.chats_imported,
            BackupMade: self.backup_made,
            BackupChecked: self.backup_checked,
            RestorePrepared: self.restore_prepared,
            EvaluationChanged: self.evaluation_changed,
            LargerModelFound: self.larger_model_found,
            ServingChanged: self.serving_changed,
            RequestServed: self.request_served,
            ServingKey: self.serving_key,
        }
        self._open = True
        # Queued even on the UI thread: a service that publishes is never re-entered.
        self._published.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = bus.subscribe(self._published.emit)

    def close(self) -> None:
        """Stop listening; announcements under way are dropped."""
        self._open = False
        self._unsubscribe()

    def _pass_on(self, announcement: Announcement) -> None:
        if self._open:
            self._signals[type(announcement)].emit(announcement)
