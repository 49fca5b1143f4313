"""What the engine runs, and whether an answer has it to itself, or its speed tells little."""

from inglenook.services.events import EngineChanged, EngineState


class Solitude:
    """Follows what is announced of the engine.

    Threads: told on the bus's; read on any.

    Attributes:
        state: As it was announced last.
        is_shared: Answers were written side by side since the engine last had nothing to do.
    """

    def __init__(self) -> None:
        self.state = EngineState()
        self.is_shared = False

    def told(self, announced: object) -> None:
        """Take what was announced; all but the engine's is passed over."""
        if isinstance(announced, EngineChanged):
            self.state = announced.state
            if announced.state.answering > 1:
                self.is_shared = True
            elif not announced.state.answering:
                self.is_shared = False
