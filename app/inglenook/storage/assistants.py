"""Assistants on disk: those people made, those of ours they changed, and what chats chose."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import msgspec

from inglenook.chat.assistant import (
    MOST_ABOUT_CHARS,
    MOST_NAME_CHARS,
    MOST_TEXT_CHARS,
    Assistant,
    Tuning,
    known_icon,
)
from inglenook.chat.elsewhere import HERE, Choice
from inglenook.core.errors import BadArgumentError
from inglenook.core.ids import ChatId
from inglenook.storage.database import Database
from inglenook.storage.text import storable

_PUT = """
INSERT INTO assistant(id, name, icon, about, instructions, model, sampling, effort,
    thinking, position, is_hidden, changed_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, icon = excluded.icon,
    about = excluded.about, instructions = excluded.instructions, model = excluded.model,
    sampling = excluded.sampling, effort = excluded.effort, thinking = excluded.thinking,
    position = excluded.position, is_hidden = excluded.is_hidden,
    changed_ms = excluded.changed_ms"""
_ALL = """
SELECT id, name, icon, about, instructions, model, sampling, effort, thinking,
    position, is_hidden
FROM assistant ORDER BY position, id"""

_WORDS = ("name", "icon", "about", "instructions", "model")
_AMOUNTS = ("effort", "thinking")


@dataclass(frozen=True, slots=True)
class AssistantRow:
    """What is kept of one assistant.

    Attributes:
        assistant: None for one of ours that is as we wrote it.
        position: In the list, from 0.
    """

    id: str
    assistant: Assistant | None
    position: int
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Setup:
    """How the answers of one chat are asked for.

    Attributes:
        assistant: An id that need not exist any more; "" for the plain one.
        instructions: For this chat alone, behind those of its assistant.
        choice: The engine that answers; one elsewhere need not exist any more.
    """

    assistant: str = ""
    instructions: str = ""
    choice: Choice = HERE


class Assistants:
    """Stored assistants. A call that returns has everything on the disk.

    Threads: the database's owner.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self) -> tuple[AssistantRow, ...]:
        """Return what is kept, in the order of the list."""
        with self._database.reading() as connection:
            found = connection.execute(_ALL).fetchall()
        return tuple(_row(*each) for each in found)

    def put(self, rows: Sequence[AssistantRow], now_ms: int) -> None:
        """Keep these rows, new or in the place of what was kept of them, all or nothing."""
        with self._database.writing() as connection:
            connection.executemany(_PUT, [_columns(each, now_ms) for each in rows])

    def drop(self, assistant: str) -> None:
        """Keep nothing of an assistant any more."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM assistant WHERE id = ?", (assistant,))

    def setup(self, chat: ChatId) -> Setup | None:
        """Return how the answers of a chat are asked for; None if it is not stored."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT assistant, instructions, engine, engine_model FROM chat WHERE id = ?",
                (chat,),
            ).fetchone()
        if not found:
            return None
        assistant, instructions, endpoint, model = found
        return Setup(assistant, instructions, Choice(endpoint, model))

    def set_up(self, chat: ChatId, setup: Setup) -> bool:
        """Remember it for a chat; False if the chat is not stored yet."""
        chosen = setup.choice
        texts = (setup.assistant, setup.instructions, chosen.endpoint, chosen.model)
        with self._database.writing() as connection:
            changed = connection.execute(
                "UPDATE chat SET assistant = ?, instructions = ?, engine = ?, engine_model = ?"
                " WHERE id = ?",
                (*map(storable, texts), chat),
            )
            return changed.rowcount > 0


def tuning_text(tuning: Tuning) -> str:
    """Return the text that keeps a tuning; "" for the usual one."""
    asked = tuning.asked()
    return json.dumps(asked) if asked else ""


def tuning_from(text: str) -> Tuning:
    """Return the tuning that a text keeps; the usual one if it makes no sense."""
    try:
        return msgspec.json.decode(text, type=Tuning) if text else Tuning()
    except (msgspec.DecodeError, RecursionError, BadArgumentError):
        return Tuning()


def _columns(row: AssistantRow, now_ms: int) -> tuple[str | int, ...]:
    if row.assistant is None:
        texts, sampling = dict.fromkeys((*_WORDS, *_AMOUNTS), ""), ""
    else:
        texts, sampling = asdict(row.assistant), tuning_text(row.assistant.tuning)
    words, amounts = ([storable(texts[name]) for name in each] for each in (_WORDS, _AMOUNTS))
    return (row.id, *words, sampling, *amounts, row.position, int(row.is_hidden), now_ms)


def _row(id_: str, name: str, *rest: object) -> AssistantRow:
    # Cut to what we allow: a file that somebody restored may hold anything.
    *texts, sampling, effort, thinking, position, is_hidden = rest
    kept = None
    if name.strip():
        icon, about, instructions, model = map(str, texts)
        kept = Assistant(
            id_, name[:MOST_NAME_CHARS], known_icon(icon), about[:MOST_ABOUT_CHARS],
            instructions[:MOST_TEXT_CHARS], model, tuning_from(str(sampling)), str(effort),
            str(thinking),
        )  # fmt: skip
    return AssistantRow(id_, kept, int(str(position)), bool(is_hidden))
