"""Pressing what stands in the second message of a conversation."""

from inglenook.ui.chat.target import Act


def target_of(view, act: Act, value: str = ""):
    return next(each for each in view.targets_of(1) if (each.act, each.value) == (act, value))


def acts_of(view) -> list[Act]:
    return [each.act for each in view.targets_of(1)]


def press(view, act: Act, value: str = "") -> None:
    view.press(1, target_of(view, act, value))
