"""Offers to ask a larger model, where the drafts of the answer on screen hardly agree."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from inglenook.services.cascadenews import LargerModelFound
from inglenook.ui.bridge import Bridge
from inglenook.ui.toast import Toast
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.chat.page import ChatPage

MOST_CHARACTERS = 32
"""Of a model's name on the button."""


class LargerModelDesk(QObject):
    """Passes the offer to the window, and what the person wants to the services.

    Threads: the UI thread.
    """

    def __init__(self, toast: Toast, services: "Services") -> None:
        super().__init__()
        self._toast, self._services = toast, services
        self._page: ChatPage | None = None

    def furnish(self, page: "ChatPage", bridge: Bridge) -> None:
        """Join the parts."""
        self._page = page
        bridge.larger_model_found.connect(self._offer)

    def _offer(self, found: LargerModelFound) -> None:
        conversation = self._page.conversation if self._page is not None else None
        if conversation is None or conversation.id != found.chat:
            return
        words = tr("{agreeing} of {drafts} drafts agree").format(
            agreeing=found.agreeing, drafts=found.drafts
        )
        ask = partial(self._services.cascade.ask, found.chat, found.node, found.path)
        self._toast.show_message(
            words, tr("Ask {model}").format(model=_short(found.model)), ask
        )


def _short(name: str) -> str:
    from inglenook.ui.chat.markdown import harmless  # noqa: PLC0415  (opens faster)

    name = harmless(name)
    return name if len(name) <= MOST_CHARACTERS else name[: MOST_CHARACTERS - 1] + "…"
