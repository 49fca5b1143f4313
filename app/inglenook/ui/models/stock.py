"""What of a repository is installed, or on its way."""

from dataclasses import dataclass
from pathlib import PurePath

from inglenook.models.offers import Offer
from inglenook.services.events import Download
from inglenook.services.installed import InstalledModel


@dataclass(frozen=True, slots=True)
class Stock:
    """Downloads and installed models, to be matched with the rows of repositories."""

    downloads: tuple[Download, ...] = ()
    installed: tuple[InstalledModel, ...] = ()

    def coming(self, repo: str, offer: Offer) -> Download | None:
        """Return the download of a row; None if there is none."""
        for row in self.downloads:
            if row.repo == repo and row.files[:1] == (offer.name,):
                return row
        return None

    def path_of(self, repo: str, offer: Offer) -> str:
        """Return where a row is installed; "" if it is not."""
        name = PurePath(offer.name).name
        for model in self.installed:
            is_from_there = model.source.partition("@")[0] == repo
            if is_from_there and PurePath(model.path).name == name:
                return model.path
        return ""
