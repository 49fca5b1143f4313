"""`inglenook models`: what is installed."""

from inglenook.cli.output import put, put_json, put_table
from inglenook.core.errors import BadArgumentError
from inglenook.core.units import bytes_in_words, count_in_words
from inglenook.services.events import InstalledModel
from inglenook.services.services import Services


def models(services: Services, action: str, path: str | None, *, as_json: bool) -> int:
    """List models, add one, or describe one; return the exit code.

    Raises:
        BadArgumentError: add and info need a file.
        ModelFileError: the file is not a usable model.
    """
    if action == "list":
        return _list(services.models.installed(), as_json=as_json)
    if path is None:
        raise BadArgumentError("Which model", f"Give a file: inglenook models {action} FILE")
    model = services.models.keep(path) if action == "add" else services.models.describe(path)
    if as_json:
        put_json(model)
    else:
        _describe(model, added=action == "add")
    return 0


def _list(found: tuple[InstalledModel, ...], *, as_json: bool) -> int:
    if as_json:
        put_json(found)
    elif found:
        put_table(
            (model.name, model.quant, bytes_in_words(model.size_bytes), model.path)
            for model in found
        )
    else:
        put("No model is installed. Add one: inglenook models add FILE.gguf")
    return 0


def _describe(model: InstalledModel, *, added: bool) -> None:
    if added:
        put("Added. The file stays where it is.")
    put_table(
        (
            ("Name", model.name),
            ("Type", model.quant),
            ("Size", bytes_in_words(model.size_bytes)),
            ("Architecture", model.architecture),
            ("Trained context", f"{count_in_words(model.context_tokens)} tokens"),
            ("File", model.path),
        )
    )
