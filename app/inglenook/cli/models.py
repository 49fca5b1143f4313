"""`inglenook models add` and `info`: files on this computer."""

from dataclasses import replace
from pathlib import Path

from inglenook.cli.output import put, put_json, put_table
from inglenook.core.errors import BadArgumentError, ModelFileError, NotFoundError
from inglenook.core.units import (
    bytes_in_words,
    count_in_words,
    parameters_in_words,
    rate_in_words,
)
from inglenook.models.details import Details
from inglenook.services.installed import InstalledModel
from inglenook.services.services import Services


def add(services: Services, path: str | None, *, as_json: bool) -> int:
    """Put a file on the list where it lies; return the exit code.

    Raises:
        BadArgumentError: no file is given.
        ModelFileError: the file is not a usable model.
    """
    model = services.models.keep(_given(path, "add"))
    if as_json:
        put_json(model)
        return 0
    put("Added. The file stays where it is.")
    put_table(_lines(model))
    return 0


def info(services: Services, wanted: str | None, *, as_json: bool) -> int:
    """Describe a model on this computer; return the exit code.

    Args:
        services: All of them.
        wanted: A file, or the name of an installed model.
        as_json: Print JSON.

    Raises:
        BadArgumentError: none is given.
        ModelFileError: the file is not a usable model.
    """
    path, listed = _found(services, _given(wanted, "info"))
    model, details = services.models.describe(path), services.library.details(path)
    if listed is not None:
        model = replace(listed, size_bytes=model.size_bytes)
    made = services.models.plan_for(details.facts)
    speed = services.speeds.estimate(details.facts, made)
    if as_json:
        about = {"verdict": made.verdict, "tokens_per_s": round(speed, 2)}
        put_json({**_fields(model), "details": told(details), **about})
        return 0
    here = made.summary + (f", about {rate_in_words(speed)}" if speed else "")
    put_table((*_lines(model), *detail_lines(details), ("Here", here)))
    return 0


def told(details: Details) -> dict[str, object]:
    """Return details as they are printed in JSON."""
    facts = details.facts
    return {
        "parameters": facts.parameters,
        "layers": facts.layers,
        "experts": facts.experts,
        "quant": facts.quant,
        "tensors": details.tensors,
        "licence": details.licence,
        "author": details.author,
        "has_template": details.template_bytes > 0,
        "template_bytes": details.template_bytes,
        "suspicions": details.suspicions,
    }


def detail_lines(details: Details) -> tuple[tuple[str, str], ...]:
    """Return details as rows for people; what is not known is left out."""
    facts = details.facts
    weights = sum(share.size_bytes for share in details.tensors) or 1
    numbers = ", ".join(
        f"{share.type} {share.size_bytes * 100 / weights:.0f} %" for share in details.tensors
    )
    template = f"{details.template_bytes:,} bytes" if details.template_bytes else "none"
    rows = [
        ("Parameters", parameters_in_words(facts.parameters)),
        ("Layers", str(facts.layers)),
        ("Number formats", numbers),
        ("Author", details.author),
        ("Licence in the file", details.licence),
        ("Chat template", template),
    ]
    for one in details.suspicions:
        quotes = "".join(f" “{quote}”" for quote in one.quotes)
        rows.append(("Odd in the template", one.what + quotes))
    return tuple(row for row in rows if row[1])


def _given(path: str | None, verb: str) -> str:
    if path is None:
        raise BadArgumentError("Which model", f"Give a file: inglenook models {verb} FILE")
    return path


def _found(services: Services, wanted: str) -> tuple[str, InstalledModel | None]:
    """Return the path a person means, and the model if it is on the list."""
    path = Path(wanted).expanduser()
    try:
        listed = services.library.find(str(path.absolute()) if path.exists() else wanted)
    except NotFoundError:
        if not path.exists() and path.name == wanted and path.suffix != ".gguf":
            raise ModelFileError(
                "There is no such model here",
                "See them all: inglenook models list; those on the Hub look like org/name.",
            ) from None
        return str(path.absolute()), None
    return listed.model.path, listed.model


def _fields(model: InstalledModel) -> dict[str, object]:
    return {name: getattr(model, name) for name in InstalledModel.__slots__}


def _lines(model: InstalledModel) -> tuple[tuple[str, str], ...]:
    rows = (
        ("Name", model.name),
        ("Type", model.quant),
        ("Size", bytes_in_words(model.size_bytes)),
        ("Architecture", model.architecture),
        ("Trained context", f"{count_in_words(model.context_tokens)} tokens"),
        ("Licence", model.licence),
        ("From", model.source),
        ("Lent by", model.origin),
        ("File", model.path),
    )
    return tuple(row for row in rows if row[1])
