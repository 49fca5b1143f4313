"""Every selector, stopping rule and search on the same questions, with intervals."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from inglenook.effort.intervals import Interval, gain
from inglenook.effort.report import GREEDY, SetReport
from inglenook.effort.report import Figure as Reached
from parts.effort.bench import SEARCH, Bench
from peers.figure import Figure

LEAST_GAIN = 0.08
MOST_TOKENS = 0.7
COMPARED = 8
WEIGHTED, MEAN, MAJORITY = "Vote by probability", "Best by mean", "Majority"
AHEAD = "Stops when ahead"


def measure(bench: Bench) -> Iterator[Figure]:
    """Ask what is missing, then tell what each strategy reaches and gains."""
    reports = []
    for each in bench.reports():  # the figures of a set as soon as they are there
        reports.append(each)
        yield from reached(each)
    by_name = {each.set: each for each in reports}
    if "sum3" in by_name:
        yield from first_bar(by_name["sum3"])
    if "sum4" in by_name:
        yield from over_greedy(by_name["sum4"])
    yield from weighted_over_plain(reports)
    for each in reports:
        yield from stopping(each)
    for each in reports:
        yield from search(each)


def reached(found: SetReport) -> Iterator[Figure]:
    """Tell the accuracy of everything, for the record."""
    for line in found.lines:
        for each in line.figures:
            drafts = f"@{each.drafts:.3g}" if each.drafts else ""
            text = f"{found.set} ({each.questions}): {line.strategy}{drafts}"
            text += f", {span(each.accuracy)}"
            yield Figure(text, each.accuracy.value, f"{each.tokens:.0f} tokens")


def first_bar(found: SetReport) -> Iterator[Figure]:
    """Voting against one sample at the same temperature."""
    found_gain = gain(at(found, MAJORITY, 8).each, at(found, MAJORITY, 1).each)
    name = f"{found.set}: majority@8 over one sample, {span(found_gain)}"
    holds = found_gain.value >= LEAST_GAIN and found_gain.is_above_zero
    yield Figure(name, found_gain.value, "", f">= {LEAST_GAIN}, above 0", holds)


def over_greedy(found: SetReport) -> Iterator[Figure]:
    """Choosing by the model's own probabilities against its likeliest tokens."""
    greedy = at(found, GREEDY, 1).each
    for name in (MEAN, WEIGHTED):
        yield above(f"{found.set}: {name}@8 over greedy", at(found, name, 8).each, greedy)


def weighted_over_plain(reports: Sequence[SetReport]) -> Iterator[Figure]:
    """Weights against counting, with the same drafts."""
    for name in (WEIGHTED, MEAN):
        gains = []
        for each in reports:
            one = gain(at(each, name, COMPARED).each, at(each, MAJORITY, COMPARED).each)
            gains.append(one)
            text = f"{each.set}: {name}@{COMPARED} over majority@{COMPARED}, {span(one)}"
            yield Figure(text, one.value, "", "not below 0", one.high >= 0.0)
        better = sum(each.is_above_zero for each in gains)
        yield Figure(f"{name}: better on families", better, "", ">= 1", better >= 1)


def stopping(found: SetReport) -> Iterator[Figure]:
    """A rule that stops against all drafts."""
    fixed, rule = at(found, WEIGHTED, 16), found.line(AHEAD).figures[0]
    share = rule.tokens / fixed.tokens
    lost = gain(rule.each, fixed.each)
    is_same = lost.low <= 0.0 <= lost.high or lost.value > 0.0
    yield Figure(
        f"{found.set}: {AHEAD} over 16 drafts, {span(lost)}", lost.value, "", "same", is_same
    )
    name = f"{found.set}: {AHEAD}, tokens over 16 drafts"
    yield Figure(name, share, "x", f"<= {MOST_TOKENS}", share <= MOST_TOKENS)


def search(found: SetReport) -> Iterator[Figure]:
    """The search against the weighted vote with as many tokens."""
    lines = [each for each in found.lines if each.strategy == SEARCH]
    if not lines or len(lines[0].figures[0].each) < found.questions:
        return
    (figure,) = lines[0].figures
    for name in (WEIGHTED, MEAN):
        vote = at_tokens(found.line(name).figures, figure.tokens)
        yield above(f"{found.set}: search over {name}, equal tokens", figure.each, vote)


def at(found: SetReport, strategy: str, drafts: int) -> Reached:
    """Return what a strategy reaches with so many drafts."""
    return next(each for each in found.line(strategy).figures if each.drafts == drafts)


def at_tokens(figures: Sequence[Reached], tokens: float) -> list[float]:
    """Return what a curve gives each question for so many tokens, between its points."""
    for before, after in pairwise(figures):
        if before.tokens <= tokens <= after.tokens:
            share = (tokens - before.tokens) / (after.tokens - before.tokens)
            return [
                one + share * (other - one)
                for one, other in zip(before.each, after.each, strict=True)
            ]
    return list(figures[-1].each if tokens > figures[-1].tokens else figures[0].each)


def above(name: str, better: Sequence[float], worse: Sequence[float]) -> Figure:
    """Return a gain whose whole interval must be above 0."""
    found = gain(better, worse)
    return Figure(f"{name}, {span(found)}", found.value, "", "above 0", found.is_above_zero)


def span(interval: Interval) -> str:
    """Return an interval in short."""
    return f"{interval.low:+.3f} to {interval.high:+.3f}"
