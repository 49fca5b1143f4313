"""What is known of an installed model, in words."""

from collections.abc import Iterable
from datetime import date, datetime

from PySide6.QtCore import QDate

from inglenook.models.kind import FileKind
from inglenook.services.events import EnginePhase, EngineState
from inglenook.services.shelved import Shelved, Verified
from inglenook.ui.dates import day_in_words
from inglenook.ui.words import Words, one_line, tr, tr_n

_KINDS: dict[FileKind, Words] = {
    FileKind.EMBEDDING: "compares texts, helps to choose among drafts",
    FileKind.RANKING: "scores texts, helps to choose among drafts",
}
SORTS = ("used", "name", "size")


def used_in_words(used_ms: int, today: date) -> str:
    """Return when a model was last loaded: ``"used yesterday"``; 0 for never."""
    if used_ms <= 0:
        return tr("never used")
    day = datetime.fromtimestamp(used_ms / 1000).astimezone().date()
    ago = (today - day).days
    if ago <= 0:
        return tr("used today")
    if ago == 1:
        return tr("used yesterday")
    if ago < 14:
        return tr_n("used yesterday", "used {count} days ago", ago).format(count=ago)
    written = day_in_words(QDate(day.year, day.month, day.day))
    return tr("used on {date}").format(date=written)


def facts_in_words(shelved: Shelved, today: date) -> str:
    """Return the second line of a row: quant, licence, when it was used."""
    model = shelved.model
    came = tr("came with Inglenook") if model.starter else ""
    licence = one_line(model.licence, 40)
    # When the starter is used, or a model that only reads, is not written down.
    is_noted = model.chats and not model.starter
    used = used_in_words(model.used_ms, today) if is_noted else kind_in_words(model.kind)
    return " · ".join(each for each in (one_line(model.quant, 40), licence, came, used) if each)


def kind_in_words(kind: FileKind) -> str:
    """Return what a model does that cannot chat; ``""`` for one that can."""
    return tr(_KINDS[kind]) if kind in _KINDS else ""


def in_order(models: Iterable[Shelved], sort: str) -> list[Shelved]:
    """Return models sorted: ``"name"``, ``"size"`` (largest first) or ``"used"`` (newest)."""
    by_name = sorted(models, key=lambda each: each.model.name.casefold())
    if sort == "size":
        return sorted(by_name, key=lambda each: -each.model.size_bytes)
    if sort == "used":
        return sorted(by_name, key=lambda each: -each.model.used_ms)
    return by_name


def state_in_words(state: EngineState, path: str) -> str:
    """Return what the engine does with a model: ``"In use"``; ``""`` for nothing."""
    if state.model is None or state.model.path != path:
        return ""
    match state.phase:
        case EnginePhase.LOADING:
            return tr("Loading")
        case EnginePhase.READY | EnginePhase.RESTARTING:
            return tr("In use")
        case EnginePhase.RESTING:
            return tr("Resting")
        case _:
            return ""


def verified_in_words(verified: Verified) -> tuple[str, str, str]:
    """Return icon, tone and words for what reading a file to its end has shown."""
    if verified.is_right:
        return "check", "ok", tr("Verified: every byte is as it should be.")
    if verified.is_right is None:
        words = tr("It can be read to the end. Nobody has said what it should be.")
        return "info", "info", words
    words = tr("This file is damaged or was changed: remove it and get it again.")
    return "warning", "bad", words
