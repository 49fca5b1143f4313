"""Model files of other programs: found where those keep them, used there, never changed."""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from inglenook.models.name import parse_name
from inglenook.storage.walk import USUAL, Bounds, files_below, small_text

_DIGEST = re.compile(r"sha256[:-]([0-9a-f]{64})")
_HF_FOLDER = re.compile(r"models--(.+?)--(.+)")
_MODEL_LAYER = "application/vnd.ollama.image.model"
_REGISTRY = "registry.ollama.ai"
# Where Ollama lives when it is a service of the system.
_SERVICE_HOMES = ("/usr/share", "/var/lib")


@dataclass(frozen=True, slots=True)
class ForeignModel:
    """A model file of another program.

    Attributes:
        path: Its first file.
        origin: The program's name.
        name: What that program calls it; "" where the file's own name says it.
        source: Where on the Hub it comes from, ``"org/name@commit"``; "" if unknown.
        sha256: What the program says it hashes to; "" if it does not.
    """

    path: Path
    origin: str
    name: str = ""
    source: str = ""
    sha256: str = ""


def find_foreign(
    home: Path | None = None,
    environment: Mapping[str, str] | None = None,
    bounds: Bounds = USUAL,
) -> tuple[ForeignModel, ...]:
    """Look where other programs keep their models.

    Nothing but the folders' lists, Ollama's manifests and the first bytes of files is read.

    Args:
        home: The person's; None for the real one.
        environment: Its variables; None for this process's own.
        bounds: How far to look, in each program's folders.
    """
    variables = os.environ if environment is None else environment
    where = Path.home() if home is None else home
    found = [
        *_lm_studio(where, bounds),
        *_ollama(where, variables, bounds),
        *_hub_cache(where, variables, bounds),
        *_plain_folders(where, variables, bounds),
    ]
    return _once(found)


def find_in(folder: Path, origin: str = "", bounds: Bounds = USUAL) -> tuple[ForeignModel, ...]:
    """Look through any folder.

    Args:
        folder: Where to look.
        origin: Whose it is; "" for the folder's name.
        bounds: How far to look.
    """
    return _once(_models_below(folder, origin or folder.name or str(folder), bounds))


def is_model_file(path: Path) -> bool:
    """Tell by its first bytes whether a file is a model."""
    try:
        if not path.is_file():  # opening a pipe would wait
            return False
        with path.open("rb") as file:
            return file.read(4) == b"GGUF"
    except OSError:
        return False


def _models_below(folder: Path, origin: str, bounds: Bounds) -> Iterator[ForeignModel]:
    for path in files_below(folder, bounds):
        if path.suffix.lower() != ".gguf" or parse_name(path.name).part != 1:
            continue
        if is_model_file(path):
            yield ForeignModel(path, origin)


def _once(found: Iterable[ForeignModel]) -> tuple[ForeignModel, ...]:
    """Leave out what was found before under another name."""
    by_file: dict[str, ForeignModel] = {}
    for model in found:
        by_file.setdefault(os.path.realpath(model.path), model)
    return tuple(by_file.values())


# --- LM Studio ---


def _lm_studio(home: Path, bounds: Bounds) -> Iterator[ForeignModel]:
    for base in (home / ".lmstudio", home / ".cache" / "lm-studio"):
        chosen = _object(small_text(base / "settings.json")).get("downloadsFolder")
        if isinstance(chosen, str) and chosen and "\0" not in chosen:
            yield from _models_below(Path(chosen), "LM Studio", bounds)
        yield from _models_below(base / "models", "LM Studio", bounds)


# --- Ollama ---


def _ollama(home: Path, variables: Mapping[str, str], bounds: Bounds) -> Iterator[ForeignModel]:
    named = variables.get("OLLAMA_MODELS", "").strip()
    folders = [Path(named)] if named else []
    folders += [home / ".ollama" / "models"]
    folders += [Path(place, "ollama/.ollama/models") for place in _SERVICE_HOMES]
    for folder in folders:
        manifests = folder / "manifests"
        for path in files_below(manifests, bounds):
            model = _from_manifest(folder, path, path.relative_to(manifests).parts)
            if model is not None:
                yield model


