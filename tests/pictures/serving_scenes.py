"""The scenes of the local server: off, on, asked by programs, open to the network, failed."""

from dataclasses import replace
from types import SimpleNamespace

from PySide6.QtWidgets import QScrollArea
from scenes import Stage, scene, settle

from inglenook.core.errors import Problem
from inglenook.services.servingnews import (
    LiveRequest,
    ServedRequest,
    ServingChanged,
    ServingKey,
    ServingPhase,
    ServingState,
)
from inglenook.ui.serving.networkdialog import NetworkDialog
from inglenook.ui.serving.page import ServingPage

NARROW = (640, 900)
TALL = (1180, 1240)
_NOON_S = 1_794_916_800.0
_CHAT, _LOCAL = "/v1/chat/completions", "127.0.0.1"
_MODEL = "Qwen3-8B-Q4_K_M"
KEY = ServingKey("ik-4f1VnHq0Zc2sYtB7uKxW9eRdLmJ3aPgT6iOoQzXvCbN", is_kept=True)
LIVE = (
    LiveRequest("1", _CHAT, _MODEL, _LOCAL, _NOON_S, 1_204, 318, 41.3, "OpenAI/Python"),
    LiveRequest("2", "/v1/completions", _MODEL, _LOCAL, _NOON_S + 4, 96, 12, 38.9, "Zed"),
    LiveRequest("3", "/v1/embeddings", "", "192.168.178.44", _NOON_S + 6),
)
LOG = (
    ServedRequest(_NOON_S - 9, _CHAT, _MODEL, 200, 1_120, 402, 11.2, _LOCAL, "Zed"),
    ServedRequest(
        _NOON_S - 40, _CHAT, _MODEL, 200, 88, 61, 2.4, _LOCAL, "OpenAI/Python", by_person=True
    ),
    ServedRequest(
        _NOON_S - 95, "/v1/embeddings", "bge-small-en-v1.5", 200, 512, 0, 0.3, _LOCAL
    ),
    ServedRequest(_NOON_S - 96, "/v1/models", "", 401, 0, 0, 0.0, _LOCAL),
)
ON = ServingState(ServingPhase.ON, "http://127.0.0.1:11535/v1", 11535)
STATES = {
    "off": ServingState(),
    "on": ON,
    "asked": replace(ON, address="http://127.0.0.1:11537/v1", port=11537, live=LIVE),
    "open": replace(
        ON, is_open_to_network=True, live=LIVE[:1],
        others=("http://192.168.178.31:11535/v1", "http://10.8.0.4:11535/v1"),
    ),
    "failed": ServingState(
        ServingPhase.FAILED,
        problem=Problem(
            "No port is free for other programs",
            "Choose another port, then switch it on again.",
            {"ports": "11535 to 11544"},
        ),
    ),
}  # fmt: skip


def show(stage: Stage, state: ServingState) -> ServingPage:
    services = stage.services
    services.serving.past = LOG if state.live else ()
    served = SimpleNamespace(id=_MODEL, is_loaded=True, kind="chat")
    services.api.served = (served,)
    wants_network = state.is_open_to_network
    services.settings.now = replace(services.settings.now, serving_network=wants_network)
    stage.window.actions_by_name["serving"].trigger()
    stage.tell(ServingChanged(state), KEY)
    page = stage.window.pages.shown
    assert isinstance(page, ServingPage)
    return page


def _add() -> None:
    for name, state in STATES.items():

        def play(stage: Stage, state: ServingState = state) -> None:
            show(stage, state)

        scene(f"97-serving-{name}", TALL if name in {"asked", "open"} else (1180, 800))(play)
        if name == "open":
            scene(f"97-serving-{name}-narrow", NARROW)(play)
            scene(f"97-serving-{name}-200", (1180, 1000), 200)(play)


_add()


@scene("97-serving-python")
def python(stage: Stage) -> None:
    page = show(stage, ON)
    page.card.key.show_it.click()
    page.programs.chosen.segment("python").click()
    _scroll(page)


@scene("97-serving-in-arabic", TALL)
def in_arabic(stage: Stage) -> None:
    show(stage, STATES["asked"])


@scene("97-serving-log-narrow", NARROW)
def log(stage: Stage) -> None:
    page = show(stage, STATES["asked"])
    page.programs.chosen.segment("javascript").click()
    _scroll(page)


@scene("97-serving-renew")
def renew(stage: Stage) -> None:
    show(stage, ON).card.renew.click()


@scene("97-serving-network")
def network(stage: Stage) -> NetworkDialog:
    show(stage, ON)
    return NetworkDialog(stage.look, stage.window)


@scene("97-serving-chat")
def beside_chat(stage: Stage) -> None:
    show(stage, STATES["open"])
    stage.window.pages.close()


def _scroll(page: ServingPage) -> None:
    settle()
    bar = page.findChild(QScrollArea).verticalScrollBar()
    bar.setValue(bar.maximum())
    settle()
