"""Answers with several drafts, live and kept, as tests and pictures show them."""

from dataclasses import replace

from talks import message

from inglenook.chat.comparison import Comparison, Foretold, KeptDraft, KeptNode, KeptVote
from inglenook.chat.message import Role, Status, Timings
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId
from inglenook.effort.level import Level
from inglenook.engine.draftevents import TreeNode
from inglenook.services.events import LiveDraft, LiveText

QUESTION = "A tin holds 3 red, 5 green and 4 blue pencils. How many pencils are in the tin?"
RIGHT = "3 + 5 = 8. 8 + 4 = 12.\n\nThe answer is 12."
WRONG = "3 + 5 = 8. 8 + 4 = 13.\n\nThe answer is 13."
SILENT = "There are several pencils in the tin, and more beside it."
NODE = NodeId("000001")
FORETOLD = Foretold(8.6, 204, 10.4, 12_500_000)
FORESEEN = {
    Level.AUTO: None,
    Level.QUICK: Foretold(3.1, 60, 3.1, 3_000_000),
    Level.BALANCED: FORETOLD,
    Level.CAREFUL: Foretold(12.2, 388, 26.0, 25_000_000),
    Level.DEEP: None,
}


def kept(number: int, answer: str, text: str, **more: object) -> KeptDraft:
    return KeptDraft(number, text, "", answer, -4.2 - number, 53 + number, **more)


AGREED = Comparison(
    "vote",
    4,
    (kept(0, "12", RIGHT), kept(1, "13", WRONG), kept(2, "12", RIGHT), kept(3, "12", RIGHT)),
    0,
    (KeptVote("12", 0.8, (0, 2, 3)), KeptVote("13", 0.2, (1,))),
    "agreement",
    is_decided=True,
    tokens=212,
    spent_s=9.2,
    foretold=FORETOLD,
)
CHANGED = replace(
    AGREED,
    drafts=(
        kept(0, "13", WRONG),
        kept(1, "12", RIGHT),
        kept(2, "12", RIGHT),
        kept(3, "12", RIGHT),
    ),
    chosen=1,
    votes=(KeptVote("12", 0.8, (1, 2, 3)), KeptVote("13", 0.2, (0,))),
)
MANY = Comparison(
    "vote",
    12,
    (
        *(kept(number, "12", RIGHT) for number in range(5)),
        kept(5, "13", WRONG),
        kept(6, "13", WRONG),
        kept(7, "", SILENT, why="length"),
        kept(8, "12", RIGHT[:20], why="dropped"),
    ),
    0,
    (
        KeptVote("12", 0.7, (0, 1, 2, 3, 4)),
        KeptVote("13", 0.2, (5, 6)),
        KeptVote("", 0.1, (7,)),
    ),
    "agreement",
    is_decided=True,
    tokens=498,
    spent_s=21.0,
)

SCORED = replace(CHANGED, reason="reward", scored_by="Qwen3 Reranker 0.6B", spent_s=11.4)


def answered(comparison: Comparison | None, text: str = "", name: str = "c") -> Conversation:
    """Return a chat whose answer was chosen so."""
    drafts = comparison.drafts if comparison else ()
    said = text or next(
        (each.text for each in drafts if each.number == comparison.chosen), RIGHT
    )
    timings = Timings(80, 60, 53, 0.4, 23.0)
    made = [
        message(0, Role.USER, QUESTION),
        message(
            1, Role.ASSISTANT, said, model="Qwen3 8B", comparison=comparison, timings=timings
        ),
    ]
    return Conversation.of(ChatId(name), made)


def writing(name: str = "c") -> Conversation:
    """Return a chat whose answer is being written."""
    made = [
        message(0, Role.USER, QUESTION),
        message(1, Role.ASSISTANT, "", model="Qwen3 8B", status=Status.WRITING),
    ]
    return Conversation.of(ChatId(name), made)


def draft(number: int, state: str, answer: str = "", text: str = "") -> LiveDraft:
    return LiveDraft(number, 20 + number, state, answer, text)


def live(*drafts: LiveDraft, most: int = 4, text: str = "3 + 5 = 8. 8", **more: object):
    return LiveText(text, "", "", 40, 23.0, drafts, most, **more)


BEGUN = live(draft(0, "writing"), draft(1, "writing"), draft(2, "writing"))
HALF = live(
    draft(0, "writing"), draft(1, "end", "13", WRONG), draft(2, "end", "12", RIGHT),
    text="3 + 5 = 8. 8 + 4 = 12.",
)  # fmt: skip
LEADING = live(
    *(draft(number, "end", "12", RIGHT) for number in (0, 1, 2, 3)),
    draft(4, "end", "13", WRONG), draft(5, "dropped"), draft(6, "writing"),
    draft(7, "thinking"), most=12, text=RIGHT,
)  # fmt: skip


def node(number: int, parent: int, depth: int, score: float | None, state: str) -> TreeNode:
    return TreeNode(number, parent, depth, score, 40, state, "3 + 5 = 8.")


TREE = (
    node(0, -1, 0, 0.62, "waiting"), node(1, -1, 0, 0.81, "waiting"),
    node(2, -1, 0, 0.44, "waiting"), node(3, 0, 1, 0.50, "dropped"),
    node(4, 0, 1, 0.58, "waiting"), node(5, 1, 1, 0.86, "waiting"),
    node(6, 1, 1, 0.74, "waiting"), node(7, 2, 1, 0.35, "dropped"),
    node(8, 4, 2, 0.55, "growing"), node(9, 5, 2, 0.79, "growing"),
    node(10, 5, 2, 0.91, "growing"), node(11, 6, 2, None, "growing"),
)  # fmt: skip
SEARCHING = live(draft(0, "writing"), most=8, nodes=TREE)

_STEPS = ("3 + 5 = 8.", "8 + 4 = 12.", "The answer is 12.")
_STATES = {8: "dropped", 9: "finished", 10: "chosen", 11: "dropped"}
SEARCHED = replace(
    AGREED,
    kind="search",
    nodes=tuple(
        KeptNode(
            each.node, each.parent, each.depth, each.score, each.tokens,
            _STATES.get(each.node, "waiting"), _STEPS[each.depth],
        )
        for each in TREE
    ),
)  # fmt: skip
