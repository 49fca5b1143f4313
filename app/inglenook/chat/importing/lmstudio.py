"""Chats as LM Studio keeps them: one .conversation.json each, messages with versions.

What is known of the format comes from files of 2024 to 2026. A place in the chat has several
versions, of which one is selected; what follows belongs to that one. An answer of several
steps has thoughts, texts and notes in an order.
"""

from collections.abc import Iterator

from inglenook.chat.importing.fields import (
    Fields,
    ShapeError,
    fields,
    fields_or_none,
    listed,
    listed_or_none,
    moment_ms,
    text_or_none,
)
from inglenook.chat.importing.growing import Record, Said
from inglenook.chat.message import Role, Status

SOURCE = "LM Studio"
_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT, "system": Role.SYSTEM}
_STATES = {
    "userStopped": Status.STOPPED,
    "maxPredictedTokensReached": Status.CUT,
    "contextLengthReached": Status.CUT,
    "failed": Status.INTERRUPTED,
    "modelUnloaded": Status.INTERRUPTED,
}


def is_chat(found: Fields) -> bool:
    """Tell whether it looks like a chat of this kind."""
    messages = found.get("messages")
    if not isinstance(messages, list) or "createdAt" not in found:
        return False
    return not messages or isinstance(fields_or_none(messages[0]).get("versions"), list)


def read_record(found: Fields, name: str) -> Record:
    """Return one chat.

    Args:
        found: The document.
        name: Of the file, which is the chat's name there.

    Raises:
        ShapeError: it is damaged.
    """
    said = list(_all_said(found))
    return Record(
        SOURCE,
        f"{name.rsplit('/', 1)[-1]} {moment_ms(found.get('createdAt'))}",
        text_or_none(found.get("name")),
        moment_ms(found.get("createdAt")),
        [each for each, _ in said],
        next((each.key for each, is_selected in reversed(said) if is_selected), None),
        moment_ms(found.get("userLastMessagedAt")),
        is_pinned=found.get("pinned") is True,
    )


def _all_said(found: Fields) -> Iterator[tuple[Said, bool]]:
    """Yield every version, older ones first, and whether it is the selected one."""
    above: str | None = None
    if (prompt := text_or_none(found.get("systemPrompt"))).strip():
        above = "instructions"
        yield Said(above, None, Role.SYSTEM, prompt), True
    for place, each in enumerate(map(fields, listed(found, "messages"))):
        versions = [fields(version) for version in listed(each, "versions")]
        selected = each.get("currentlySelected")
        if type(selected) is not int or not 0 <= selected < len(versions):
            selected = len(versions) - 1
        if not versions:
            raise ShapeError("a message in it has no version")
        for number, version in enumerate(versions):
            yield _said(f"{place}.{number}", above, version), number == selected
        above = f"{place}.{selected}"


def _said(key: str, above: str | None, version: Fields) -> Said:
    steps = [fields_or_none(each) for each in listed_or_none(version, "steps")]
    blocks = steps or [version]
    shown = [each for each in blocks if each.get("type", "contentBlock") in _WITH_TEXT]
    return Said(
        key,
        above,
        _ROLES.get(text_or_none(version.get("role"))),
        "\n\n".join(filter(None, (_text(each) for each in shown if not _is_thought(each)))),
        "\n\n".join(filter(None, (_text(each) for each in shown if _is_thought(each)))),
        _model(version, blocks),
        status=_status(blocks),
    )


_WITH_TEXT = ("contentBlock", "singleStep", "multiStep")  # compared with anything


def _is_thought(block: Fields) -> bool:
    return fields_or_none(block.get("style")).get("type") == "thinking"


def _text(block: Fields) -> str:
    parts = (fields_or_none(each) for each in listed_or_none(block, "content"))
    # A model's marks around its thoughts are told by the block's style already.
    told = (each for each in parts if each.get("isStructural") is not True)
    return "".join(text_or_none(each.get("text")) for each in told)


def _model(version: Fields, blocks: list[Fields]) -> str:
    for block in blocks:
        if name := text_or_none(fields_or_none(block.get("genInfo")).get("identifier")):
            return name
    sender = fields_or_none(version.get("senderInfo"))
    return text_or_none(sender.get("senderName")) if version.get("role") == "assistant" else ""


def _status(blocks: list[Fields]) -> Status:
    for block in reversed(blocks):
        made = fields_or_none(block.get("genInfo"))
        if reason := text_or_none(fields_or_none(made.get("stats")).get("stopReason")):
            return _STATES.get(reason, Status.COMPLETE)
    return Status.COMPLETE
