"""What is checked of a model before the engine is asked to load it."""

from pathlib import Path

from inglenook.core.errors import ModelFileError, ModelLoadError
from inglenook.models.fit import Plan, Verdict
from inglenook.services.events import InstalledModel


def require_text(path: str) -> None:
    """Refuse a path that cannot be told to the engine, whose protocol is text.

    Raises:
        ModelFileError: always then.
    """
    try:
        path.encode()
    except UnicodeEncodeError as cause:
        raise ModelFileError(
            "The name of this model file cannot be used",
            "Rename the file, and the folder it lies in, in plain letters and open it again.",
        ) from cause


def size_bytes(path: str) -> int:
    """Return the size of a model file; 0 if it cannot be told."""
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0  # the header's reader says what is wrong


def require_room(model: InstalledModel, plan: Plan) -> None:
    """Refuse what cannot fit: it would read from the disk for minutes, then crawl or be killed.

    Raises:
        ModelLoadError: the plan says that this computer has too little memory in all.
    """
    if plan.verdict is Verdict.TOO_BIG:
        raise ModelLoadError(
            "This model is too big for this computer",
            "Choose a smaller model, or one with fewer bits.",
            model=model.name,
            plan=" ".join(plan.reasons),
        )
