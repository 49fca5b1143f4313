"""The echo engine's model, for trying the window without one."""

from inglenook.models.fit import EngineSettings, Plan, Verdict
from inglenook.services.events import InstalledModel

ECHO_PATH = "echo.gguf"


def echo_plan(path: str) -> tuple[InstalledModel, Plan]:
    """Return what stands in for a model and its plan; no file is read."""
    model = InstalledModel(path, "Echo", "", 0, "echo", 8192)
    reasons = ("The echo engine repeats what it is told; it needs no model and no memory.",)
    settings = EngineSettings(context_tokens=8192)
    return model, Plan(Verdict.CPU, settings, (), "Echo engine", reasons)
