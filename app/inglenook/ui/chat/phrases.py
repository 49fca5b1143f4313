"""Every sentence that the conversation itself says."""

from inglenook.chat.made import Made
from inglenook.chat.message import Message, Role, Status
from inglenook.services.events import LiveText
from inglenook.ui.chat.target import Act
from inglenook.ui.units import bytes_in_words, grouped, rate_in_words, seconds_in_words
from inglenook.ui.words import Words, tr, tr_n, tr_told

_SAID: dict[Status, Words] = {
    Status.STOPPED: "Stopped",
    Status.INTERRUPTED: "This answer was interrupted.",
    Status.CUT: "The answer reached its limit.",
    Status.FAILED: "No answer could be made. Regenerate to try again.",
}
_LOOK = {
    Status.COMPLETE: ("info", "text_muted", ""),
    Status.STOPPED: ("stop", "text_muted", ""),
    Status.CUT: ("info", "info", "info_soft"),
    Status.INTERRUPTED: ("warning", "warn", "warn_soft"),
    Status.FAILED: ("warning", "bad", "bad_soft"),
}


def note_of(message: Message) -> str:
    """Return what stands under a message: why it ended early, what it left out, or ``""``."""
    said = tr(_SAID[message.status]) if message.status in _SAID else ""
    if message.status is Status.INTERRUPTED and not message.is_open_ended:
        said = tr("This answer was interrupted. Regenerate to try again.")
    if not message.note or message.status is Status.WRITING:
        return said
    if message.status is Status.STOPPED:
        return f"{said}. {tr_told(message.note)}"
    return tr_told(message.note)


def is_quiet(status: Status) -> bool:
    """Tell whether a note only informs: no ground, muted words."""
    return not note_look(status)[2]


def note_look(status: Status) -> tuple[str, str, str]:
    """Return icon, colour token and ground token (``""`` for none) of a note."""
    return _LOOK[status]


def stats_of(message: Message) -> str:
    """Return what an answer cost: ``"612 tokens · 41 tokens/s · first word in 0.4 s"``."""
    timings = message.timings
    if timings is None or not timings.answer_tokens:
        return ""
    count = timings.answer_tokens
    parts = [tr_n("1 token", "{} tokens", count).format(grouped(count))]
    if timings.tokens_per_s > 0:
        parts.append(rate_in_words(timings.tokens_per_s))
    if timings.first_token_s > 0:
        parts.append(tr("first word in {}").format(seconds_in_words(timings.first_token_s)))
    return " · ".join(parts)


def live_meta(live: LiveText) -> str:
    """Return what stands beside the model's name while it writes, or waits to write on."""
    if live.waiting_for:
        return waiting_words(live) if live.text or live.thinking else ""
    return rate_in_words(live.tokens_per_s) if live.tokens_per_s > 0 else ""


def waiting_words(live: LiveText | None) -> str:
    """Return why nothing new is written yet."""
    reason = live.waiting_for if live is not None else ""
    return f"{tr_told(reason.rstrip('.…'))}…" if reason else tr("Starting…")


def thinking_label(made: Made | None, *, live: bool) -> str:
    """Return the words of the fold over what a model thought, and for how long."""
    if live:
        return tr("Thinking…")
    if made is None or not made.thought_s:
        return tr("Thought before answering")
    return tr("Thought for {}").format(seconds_in_words(made.thought_s))


def show_all_label(text: str) -> str:
    """Return the words of the button under a long message that is shown in part."""
    size = bytes_in_words(len(text.encode("utf-8", "surrogatepass")))
    return tr("Show all ({})").format(size)


def versions_label(number: int, count: int) -> str:
    """Return which of several versions is shown: ``"2 of 3"``."""
    return tr("{} of {}").format(number, count)


def name_of(message: Message) -> str:
    """Return who wrote a message."""
    return tr("You") if message.role is Role.USER else message.model or tr("Assistant")


def code_act_name(act: Act, language: str, *, wrapped: bool) -> str:
    """Return the name of a button of a code block."""
    if act is Act.WRAP:
        return tr("Do not wrap lines") if wrapped else tr("Wrap lines")
    words = tr("Copy {} code") if act is Act.COPY_CODE else tr("Save {} code as…")
    return words.format(language)


def act_name(act: Act, message: Message) -> str:
    """Return the name of an action for screen readers and tool tips."""
    answer = message.role is Role.ASSISTANT
    names: dict[Act, Words] = {
        Act.COPY: "Copy answer" if answer else "Copy message",
        Act.REGENERATE: "Regenerate answer",
        Act.AGAIN: "Answer again with another effort",
        Act.DETAILS: "About this answer",
        Act.EDIT: "Edit answer" if answer else "Edit message",
        Act.PREVIOUS: "Previous version",
        Act.NEXT: "Next version",
        Act.MENU: "More about this answer" if answer else "More about this message",
    }
    return tr(names[act])
