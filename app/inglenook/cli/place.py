"""Whether what a person types means a file here or a model on the Hub."""

from pathlib import Path

from inglenook.models.catalog import is_repository


def place(text: str) -> str:
    """Return a whole path for what is a file here, and leave names as they are."""
    path = Path(text).expanduser()
    if path.exists() or not is_remote(text):
        return str(path.absolute())
    return text


def is_remote(text: str) -> bool:
    """Tell whether a text means a model on the Hub: ``"org/name"``, ``"org/name:Q4_K_M"``."""
    repo = text.partition(":")[0]
    return (
        is_repository(repo) and not repo.lower().endswith(".gguf") and not Path(text).exists()
    )
