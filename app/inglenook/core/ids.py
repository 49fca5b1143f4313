"""Ids that sort by the time they were made.

The layout is that of a ULID (github.com/ulid/spec): 48 bits of milliseconds since 1970,
then 80 random bits, as 26 characters of Crockford's base 32.
"""

from typing import NewType

ChatId = NewType("ChatId", str)
NodeId = NewType("NodeId", str)
FolderId = NewType("FolderId", str)
RequestId = NewType("RequestId", str)

RANDOM_BITS = 80
_PROGRAM = "program "
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def sortable_id(now_ms: int, random_bits: int) -> str:
    """Return the id for a moment.

    Args:
        now_ms: Milliseconds since 1970, 0 to 2**48 - 1.
        random_bits: 80 random bits; within one millisecond they decide the order.
    """
    return _as_text((now_ms << RANDOM_BITS) | (random_bits & ((1 << RANDOM_BITS) - 1)))


def made_at_ms(an_id: str) -> int:
    """Return the millisecond an id was made in.

    Raises:
        ValueError: it is not one of our ids.
    """
    return _as_number(an_id) >> RANDOM_BITS


def program_chat(name: str) -> ChatId:
    """Return the id of a conversation that another program has, which is kept nowhere."""
    return ChatId(_PROGRAM + name)


def is_program_chat(chat: str) -> bool:
    """Tell whether a conversation is another program's."""
    return chat.startswith(_PROGRAM)


def _as_text(number: int) -> str:
    characters = []
    for _ in range(26):
        number, index = divmod(number, 32)
        characters.append(_ALPHABET[index])
    return "".join(reversed(characters))


def _as_number(an_id: str) -> int:
    if len(an_id) != 26:
        raise ValueError("an id has 26 characters")
    number = 0
    for character in an_id:
        number = number * 32 + _ALPHABET.index(character)
    return number
