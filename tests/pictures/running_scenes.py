"""Scenes of the sheet that shows how a model runs, and lets it be set by hand."""

from dataclasses import replace

import matter
from scenes import Stage, scene

from inglenook.core.units import GIB, MIB
from inglenook.models.attention import Attention
from inglenook.models.facts import ModelFacts, Weights
from inglenook.models.fit import Plan, Wish, plan
from inglenook.models.machine import DeviceFacts, DeviceKind, HostFacts, Machine
from inglenook.services.events import EnginePhase, EngineState
from inglenook.services.modelnews import PlanPreviewed
from inglenook.ui.running.sheet import RunningSheet

_LAYER = 130 * MIB
QWEN = ModelFacts(
    name="Qwen3 8B",
    architecture="qwen3",
    weights=Weights((_LAYER,) * 36, 300 * MIB, 480 * MIB, tied=False),
    attention=(Attention(1024, 1024),) * 36,
    context_tokens=40960,
    embedding_width=4096,
    feed_forward_width=12288,
    vocabulary=151936,
    has_template=True,
)
HOST = HostFacts(32 * GIB, 22 * GIB, 8, 16)


def card(name: str, words: str, total_gib: float, free_gib: float) -> DeviceFacts:
    kind = DeviceKind.DISCRETE
    return DeviceFacts(name, words, kind, int(total_gib * GIB), int(free_gib * GIB))


ALONE = Machine((), HOST)
LARGE = Machine((card("CUDA0", "NVIDIA GeForce RTX 4070", 12, 11.2),), HOST)
SMALL = Machine((card("CUDA0", "NVIDIA GeForce RTX 3050", 4, 3.6),), HOST)
TWO = Machine(
    (
        card("CUDA0", "NVIDIA GeForce RTX 3060", 4, 3.3),
        card("CUDA1", "NVIDIA GeForce RTX 3060", 4, 3.8),
    ),
    HOST,
)


def planned(machine: Machine, wish: Wish) -> Plan:
    return plan(QWEN, machine.devices, machine.host, wish)


def open_sheet(stage: Stage, machine: Machine, wish: Wish = Wish()) -> RunningSheet:  # noqa: B008
    sheet = RunningSheet(
        stage.look, stage.window, stage.services.running, matter.QWEN.path, matter.READY
    )
    told = PlanPreviewed(
        matter.QWEN.path, wish, planned(machine, wish), planned(machine, Wish()), None, machine
    )
    sheet.show_preview(told)
    sheet.show_engine(EngineState(EnginePhase.READY, matter.QWEN, told.plan))
    sheet.show()
    return sheet


@scene("50-running-cpu", (1180, 860))
def on_cpu(stage: Stage) -> RunningSheet:
    return open_sheet(stage, ALONE)


@scene("51-running-gpu", (1180, 860))
def on_gpu(stage: Stage) -> RunningSheet:
    return open_sheet(stage, LARGE)


@scene("52-running-two-gpus", (1180, 860))
def on_two(stage: Stage) -> RunningSheet:
    return open_sheet(stage, TWO, Wish(devices=("CUDA1",)))


@scene("53-running-too-big", (1180, 1080))
def too_big(stage: Stage) -> RunningSheet:
    return open_sheet(stage, SMALL, Wish(gpu_layers=37, context_tokens=16384))


@scene("54-running-taken", (1180, 860))
def taken(stage: Stage) -> RunningSheet:
    sheet = open_sheet(stage, SMALL)
    made = planned(SMALL, Wish())
    real = tuple(
        replace(
            part,
            compute_bytes=round(part.compute_bytes * 1.02),
            margin_bytes=0,
            overhead_bytes=0 if part.device == "CPU" else 254 * MIB,
        )
        for part in made.memory
    )
    loading = EngineState(EnginePhase.LOADING, matter.QWEN, made)
    sheet.show_engine(loading)
    sheet.show_engine(replace(loading, phase=EnginePhase.READY, taken=real))
    return sheet


@scene("55-running-narrow", (760, 560))
def narrow(stage: Stage) -> RunningSheet:
    return open_sheet(stage, SMALL, Wish(gpu_layers=11))


@scene("56-running-text-200", (1180, 860), 200)
def big_text(stage: Stage) -> RunningSheet:
    return open_sheet(stage, SMALL, Wish(kv_type="q8_0"))
