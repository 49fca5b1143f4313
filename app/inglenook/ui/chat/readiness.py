"""What the state of the engine means for the next message, and for long conversations."""

from inglenook.services.events import EnginePhase, EngineState
from inglenook.ui.chat.choices import Reach
from inglenook.ui.words import tr


def reach_of(state: EngineState) -> Reach:
    """Return how long a conversation may be; nothing is known before a model is there."""
    plan = state.plan
    if plan is None or state.phase not in {EnginePhase.READY, EnginePhase.RESTING}:
        return Reach()
    return Reach(plan.settings.context_tokens, plan.longest_context_tokens)


def composer_words(state: EngineState) -> tuple[str, str]:
    """Return why nothing can be sent, and otherwise what a message will wait for."""
    match state.phase:
        case EnginePhase.NO_MODEL:
            return tr("Open a model file to get answers."), ""
        case EnginePhase.FAILED:
            return tr("The model could not be loaded. Try again or open another one."), ""
        case EnginePhase.BROKEN:
            return tr("The model stopped too often. Try again or open another one."), ""
        case EnginePhase.LOADING:
            return "", tr("The model is loading. Your message will wait for it.")
        case EnginePhase.RESTING:
            return "", tr("The model is asleep. It loads again when you write.")
        case EnginePhase.RESTARTING:
            return "", tr("The model is coming back. Your message will wait for it.")
        case EnginePhase.READY:
            return "", ""
