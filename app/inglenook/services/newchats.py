"""Which engine new chats begin with: this computer's, until the person names another."""

from inglenook.chat.elsewhere import HERE, Choice, OfferedModel
from inglenook.core.errors import BadArgumentError
from inglenook.services.endpointnews import EndpointsChanged
from inglenook.services.endpoints import EndpointService
from inglenook.services.events import Announcement
from inglenook.services.settings import SettingsService


class NewChats:
    """Keeps the choice for new chats, and takes it back when it can no longer be meant.

    An engine that was taken out, that no longer offers the model, or whose address is another
    one now, is not what the person chose. SettingsChanged is published at each change.

    Threads: any.

    Attributes:
        lost: Name of the model whose choice was taken back; "" if none was, or if the person
            has chosen since.
    """

    def __init__(self, settings: SettingsService, endpoints: EndpointService) -> None:
        self._settings, self._endpoints = settings, endpoints
        self.lost = ""

    def choice(self) -> Choice:
        """Return the engine that a new chat begins with."""
        return self._settings.now.new_chats

    def choose(self, choice: Choice) -> None:
        """Have new chats begin with an engine from now on.

        Raises:
            BadArgumentError: it is not set up, or nobody has agreed that chats go there.
        """
        if choice.is_elsewhere and not self._may_have(choice):
            raise BadArgumentError(
                "New chats cannot begin with this engine",
                "Set it up, and allow it for a chat first.",
            )
        self.lost = ""
        self._settings.choose("new_chats", choice)

    def told(self, announcement: Announcement) -> None:
        """Go back to this computer when the engine that was chosen is not there any more."""
        if not isinstance(announcement, EndpointsChanged) or not self._endpoints.is_read:
            return
        choice = self.choice()
        if choice.is_elsewhere and not self._may_have(choice):
            self.lost = OfferedModel(choice.model).name
            self._settings.choose("new_chats", HERE)

    def _may_have(self, choice: Choice) -> bool:
        found = self._endpoints.find(choice.endpoint)
        if found is None or not found.is_agreed:
            return False
        return any(each.id == choice.model for each in found.models)
