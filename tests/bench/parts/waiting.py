"""Time to first text: cold, in a second turn, and after an edit in the middle of a chat."""

import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from inglenook.chat.message import Role
from inglenook.engine.protocol import Turn
from peers.figure import Figure, at_most
from peers.plan import Plan, both
from peers.prompts import chat, long, short
from peers.race import race
from peers.side import Question, Reply, Side

BAR = 1.05
FEW_TOKENS = 2

Asking = Callable[[Side, int], Question]
"""Puts a side into a state, and returns the question whose first text counts."""


def measure(plan: Plan) -> Iterator[Figure]:
    """Compare both in races, so that both halves of a pair see the same computer."""
    with both(plan) as sides:
        cases: tuple[tuple[str, Asking, int], ...] = (
            ("cold, 90 tokens", cold_short, 2 * plan.runs),
            ("cold, 700 tokens", cold_long, plan.runs),
            ("second turn", second_turn, plan.runs),
            ("edit in the middle of 2,000 tokens", edited, max(2, plan.runs // 2)),
        )
        for label, asking, runs in cases:
            yield from compare(plan, sides, label, asking, runs)


def compare(
    plan: Plan, sides: Mapping[str, Side], label: str, asking: Asking, runs: int
) -> Iterator[Figure]:
    """Tell both waits and how much was read anew, and the ratio."""
    found: dict[str, list[Reply]] = {name: [] for name in sides}
    for number in range(runs):
        questions = {name: [asking(side, number)] for name, side in sides.items()}
        laps = race(sides, questions, first=list(sides)[number % 2])
        for name, lap in laps.items():
            found[name] += lap.replies
    for name, replies in found.items():
        waits = [reply.first_s * 1000 for reply in replies]
        yield Figure(plan.named(f"first text, {label}: {name}"), statistics.median(waits), "ms")
        read = statistics.median(each.prompt_tokens - each.reused_tokens for each in replies)
        yield Figure(plan.named(f"first text, {label}, read anew: {name}"), read, "tokens")
    pairs = zip(found["ours"], found["llama-server"], strict=True)
    ratio = statistics.median(ours.first_s / theirs.first_s for ours, theirs in pairs)
    yield at_most(plan.named(f"first text, {label}: ours / llama-server"), ratio, BAR)


def cold_short(_side: Side, number: int) -> Question:
    """Return a short question that nobody asked before."""
    return short(500 + number, tokens=FEW_TOKENS)


def cold_long(_side: Side, number: int) -> Question:
    """Return a long question that nobody asked before."""
    return long(600 + number, tokens=FEW_TOKENS, sentences=76)


def second_turn(side: Side, number: int) -> Question:
    """Return the next turn of a chat whose first answer this side has just written."""
    first = long(700 + number, tokens=40, sentences=40)
    answer = side.ask(first).wait().text
    more = (Turn(Role.ASSISTANT, answer), Turn(Role.USER, "And then? Tell me more of it."))
    return followed(first, more)


def edited(side: Side, number: int) -> Question:
    """Return a chat this side has read, with a turn in the middle changed."""
    before = chat(800 + number, tokens=FEW_TOKENS, prompt_tokens=2000)
    side.ask(before).wait()
    at = len(before.turns) // 2
    changed = replace_turn(before.turns, at, "This part was written anew. ")
    return replace(before, turns=changed)


def followed(question: Question, more: tuple[Turn, ...]) -> Question:
    """Return a question that goes on in the same chat."""
    return replace(question, turns=question.turns + more, tokens=FEW_TOKENS)


def replace_turn(turns: tuple[Turn, ...], at: int, opening: str) -> tuple[Turn, ...]:
    """Return turns of which one begins differently."""
    old = turns[at]
    return (*turns[:at], Turn(old.role, opening + old.text), *turns[at + 1 :])
