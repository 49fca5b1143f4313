"""How an engine ended that was not asked to, in words."""

import re
import signal
from dataclasses import dataclass
from enum import StrEnum

from inglenook.core.errors import Problem
from inglenook.models.stepdown import Trouble, memory_trouble

_SHOWN_OUTPUT = 2_000
_LONGEST_CLAUSE = 200

_SIGNALS = {
    "SIGKILL": "it was killed, most likely because the computer ran out of memory",
    "SIGABRT": "llama.cpp gave up",
    "SIGSEGV": "it used memory that is not its own",
    "SIGBUS": "a part of the model file could not be read",
    "SIGILL": "this build uses instructions that this processor does not have",
    "SIGFPE": "it divided by zero",
    "SIGTERM": "another program asked it to end",
}
# Windows has no signals: these are the codes of the system for the same events.
_CODES = {
    0xC0000005: "SIGSEGV",
    0xC000001D: "SIGILL",
    0xC0000409: "SIGABRT",
    0xC0000006: "SIGBUS",
}
# llama.cpp names its source files by where they were when it was built.
_BUILD_FOLDER = re.compile(r"\S*[/\\](?=[\w.+-]+:\d+:)")
_MEMORY_WORDS = (
    "out of memory", "bad_alloc", "failed to allocate", "memoryerror", "outofdevicememory",
    "out_of_device_memory",
)  # fmt: skip
_ASSERTION = re.compile(r"([\w.+-]+):\d+: (?:GGML_ASSERT\((.*)\) failed|(.+))")
# llama.cpp's readers of a file: what they refuse stays wrong whatever memory there is.
_READERS = re.compile(
    r"\b(gguf|llama-(model(-loader)?|vocab|hparams|arch|mmap|chat)|unicode)[\w-]*\.cpp:\d+:"
)
_TROUBLES = {
    "SIGKILL": Trouble.MEMORY,
    "SIGABRT": Trouble.ASSERTION,
    "SIGSEGV": Trouble.CRASH,
    "SIGFPE": Trouble.CRASH,
    "SIGBUS": Trouble.UNREADABLE,
}


class Cause(StrEnum):
    """Who noticed what."""

    ENDED = "ended"
    """The process is gone."""
    HUNG = "hung"
    """It gave no sign of life and was killed."""
    GARBLED = "garbled"
    """It sent what is no message and was killed."""
    SILENT_START = "silent start"
    """It did not come up in time and was killed."""
    OTHER_VERSION = "other version"
    """It speaks another version of the protocol and was killed."""
    NOT_STARTED = "not started"
    """The system did not start it."""
    KILLED = "killed"
    """We were asked to kill it."""


@dataclass(frozen=True, slots=True)
class Death:
    """The end of one engine process.

    Attributes:
        exit_status: Negative for a signal; None if it never ran.
        fatal: llama.cpp's own last words, or ``""``.
        output: The last it printed.
        requests: Those that were sent and not answered; each counts as interrupted.
        loading: The model file it was reading, or ``""``. It is not loaded again by itself.
        detail: What was wrong with what it sent, or why it did not start.
        restarting: Another engine is being started, and the model loaded again.
    """

    cause: Cause
    exit_status: int | None = None
    fatal: str = ""
    output: str = ""
    requests: tuple[str, ...] = ()
    loading: str = ""
    detail: str = ""
    restarting: bool = False

    @property
    def signal_name(self) -> str:
        """``"SIGKILL"``, or ``""`` if it was no signal."""
        status = self.exit_status or 0
        if status < 0:
            try:
                return signal.Signals(-status).name
            except ValueError:
                return f"signal {-status}"
        return _CODES.get(status & 0xFFFFFFFF, "")

    @property
    def assertion(self) -> str:
        """llama.cpp's last words as a clause: ``"the check “n > 0” failed in gguf.cpp"``."""
        found = _ASSERTION.search(self.fatal)
        if found is None:
            return ""
        file, condition, words = found.groups()
        what = f"the check “{condition}” failed" if condition else f"“{words}”"
        return f"{what[:_LONGEST_CLAUSE]} in {file}"

    def in_words(self) -> str:
        """Return what happened, as a clause: ``"it was killed, …"``."""
        match self.cause:
            case Cause.HUNG:
                return "it stopped responding"
            case Cause.GARBLED:
                return "it sent what makes no sense"
            case Cause.SILENT_START:
                return "it did not start in time"
            case Cause.OTHER_VERSION:
                return "it belongs to another version of Inglenook"
            case Cause.NOT_STARTED:
                return "the system did not start it"
            case Cause.KILLED:
                return "it did not stop when it was told to"
            case Cause.ENDED:
                return self._end_in_words()

    @property
    def trouble(self) -> Trouble:
        """Return what it tells about what could help; hopeless unless it was at work."""
        if self._was_memory():
            return memory_trouble(self._words())
        if self.cause is Cause.HUNG:
            return Trouble.CRASH
        if self.cause is not Cause.ENDED or _READERS.search(self.fatal):
            return Trouble.HOPELESS
        if _ASSERTION.search(self.fatal):
            return Trouble.ASSERTION
        return _TROUBLES.get(self.signal_name, Trouble.HOPELESS)

    @property
    def problem(self) -> Problem:
        """Return it as people read it."""
        facts = {
            "what happened": self.in_words(),
            "signal": self.signal_name,
            "exit status": "" if self.exit_status is None else str(self.exit_status),
            "last words": _BUILD_FOLDER.sub("", self.fatal),
            "detail": self.detail,
            "model": self.loading,
            "output": self.output[-_SHOWN_OUTPUT:].strip(),
        }
        return Problem(
            self._title(),
            self._advice(),
            {name: fact for name, fact in facts.items() if fact},
        )

    def _end_in_words(self) -> str:
        if self._was_memory():
            return "it ran out of memory"
        if self.assertion:
            return f"llama.cpp gave up: {self.assertion}"
        if self.signal_name:
            return _SIGNALS.get(self.signal_name, f"it was ended by {self.signal_name}")
        return f"it ended by itself (status {self.exit_status})"

    def _title(self) -> str:
        if self._was_memory():
            return "The engine ran out of memory"
        if self._was_illegal():
            return "The engine does not run on this processor"
        if self.cause in {Cause.NOT_STARTED, Cause.SILENT_START, Cause.OTHER_VERSION}:
            return "The engine does not start"
        if self.loading:
            return "The engine stopped while loading this model"
        if self.cause in {Cause.HUNG, Cause.KILLED}:
            return "The engine stopped responding"
        return "The engine stopped unexpectedly"

    def _advice(self) -> str:
        if self._was_illegal():
            return "Install the Inglenook that is made for this kind of computer."
        if self.cause in {Cause.NOT_STARTED, Cause.SILENT_START}:
            return "Start Inglenook again; if that does not help, install it again."
        if self.cause is Cause.OTHER_VERSION:
            return "Install Inglenook again; your chats are safe."
        if self.loading:
            why = self.assertion or "this one may be damaged or too big"
            return f"Choose another model: {why}."
        if self.restarting:
            return "It is starting again; your chat is safe."
        return "Load the model again, or choose another one; your chat is safe."

    def _was_memory(self) -> bool:
        text = self._words()
        return self.cause is Cause.ENDED and any(words in text for words in _MEMORY_WORDS)

    def _was_illegal(self) -> bool:
        return self.cause is Cause.ENDED and self.signal_name == "SIGILL"

    def _words(self) -> str:
        return (self.fatal + self.output[-_SHOWN_OUTPUT:]).lower()
