"""An engine elsewhere as the window sees engines: a state, and a name."""

from inglenook.chat.elsewhere import Choice, Endpoint, OfferedModel
from inglenook.models.fit import EngineSettings, Plan, Verdict
from inglenook.services.events import EnginePhase, EngineState

ASSUMED_CONTEXT_TOKENS = 8192
"""Where an engine does not tell: the least that servers of today are usually started with."""


def state_elsewhere(endpoint: Endpoint, model: str) -> EngineState:
    """Return the state of an engine elsewhere: ready, until it is asked and is not.

    How much it reads is what it tells, or a modest guess; whether it sees is found out by
    asking it.
    """
    tokens = endpoint.model(model).context_tokens or ASSUMED_CONTEXT_TOKENS
    settings = EngineSettings(context_tokens=tokens)
    plan = Plan(Verdict.CPU, settings, (), endpoint.host, (), tokens)
    return EngineState(EnginePhase.READY, plan=plan, thinks="choice", sees=True)


def engine_name(choice: Choice, endpoint: Endpoint | None) -> str:
    """Return what answers are signed with: the model, and where it is."""
    name = OfferedModel(choice.model).name
    return f"{name} · {endpoint.host}" if endpoint is not None else name
