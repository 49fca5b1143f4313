"""What the model pill says about the engine, as values."""

from dataclasses import dataclass

from inglenook.models.fit import MemoryPart, Verdict
from inglenook.services.events import EnginePhase, EngineState
from inglenook.ui.units import bytes_in_words
from inglenook.ui.words import one_line, problem_words, tip, tr, tr_n, tr_told


@dataclass(frozen=True, slots=True)
class PillFace:
    """One state of the pill.

    Attributes:
        tone: Palette colour of the dot: ``"ok"``, ``"warn"``, ``"bad"``, ``"text_faint"``.
        chip: The quant in short words: ``"4-bit"``; may be empty.
        fraction: Share of the pill that is filled, or None.
        action: Text of the button beside the pill, or empty.
    """

    name: str
    chip: str
    text: str
    tone: str
    fraction: float | None = None
    action: str = ""

    def in_words(self) -> str:
        """Return all of it as one sentence for a screen reader."""
        return ", ".join(part for part in (self.name, self.chip, self.text) if part)


def face_of(state: EngineState) -> PillFace:
    """Return how a state of the engine looks."""
    model = state.model
    name = one_line(model.name, 60) if model else tr("No model")
    chip = one_line(model.quant, 40).split(" (")[0] if model else ""
    problem = tr_told(state.problem.title) if state.problem else ""
    match state.phase:
        case EnginePhase.NO_MODEL:
            return PillFace(tr("No model"), "", tr("Open one to start"), "text_faint")
        case EnginePhase.LOADING:
            percent = round(max(0.0, min(1.0, state.fraction)) * 100)
            text = tr("Loading {percent} %").format(percent=percent)
            return PillFace(name, chip, text, "warn", percent / 100, tr("Cancel"))
        case EnginePhase.READY:
            summary = (
                _lower_first(tr_told(one_line(state.plan.summary, 80))) if state.plan else ""
            )
            tight = state.plan is not None and state.plan.verdict is Verdict.TIGHT
            text = tr("Ready · {summary}").format(summary=summary) if summary else tr("Ready")
            return PillFace(name, chip, text, "warn" if tight else "ok")
        case EnginePhase.RESTARTING:
            return PillFace(name, chip, tr("Restarting"), "warn")
        case EnginePhase.RESTING:
            return PillFace(name, chip, tr("Asleep · wakes when you write"), "text_faint")
        case EnginePhase.FAILED:
            text = problem or tr("Could not load")
            return PillFace(name, chip, one_line(text, 80), "bad", None, tr("Try again"))
        case EnginePhase.BROKEN:
            text = tr("Stopped too often")
            return PillFace(name, chip, text, "bad", None, tr("Try again"))


def _lower_first(text: str) -> str:
    """Continue a sentence; names in capitals stay as they are."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def tip_of(state: EngineState) -> str:
    """Return the tool tip: the plan's reasons and where the memory goes."""
    lines: list[str] = []
    if state.model:
        lines.append(one_line(f"{state.model.name} · {state.model.quant}".rstrip(" ·"), 120))
    if state.problem:
        lines += [problem_words(state.problem)]
    if state.awaited:
        words = tr_n(
            "1 answer is being written.",
            "{count} answers are being written, or wait to be.",
            state.awaited,
        )
        lines.append(words.format(count=state.awaited))
    if state.plan:
        lines += [tr_told(one_line(reason, 240)) for reason in state.plan.reasons]
        # What was really taken is worth more than what was planned.
        lines += [_memory_line(part) for part in state.taken or state.plan.memory]
    return tip(*lines) if lines else tip(tr("Choose a model"))


def _memory_line(part: MemoryPart) -> str:
    return tr("{device}: {total} (model {weights}, context {kv}, work space {compute})").format(
        device=one_line(part.device, 40),
        total=bytes_in_words(part.total_bytes),
        weights=bytes_in_words(part.weights_bytes),
        kv=bytes_in_words(part.kv_bytes),
        compute=bytes_in_words(part.compute_bytes),
    )
