"""The step before a chat leaves this computer for the first time: what that means."""

from PySide6.QtWidgets import QWidget

from inglenook.chat.elsewhere import Endpoint
from inglenook.ui.remote.words import host_of, terms_of
from inglenook.ui.style import Look
from inglenook.ui.widgets.agreement import AgreementDialog, Terms
from inglenook.ui.words import tr


class ConsentDialog(AgreementDialog):
    """Lets chats go to an engine elsewhere; asked once for each engine."""

    def __init__(
        self, look: Look, parent: QWidget, endpoint: Endpoint, *, is_for_new: bool = False
    ) -> None:
        """Ask about an engine.

        Args:
            look: Colours and type.
            parent: Before which window.
            endpoint: The engine.
            is_for_new: For all new chats, in the place of the one on screen.
        """
        title, window_title = _titles(is_for_new=is_for_new)
        terms = Terms(
            title=title.format(host=host_of(endpoint)),
            mark="external",
            tone="away",
            lines=terms_of(endpoint, is_for_new=is_for_new),
            yes=tr("Let it answer"),
            yes_icon="external",
            no=tr("Stay here"),
            window_title=window_title,
        )
        super().__init__(look, parent, terms)


def _titles(*, is_for_new: bool) -> tuple[str, str]:
    if is_for_new:
        title = tr("Let {host} answer new chats?")
        return title, tr("Let new chats leave this computer?")
    return tr("Let {host} answer this chat?"), tr("Let this chat leave this computer?")
