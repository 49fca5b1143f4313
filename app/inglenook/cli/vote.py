"""How the drafts of an answer voted, as lines of text."""

from collections.abc import Iterator

from inglenook.chat.comparison import Comparison, KeptVote
from inglenook.core.units import count_in_words

_BAR = 20
_REASONS = {
    "only": "It is the only draft with any text.",
    "agreement": "Most drafts agree on it.",
    "weight": "Fewer drafts say so, but they are much likelier.",
    "score": "The model is surest of it.",
    "no_answers": "The drafts could not be compared; the model is surest of this one.",
}


def vote_lines(comparison: Comparison) -> Iterator[str]:
    """Yield what was chosen and why, a bar for each answer, and what it cost."""
    drafts = len(comparison.drafts)
    what = "Changed after comparing" if comparison.is_changed else "Confirmed"
    if comparison.agreeing > 1 or comparison.is_changed:
        agree = f"{comparison.agreeing} of {drafts} drafts agree"
        alone = f"draft {comparison.chosen + 1} of {drafts}"
        yield f"{what}: {agree if comparison.agreeing > 1 else alone}."
    if comparison.reason in _REASONS:
        yield _REASONS[comparison.reason]
    yield from map(_line, comparison.votes)
    yield (
        f"{drafts} drafts, {count_in_words(comparison.tokens)} tokens,"
        f" {comparison.spent_s:.1f} s"
    )


def _line(vote: KeptVote) -> str:
    bar = "█" * max(1, round(_BAR * vote.weight))
    count = len(vote.drafts)
    return f"  {vote.answer or 'no answer':<24.24} {bar:<{_BAR}} {count} × ({vote.weight:.0%})"
