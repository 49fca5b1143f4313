"""The bytes of each token as the answer shows them, remembered."""

from collections.abc import Sequence

from inglenook.engine.model import Model


class Pieces:
    """Spells tokens; control tokens are silent, unless they are part of a mark.

    Threads: the engine's main thread only.
    """

    def __init__(self, model: Model, marks: Sequence[str]) -> None:
        self._model = model
        self._marks = "\n".join(marks)
        self._known: list[bytes | None] = [None] * model.vocab_size

    def of(self, token: int) -> bytes:
        """Return the bytes of a token: perhaps part of a character, perhaps none."""
        known = self._known[token]
        if known is None:
            known = self._known[token] = self._spelled(token)
        return known

    def _spelled(self, token: int) -> bytes:
        shown = self._model.piece(token)
        if shown or not self._model.is_control(token):
            return shown
        spelling = self._model.piece(token, special=True)
        is_mark = bool(spelling) and spelling.decode("utf-8", "replace") in self._marks
        return spelling if is_mark else b""
