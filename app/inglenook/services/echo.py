"""The echo engine's model, for trying the window without one."""

from inglenook.models.fit import EngineSettings, Plan, Verdict, Wish
from inglenook.services.installed import InstalledModel
from inglenook.services.planner import NO_WISH

ECHO_PATH = "echo.gguf"


USUAL_CONTEXT, LONGEST_CONTEXT = 8192, 32768


def echo_plan(path: str, wish: Wish = NO_WISH) -> tuple[InstalledModel, Plan]:
    """Return what stands in for a model and its plan; no file is read."""
    model = InstalledModel(path, "Echo", "", 0, "echo", LONGEST_CONTEXT)
    reasons = ("The echo engine repeats what it is told; it needs no model and no memory.",)
    context = min(wish.context_tokens or USUAL_CONTEXT, LONGEST_CONTEXT)
    settings = EngineSettings(context_tokens=context)
    plan = Plan(Verdict.CPU, settings, (), "Echo engine", reasons, LONGEST_CONTEXT)
    return model, plan
