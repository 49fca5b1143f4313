"""Every sentence about effort: levels, what they take, and why a draft is the answer."""

from math import ceil

from inglenook.chat.comparison import Comparison, Foretold, KeptDraft
from inglenook.chat.message import Message
from inglenook.effort.level import Level, strategy_for
from inglenook.effort.thinking import LONG_TOKENS, SHORT_TOKENS, Thinking
from inglenook.services.events import LiveText
from inglenook.ui.units import bytes_in_words, energy_in_words, grouped, seconds_in_words
from inglenook.ui.words import Words, one_line, tr, tr_n

LONGEST_ANSWER = 80
AGAIN = (Level.QUICK, Level.BALANCED, Level.CAREFUL, Level.DEEP)
_NAMES: dict[Level, Words] = {
    Level.AUTO: "Choose for me",
    Level.QUICK: "Quick",
    Level.BALANCED: "Balanced",
    Level.CAREFUL: "Careful",
    Level.DEEP: "Deep",
}
_LINES: dict[Level, Words] = {
    Level.AUTO: "One answer for talk, several drafts where they can be compared",
    Level.QUICK: "One answer, written straight away",
    Level.BALANCED: "Up to {} drafts; the answer most of them give",
    Level.CAREFUL: "Up to {} drafts, until one answer is well ahead",
    Level.DEEP: "Up to {} drafts; the one the model is surest of",
}
_REASONS: dict[str, Words] = {
    "only": "It is the only draft with any text.",
    "agreement": "More drafts give this answer than any other.",
    "tie": "Another answer was given as often, but the drafts with this one are likelier.",
    "single": "No two drafts agree. The likeliest one was taken.",
    "weight": "Fewer drafts give this answer, but they are the likelier ones.",
    "score": "The model was surest of this draft.",
    "reward": "The reward model scored this draft best.",
    "likeness": "This draft is nearest to what all of them say.",
    "scored tie": "Another answer was given as often, but drafts with this one score higher.",
    "scored weight": "Fewer drafts give this answer, but they score higher.",
    "consistency": "The model itself found that this draft agrees best with most.",
    "synthesis": "The model wrote this answer from the best drafts.",
    "no_answers": "No two drafts have an answer that can be compared. The likeliest was taken.",
}
_ENDINGS: dict[str, Words] = {
    "end": "finished",
    "length": "reached the length limit",
    "context": "the context was full",
    "stopped": "stopped",
    "dropped": "dropped, not needed any more",
    "room": "dropped, memory was short",
    "failed": "failed",
    "lost": "lost with the engine",
    "thinking": "thinking",
    "writing": "writing",
}
_FAR = 1.5
"""What may take so many times as long as expected is told with its most."""
_HINT_FROM = 10
_SELDOM = 0.05


_THINKING: dict[Thinking, Words] = {
    Thinking.FREE: "Free",
    Thinking.OFF: "Off",
    Thinking.SHORT: "Short",
    Thinking.LONG: "Long",
}
_THINKING_LINES: dict[Thinking, Words] = {
    Thinking.FREE: "The model thinks as long as it likes",
    Thinking.OFF: "It answers straight away",
    Thinking.SHORT: "It thinks for {} tokens at most",
    Thinking.LONG: "It thinks for {} tokens at least",
}
_AMOUNTS = {Thinking.SHORT: SHORT_TOKENS, Thinking.LONG: LONG_TOKENS}


def thinking_choices(thinks: str) -> list[tuple[str, str]]:
    """Return how long a model can be told to think, by name and in words; none if it cannot.

    Args:
        thinks: Whether it does, as in EngineState.
    """
    offered = [each for each in Thinking if thinks == "choice" or each is not Thinking.OFF]
    return [(each.value, tr(_THINKING[each])) for each in offered] if thinks else []


def thinking_line(thinking: Thinking) -> str:
    """Return what a choice does, in one line."""
    return tr(_THINKING_LINES[thinking]).format(grouped(_AMOUNTS.get(thinking, 0)))


def level_name(level: Level) -> str:
    """Return the name of a level."""
    return tr(_NAMES[level])


def level_line(level: Level) -> str:
    """Return what a level does, in one line."""
    return tr(_LINES[level]).format(strategy_for(level, "").drafts)


def level_of(most_drafts: int) -> Level | None:
    """Return the level with so many drafts; None where it was no level that asked for them."""
    for level in (Level.BALANCED, Level.CAREFUL, Level.DEEP):
        if strategy_for(level, "").drafts == most_drafts:
            return level
    return None


def forecast_words(level: Level, foretold: Foretold | None) -> str:
    """Return what a level takes on this computer, or that nobody has measured it."""
    if level is Level.AUTO:
        return tr("As long as Quick or Balanced")
    if foretold is None:
        return tr("Not measured yet on this computer")
    parts = [tr("About {}").format(_expected(foretold))]
    if foretold.most_s > _FAR * foretold.seconds:
        parts.append(tr("{} at most").format(_rounded(foretold.most_s)))
    if foretold.memory_bytes and level is not Level.QUICK:
        parts.append(tr("{} more memory").format(bytes_in_words(foretold.memory_bytes)))
    return " · ".join(parts)


def left_words(left_s: float | None) -> str:
    """Return how long drafts still take, no more exactly than it can be known; or ``""``."""
    if left_s is None or left_s < 1:
        return ""
    step = 1 if left_s < 10 else 5
    return tr("about {} left").format(seconds_in_words(float(ceil(left_s / step) * step)))


