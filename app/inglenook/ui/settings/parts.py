"""The rows that are more than one control: who draws them, asked for by their key."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QWidget

from inglenook.ui.settings.around import Around
from inglenook.ui.widgets.button import Button
from inglenook.ui.words import one_line, tr


@dataclass(frozen=True, slots=True)
class Part:
    """What a row shows.

    Attributes:
        is_wide: It takes the whole width below the row's words.
        is_bare: It has cards of its own, and says what it is.
        about: In the place of the setting's own words; empty to leave them.
    """

    widget: QWidget
    is_wide: bool = False
    is_bare: bool = False
    about: str = ""


def make_part(key: str, around: Around) -> Part | None:
    """Return the part of a row; None where this installation has none."""
    return _MAKERS[key](around)


def _portability(around: Around) -> Part | None:
    if find_spec("inglenook.ui.portability") is None:
        return None
    from inglenook.ui.portability.datapane import DataPane  # noqa: PLC0415  (opens faster)

    return Part(DataPane(around.look, around.services, around.bridge), is_bare=True)


def _encryption(around: Around) -> Part | None:
    if find_spec("inglenook.ui.encryption") is None:
        return None
    from inglenook.ui.encryption.pane import EncryptionPane  # noqa: PLC0415  (opens faster)

    return Part(EncryptionPane(around.look, around.services, around.bridge), is_wide=True)


def _delete_chats(around: Around) -> Part:
    from inglenook.ui.settings.erasepane import chats_button  # noqa: PLC0415  (opens faster)

    return Part(chats_button(around))


def _delete_everything(around: Around) -> Part:
    from inglenook.ui.settings.erasepane import everything_button  # noqa: PLC0415

    return Part(everything_button(around))


def _models_folder(around: Around) -> Part:
    from inglenook.ui.models.storagefolder import FolderCard  # noqa: PLC0415  (opens faster)

    card, shelf = FolderCard(around.look), around.services.shelf
    around.bridge.shelf_changed.connect(card.show_shelf)
    around.bridge.folder_moved.connect(card.show_moved)
    card.move_asked.connect(shelf.move_folder)
    card.stop_asked.connect(shelf.stop_moving)
    shelf.refresh()
    return Part(card, is_bare=True)


def _memory(around: Around) -> Part:
    from inglenook.ui.settings.memorypart import MemoryPart  # noqa: PLC0415  (opens faster)

    return Part(MemoryPart(around), is_wide=True)


def _server(around: Around) -> Part:
    button = Button(around.look, icon="server", text=tr("Open"), kind="outline")
    button.set_name(tr("Open the page of the local server"))
    button.clicked.connect(around.show_server)
    return Part(beside(button))


def _serving_network(around: Around) -> Part:
    from inglenook.ui.serving.networkswitch import NetworkSwitch  # noqa: PLC0415

    return Part(NetworkSwitch(around.look))


def _token(around: Around) -> Part:
    from inglenook.ui.settings.tokenpart import TokenPart  # noqa: PLC0415  (opens faster)

    return Part(TokenPart(around))


def _endpoints(around: Around) -> Part:
    from inglenook.ui.remote.pane import EndpointsPane  # noqa: PLC0415  (opens faster)

    return Part(EndpointsPane(around.look, around.services, around.bridge), is_wide=True)


def _new_chats(around: Around) -> Part:
    from inglenook.ui.remote.newchats import NewChatsChooser  # noqa: PLC0415  (opens faster)

    return Part(NewChatsChooser(around.look, around.services, around.bridge))


def _connections(around: Around) -> Part:
    from inglenook.ui.settings.connectionspart import ConnectionsPart  # noqa: PLC0415

    return Part(ConnectionsPart(around), is_wide=True)


def _keys(around: Around) -> Part:
    from inglenook.ui.settings.keyspane import KeysPane  # noqa: PLC0415  (opens faster)

    return Part(KeysPane(around), is_wide=True)


def _version(around: Around) -> Part:
    from inglenook.ui.settings.aboutpart import AboutPart  # noqa: PLC0415  (opens faster)

    return Part(AboutPart(around), is_wide=True)


def _licences(around: Around) -> Part:
    from inglenook.ui.settings.licencesdialog import licences_button  # noqa: PLC0415

    return Part(licences_button(around))


def _data_folder(around: Around) -> Part:
    folder = str(around.services.folders.data)
    return Part(
        _opener(around, folder, tr("Show your data folder")), about=one_line(folder, 400)
    )


def _logs(around: Around) -> Part:
    folder = str(around.services.folders.logs)
    return Part(_opener(around, folder, tr("Show the folder of logs")))


def _opener(around: Around, folder: str, name: str) -> QWidget:
    button = Button(around.look, icon="folder", text=tr("Show"), kind="outline")
    button.set_name(name)
    button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(folder)))
    return beside(button)


def beside(*widgets: QWidget) -> QWidget:
    """Return a holder with widgets in a row."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    return holder


_MAKERS: dict[str, Callable[[Around], Part | None]] = {
    "portability": _portability,
    "delete_chats": _delete_chats,
    "delete_everything": _delete_everything,
    "models_folder": _models_folder,
    "memory": _memory,
    "server": _server,
    "serving_network": _serving_network,
    "token": _token,
    "endpoints": _endpoints,
    "new_chats": _new_chats,
    "connections": _connections,
    "encryption": _encryption,
    "data_folder": _data_folder,
    "logs": _logs,
    "keys": _keys,
    "version": _version,
    "licences": _licences,
}
