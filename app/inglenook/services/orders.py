"""What the engine is told, and what it is told again with every model."""

from dataclasses import replace

from inglenook.core.errors import InglenookError, Problem
from inglenook.core.ids import ChatId
from inglenook.engine.protocol import (
    Cancel,
    CancelLoad,
    Forget,
    Front,
    Inquiry,
    Load,
    SetThreads,
    TakeLeading,
    Unload,
    Work,
)
from inglenook.models.fit import Plan
from inglenook.services.engineclient import Client


class Orders:
    """Commands to one engine that may not run yet.

    Threads: none of its own; its owner holds a lock around each call.

    Attributes:
        threads: Set by hand, for this model and later ones; None for what the plan says.
    """

    def __init__(self, client: Client, snapshots: str) -> None:
        """Say nothing yet.

        Args:
            client: The handle on the engine.
            snapshots: Folder where it keeps what it has read; ``""`` to keep nothing.
        """
        self._client, self._snapshots = client, snapshots
        self.threads: int | None = None
        self._front = ChatId("")
        self._is_started = False

    def load(self, path: str, plan: Plan, *, overtakes: bool) -> None:
        """Start the engine if need be, and load a model instead of what it loads now."""
        if overtakes:
            self._client.send(CancelLoad())
        self._is_started = True
        self._client.start()
        projector = plan.projector.path if plan.projector is not None and plan.sees else ""
        self._client.send(Load(path, plan.settings, self._snapshots, projector))
        if self._front:
            self._client.send(Front(self._front))

    def free(self) -> None:
        """Free the model, or the one that is being loaded."""
        if self._is_started:
            # A load that ends before it hears of the first command is undone by the second.
            self._client.send(CancelLoad())
            self._client.send(Unload())

    def stop(self) -> None:
        """End the engine, which has nothing to do, until the next load."""
        self._client.stop()

    def kill(self) -> None:
        """End an engine that does not listen; another one comes in its place."""
        self._client.kill()

    def answer(self, command: Work | Inquiry) -> Problem | None:
        """Have a question answered or looked back at; return what is wrong with it, or None."""
        try:
            self._client.send(command)
        except InglenookError as error:
            return error.problem
        return None

    def cancel(self, request: str) -> None:
        """Stop an answer."""
        self._client.send(Cancel(request))

    def take_leading(self, request: str) -> None:
        """Have an answer choose now from its drafts."""
        self._client.send(TakeLeading(request))

    def front(self, chat: ChatId | None) -> None:
        """Let a chat's answers go first."""
        self._front = chat or ChatId("")
        self._tell(Front(self._front))

    def forget(self, chat: ChatId) -> None:
        """Free what is kept of a chat."""
        self._tell(Forget(chat))

    def set_threads(self, threads: int) -> None:
        """Compute with so many threads, at least 1."""
        self.threads = max(1, threads)
        self._tell(SetThreads(self.threads))

    def threaded(self, plan: Plan) -> Plan:
        """Return the plan with the threads that were set by hand."""
        if self.threads is None:
            return plan
        return replace(plan, settings=replace(plan.settings, threads=self.threads))

    def _tell(self, command: Front | Forget | SetThreads) -> None:
        if self._is_started:
            self._client.send(command)
