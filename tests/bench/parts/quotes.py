"""How fast answers are written that say again what stands above them, and one that does not."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing

from inglenook.chat.message import Role
from inglenook.engine.protocol import Turn
from peers.figure import Figure, at_least
from peers.llama_server import LlamaServer
from peers.ours import OurEngine
from peers.plan import Plan
from peers.prompts import short
from peers.race import Lap, races
from peers.side import Question, Side

TOKENS = 150
LEAST_TOKENS = 30
TEXT = (
    "The lighthouse at Marrow Point was built in 1871 from grey granite that was brought by "
    "barge from the quarries of Lanmoor. Its keeper, a quiet man named Elias Thorne, lit the "
    "lamp each evening at dusk and kept a careful log of the ships that passed. In the winter "
    "of 1889 a storm took the lower jetty, and for eleven days no boat could land. The "
    "supplies that remained were a sack of flour, two barrels of salted herring, and a tin of "
    "tea."
)
CODE = """def total(prices, rate):
    result = 0.0
    for price in prices:
        result = result + price * (1.0 + rate)
    return result

def average(prices):
    if len(prices) == 0:
        return 0.0
    return sum(prices) / len(prices)
"""
MISSPELLED = TEXT.replace("granite", "grannite").replace("careful", "carefull")
ASKED = {
    "a text word for word": f"Repeat this text word for word:\n\n{TEXT}",
    "a text corrected": "Correct the spelling in this text and give back the whole text:\n\n"
    + MISSPELLED,
    "code with a name changed": "Rename the variable result to amount in this code and write "
    f"all of it again:\n\n```python\n{CODE}```",
    "JSON from a text": "Write what this text says as a JSON object with the keys name, year, "
    f"keeper, material, supplies.\n\n{TEXT}",
    "a summary": f"Summarise in three sentences:\n\n{TEXT}",
    "an answer from a text": f"{TEXT}\n\nAnswer from the text: who was the keeper, what did "
    "he do, and which supplies remained?",
    "an open question": "Why do cats purr? Explain it to a child.",
}
BAR = {"token by token": 0.98, "llama-server": 1.0, "llama-server with lookup": 1.0}
LOOKUP = (
    "--spec-type", "ngram-simple", "--spec-ngram-simple-size-n", "3",
    "--spec-ngram-simple-size-m", "7",
)  # fmt: skip
"""llama-server's own lookup, which is off unless it is asked for. Its usual match of 12 tokens
is seldom found in texts of this length."""


def measure(plan: Plan) -> Iterator[Figure]:
    """Compare ours with guesses, ours without, llama-server as it is, and with its lookup."""
    with ExitStack() as stack:
        sides: dict[str, Side] = {
            "ours": stack.enter_context(closing(OurEngine(plan.setup(guesses=True)))),
            "token by token": stack.enter_context(closing(OurEngine(plan.setup()))),
            "llama-server": stack.enter_context(
                closing(LlamaServer(plan.server, plan.setup()))
            ),
            "llama-server with lookup": stack.enter_context(
                closing(LlamaServer(plan.server, plan.setup(), *LOOKUP))
            ),
        }
        for side in sides.values():
            side.ask(short(9999, tokens=8)).wait()
        for name, text in ASKED.items():
            least = LEAST_TOKENS / TOKENS  # such answers end when they please
            laps = races(
                sides, lambda number, t=text: [question(number, t)], plan.runs, least=least
            )
            yield from figures(plan, name, laps)


def question(number: int, text: str) -> Question:
    """Return a question in a chat of its own."""
    return Question(f"quote-{number}", (Turn(Role.USER, text),), TOKENS)


def figures(plan: Plan, name: str, laps: Mapping[str, Sequence[Lap]]) -> Iterator[Figure]:
    """Tell the rates after the first text, and ours beside the others'."""
    rates = {side: [lap.replies[0].rate for lap in each] for side, each in laps.items()}
    for side, each in rates.items():
        yield Figure(plan.named(f"{name}: {side}"), statistics.median(each), "tokens/s")
    for side in list(rates)[1:]:
        pairs = zip(rates["ours"], rates[side], strict=True)
        ratio = statistics.median(ours / theirs for ours, theirs in pairs)
        yield at_least(plan.named(f"{name}: ours / {side}"), ratio, BAR[side])