def _from_manifest(folder: Path, path: Path, place: tuple[str, ...]) -> ForeignModel | None:
    """Return what a manifest names, if its file is there.

    Args:
        folder: Where Ollama keeps everything.
        path: The manifest.
        place: Its place among the manifests: registry, owner, name and tag.
    """
    layers = _object(small_text(path)).get("layers")
    if not isinstance(layers, list) or len(place) < 2:
        return None
    digests = [
        layer.get("digest")
        for layer in layers[:100]
        if isinstance(layer, dict) and layer.get("mediaType") == _MODEL_LAYER
    ]
    found = _DIGEST.fullmatch(str(digests[0])) if len(digests) == 1 else None
    if found is None:
        return None
    for name in (f"sha256-{found[1]}", f"sha256:{found[1]}"):
        blob = folder / "blobs" / name
        if is_model_file(blob):
            return ForeignModel(blob, "Ollama", _ollama_name(place), sha256=found[1])
    return None


def _ollama_name(place: tuple[str, ...]) -> str:
    """Return a name as Ollama writes it: ``"llama3:8b"``, ``"hf.co/org/name:Q4_K_M"``."""
    parts = list(place[:-1])
    if parts[0] == _REGISTRY:
        parts = parts[1:]
        if parts[:1] == ["library"]:
            parts = parts[1:]
    return f"{'/'.join(parts)}:{place[-1]}"


# --- the cache of Hugging Face's libraries ---


def _hub_cache(
    home: Path, variables: Mapping[str, str], bounds: Bounds
) -> Iterator[ForeignModel]:
    usual = home / ".cache" / "huggingface"
    base = Path(variables.get("HF_HOME", "").strip() or usual)
    cache = Path(variables.get("HF_HUB_CACHE", "").strip() or base / "hub")
    try:
        folders = sorted(cache.iterdir())
    except OSError:
        return
    for folder in folders:
        named = _HF_FOLDER.fullmatch(folder.name)
        if named is None:
            continue
        repo = f"{named[1]}/{named[2].replace('--', '/')}"
        for model in _models_below(folder / "snapshots", "Hugging Face cache", bounds):
            commit = model.path.relative_to(folder / "snapshots").parts[0]
            # Files are links to blobs that are named after their hash.
            blob = Path(os.path.realpath(model.path)).name
            sha256 = blob if re.fullmatch(r"[0-9a-f]{64}", blob) else ""
            yield ForeignModel(model.path, model.origin, "", f"{repo}@{commit}", sha256)


# --- programs with a plain folder ---


def _plain_folders(
    home: Path, variables: Mapping[str, str], bounds: Bounds
) -> Iterator[ForeignModel]:
    shared = Path(variables.get("XDG_DATA_HOME", "").strip() or home / ".local" / "share")
    local = Path(variables.get("LOCALAPPDATA", "").strip() or home / "AppData" / "Local")
    support = home / "Library" / "Application Support"
    cache = Path(variables.get("XDG_CACHE_HOME", "").strip() or home / ".cache")
    places = (
        ("llama.cpp", Path(variables.get("LLAMA_CACHE", "").strip() or cache / "llama.cpp")),
        ("llama.cpp", home / "Library" / "Caches" / "llama.cpp"),
        *(("GPT4All", base / "nomic.ai" / "GPT4All") for base in (shared, local, support)),
        *(("Jan", base / "Jan" / "data") for base in (shared, local, support)),
        ("Jan", home / "jan"),
    )
    for origin, folder in places:
        yield from _models_below(folder, origin, bounds)


def _object(text: str) -> Mapping[str, object]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
