"""Calls in an answer of the echo engine, read from what it writes."""

from inglenook.engine.marks import NO_MARKS
from inglenook.engine.protocol import Answer, Delta, Done, Event, ToolCalled
from inglenook.engine.textstream import Piece, TextStream
from inglenook.engine.toolcall import TAG, CallForms
from inglenook.engine.tools import tools_from


class EchoCalls:
    """Takes calls, as most models were taught to write them, out of an answer.

    Threads: the host's main thread.
    """

    def __init__(self, command: Answer) -> None:
        self._request = command.request
        self._stream = TextStream(
            marks=NO_MARKS,
            continues=command.continues,
            forms=CallForms((TAG,)),
            tools=tools_from(command.options.tools),
        )

    def read(self, event: Event) -> list[Event]:
        """Return what is told of an event; a call is told when it is whole."""
        match event:
            case Delta(text=text, thinking=False):
                return self._told(self._stream.feed(text.encode()), event.tokens)
            case Done():
                return [*self._told(self._stream.flush(), 0), event]
            case _:
                return [event]

    def _told(self, pieces: list[Piece], tokens: int) -> list[Event]:
        """Return pieces as events; the tokens are counted with the first of the text."""
        found: list[Event] = []
        for each in pieces:
            if each.call is None:
                found.append(Delta(self._request, each.text, tokens))
                tokens = 0
            else:
                found.append(ToolCalled(self._request, each.call.name, each.call.arguments))
        return [*found, Delta(self._request, "", tokens)] if tokens else found
