"""Every sentence about evaluations: kinds of question, how far it is, and what was gained."""

from inglenook.effort.gain import Gain
from inglenook.services.evaluationnews import EvaluationPhase, EvaluationState
from inglenook.ui.units import grouped, seconds_in_words
from inglenook.ui.words import Words, one_line, problem_words, tr

FAMILY_NAMES: dict[str, Words] = {
    "sum3": "Sums of three",
    "sum4": "Sums of four",
    "signed4": "Sums and differences",
    "story": "Stories",
    "run": "Orders in a row",
    "code": "Small functions",
}
SEARCH_NAMES: dict[str, Words] = {
    "search": "Tree search",
    "beam": "Beam search",
    "mcts": "Monte Carlo search",
    "judge": "The model as judge",
}
"""What can be run besides; the others choose among texts, of which no family has any."""
_PHASES: dict[EvaluationPhase, Words] = {
    EvaluationPhase.LOADING: "Loading the model a second time…",
    EvaluationPhase.WAITING: "Waiting: your chat goes first",
    EvaluationPhase.PAUSED: "Paused",
    EvaluationPhase.DONE: "All questions are answered.",
}
_LITTLE = 0.005


def set_name(name: str) -> str:
    """Return the name of a set of questions: a family's, or that of a file."""
    return tr(FAMILY_NAMES[name]) if name in FAMILY_NAMES else one_line(name, 40)


def estimate_words(most_s: float | None) -> str:
    """Return how long an evaluation will take, or that this shows after a while."""
    if most_s is None:
        return tr("How long it takes shows once the first questions are answered.")
    return tr("At most about {}, beside your other work.").format(rounded(most_s))


def progress_words(state: EvaluationState) -> str:
    """Return how far an evaluation is; ``""`` before there is any."""
    if state.problem is not None:
        return problem_words(state.problem)
    count = tr("{} of {} answers").format(grouped(state.done), grouped(state.total))
    if state.phase is EvaluationPhase.IDLE:
        return tr("Stopped after {}. They are kept.").format(count) if state.total else ""
    if state.phase is not EvaluationPhase.ASKING:
        known = tr(_PHASES[state.phase])
        return f"{known} · {count}" if state.total and state.is_running else known
    if state.left_s is None:
        return count
    return tr("{} · about {} left").format(count, rounded(state.left_s))


def gain_words(found: Gain) -> str:
    """Return what comparing drafts has gained on this computer, in a sentence or two."""
    single, compared = round(100 * found.single), round(100 * found.compared)
    about = set_name(found.set)
    if not found.is_sure or abs(found.compared - found.single) < _LITTLE:
        told = tr(
            "{about}: {single} of 100 right with one draft, {compared} with {drafts}: too "
            "close to tell."
        )
    elif compared > single:
        told = tr("{about}: comparing {drafts} drafts raised {single} of 100 to {compared}.")
    else:
        told = tr("{about}: comparing {drafts} drafts lowered {single} of 100 to {compared}.")
    words = told.format(about=about, single=single, compared=compared, drafts=found.drafts)
    if found.times_longer:
        longer = tr("It takes {} times as long.").format(f"{found.times_longer:.1f}")
        words = f"{words} {longer}"
    return words


def rounded(seconds: float) -> str:
    """Return a time no more exactly than it can be known."""
    if seconds < 90:
        return seconds_in_words(float(max(1, round(seconds / 5) * 5)))
    minutes = round(seconds / 60)
    if minutes < 90:
        return tr("{} minutes").format(minutes)
    return tr("{} hours").format(f"{seconds / 3600:.1f}")
