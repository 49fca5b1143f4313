"""The step before other computers are let in: what that means, in plain words."""

from PySide6.QtWidgets import QWidget

from inglenook.ui.style import Look
from inglenook.ui.widgets.agreement import AgreementDialog, Terms
from inglenook.ui.words import tr


class NetworkDialog(AgreementDialog):
    """Opens the server to the network."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        terms = Terms(
            title=tr("Let other computers use your model?"),
            mark="globe",
            tone="warn",
            lines=_lines(),
            yes=tr("Open it to the network"),
            yes_icon="globe",
            no=tr("Cancel"),
        )
        super().__init__(look, parent, terms)


def _lines() -> tuple[tuple[str, str], ...]:
    return (
        ("monitor", tr("Every device in the same network can then ask this computer. Only "
                       "those that have the key get an answer.")),
        ("eye", tr("Questions and answers travel unencrypted: somebody who listens in that "
                   "network can read them, and the key as well.")),
        ("lock", tr("Your chats, files and settings stay closed to all of them.")),
        ("shield-check", tr("Good at home, or in an office you trust. Not in a café, a hotel "
                            "or a train.")),
    )  # fmt: skip
