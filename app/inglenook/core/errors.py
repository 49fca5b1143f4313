"""The error family: what went wrong, in words a person can use.

InglenookError
├── ModelFileError          the file is not a usable model
├── ModelLoadError          the engine could not load it
├── EngineStoppedError      the engine process died
├── ComputeError            llama.cpp failed in the middle of an answer
├── TemplateError           the model's chat template failed
├── PromptTooLongError      one message does not fit the context
├── DocumentError           a file that was attached gives no text
├── PictureError            a picture cannot be shown to the model
├── NotificationError       the desktop shows no notifications
├── RemoteError             an engine elsewhere gave no answer, or half of one
├── StorageError            the data folder or its database
│   ├── NewerSchemaError    written by a newer Inglenook
│   ├── BusyDatabaseError   another program holds it
│   ├── DamagedDatabaseError
│   ├── LockedError         the chats are encrypted, and nobody has opened them yet
│   ├── WrongPassphraseError
│   ├── ReadOnlyError
│   └── DiskFullError
├── DownloadError           the Hub, or a file from it, could not be had
│   ├── NetworkError        no connection, a broken one, or no answer in time
│   ├── BusyHubError        the Hub asks to wait
│   ├── GatedError          it wants to know who asks
│   ├── GoneError           no such repository, file or version
│   ├── WrongFileError      what came is not what the Hub describes
│   ├── UnsafeNameError     no name for a file on this computer
│   └── StoppedError        it was paused or cancelled
├── ReleaseError            a file that tells of a release is not to be believed
├── NotFoundError           no such chat, message or model
├── BadArgumentError        a command or a setting makes no sense
└── OfflineError            the network is switched off
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as a value, to cross a pipe, the bus or a JSON file.

    Attributes:
        title: What happened, at most nine words, no full stop.
        advice: One sentence on what to do.
        facts: Details for the log and the "Details" fold; never message text.
    """

    title: str
    advice: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def in_words(self) -> str:
        """Return title and advice as one line."""
        return f"{self.title}. {self.advice}"


class InglenookError(Exception):
    """Every error that a person may read; raised at the edge where it is understood."""

    def __init__(self, title: str, advice: str, **facts: object) -> None:
        super().__init__(title)
        self.problem = Problem(title, advice, {name: str(fact) for name, fact in facts.items()})

    def __str__(self) -> str:
        return self.problem.in_words()


class ModelFileError(InglenookError):
    """The file is missing, damaged, or not a model that can be used."""


class ModelLoadError(InglenookError):
    """llama.cpp refused the model or ran out of memory for it."""


class EngineStoppedError(InglenookError):
    """The engine process ended without being asked to."""


class ComputeError(InglenookError):
    """llama.cpp reported a failure while it computed an answer."""


class TemplateError(InglenookError):
    """The chat template that came with the model raised, or took too long."""


class PromptTooLongError(InglenookError):
    """One message alone is longer than the model's context."""


class DocumentError(InglenookError):
    """A file that somebody attached is not a document that can be read."""


class PictureError(InglenookError):
    """A picture is none, or the model cannot be shown it."""


class NotificationError(InglenookError):
    """The desktop shows no notifications, or cannot be asked to."""


class RemoteError(InglenookError):
    """An engine on another computer gave no answer, or one that cannot be used."""


class StorageError(InglenookError):
    """Reading or writing the data folder failed."""


class NewerSchemaError(StorageError):
    """A newer version of the application wrote this database."""


class BusyDatabaseError(StorageError):
    """Another program keeps the database locked."""


class DamagedDatabaseError(StorageError):
    """The database file is not readable as one."""


class LockedError(StorageError):
    """The chats are encrypted and the key is not here."""


class WrongPassphraseError(StorageError):
    """What was typed does not open the chats; it may be tried again."""


class ReadOnlyError(StorageError):
    """The data folder cannot be written."""


class DiskFullError(StorageError):
    """No room is left where data is kept."""


class DownloadError(InglenookError):
    """The Hub, or a file from it, could not be had."""


class NetworkError(DownloadError):
    """There is no connection, it broke, or no answer came in time; trying again may help."""


class BusyHubError(DownloadError):
    """The Hub is overloaded, or had too many questions from here.

    Attributes:
        wait_s: How long it asks to wait; 0 if it does not say.
    """

    def __init__(
        self, title: str, advice: str, *, wait_s: float = 0.0, **facts: object
    ) -> None:
        super().__init__(title, advice, wait_s=wait_s, **facts)
        self.wait_s = wait_s


class GatedError(DownloadError):
    """The repository is given only to people who have agreed to its terms."""


class GoneError(DownloadError):
    """There is no such repository, file or version on the Hub, or not for this person."""


class WrongFileError(DownloadError):
    """What came is not the file that the Hub describes; it was not kept."""


class UnsafeNameError(DownloadError):
    """The name of a file could leave its folder, or cannot be kept on some systems."""


class StoppedError(DownloadError):
    """The person paused or cancelled it; not a fault."""


class ReleaseError(InglenookError):
    """A file that tells of a release is none, not ours, or too old."""


class NotFoundError(InglenookError):
    """There is no such chat, message or model."""


class BadArgumentError(InglenookError):
    """A command, an option or a setting has no meaning."""


class OfflineError(InglenookError):
    """The network is switched off by the person."""
