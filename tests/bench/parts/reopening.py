"""A long chat reopened in a new engine process: from its snapshot, and read again."""

import shutil
import statistics
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from inglenook.chat.message import Role
from inglenook.engine.protocol import Turn
from peers.figure import Figure, at_most
from peers.plan import Plan, our_engine
from peers.prompts import chat
from peers.side import Question, Reply

PROMPT_TOKENS = 3000
BAR = 0.05


def measure(plan: Plan) -> Iterator[Figure]:
    """Compare the wait for the first text of the next turn."""
    again, restored, sizes, writes = [], [], [], []
    for number in range(max(1, plan.runs // 2)):
        question = chat(900 + number, tokens=8, prompt_tokens=PROMPT_TOKENS)
        folder = plan.folder / f"snapshots {plan.label} {number}"
        following, size_bytes, write_s = keep(plan, question, folder)
        sizes.append(size_bytes / 1e6)
        writes.append(write_s * 1000)
        with our_engine(plan, folder) as engine:
            restored.append(engine.ask(following).wait())
        with our_engine(plan) as engine:
            again.append(engine.ask(following).wait())
        shutil.rmtree(folder)
    yield from reopening_figures(plan, again, restored)
    yield Figure(plan.named("reopened: size on the disk"), statistics.median(sizes), "MB")
    yield Figure(plan.named("reopened: from Done to saved"), statistics.median(writes), "ms")


def keep(plan: Plan, question: Question, folder: Path) -> tuple[Question, int, float]:
    """Ask once, wait for the snapshot; return the next turn, the size and the seconds."""
    folder.mkdir(parents=True)
    with our_engine(plan, folder) as engine:
        reply = engine.ask(question).wait()
        saved, saved_s = engine.wait_for_snapshot(question.chat)
    more = (Turn(Role.ASSISTANT, reply.text), Turn(Role.USER, "Go on."))
    return (
        replace(question, turns=question.turns + more),
        saved.size_bytes,
        saved_s - reply.ended_s,
    )


def reopening_figures(
    plan: Plan, again: list[Reply], restored: list[Reply]
) -> Iterator[Figure]:
    """Tell both waits, how much was restored, and the ratio."""
    for name, replies in (("read again", again), ("from its snapshot", restored)):
        wait = statistics.median(reply.first_s * 1000 for reply in replies)
        yield Figure(plan.named(f"reopened: first text, {name}"), wait, "ms")
        left = statistics.median(each.prompt_tokens - each.reused_tokens for each in replies)
        yield Figure(plan.named(f"reopened: read anew, {name}"), left, "tokens")
    ratio = statistics.median(
        after.first_s / before.first_s for before, after in zip(again, restored, strict=True)
    )
    yield at_most(plan.named("reopened: from its snapshot / read again"), ratio, BAR)
