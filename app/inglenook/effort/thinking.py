"""How long a model thinks before it answers."""

from enum import StrEnum

SHORT_TOKENS = 256
"""About 190 English words: a plan, not yet a proof."""
LONG_TOKENS = 1024
"""A model that would end before goes on: budget forcing, arXiv 2501.19393."""


class Thinking(StrEnum):
    """What can be chosen where a model thinks."""

    FREE = "free"
    """As long as it likes."""
    OFF = "off"
    """Not at all; as briefly as with SHORT where the model cannot leave it."""
    SHORT = "short"
    """At most ``SHORT_TOKENS``."""
    LONG = "long"
    """At least ``LONG_TOKENS``."""
