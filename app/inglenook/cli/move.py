"""`inglenook models move`: all our models to another folder."""

from inglenook.cli.get import ctrl_c
from inglenook.cli.output import counted, put, put_json
from inglenook.cli.progress import ProgressLine
from inglenook.services.services import Services


def move(services: Services, folder: str, *, as_json: bool) -> int:
    """Move our models and what has come of downloads; return the exit code.

    Args:
        services: All of them.
        folder: Its whole path.
        as_json: Print JSON.

    Raises:
        BadArgumentError: this folder cannot be it.
        StorageError: it cannot be written, has no room or has other files.
        MoveStoppedError: Ctrl+C was pressed; all is where it was.
    """
    line = ProgressLine("Moving", silent=as_json)
    try:
        with ctrl_c() as pressed:
            source = services.relocation.run(
                folder, lambda done, size: line.show(done, size, 0.0), pressed.is_set
            )
    finally:
        line.end()
    models = [one.model.path for one in services.library.shelf() if one.is_ours]
    if as_json:
        put_json({"from": str(source), "to": folder, "models": models})
    else:
        put(f"Moved: {counted(len(models), 'model')}, from {source} to {folder}.")
    return 0
