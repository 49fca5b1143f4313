"""`inglenook chats`: list them, write them into files, take them out of files."""

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from inglenook.chat.importing.reading import Refusal
from inglenook.cli.get import ctrl_c
from inglenook.cli.output import counted, put, put_json, put_table
from inglenook.core.errors import BadArgumentError
from inglenook.core.ids import ChatId
from inglenook.services.portabilitynews import Haul, ImportReport
from inglenook.services.services import Services

_Parser = TypeVar("_Parser", bound=argparse.ArgumentParser)
_Verbs = argparse._SubParsersAction  # noqa: SLF001 (argparse gives this type no public name)
_ID_SHOWN, _TITLE_SHOWN, _MOST_TOLD = 26, 60, 20


def add_verbs(
    verbs: "_Verbs[_Parser]",
    make: Callable[["_Verbs[_Parser]", str, str], argparse.ArgumentParser],
) -> None:
    """Add all verbs of chats.

    Args:
        verbs: Of `inglenook chats`.
        make: Makes one verb, given its name and what it does.
    """
    verb = make(verbs, "list", "list chats with their ids, the one used last first")
    verb.set_defaults(does=_list)
    verb = make(verbs, "export", "write chats into files")
    verb.add_argument("chats", metavar="CHAT", nargs="*", help="an id; without one, all")
    verb.add_argument(
        "--to",
        metavar="PATH",
        type=Path,
        required=True,
        help="a file, or a folder for Markdown",
    )
    verb.add_argument(
        "--format",
        choices=("json", "markdown"),
        help="json keeps every version and comes back as it was; "
        "markdown is what is on screen, to read",
    )
    verb.add_argument(
        "--thinking", action="store_true", help="in Markdown, also what models thought before"
    )
    verb.set_defaults(does=_export)
    verb = make(
        verbs,
        "import",
        "take chats out of an export, ours or of another program",
    )
    verb.add_argument("file", metavar="PATH", type=Path, help="a file, a zip, or a folder")
    verb.add_argument("--look", action="store_true", help="only say what is in it")
    verb.set_defaults(does=_import)


def _list(services: Services, chosen: argparse.Namespace) -> int:
    work = services.portable.work
    rows = [
        (chat.conversation, chat.updated_ms, chat.archived_ms is not None)
        for chat in (one for each in work.every() for one in work.load([each]))
    ]
    rows.sort(key=lambda row: row[1], reverse=True)
    if chosen.json:
        put_json(
            [
                {
                    "id": chat.id,
                    "title": chat.title,
                    "updated_ms": updated_ms,
                    "messages": len(chat.nodes),
                    "archived": is_archived,
                }
                for chat, updated_ms, is_archived in rows
            ]
        )
        return 0
    if not rows:
        put("There are no chats yet.")
        return 0
    put_table(
        (chat.id[:_ID_SHOWN], _day(updated_ms), str(len(chat.nodes)), _short(chat.title))
        for chat, updated_ms, _ in rows
    )
    return 0


def _export(services: Services, chosen: argparse.Namespace) -> int:
    work = services.portable.work
    chats = [ChatId(each) for each in chosen.chats] or list(work.every())
    target: Path = chosen.to.expanduser().absolute()
    if _form(chosen, target) == "json":
        if target.is_dir():
            raise BadArgumentError("JSON goes into one file", "Give a file with --to.")
        work.write_json(chats, target)
        files = 1
    else:
        files = work.write_markdown(chats, target, with_thinking=chosen.thinking)
    if chosen.json:
        put_json({"to": str(target), "chats": len(chats), "files": files})
    else:
        put(f"{counted(len(chats), 'chat')} written to {target}.")
    return 0


def _form(chosen: argparse.Namespace, target: Path) -> str:
    """Return the format asked for, or what the target's name says."""
    is_markdown = target.is_dir() or target.suffix.lower() == ".md"
    return chosen.format or ("markdown" if is_markdown else "json")


def _import(services: Services, chosen: argparse.Namespace) -> int:
    work = services.portable.work
    haul = work.look(chosen.file.expanduser().absolute())
    if chosen.look:
        return _tell_haul(haul, as_json=chosen.json)
    with ctrl_c() as pressed:
        report = work.take(haul, is_stopped=pressed.is_set)
    if chosen.json:
        put_json(report)
    else:
        _tell_report(report)
    return 130 if report.is_stopped else int(bool(report.refusals))


def _tell_haul(haul: Haul, *, as_json: bool) -> int:
    if as_json:
        put_json(
            {
                "sources": haul.sources,
                "known": sorted(haul.known),
                "chats": [
                    {
                        "id": each.chat.conversation.id,
                        "title": each.chat.conversation.title,
                        "source": each.source,
                        "messages": len(each.chat.conversation.nodes),
                        "branches": each.chat.branches,
                    }
                    for each in haul.arrivals
                ],
                "refusals": haul.refusals,
            }
        )
        return 0
    put(f"{counted(len(haul.arrivals), 'chat')} from {', '.join(haul.sources) or 'nowhere'}.")
    put(f"New: {len(haul.new)}.")
    _tell_refusals(haul.refusals)
    return 0


def _tell_report(report: ImportReport) -> None:
    verb = "chat came" if len(report.came) == 1 else "chats came"
    put(f"{len(report.came)} {verb}.")
    if report.known:
        put(f"Here already: {report.known}, of which {report.restored} were in the trash.")
    _tell_refusals(report.refusals)


def _tell_refusals(refusals: Sequence[Refusal]) -> None:
    if refusals:
        put(f"Could not be read: {len(refusals)}.")
    for each in refusals[:_MOST_TOLD]:
        put(f"  {_short(each.name)}: {each.why}")
    if len(refusals) > _MOST_TOLD:
        put(f"  and {len(refusals) - _MOST_TOLD} more")


def _short(title: str) -> str:
    line = " ".join(title.split())
    return line if len(line) <= _TITLE_SHOWN else line[: _TITLE_SHOWN - 1] + "…"


def _day(moment_ms: int) -> str:
    try:
        return f"{datetime.fromtimestamp(moment_ms / 1000, UTC).astimezone():%Y-%m-%d}"
    except (OverflowError, OSError, ValueError):
        return "----------"
