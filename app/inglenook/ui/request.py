"""What a start was asked for, read from its arguments."""

import os
from collections.abc import Sequence
from pathlib import Path

from inglenook.services.instance import Request

NEW_CHAT_FLAG = "--new-chat"
ACTIVATION = "XDG_ACTIVATION_TOKEN"
_MODEL = ".gguf"


def request_of(argv: Sequence[str]) -> Request:
    """Return what the arguments of this process ask for.

    Another process may take it, in another folder: paths are made whole.
    """
    models = tuple(str(Path(each).absolute()) for each in argv if each.lower().endswith(_MODEL))
    return Request(models, NEW_CHAT_FLAG in argv, os.environ.get(ACTIVATION, ""))


def allow_to_come_forward(activation: str) -> None:
    """Let the next request for the keyboard count as one by the person.

    Qt takes the word from the environment when a window asks to be active (Wayland,
    xdg-activation-v1); other systems need none.
    """
    if activation and activation.isascii() and activation.isprintable():
        os.environ[ACTIVATION] = activation[:200]
