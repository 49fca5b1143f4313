"""How a model runs: shown, tried out, applied; all of it with the keyboard as well."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from inglenook.core.errors import Problem
from inglenook.core.units import GIB, MIB
from inglenook.models.attention import Attention
from inglenook.models.facts import ModelFacts, Weights
from inglenook.models.fit import MemoryPart, Wish, plan
from inglenook.models.machine import DeviceFacts, DeviceKind, HostFacts, Machine
from inglenook.services.events import EnginePhase, EngineState
from inglenook.services.installed import InstalledModel
from inglenook.services.modelnews import PlanPreviewed
from inglenook.ui.running.sheet import RunningSheet

PATH = "/models/Test.gguf"
MODEL = InstalledModel(PATH, "Test 8B", "4-bit", 5 * GIB, "llama", 32768)
FACTS = ModelFacts(
    name="Test 8B",
    architecture="llama",
    weights=Weights((130 * MIB,) * 36, 300 * MIB, 480 * MIB, tied=False),
    attention=(Attention(1024, 1024),) * 36,
    context_tokens=32768,
    embedding_width=4096,
    feed_forward_width=12288,
    vocabulary=151936,
    has_template=True,
)
HOST = HostFacts(32 * GIB, 22 * GIB, 8, 16)


def card(name="CUDA0", free_gib=3.6) -> DeviceFacts:
    free = int(free_gib * GIB)
    return DeviceFacts(name, f"Card {name}", DeviceKind.DISCRETE, free + 400 * MIB, free)


SMALL = Machine((card(),), HOST)


def previewed(wish=Wish(), machine=SMALL) -> PlanPreviewed:  # noqa: B008 (a frozen value)
    made, automatic = (
        plan(FACTS, machine.devices, machine.host, one) for one in (wish, Wish())
    )
    return PlanPreviewed(PATH, wish, made, automatic, None, machine)


@pytest.fixture
def parent(qtbot):
    window = QWidget()
    window.resize(1180, 860)
    qtbot.addWidget(window)
    return window


@pytest.fixture
def open_sheet(look, parent, services, qtbot):
    def build(told=None) -> RunningSheet:
        sheet = RunningSheet(look, parent, services.running, PATH, EngineState())
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        qtbot.addWidget(sheet)
        sheet.show()
        sheet.show_preview(told or previewed())
        return sheet

    return build


@pytest.fixture
def sheet(open_sheet) -> RunningSheet:
    return open_sheet()


def reasons(sheet):
    return [label.text() for label in sheet.memory.words.reasons if label.isVisible()]


def test_the_model_is_named_by_its_file_unless_it_is_the_one_in_use(
    look, parent, services, sheet
):
    assert sheet.name.accessibleName() == "Test"
    state = EngineState(EnginePhase.READY, MODEL)
    assert RunningSheet(look, parent, services.running, PATH, state).name.accessibleName() == (
        "Test 8B"
    )


def test_it_asks_for_the_plan_and_shows_its_reasons(sheet, services):
    assert services.asked("running.show") == [(PATH,)]
    assert sheet.memory.words.summary.text() == previewed().plan.summary
    assert reasons(sheet) == list(previewed().plan.reasons)
    assert sheet.badge.accessibleName() == "Runs, partly on CPU"


def test_each_device_has_a_bar_with_all_that_is_in_it(sheet):
    on_card, in_memory = sheet.memory.bars.bars
    made = previewed().plan.memory
    words = on_card.bar.accessibleName()
    assert words.startswith("Graphics memory, Card CUDA0: Other programs 400 MB, Model ")
    kinds = [each.kind for each in on_card.legend._slices]
    assert kinds == ["other", "weights", "context", "work", "margin", "free"]
    sizes = {each.kind: each.size_bytes for each in on_card.legend._slices}
    assert sizes["weights"] == made[0].weights_bytes
    assert sum(sizes.values()) == card().total_bytes
    assert in_memory.bar.accessibleName().startswith("Main memory: Other programs 10.0 GB")


def test_with_nothing_set_every_control_shows_the_automatic_value(sheet):
    made = previewed().plan
    controls = sheet.settings.controls
    assert controls.layers.slider.value() == made.settings.gpu_layers - 1
    assert controls.context.head.value.text() == "4,096 tokens, about 6 pages"
    assert controls.cache.segments.choice() == "f16"
    assert controls.threads.head.value.text() == str(made.settings.threads)
    assert controls.guesses.segments.choice() == "pays"
    assert controls.wish() == Wish()
    assert sheet.settings.mode.choice() == "auto"
    assert not sheet.apply.isEnabled()
    assert not sheet.automatic.isVisible()


def test_what_is_kept_is_shown_as_set(open_sheet):
    wish = Wish(
        context_tokens=2048,
        gpu_layers=11,
        threads=3,
        kv_type="q8_0",
        devices=(),
        guesses=False,
    )
    sheet = open_sheet(previewed(wish))
    assert sheet.settings.controls.wish() == wish
    assert sheet.settings.mode.choice() == "hand"
    assert sheet.automatic.isVisible()
    assert not sheet.apply.isEnabled()
    assert sheet.settings.controls.layers.head.value.text() == "10 of 36"
    assert (
        sheet.settings.controls.context.note.text() == "Automatic: 4,096 tokens, about 6 pages"
    )


def test_every_change_is_planned_at_once_and_nothing_is_loaded_before_it_is_applied(
    sheet, services
):
    before = sheet.settings.controls.layers.slider.value()
    sheet.settings.controls.layers.slider.setFocus()
    QTest.keyClick(sheet.settings.controls.layers.slider, Qt.Key.Key_Left)
    assert services.asked("running.preview") == [(PATH, Wish(gpu_layers=before))]
    assert sheet.settings.mode.choice() == "hand"
    assert sheet.apply.isEnabled()
    assert services.asked("running.choose") == []
    sheet.show_preview(previewed(Wish(gpu_layers=before)))
    assert sheet.memory.words.summary.text() == f"{before - 1} of 36 layers on GPU"
    QTest.keyClick(sheet.apply, Qt.Key.Key_Return)
    assert services.asked("running.choose") == [(PATH, Wish(gpu_layers=before))]
    assert not sheet.apply.isEnabled()
    assert sheet.automatic.isVisible()


def test_too_big_is_said_in_red_with_advice_before_it_is_tried(sheet):
    assert not sheet.memory.words.warning.isVisible()
    told = previewed(Wish(gpu_layers=37))
    sheet.show_preview(told)
    assert sheet.memory.words.warning.isVisible()
    assert sheet.memory.words.warning.words.text() == told.plan.refused[0]
    assert "Choose fewer layers" in told.plan.refused[0]
    on_card = sheet.memory.bars.bars[0]
    assert "too little" in on_card.total.text()
    assert on_card.bar.accessibleName().endswith("too little.")
    sheet.show_preview(previewed())
    assert not sheet.memory.words.warning.isVisible()


def test_a_model_that_fits_nowhere_is_told_in_red(open_sheet):
    tiny = Machine((), HostFacts(4 * GIB, 2 * GIB, 4, 8))
    sheet = open_sheet(previewed(machine=tiny))
    assert sheet.badge.accessibleName() == "Too big"
    assert "choose a smaller file" in sheet.memory.words.warning.words.text()


def test_one_setting_goes_back_to_automatic(open_sheet, services):
    sheet = open_sheet(previewed(Wish(gpu_layers=5, threads=2)))
    layers = sheet.settings.controls.layers
    assert layers.head.back.isVisible()
    assert layers.head.back.accessibleName() == "Layers on the GPU: back to automatic"
    QTest.keyClick(layers.head.back, Qt.Key.Key_Space)
    assert services.asked("running.preview") == [(PATH, Wish(threads=2))]
    assert not layers.head.back.isVisible()
    assert layers.slider.value() == previewed().plan.settings.gpu_layers - 1
    QTest.keyClick(sheet.settings.controls.threads.head.back, Qt.Key.Key_Space)
    assert sheet.settings.mode.choice() == "auto"


def test_the_form_of_the_cache_is_set_and_goes_back(sheet, services):
    cache = sheet.settings.controls.cache
    cache.segments.segment("q8_0").click()
    assert services.asked("running.preview")[-1] == (PATH, Wish(kv_type="q8_0"))
    assert cache.note.text().startswith("Automatic: In full · Half makes room for twice")
    QTest.keyClick(cache.head.back, Qt.Key.Key_Space)
    assert services.asked("running.preview")[-1] == (PATH, Wish())
    assert cache.segments.choice() == "f16"
    assert sheet.focusWidget() is cache.segments.segment("f16")


def test_all_goes_back_to_automatic(open_sheet, services):
    sheet = open_sheet(previewed(Wish(gpu_layers=5, kv_type="q8_0")))
    QTest.keyClick(sheet.automatic, Qt.Key.Key_Return)
    assert services.asked("running.back_to_automatic") == [(PATH,)]
    assert sheet.settings.controls.wish() == Wish()
    assert (sheet.settings.mode.choice(), sheet.automatic.isVisible()) == ("auto", False)


def test_a_plan_that_is_held_back_can_be_tried_in_full(open_sheet, services):
    told = previewed()
    held = replace(told.plan, held_back=True)
    sheet = open_sheet(replace(told, plan=held, automatic=held))
    assert (sheet.automatic.isVisible(), sheet.automatic.text()) == (True, "Try in full again")
    sheet.automatic.click()
    assert services.asked("running.back_to_automatic") == [(PATH,)]
    sheet.show_preview(told)
    assert not sheet.automatic.isVisible()


def test_the_switch_shows_the_automatic_plan_and_brings_back_what_was_tried(
    open_sheet, services
):
    wish = Wish(gpu_layers=5)
    sheet = open_sheet(previewed(wish))
    sheet.settings.mode.segment("auto").click()
    assert services.asked("running.preview")[-1] == (PATH, Wish())
    assert sheet.apply.isEnabled()
    sheet.settings.mode.segment("hand").click()
    assert services.asked("running.preview")[-1] == (PATH, wish)
    assert sheet.settings.controls.wish() == wish


def test_what_is_left_to_the_plan_follows_what_is_set(open_sheet):
    two = Machine((card("CUDA0", 3.0), card("CUDA1", 4.0)), HOST)
    sheet = open_sheet(previewed(machine=two))
    both = sheet.settings.controls.layers.slider.value()
    sheet.settings.controls.devices.segments.segment("1").click()
    sheet.show_preview(previewed(Wish(devices=("CUDA0",)), two))
    assert sheet.settings.controls.layers.slider.value() < both
    assert sheet.settings.controls.wish() == Wish(devices=("CUDA0",))
    assert sheet.settings.controls.layers.note.text() == "Automatic"


def test_a_conversation_that_cannot_be_halved_offers_no_choice(open_sheet):
    facts = replace(FACTS, attention=(Attention(33, 33),) * 36)
    made = plan(facts, SMALL.devices, SMALL.host)
    sheet = open_sheet(PlanPreviewed(PATH, Wish(), made, made, None, SMALL))
    assert not sheet.settings.controls.cache.segments.isEnabled()
    assert "cannot keep it" in sheet.settings.controls.cache.note.text()


def test_without_a_card_no_layers_are_offered(open_sheet):
    sheet = open_sheet(previewed(machine=Machine((), HOST)))
    assert not sheet.settings.controls.layers.isVisible()
    assert "No graphics card" in sheet.settings.controls.devices.note.text()


def test_previews_of_other_models_are_passed_over(sheet):
    sheet.show_preview(replace(previewed(Wish(gpu_layers=2)), path="/other.gguf"))
    assert sheet.memory.words.summary.text() == previewed().plan.summary


def test_a_file_that_cannot_be_planned_is_told(sheet):
    problem = Problem("The model file is not there any more", "Choose it again.")
    sheet.show_preview(PlanPreviewed(PATH, Wish(), problem=problem))
    assert sheet.memory.words.summary.text() == problem.title
    assert sheet.memory.words.warning.words.text() == problem.advice
    assert reasons(sheet) == []


def test_a_card_that_is_gone_takes_its_bar_along(sheet):
    assert len(sheet.memory.bars.bars) == 2
    sheet.show_preview(previewed(machine=Machine((), HOST)))
    assert len(sheet.memory.bars.bars) == 1


@pytest.mark.parametrize("wish", [Wish(), Wish(gpu_layers=37), Wish(devices=())])
def test_bars_are_drawn_in_every_state_with_the_keyboard_on_a_slider(sheet, wish):
    sheet.show_preview(previewed(wish))
    slider = sheet.settings.controls.layers.slider
    slider.setFocus(Qt.FocusReason.TabFocusReason)
    bar = sheet.memory.bars.bars[0].bar
    colours = sheet._look.palette
    picture = bar.grab().toImage()
    middle = picture.height() // 2
    seen = {picture.pixelColor(x, middle).name() for x in range(picture.width())}
    assert (colours.accent.lower() in seen) == (wish.devices != ())
    assert (colours.bad.lower() in seen) == (wish.gpu_layers == 37)
    ringed = slider.grab().toImage()
    slider.clearFocus()
    assert slider.grab().toImage() != ringed


# --- after a load ---


def ready(sheet, *, driver_bytes=0):
    made = previewed().plan
    taken = tuple(
        replace(part, margin_bytes=0, overhead_bytes=driver_bytes * (part.device != "CPU"))
        for part in made.memory
    )
    loading = EngineState(EnginePhase.LOADING, MODEL, made, 0.42)
    sheet.show_engine(loading)
    assert sheet.status.text() == "Loading 42 %"
    sheet.show_engine(replace(loading, phase=EnginePhase.READY, taken=taken))


def rows(sheet):
    table = sheet.memory.figures
    return [
        tuple(table.item(row, column).data(Qt.ItemDataRole.AccessibleTextRole)
              for column in range(table.columnCount()))
        for row in range(table.rowCount())
    ]  # fmt: skip


def test_after_a_load_planned_and_taken_stand_side_by_side(sheet):
    assert not sheet.memory.figures.isVisible()
    ready(sheet, driver_bytes=254 * MIB)
    assert sheet.memory.figures.isVisible()
    assert sheet.memory.unfold.text() == "Planned and taken"
    found = {line[:2]: line[2:] for line in rows(sheet)}
    assert found["CUDA0", "Model"][2] == "0 %"
    assert found["CUDA0", "Driver"] == ("0 B", "254 MB", "not planned")
    assert found["CUDA0", "Together"][2].startswith("+")
    assert found["Main memory", "Together"][2] == "0 %"
    assert sheet.memory.lesson.text() == (
        "The driver took 254 MB of CUDA0 for itself; counted from now on."
    )


def test_what_is_as_planned_teaches_nothing(sheet):
    ready(sheet)
    assert not sheet.memory.lesson.isVisible()


def test_figures_can_be_unfolded_before_any_load(sheet):
    QTest.keyClick(sheet.memory.unfold, Qt.Key.Key_Space)
    assert sheet.memory.figures.isVisible()
    assert rows(sheet)[0][:2] == ("CUDA0", "Model")
    assert len(rows(sheet)[0]) == 3
    QTest.keyClick(sheet.memory.unfold, Qt.Key.Key_Space)
    assert not sheet.memory.figures.isVisible()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (EngineState(), "when this model is loaded"),
        (EngineState(EnginePhase.READY, replace(MODEL, path="/b.gguf")), "when this model"),
        (EngineState(EnginePhase.READY, MODEL), "loads the model again."),
        (EngineState(EnginePhase.READY, MODEL, answering=1), "ends the answer"),
        (EngineState(EnginePhase.RESTING, MODEL), "when this model is loaded"),
        (
            EngineState(EnginePhase.FAILED, MODEL, problem=Problem("No room", "Close some.")),
            "No room. Close some.",
        ),
    ],
)
def test_what_applying_does_is_said_beside_the_button(sheet, state, words):
    sheet.show_engine(state)
    assert words in sheet.status.text()


def test_what_other_devices_took_does_not_spoil_the_table(sheet):
    made = previewed().plan
    strange = (MemoryPart("Card\u202e7", 5, 0, 0, 0),)
    sheet.show_engine(EngineState(EnginePhase.READY, MODEL, made, taken=strange))
    assert rows(sheet)[-1][0] == "Card7"


# --- the keyboard, and narrow windows ---


def test_escape_closes_and_lets_the_service_rest(sheet, services):
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    assert services.asked("running.done") == [()]


def test_enter_in_a_slider_closes_nothing(sheet):
    QTest.keyClick(sheet.settings.controls.context.slider, Qt.Key.Key_Return)
    assert sheet.isVisible()


def test_every_control_is_reached_by_tab_and_has_a_name(sheet):
    sheet.apply.setEnabled(True)
    first = sheet.memory.unfold
    first.setFocus(Qt.FocusReason.TabFocusReason)
    seen = []
    for _ in range(40):
        focus = sheet.focusWidget()
        if focus in seen:
            break
        seen.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    controls = sheet.settings.controls
    wanted = {
        sheet.memory.unfold, controls.layers.slider, controls.context.slider,
        controls.threads.slider, sheet.shut, sheet.apply,
    }  # fmt: skip
    assert wanted <= set(seen)
    assert all(one.accessibleName() for one in seen)


def test_a_slider_is_moved_by_a_press_and_not_by_a_wheel(sheet):
    slider = sheet.settings.controls.context.slider
    point = QPointF(slider.rect().center())
    wheel = QWheelEvent(
        point, point, QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,  # noqa: FBT003
    )  # fmt: skip
    before = slider.value()
    slider.wheelEvent(wheel)
    assert (slider.value(), wheel.isAccepted()) == (before, False)
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=slider.rect().bottomRight())
    assert slider.value() == slider.maximum()
    assert sheet.settings.controls.wish() == Wish(context_tokens=32768)


def test_in_a_narrow_window_the_outcome_stays_in_sight(sheet):
    assert not sheet.outcome.isVisible()
    sheet.resize(600, 500)
    assert sheet.outcome.isVisible()
    sheet.show_preview(previewed(Wish(gpu_layers=37)))
    assert "more than is free" in sheet.outcome.text()
