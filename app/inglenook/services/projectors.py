"""Projectors that lie beside a model, and plans that count with them."""

import os
from dataclasses import replace
from itertools import islice
from pathlib import Path

from inglenook.core.errors import InglenookError
from inglenook.hardware.modelfile import read_model_header
from inglenook.models.facts import ModelFacts
from inglenook.models.fit import Plan
from inglenook.models.projector import Projector, best_for, counted, projector_from

_MOST_ENTRIES, _MOST_PROJECTORS = 2_000, 20


def projector_beside(path: Path, model: ModelFacts, wanted: str | None) -> Projector | None:
    """Return the projector in a model's folder that was made for it; None if there is none.

    Args:
        path: The model's file.
        model: What it is.
        wanted: The name of the one that was chosen, if any was.
    """
    try:
        with os.scandir(path.parent) as entries:
            names = sorted(each.name for each in islice(entries, _MOST_ENTRIES))
    except (OSError, ValueError):  # a NUL in the name
        return None
    models = [name for name in names if name.lower().endswith(".gguf")]
    seeing = [name for name in models if "mmproj" in name.lower()][:_MOST_PROJECTORS]
    found = [each for name in seeing if (each := _read(path.with_name(name))) is not None]
    chosen = [each for each in found if each.name == wanted]
    alone = len(models) == len(seeing) + 1
    return best_for(model, path.name, chosen or found, alone=alone)


def with_projector(plan: Plan, projector: Projector | None, *, sees: bool) -> Plan:
    """Return a plan that knows a projector, and counts it if it is to be loaded."""
    if projector is None:
        return plan
    if not sees:
        return replace(plan, projector=projector)
    reasons = (*plan.reasons, f"It sees pictures with {projector.name}.")
    memory = counted(plan.memory, projector)
    return replace(plan, memory=memory, reasons=reasons, projector=projector, sees=True)


def _read(path: Path) -> Projector | None:
    try:
        return projector_from(read_model_header(path), str(path), path.name)
    except InglenookError:
        return None
