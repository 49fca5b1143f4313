"""What the engine service asks for a plan."""

from typing import Protocol

from inglenook.models.fit import Plan, Wish
from inglenook.services.installed import InstalledModel

NO_WISH = Wish()


class Planner(Protocol):
    """Reads a model file's header and plans for this machine; may take a moment."""

    def __call__(self, path: str, wish: Wish = NO_WISH) -> tuple[InstalledModel, Plan]:
        """Return the model and its plan.

        Args:
            path: The file.
            wish: What is set by hand for this once; it comes before what is kept.

        Raises:
            ModelFileError: it is not a usable model.
        """
        ...
