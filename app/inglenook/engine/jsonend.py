"""Where JSON ends in text that arrives bit by bit."""

import re


class JsonEnd:
    """Finds the end of a JSON object or list.

    Words in brackets that Mistral's models write before it are passed over.

    Threads: one at a time.
    """

    def __init__(self) -> None:
        self._depth = 0
        self._in_text = False
        self._at = 0
        self._begin: int | None = None

    @property
    def is_in_text(self) -> bool:
        """Whether what was read ends inside a text."""
        return self._in_text

    def begins_after(self, length: int) -> int:
        """Return how many characters stand before it; if it has not begun, at least so many."""
        return length - _LONGEST_WORD if self._begin is None else self._begin

    def find(self, text: str) -> int | None:
        """Return where it ends, if it does; ``text`` is all there is and only ever grows."""
        while match := _STEP[self._in_text].search(text, self._at):
            word = 0 if self._depth else _word_length(text, match.start())
            if word is None:
                return None
            self._at = match.start() + word if word else match.end()
            if not word and self._passes(match):
                return self._at
        if not (self._in_text and text.endswith("\\")):
            self._at = len(text)
        return None

    def _passes(self, match: re.Match[str]) -> bool:
        """Take a sign into account; return whether it ends the whole."""
        sign = match[0]
        if self._in_text:
            self._in_text = sign != '"'
        elif sign == '"':
            self._in_text = self._depth > 0
        elif sign in "{[":
            self._begin = match.start() if self._begin is None else self._begin
            self._depth += 1
        elif self._depth:
            self._depth -= 1
            return not self._depth
        return False


# Inside a text a backslash takes the next character with it.
_STEP = {False: re.compile(r'["{}\[\]]'), True: re.compile(r'\\.|"', re.DOTALL)}
_WORDS = ("[ARGS]", "[CALL_ID]")
_LONGEST_WORD = max(map(len, _WORDS))


def _word_length(text: str, at: int) -> int | None:
    """Return the length of such a word at a place; None if there may come to be one."""
    for word in _WORDS:
        if text.startswith(word, at):
            return len(word)
        if word.startswith(text[at:]):
            return None
    return 0
