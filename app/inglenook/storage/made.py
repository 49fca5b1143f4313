"""How an answer was made, as one JSON text in the database."""

import json
import logging
from dataclasses import asdict

import msgspec

from inglenook.chat.made import Made
from inglenook.storage.text import storable

log = logging.getLogger(__name__)

_decoder: msgspec.json.Decoder[Made] = msgspec.json.Decoder(Made)


def made_text(made: Made | None) -> str | None:
    """Return the text that keeps it; None for nothing."""
    return None if made is None else storable(json.dumps(asdict(made), ensure_ascii=False))


def made_from(text: str | None) -> Made | None:
    """Return what a text keeps; None if it keeps nothing that can be read."""
    if text is None:
        return None
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        # Not its words: they may quote what is stored.
        log.warning("how an answer was made cannot be read: %s", type(error).__name__)
        return None
