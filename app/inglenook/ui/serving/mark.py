"""The mark in the top bar while the local server is on; it leads to its page."""

from inglenook.services.servingnews import ServingPhase, ServingState
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.words import tr, tr_n

_ROUND = 99


class ServingMark(Button):
    """A quiet icon for programs here; words in another colour when others may come."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, icon="server", name=tr("Local server"), radius=_ROUND)
        self.hide()

    def take(self, state: ServingState) -> None:
        """Show another state."""
        is_open = state.is_open_to_network
        self.set_icon("globe" if is_open else "server")
        self.set_kind("warn" if is_open else "plain")
        self.setText(tr("Open to the network") if is_open else "")
        self.set_name(_name(state), _hint(state))
        self.setVisible(state.phase is ServingPhase.ON)
        self.updateGeometry()


def _name(state: ServingState) -> str:
    if state.is_open_to_network:
        return tr("The local server is on, and open to the network")
    return tr("The local server is on")


def _hint(state: ServingState) -> str:
    count = len(state.live)
    if not count:
        return state.address
    return tr_n(
        "1 request is being answered", "{count} requests are being answered", count
    ).format(count=count)
