"""Which conversation a program goes on with, though it sends all of it each time."""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b

from inglenook.chat.message import Role
from inglenook.core.ids import ChatId, program_chat
from inglenook.engine.turns import Turn
from inglenook.services.apiquestion import Question

MOST = 32
"""The engine keeps what it has read of a handful of conversations at most."""


class Conversations:
    """Remembers the newest conversations, not by their words but by digests of them.

    The engine shares what prompts have in common by itself; the name of the conversation
    lets it go on in the same place instead of keeping each question beside the last.

    Threads: none of its own; its owner holds a lock around each call.
    """

    def __init__(self, forget: Callable[[ChatId], None]) -> None:
        """Know none.

        Args:
            forget: Told of each conversation that is no longer remembered.
        """
        self._forget = forget
        self._key = secrets.token_bytes(16)
        self._ids: OrderedDict[bytes, ChatId] = OrderedDict()
        self._count = 0

    def of(self, question: Question) -> ChatId:
        """Return the conversation of a question, a new one if none goes before it."""
        links = self._links(question)
        before = next((each for each in reversed(links) if each in self._ids), b"")
        chat = self._ids.pop(before, None) or self._new()
        self._ids[links[-1]] = chat
        if len(self._ids) > MOST:
            self._forget(self._ids.popitem(last=False)[1])
        return chat

    def _new(self) -> ChatId:
        self._count += 1
        return program_chat(str(self._count))

    def _links(self, question: Question) -> list[bytes]:
        """Return a digest for each beginning that ends with something a person said."""
        if question.conversation or not question.turns:
            return [self._digest(b"", Turn(Role.SYSTEM, _name_of(question)))]
        links, link = [], b""
        for turn in question.turns:
            link = self._digest(link, turn)
            if turn.role is Role.USER:
                links.append(link)
        return links or [link]

    def _digest(self, before: bytes, turn: Turn) -> bytes:
        digest = blake2b(before, key=self._key, digest_size=16)
        for part in (
            turn.role.encode(),
            turn.text.encode("utf-8", "surrogatepass"),
            *turn.pictures,
        ):
            digest.update(len(part).to_bytes(8, "little"))
            digest.update(part)
        return digest.digest()


def _name_of(question: Question) -> str:
    return question.conversation or question.prompt or " ".join(map(str, question.tokens))