def hint_words(changed: int, compared: int) -> str:
    """Return that comparing seldom pays here, if that was measured often enough; or ``""``."""
    if compared < _HINT_FROM or changed > _SELDOM * compared:
        return ""
    if not changed:
        told = tr("Comparing drafts has changed none of your {} answers with this model.")
        return told.format(compared)
    told = tr("Comparing drafts has changed {} of your {} answers with this model.")
    return told.format(changed, compared)


def header_words(message: Message, live: LiveText | None) -> str:
    """Return what stands beside the model's name about effort, or ``""``."""
    comparison = message.comparison
    if live is not None and live.drafts:
        level = level_of(live.most_drafts)
        return level_name(level) if level else ""
    if comparison is None or len(comparison.drafts) < 2:
        return ""
    picked = tr("picked from {} drafts").format(len(comparison.drafts))
    level = level_of(comparison.most_drafts)
    return f"{level_name(level)} · {picked}" if level else picked


def fold_words(comparison: Comparison) -> str:
    """Return the comparison in one line: ``"3 of 4 drafts agree · 9 s · 212 tokens"``."""
    count = len(comparison.drafts)
    agreeing = comparison.agreeing
    if count == 1:
        parts = [tr("1 draft")]
    elif agreeing > 1:
        parts = [tr("{} of {} drafts agree").format(agreeing, count)]
    else:
        parts = [tr("{} drafts").format(count)]
    return " · ".join([*parts, *_cost(comparison)])


def changed_words(comparison: Comparison) -> str:
    """Return that another draft than the first is the answer; ``""`` if it is not."""
    if not comparison.is_changed:
        return ""
    first = next((each for each in comparison.drafts if each.number == 0), None)
    answer = answer_words(first.answer) if first is not None and first.answer else ""
    if not answer:
        return tr("Changed after comparing: the first draft is kept below.")
    if answer == answer_words(_chosen_answer(comparison)):
        told = tr("Changed after comparing: another draft that says {} was taken")
        return told.format(answer)
    return tr("Changed after comparing: the first draft said {}").format(answer)


def reason_words(comparison: Comparison) -> str:
    """Return why the chosen draft is the answer."""
    reason = _reason(comparison)
    scored = comparison.scored_by
    known = _REASONS.get(f"scored {reason}" if scored else reason) or _REASONS.get(reason)
    if known is None:
        return tr("Nothing was compared: the answer ended before.")
    early = comparison.is_decided and len(comparison.drafts) < comparison.most_drafts
    more = _why_early(comparison) if early else ""
    by = tr("Scored by {}.").format(one_line(scored, LONGEST_ANSWER)) if scored else ""
    return " ".join(each for each in (tr(known), by, more) if each)


def _why_early(comparison: Comparison) -> str:
    """Return why no more drafts were wanted; Careful stops by what is likely, not certain."""
    if level_of(comparison.most_drafts) is Level.CAREFUL:
        return tr("It was so far ahead that more drafts were unlikely to change it.")
    return tr("More drafts could not have changed it, or hardly.")


def _reason(comparison: Comparison) -> str:
    """Return the reason, with a vote that was close told from one that was not."""
    if comparison.reason not in {"agreement", "weight"}:
        return comparison.reason
    counts = [len(each.drafts) for each in comparison.votes if each.answer]
    if max(counts, default=0) < 2:
        return "single"
    is_tie = counts.count(comparison.agreeing) > 1
    return "tie" if is_tie and comparison.reason == "agreement" else comparison.reason


def cost_words(comparison: Comparison, energy_j: float = 0.0) -> str:
    """Return what it took, beside what was expected.

    Args:
        comparison: Of the answer.
        energy_j: As in Made; 0 if the machine does not tell.
    """
    parts = _cost(comparison)
    if energy_j > 0:
        parts.append(tr("about {}").format(energy_in_words(energy_j)))
    took = tr("Took {}").format(" · ".join(parts))
    foretold = comparison.foretold
    if foretold is None:
        return tr("{}. No forecast: it was not measured yet.").format(took)
    return tr("{}. Forecast: about {}").format(took, _expected(foretold))


def draft_words(draft: KeptDraft) -> str:
    """Return what one draft took and how it ended."""
    return f"{tokens_words(draft.tokens)} · {ending_words(draft.why)}"


def ending_words(why: str) -> str:
    """Return how a draft ended, or what it does."""
    return tr(_ENDINGS[why]) if why in _ENDINGS else tr("ended")


def answer_words(answer: str) -> str:
    """Return what a draft answers, as one line; words for none."""
    return one_line(answer, LONGEST_ANSWER) or tr("No answer to compare")


def tokens_words(count: int) -> str:
    """Return a number of tokens."""
    return tr_n("1 token", "{} tokens", count).format(grouped(count))


def _chosen_answer(comparison: Comparison) -> str:
    found = [each for each in comparison.drafts if each.number == comparison.chosen]
    return found[0].answer if found else ""


def _cost(comparison: Comparison) -> list[str]:
    spent = [seconds_in_words(comparison.spent_s)] if comparison.spent_s > 0 else []
    return [*spent, tokens_words(comparison.tokens)]


def _expected(foretold: Foretold) -> str:
    count = foretold.tokens
    step = 10 if count >= 100 else 1
    tokens = tokens_words(max(1, round(count / step) * step))
    return f"{_rounded(foretold.seconds)} · {tokens}"


def _rounded(seconds: float) -> str:
    """Return a forecast of seconds, no more exactly than it can be known."""
    if seconds < 3:
        return seconds_in_words(max(0.1, round(seconds, 1)))
    whole = ceil(seconds)
    return tr("{} s").format(whole) if whole < 60 else seconds_in_words(float(whole))
