"""Passes what people want of evaluations from the window to the services."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from inglenook.services.evaluationnews import EvaluationChanged, EvaluationOrder
from inglenook.ui.actions import Actions
from inglenook.ui.bridge import Bridge
from inglenook.ui.pages import Pages
from inglenook.ui.style import Look
from inglenook.ui.toast import Toast
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.evaluation.page import EvaluationPage

PAGE = "evaluation"


class EvaluationDesk(QObject):
    """Opens the page, and shows on it what the service announces.

    Threads: the UI thread.
    """

    def __init__(self, look: Look, services: "Services", toast: Toast) -> None:
        super().__init__()
        self._look, self._services, self._toast = look, services, toast
        self._page: EvaluationPage | None = None
        self._was_running = False

    def furnish(self, pages: Pages, bridge: Bridge, actions: Actions) -> None:
        """Join the parts."""
        pages.add(PAGE, self._make_page)
        bridge.evaluation_changed.connect(self._take)
        actions.connect_all(evaluation=self.open)
        self._pages = pages

    def open(self) -> None:
        """Open the page."""
        self._pages.open(PAGE)

    def _make_page(self) -> "EvaluationPage":
        from inglenook.ui.evaluation.page import EvaluationPage  # noqa: PLC0415  (opens faster)

        evaluating = self._services.evaluating
        self._page = page = EvaluationPage(self._look, self._most_seconds)
        page.take(evaluating.now)
        page.start_asked.connect(evaluating.start)
        page.pause_asked.connect(evaluating.pause)
        page.go_on_asked.connect(evaluating.go_on)
        page.stop_asked.connect(evaluating.stop)
        page.result.write_asked.connect(evaluating.write)
        return page

    def _most_seconds(self, order: EvaluationOrder) -> float | None:
        return self._services.evaluating.most_seconds(order, self._services.efforts.pace)

    def _take(self, event: EvaluationChanged) -> None:
        if self._page is not None:
            self._page.take(event.state)
        ended = self._was_running and not event.state.is_running
        self._was_running = event.state.is_running
        if not ended or self._page is None:
            return
        if self._page.isVisible():
            speak(self._page, self._page.told.text())
        else:
            self._toast.show_message(tr("The evaluation has ended"), tr("Show it"), self.open)
