"""What is checked of a model before it is loaded, and what is said of it afterwards."""

from pathlib import Path

from inglenook.core.errors import ModelFileError, ModelLoadError, Problem
from inglenook.models.fit import Plan, Verdict
from inglenook.services.installed import InstalledModel

_NOTICES = {
    "built-in": Problem(
        "This model has no chat template that works",
        "A usual one for its family stands in: if answers are odd, choose another conversion.",
    ),
    "plain": Problem(
        "This model only continues text",
        "It has no chat template and is of no known family, so it gets your words as plain "
        "questions and answers: choose a chat model for better ones.",
    ),
}


def template_notice(template: str) -> Problem | None:
    """Return what to tell of a loaded model's chat template; None if it is the model's own.

    Args:
        template: As ``Loaded.template`` names it.
    """
    return _NOTICES.get(template)


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
