"""What finding models asks of the services; calls return at once, answers are announced."""

from typing import Protocol

from inglenook.downloads.query import Query
from inglenook.models.offers import Offer
from inglenook.services.events import Download
from inglenook.services.modelpage import ModelPage


class Browse(Protocol):
    """Asks the Hub."""

    def search(self, query: Query) -> None:
        """Search for this instead of what was asked before."""

    def cancel_search(self) -> None:
        """Forget what was searched for."""

    def recommend(self, *, again: bool = False) -> None:
        """Look up what we recommend."""

    def look(self, repo: str) -> None:
        """Read what a repository offers."""

    def read_readme(self, repo: str) -> None:
        """Read what its maker has written about it."""

    def get(self, page: ModelPage, offer: Offer, *, with_projector: bool = True) -> None:
        """Download a row."""

    def give_token(self, token: str) -> None:
        """Keep an access token."""

    def forget_token(self) -> None:
        """Remove it."""

    def has_token(self) -> bool:
        """Tell whether one is kept."""


class Downloads(Protocol):
    """Holds what is coming."""

    def downloads(self) -> tuple[Download, ...]:
        """Return all of it as it stands."""

    def pause(self, job: str) -> None:
        """Hold a download."""

    def resume(self, job: str) -> None:
        """Let it go on."""


class Engine(Protocol):
    """Answers with a model."""

    def load(self, path: str) -> None:
        """Load a model file."""


class Settings(Protocol):
    """Keeps what a person has chosen."""

    @property
    def is_offline(self) -> bool:
        """The network is switched off."""

    @property
    def endpoint(self) -> str:
        """The address of the Hub, or of the mirror in its place."""

    def set_offline(self, *, is_offline: bool) -> None:
        """Switch the network off or on."""


class Models(Protocol):
    """Knows the library."""

    def refresh(self) -> None:
        """Announce what is installed."""


class FindServices(Protocol):
    """The services that finding models needs."""

    @property
    def browse(self) -> Browse:
        """Asks the Hub."""

    @property
    def downloads(self) -> Downloads:
        """Holds what is coming."""

    @property
    def engine(self) -> Engine:
        """Answers with a model."""

    @property
    def settings(self) -> Settings:
        """Keeps what a person has chosen."""

    @property
    def models(self) -> Models:
        """Knows the library."""
