"""Runtimes: builds of llama.cpp, which of them comes first, and how a child is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import inglenook

LIBRARY_VARIABLE = "LLAMA_CPP_LIB_PATH"
"""Names the folder that the bindings load llama.cpp from; read by the bindings themselves."""
MODULES_VARIABLE = "INGLENOOK_MODULES"
"""Names the modules to load there, and no others; read by engine/modules.py."""
AVOIDED_VARIABLE = "INGLENOOK_AVOIDED_MODULES"
"""Names modules not to touch there when none are named; read by engine/modules.py."""
_OURS = (LIBRARY_VARIABLE, MODULES_VARIABLE, AVOIDED_VARIABLE)

_ILLEGAL_INSTRUCTION = {-4, 0xC000001D, 0xC000001D - (1 << 32)}
# Nobody puts one of these beside the application without such a card.
_FOR_OTHER_CARDS = {"hip", "metal", "sycl"}


@dataclass(frozen=True, slots=True)
class Runtime:
    """A folder with llama.cpp's libraries, and perhaps modules for processors and cards.

    Attributes:
        name: ``"own"`` for the one that came with the bindings.
        folder: Its full path.
        backends: What it can compute with, besides the processor: ``("vulkan",)``.
        build: llama.cpp's version as its library must tell it; ``""`` if it need not.
        is_asked_for: Named by the person, so it is tried before all others.
    """

    name: str
    folder: str
    backends: tuple[str, ...] = ()
    build: str = ""
    is_asked_for: bool = False


@dataclass(frozen=True, slots=True)
class Launch:
    """What a child process is told of the runtime to use.

    Attributes:
        folder: Of the libraries; ``""`` leaves it to the bindings.
        modules: File names of the modules to load, in this order; None lets the child choose.
        avoided: File names of modules that must not be touched by a child that chooses.
    """

    folder: str = ""
    modules: tuple[str, ...] | None = None
    avoided: tuple[str, ...] = ()

    def applied(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return an environment that says so, whatever it said before."""
        said = {name: value for name, value in environment.items() if name not in _OURS}
        if self.folder:
            said[LIBRARY_VARIABLE] = self.folder
        if self.modules is not None:
            said[MODULES_VARIABLE] = "/".join(self.modules)
        if self.avoided:
            said[AVOIDED_VARIABLE] = "/".join(self.avoided)
        return said


def with_our_code(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which a child finds our code, and none of the current folder.

    Run by ``python -m``, it would look there first, and anybody may have put a file there.
    """
    said = {**environment, "PYTHONSAFEPATH": "1"}
    here = Path(inglenook.__file__).parents[1]
    # An installed package is found anyway; ahead of the standard library it could hide it.
    if here.name not in {"site-packages", "dist-packages"}:
        said["PYTHONPATH"] = str(here)
    return said


def in_order(runtimes: Sequence[Runtime], *, has_nvidia: bool) -> tuple[Runtime, ...]:
    """Return runtimes in the order to try them.

    First what a person asked for; then what is for the card there is; Vulkan, which runs on
    most; the processor's; last, what is for a card that is not there, which can still compute
    on the processor. Among equals, the order of discovery.
    """
    return tuple(sorted(runtimes, key=lambda one: -_worth(one, has_nvidia=has_nvidia)))


def ending_in_words(status: int) -> str:
    """Return how a child that only tried a runtime ended, as a clause.

    Args:
        status: Exit code, negative for a signal on POSIX.
    """
    if is_illegal_instruction(status):
        return "it uses instructions that this processor does not have"
    return f"it ended with code {status}"


def is_illegal_instruction(status: int) -> bool:
    """Tell whether a process ended because its processor does not know an instruction."""
    return status in _ILLEGAL_INSTRUCTION


def _worth(one: Runtime, *, has_nvidia: bool) -> int:
    if one.is_asked_for:
        return 5
    if "cuda" in one.backends and has_nvidia:
        return 4
    if _FOR_OTHER_CARDS.intersection(one.backends):
        return 3
    if "vulkan" in one.backends:
        return 2
    return 0 if "cuda" in one.backends else 1
