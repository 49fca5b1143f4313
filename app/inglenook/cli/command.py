"""The command line's grammar, and which function does what."""

import argparse
from collections.abc import Callable, Sequence
from typing import NoReturn

from inglenook import __version__
from inglenook.cli import (
    backup,
    chat,
    chats,
    doctor,
    elsewhere,
    eval,  # noqa: A004 (the verb)
    modelverbs,
    plan,
    serve,
    served,
    updates,
)
from inglenook.cli.output import prepare, put_problem, reader_is_gone
from inglenook.cli.paths import whole_path
from inglenook.cli.place import place
from inglenook.cli.unlock import unlock
from inglenook.core.errors import BadArgumentError, InglenookError, Problem
from inglenook.effort.level import Level
from inglenook.models.settings import KV_TYPES, Wish
from inglenook.services.listening import Listen
from inglenook.services.services import Services


class _Parser(argparse.ArgumentParser):
    """A grammar whose complaints are JSON when JSON was asked for.

    Attributes:
        as_json: Set before parsing.
    """

    as_json = False

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments and end with status 2."""
        if _Parser.as_json:
            put_problem(Problem("These arguments make no sense", message), as_json=True)
            self.exit(2)
        super().error(message)


def parser() -> argparse.ArgumentParser:
    """Return the grammar."""
    whole = _Parser(
        prog="inglenook",
        description="A private assistant that lives on this computer. Without a command, "
        "the window opens.",
    )
    whole.add_argument("--version", action="version", version=f"Inglenook {__version__}")
    whole.add_argument(
        "--echo", action="store_true", help="use the built-in echo engine instead of a model"
    )
    verbs = whole.add_subparsers(
        dest="verb", metavar="command", title="commands", required=True
    )
    _add_chat(verbs)
    _add_plan(verbs)
    _add_models(verbs)
    _add_chats(verbs)
    backup.add_options(verbs, _verb)
    serve.add_options(_verb(verbs, "serve", "let other programs ask, without a window"))
    eval.add_options(_verb(verbs, "eval", "measure which effort pays with a model"))
    doctor.add_options(_verb(verbs, "doctor", "check this installation and this computer"))
    updates.add_options(_verb(verbs, "update-check", "look at a release file, when asked"))
    return whole


def run(arguments: Sequence[str], draw: eval.Draw, listen: Listen) -> int:
    """Do what the arguments say.

    Args:
        arguments: Without the program's name; with a command, for without one the window opens.
        draw: Draws what an evaluation found; the command line itself loads no Qt.
        listen: Listens for other programs; the command line itself knows no HTTP.

    Returns:
        The exit code: 0 for success, 1 for a problem, 2 for arguments that make no sense,
        130 after Ctrl+C.
    """
    prepare()
    _Parser.as_json = "--json" in arguments
    chosen = parser().parse_args(arguments)
    try:
        return _run(chosen, draw, listen)
    except InglenookError as error:
        put_problem(error.problem, as_json=getattr(chosen, "json", False))
        return 2 if isinstance(error, BadArgumentError) else 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        reader_is_gone()
        return 1


def _run(chosen: argparse.Namespace, draw: eval.Draw, listen: Listen) -> int:
    if chosen.verb == "doctor":
        return doctor.run(chosen)
    if chosen.verb == "update-check":
        return updates.run(chosen)
    if chosen.verb == "restore":
        return backup.restore(chosen.file, as_json=chosen.json)
    backend = "echo" if chosen.echo else "llama"
    with Services.open(backend=backend, listen=listen) as services:
        unlock(services)
        if chosen.verb == "plan":
            wish = Wish(chosen.context, chosen.layers, kv_type=chosen.cache)
            return plan.plan(
                services,
                chosen.model,
                as_json=chosen.json,
                wish=wish,
                devices=chosen.devices,
                load=chosen.load,
            )
        if chosen.verb in {"models", "chats", "backup"}:
            does: Callable[[Services, argparse.Namespace], int] = chosen.does
            return does(services, chosen)
        if chosen.verb == "serve":
            return serve.serve(services, chosen)
        if chosen.verb == "eval":
            return eval.evaluate(services, chosen, draw)
        return _chat(services, chosen)


def _chat(services: Services, chosen: argparse.Namespace) -> int:
    question = " ".join(chosen.question)
    if chosen.endpoint:
        services.start(loads=False)
        choice = elsewhere.chosen_engine(services, chosen.endpoint, chosen.endpoint_model)
        return chat.chat(services, question, as_json=chosen.json, choice=choice)
    effort = Level(chosen.effort) if chosen.effort else None
    with served.through_server(services, effort, chosen.model) as is_served:
        services.start(load=chosen.model, loads=not is_served)
        effort = Level.QUICK if is_served else effort
        return chat.chat(services, question, as_json=chosen.json, effort=effort)


_Verbs = argparse._SubParsersAction  # noqa: SLF001 (argparse gives this type no public name)


def _verb(verbs: "_Verbs[_Parser]", name: str, about: str) -> argparse.ArgumentParser:
    verb = verbs.add_parser(name, help=about, description=_sentence(about))
    verb.add_argument("--json", action="store_true", help="print JSON")
    return verb


def _add_chat(verbs: "_Verbs[_Parser]") -> None:
    verb = _verb(verbs, "chat", "ask a question, or talk in the terminal")
    verb.add_argument("question", nargs="*", help="without one, questions are read from input")
    verb.add_argument("--model", metavar="FILE", type=whole_path, help="a GGUF file")
    verb.add_argument(
        "--effort",
        choices=[each.value for each in Level],
        help="how many drafts each answer is chosen from",
    )
    verb.add_argument(
        "--endpoint",
        metavar="URL",
        default="",
        help="an engine elsewhere that answers: http://box:8000; its key is taken from"
        f" {elsewhere.KEY_VARIABLE}",
    )
    verb.add_argument(
        "--endpoint-model", metavar="NAME", default="", help="else the first that it has"
    )


def _add_plan(verbs: "_Verbs[_Parser]") -> None:
    verb = _verb(verbs, "plan", "show how this computer would run a model, and why")
    about = "a GGUF file, or org/name[:type] on the Hub"
    verb.add_argument("model", metavar="MODEL", type=place, help=about)
    verb.add_argument("--context", metavar="TOKENS", type=int, help="length of a conversation")
    verb.add_argument("--layers", metavar="N", type=int, help="most layers on the GPU")
    verb.add_argument("--cache", choices=KV_TYPES, help="how the conversation is kept")
    about = "plan for the computer described in a file: the part machine of plan --json"
    either = verb.add_mutually_exclusive_group()
    either.add_argument("--devices", metavar="FILE", type=whole_path, help=about)
    about = "load the model as planned and compare what it takes"
    either.add_argument("--load", action="store_true", help=about)


def _add_models(verbs: "_Verbs[_Parser]") -> None:
    about = "find, get, list, check and remove models"
    verb = verbs.add_parser("models", help=about, description=_sentence(about))
    inner = verb.add_subparsers(
        dest="action", metavar="command", title="commands", required=True
    )
    modelverbs.add_verbs(inner, _verb)


def _add_chats(verbs: "_Verbs[_Parser]") -> None:
    about = "list, export and import chats"
    verb = verbs.add_parser("chats", help=about, description=_sentence(about))
    inner = verb.add_subparsers(
        dest="action", metavar="command", title="commands", required=True
    )
    chats.add_verbs(inner, _verb)


def _sentence(about: str) -> str:
    return f"{about[0].upper()}{about[1:]}."
