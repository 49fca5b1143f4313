"""A call that has to come, read while it is written."""

import re

from inglenook.engine.jsonend import JsonEnd

_HEAD = re.compile(
    r'\s*\{\s*"name"\s*:\s*"(?P<name>[a-zA-Z0-9_.\-]{1,128})"\s*,\s*"arguments"\s*:\s*'
)


class ForcedCall:
    """Takes the JSON that ``tools.forced`` asks for apart, bit by bit.

    What is written follows that schema, so the call is certain before it is whole.

    Threads: the loop's.

    Attributes:
        name: Of the function; ``""`` until it is known and its arguments begin.
    """

    def __init__(self) -> None:
        self.name = ""
        self._text = ""
        self._json = JsonEnd()
        self._end: int | None = None
        self._begin = self._told = 0

    @property
    def arguments(self) -> str:
        """Return the arguments as far as they were told, as JSON."""
        return self._text[self._begin : self._told]

    def feed(self, text: str) -> str:
        """Take what is written next; return what is new of the arguments."""
        self._text += text
        if self._end is None:
            self._end = self._json.find(self._text)
        if not self.name and (head := _HEAD.match(self._text)):
            self.name = head["name"]
            self._begin = self._told = head.end()
        if not self.name:
            return ""
        # The last bracket belongs to the call, and blanks before it to nobody.
        inside = self._text if self._end is None else self._text[: self._end - 1]
        told, self._told = self._told, max(self._told, len(inside.rstrip()))
        return self._text[told : self._told]
