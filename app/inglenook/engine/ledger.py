"""What was asked of an engine and is not answered yet, and which model it should have."""

from dataclasses import replace

import msgspec

from inglenook.engine.protocol import (
    Command,
    Done,
    Event,
    Failed,
    Finding,
    Front,
    Inquiry,
    Load,
    Loaded,
    LoadFailed,
    SetThreads,
    Unload,
    Work,
)


class Ledger:
    """Follows commands and events.

    Threads: none of its own; its owner holds a lock around each call.
    """

    def __init__(self) -> None:
        self._requests: dict[str, None] = {}
        self._loads: list[Load] = []
        self._wanted: Load | None = None
        self._front = Front("")

    @property
    def requests(self) -> tuple[str, ...]:
        """Requests that are not answered, oldest first."""
        return tuple(self._requests)

    @property
    def loads(self) -> tuple[Load, ...]:
        """Loads that are not answered; the first is under way."""
        return tuple(self._loads)

    @property
    def wanted(self) -> Load | None:
        """What to load into a new engine so that it is where this one was."""
        return self._wanted

    @property
    def replay(self) -> tuple[Command, ...]:
        """What to tell a new engine so that it is where this one was; empty without a model."""
        if self._wanted is None:
            return ()
        return (self._wanted, self._front) if self._front.chat else (self._wanted,)

    def sent(self, command: Command) -> None:
        """Follow a command."""
        match command:
            case each if isinstance(each, Work | Inquiry):
                self._requests[each.request] = None
            case Load():
                self._loads.append(command)
                self._wanted = command
            case Unload():
                self._wanted = None
            case Front():
                self._front = command
            case SetThreads(threads) if self._wanted is not None:
                settings = replace(self._wanted.settings, threads=threads)
                self._wanted = msgspec.structs.replace(self._wanted, settings=settings)
            case _:
                return

    def received(self, event: Event) -> None:
        """Follow an event."""
        match event:
            case each if isinstance(each, Done | Failed | Finding):
                self._requests.pop(each.request, None)
            case Loaded():
                del self._loads[:1]
            case LoadFailed():
                del self._loads[:1]
                if not self._loads:
                    self._wanted = None
            case _:
                return

    def engine_died(self) -> None:
        """Forget what died with it. A model that was being loaded is not wanted again.

        A file on which llama.cpp aborts would abort it every time.
        """
        self._requests.clear()
        if self._loads:
            self._loads.clear()
            self._wanted = None
