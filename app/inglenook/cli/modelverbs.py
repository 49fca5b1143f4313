"""The grammar of `inglenook models`, and which function does what."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from inglenook.cli import get, hubmodels, models, move, shelf
from inglenook.cli.place import is_remote, place
from inglenook.services.services import Services

_Parser = TypeVar("_Parser", bound=argparse.ArgumentParser)
_Verbs = argparse._SubParsersAction  # noqa: SLF001 (argparse gives this type no public name)


def add_verbs(
    verbs: "_Verbs[_Parser]",
    make: Callable[["_Verbs[_Parser]", str, str], argparse.ArgumentParser],
) -> None:
    """Add all verbs of models.

    Args:
        verbs: Of `inglenook models`.
        make: Makes one verb, given its name and what it does.
    """
    verb = make(verbs, "list", "list installed models, and what is wrong with them")
    verb.set_defaults(does=_list)
    _with_target(make(verbs, "add", "use a model file where it lies"), _add)
    _with_target(
        make(verbs, "info", "describe an installed model, a file, or one on the Hub"), _info
    )
    _add_search(make(verbs, "search", "search the Hub for models"))
    verb = make(
        verbs, "recommended", "look up the models we recommend, best for this computer first"
    )
    verb.set_defaults(does=_recommended)
    verb = make(verbs, "get", "download a model; run it again to go on after a break")
    verb.add_argument(
        "model", metavar="ORG/NAME[:TYPE]", help="a file type or a file after the colon"
    )
    verb.add_argument(
        "--with-vision", action="store_true", help="and what lets it see pictures"
    )
    verb.set_defaults(does=_get)
    verb = make(
        verbs, "verify", "read models from end to end and compare them with their hashes"
    )
    verb.add_argument(
        "models", metavar="MODEL", nargs="*", help="without one, all with a known hash"
    )
    verb.set_defaults(does=_verify)
    verb = make(verbs, "remove", "remove a model; files we did not download stay on the disk")
    verb.add_argument("model", metavar="MODEL", help="its name or file")
    verb.add_argument("--yes", action="store_true", help="do not ask")
    verb.set_defaults(does=_remove)
    verb = make(verbs, "scan", "look for models of other programs")
    verb.add_argument(
        "folders", metavar="FOLDER", nargs="*", type=Path, help="look there instead"
    )
    verb.add_argument("--add", action="store_true", help="use them from here, where they lie")
    verb.set_defaults(does=_scan)
    verb = make(verbs, "move", "move our models to another folder, perhaps on another disk")
    verb.add_argument("folder", metavar="FOLDER", type=Path, help="made if there is none")
    verb.set_defaults(does=_move)
    verb = make(
        verbs, "token", "give the access token that gated models ask for, on standard input"
    )
    verb.add_argument("--forget", action="store_true", help="remove it")
    verb.set_defaults(does=_token)


def _with_target(verb: argparse.ArgumentParser, does: object) -> None:
    verb.add_argument("model", metavar="MODEL", nargs="?", help="a file, or a name")
    verb.set_defaults(does=does)


def _add_search(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("words", nargs="*", help="what its name should contain")
    verb.add_argument("--sort", choices=tuple(hubmodels.SORTS), default="downloads")
    verb.add_argument("--limit", type=int, default=20, metavar="N", help="1 to 100")
    verb.add_argument("--author", default="", help="an organisation or a person")
    verb.add_argument(
        "--open", action="store_true", help="leave out models that ask who you are"
    )
    verb.add_argument(
        "--fits", action="store_true", help="only what seems to fit this computer"
    )
    verb.set_defaults(does=_search)


def _list(services: Services, chosen: argparse.Namespace) -> int:
    return shelf.show(services, as_json=chosen.json)


def _add(services: Services, chosen: argparse.Namespace) -> int:
    target = place(chosen.model) if chosen.model else None
    return models.add(services, target, as_json=chosen.json)


def _info(services: Services, chosen: argparse.Namespace) -> int:
    if chosen.model and is_remote(chosen.model):
        return hubmodels.info(services, chosen.model, as_json=chosen.json)
    return models.info(services, chosen.model, as_json=chosen.json)


def _search(services: Services, chosen: argparse.Namespace) -> int:
    query = hubmodels.query(
        " ".join(chosen.words),
        chosen.sort,
        chosen.limit,
        chosen.author,
        with_gated=not chosen.open,
    )
    return hubmodels.search(services, query, only_fitting=chosen.fits, as_json=chosen.json)


def _recommended(services: Services, chosen: argparse.Namespace) -> int:
    return hubmodels.recommended(services, as_json=chosen.json)


def _get(services: Services, chosen: argparse.Namespace) -> int:
    wish = get.Wished(chosen.model, with_vision=chosen.with_vision)
    return get.get(services, wish, as_json=chosen.json)


def _verify(services: Services, chosen: argparse.Namespace) -> int:
    return shelf.verify(services, chosen.models, as_json=chosen.json)


def _remove(services: Services, chosen: argparse.Namespace) -> int:
    return shelf.remove(services, chosen.model, is_sure=chosen.yes, as_json=chosen.json)


def _scan(services: Services, chosen: argparse.Namespace) -> int:
    folders = tuple(each.expanduser().absolute() for each in chosen.folders)
    return shelf.scan(services, folders, with_adding=chosen.add, as_json=chosen.json)


def _move(services: Services, chosen: argparse.Namespace) -> int:
    folder = chosen.folder.expanduser().absolute()
    return move.move(services, str(folder), as_json=chosen.json)


def _token(services: Services, chosen: argparse.Namespace) -> int:
    return hubmodels.token(services, is_over=chosen.forget, as_json=chosen.json)
