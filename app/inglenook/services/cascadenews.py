"""The announcement that a larger model could be asked."""

from dataclasses import dataclass

from inglenook.core.ids import ChatId, NodeId


@dataclass(frozen=True, slots=True)
class LargerModelFound:
    """The drafts of an answer hardly agree, and a larger installed model fits this computer.

    Attributes:
        node: The answer.
        path: The larger model's file.
        model: Its name.
        agreeing: So many drafts give the answer that was chosen.
        drafts: Of so many that came to their end.
    """

    chat: ChatId
    node: NodeId
    path: str
    model: str
    agreeing: int
    drafts: int
