"""What every message between window and engine is."""

import msgspec


class Tagged(msgspec.Struct, frozen=True, tag_field="type", tag=True):
    """A message; its class name is its type on the wire."""
