"""What the sections of the settings share: services, and parts of the window they use."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inglenook.services.events import EngineState
from inglenook.ui.bridge import Bridge
from inglenook.ui.settings.keymap import KeyMap
from inglenook.ui.style import Look

if TYPE_CHECKING:
    from inglenook.services.services import Services


@dataclass(frozen=True, slots=True)
class Around:
    """Handed from the desk to the page, its sections and their parts.

    Attributes:
        keys: Those of the window's actions.
        show_running: Opens the sheet of how a model, by its path, runs.
        show_server: Opens the page of the local server.
        engine: Returns what the engine does now.
        leave: Ends the application, also where closing the window only hides it.
    """

    look: Look
    services: "Services"
    bridge: Bridge
    keys: KeyMap
    show_running: Callable[[str], None]
    show_server: Callable[[], object]
    engine: Callable[[], EngineState]
    leave: Callable[[], object]
