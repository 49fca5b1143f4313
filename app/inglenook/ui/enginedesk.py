"""The model that answers, in the window: its pill, its troubles, and choosing another."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from inglenook.services.events import EngineChanged, EnginePhase, EngineState, ModelsChanged
from inglenook.ui.actions import Actions
from inglenook.ui.bridge import Bridge
from inglenook.ui.chat.page import ChatPage
from inglenook.ui.modeldesk import ModelDesk
from inglenook.ui.pill import ModelPill
from inglenook.ui.style import Look
from inglenook.ui.widgets.notice import Notice
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.services.services import Services


class EngineDesk(QObject):
    """Passes what people want of the engine to it, and shows what it does.

    Threads: the UI thread.
    """

    def __init__(
        self,
        look: Look,
        services: "Services",
        window: QWidget,
        pill: ModelPill,
        page: ChatPage,
        models: ModelDesk,
        notice: Notice,
    ) -> None:
        """Join the parts.

        Args:
            look: Colours and type.
            services: Loads and frees models.
            window: Dialogs stand before it.
            pill: Shows the model.
            page: Says why a question waits.
            models: The models page.
            notice: Tells what went wrong.
        """
        super().__init__()
        self._look, self._services, self._window = look, services, window
        self._pill, self._page, self._models, self._notice = pill, page, models, notice
        self._bridge: Bridge | None = None
        self._state = EngineState()
        page.show_engine(self._state)
        pill.model_chosen.connect(services.engine.load)
        pill.open_file_asked.connect(self.choose_file)
        pill.unload_asked.connect(services.engine.unload)
        pill.cancel_asked.connect(services.engine.cancel_load)
        pill.retry_asked.connect(services.engine.retry)
        pill.running_asked.connect(self.show_running)
        pill.find_asked.connect(models.open_find)
        page.greeting.find_asked.connect(models.open_find)
        models.file_asked.connect(self.choose_file)
        models.running_asked.connect(self.show_running)

    def furnish(self, bridge: Bridge, actions: Actions) -> None:
        """Follow the announcements, and do what the actions about models say."""
        self._bridge = bridge
        bridge.engine_changed.connect(self._take_engine)
        bridge.models_changed.connect(self._take_models)
        self._unload = actions["unload"]
        self._unload.setEnabled(False)
        actions.connect_all(
            open_model=self.choose_file,
            choose_model=self._pill.open_menu,
            find_model=self._models.open_find,
            unload=self._services.engine.unload,
        )

    def choose_file(self) -> None:
        """Let the person pick a model file."""
        dialog = QFileDialog(self._window, tr("Open a model file"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilter(tr("Model files") + " (*.gguf)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.open_model)
        dialog.open()

    def open_model(self, path: str) -> None:
        """Check a model file and load it."""
        self._services.settings.set_welcomed()
        self._services.models.add(path, self._services.engine.load)

    def show_running(self, path: str) -> None:
        """Show how a model runs, and let it be set by hand."""
        from inglenook.ui.running.sheet import RunningSheet  # noqa: PLC0415  (opens faster)

        running = self._services.running
        sheet = RunningSheet(self._look, self._window, running, path, self._state)
        if self._bridge is not None:
            sheet.listen(self._bridge)
        sheet.open()

    # --- announcements ---

    def _take_engine(self, event: EngineChanged) -> None:
        state, before = event.state, self._state.phase
        self._state = state
        self._pill.show_state(state)
        self._page.show_engine(state)
        self._models.show_engine(state)
        self._unload.setEnabled(state.phase is EnginePhase.READY)
        model = state.model
        self._page.greeting.offer_models(
            is_offered=model is None or model.starter, has_model=model is not None
        )
        if state.phase is before:
            return
        if state.phase is EnginePhase.FAILED and state.problem:
            self._notice.show_problem(state.problem, tr("Open a model file…"), self.choose_file)
        elif state.phase is EnginePhase.BROKEN and state.problem:
            retry = self._services.engine.retry
            self._notice.show_problem(state.problem, tr("Try again"), retry)
        elif before in {EnginePhase.FAILED, EnginePhase.BROKEN}:
            self._notice.hide()

    def _take_models(self, event: ModelsChanged) -> None:
        self._pill.show_models(event.models)
