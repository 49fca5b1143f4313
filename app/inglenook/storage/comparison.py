"""The drafts of an answer as one JSON text in the database."""

import json
import logging
from dataclasses import asdict

import msgspec

from inglenook.chat.comparison import Comparison
from inglenook.storage.text import storable

log = logging.getLogger(__name__)

_decoder: msgspec.json.Decoder[Comparison] = msgspec.json.Decoder(Comparison)


def comparison_text(comparison: Comparison | None) -> str | None:
    """Return the text that keeps a comparison; None for none."""
    if comparison is None:
        return None
    return storable(json.dumps(asdict(comparison), ensure_ascii=False))


def comparison_from(text: str | None) -> Comparison | None:
    """Return the comparison that a text keeps; None if it keeps none that can be read."""
    if text is None:
        return None
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        # Not its words: they may quote what is stored.
        log.warning("the drafts of an answer cannot be read: %s", type(error).__name__)
        return None
