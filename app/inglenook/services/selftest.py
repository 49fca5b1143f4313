"""What `--self-test` looks at: every part of an installation is there and works.

Other than doctor's checks, these read and change nothing of the person's, so that they can be
run wherever the program was just built, packed or installed.
"""

import importlib
import pkgutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import inglenook
from inglenook.chat.message import Message, Role
from inglenook.chat.sampling import EXACT
from inglenook.chat.tree import Conversation
from inglenook.core.errors import DocumentError, InglenookError, StorageError
from inglenook.core.ids import ChatId, NodeId
from inglenook.documents.reader import DocumentReader
from inglenook.engine.protocol import Answer, Done, Load, Loaded, Ready, Turn
from inglenook.models.fit import EngineSettings
from inglenook.models.tinymodel import tiny_model
from inglenook.services.check import Checked, TriedEngine, check_echo_engine
from inglenook.services.runtimes import usual_runtimes
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
from inglenook.storage.paths import Folders, resources
from inglenook.storage.sqlite import KEY_BYTES
from inglenook.storage.systemkeyring import SystemKeyring

_SHORT = replace(EXACT, answer_limit_tokens=4)
_WORD = "hearth"
_RESOURCES = {"icons": "*.svg", "catalog": "*.json", "i18n": "*.json", "licences": "*.txt"}
_PDF = (
    b"%PDF-1.4\n"
    b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R"
    b"/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
    b"4 0 obj<</Length 34>>stream\nBT /F 12 Tf 9 9 Td (hearth) Tj ET  \nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
    b"trailer<</Root 1 0 R>>\n"
)
"""One page with one word; a reader finds the objects without a table of their places."""


def check_modules() -> Checked:
    """Import every module of ours, and with them every library.

    Raises:
        InglenookError: one cannot be imported.
    """
    names = tuple(_modules())
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError as cause:
            raise InglenookError(
                "A part of Inglenook is missing",
                "Install it again.",
                module=name,
                reason=str(cause),
            ) from cause
    return f"all {len(names)} modules load", (("program", sys.executable),)


def _modules() -> Iterator[str]:
    found = pkgutil.walk_packages(inglenook.__path__, f"{inglenook.__name__}.")
    return (each.name for each in found if not each.name.endswith(".__main__"))


def check_resources() -> Checked:
    """Look for what comes as files.

    Raises:
        InglenookError: a kind of file is missing.
    """
    counts = {
        name: len(list((resources() / name).glob(pattern)))
        for name, pattern in _RESOURCES.items()
    }
    missing = [name for name, count in counts.items() if not count]
    if missing:
        raise InglenookError(
            "Files of Inglenook are missing", "Install it again.", missing=", ".join(missing)
        )
    facts = tuple((name, str(count)) for name, count in counts.items())
    starters = [each.name for each in (resources() / "models").glob("*.gguf")]
    return str(resources()), (*facts, ("starter model", ", ".join(starters) or "none"))


def check_tiny_model() -> Checked:
    """Write a model of some kilobytes and have it answer.

    Raises:
        EngineStoppedError: it does not.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tiny.gguf"
        path.write_bytes(tiny_model())
        runtimes = usual_runtimes(Folders.below(Path(folder)), may_remember=False)
        found = runtimes.devices()
        with closing(TriedEngine("llama", runtimes.engine)) as engine:
            ready = engine.wait(Ready)
            engine.client.send(Load(str(path), EngineSettings(context_tokens=256)))
            engine.wait(Loaded)
            engine.client.send(Answer("test", "test", (Turn(Role.USER, "Hello"),), _SHORT))
            written = engine.wait(Done).timings.answer_tokens
    facts = (
        ("engine", ready.engine),
        ("library", found.folder),
        *(("part", module) for module in found.modules),
        *(("note", note) for note in found.notes),
    )
    return f"a tiny model is loaded and writes {written} tokens", facts


def check_database() -> Checked:
    """Keep a chat, once as it is and once encrypted, and find a word of it.

    Raises:
        StorageError: it is not found.
    """
    for key in (b"", bytes(KEY_BYTES)):
        with tempfile.TemporaryDirectory() as folder:
            found = _kept_and_found(Path(folder) / "test.db", key)
        if not found:
            raise StorageError("Chats cannot be searched", "Install Inglenook again.")
    return "chats are kept and found, in clear and encrypted", ()


def _kept_and_found(path: Path, key: bytes) -> bool:
    with closing(Database.open(path, key=key)) as database:
        said = Message(NodeId("1" * 26), None, Role.USER, f"By the {_WORD}", 1)
        chats = Conversations(database)
        chats.grow(Conversation.of(ChatId("2" * 26), [said]), [said])
        return bool(chats.search(_WORD))


def check_keyring() -> Checked:
    """Ask where secrets would be kept; nothing is kept and nothing unlocked."""
    return SystemKeyring().told() or "none here: secrets stay in memory", ()


def check_documents() -> Checked:
    """Have a page of a PDF read by the process that reads documents.

    Raises:
        DocumentError: it is not read.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.pdf"
        path.write_bytes(_PDF)
        document = DocumentReader().read(str(path))
    if _WORD not in document.parts[0]:
        raise DocumentError("A document is not read as it should be", "Install it again.")
    return "a process of its own reads a PDF", ()


CHECKS: Mapping[str, Callable[[], Checked]] = {
    "modules": check_modules,
    "files": check_resources,
    "engine process": check_echo_engine,
    "llama.cpp": check_tiny_model,
    "chats": check_database,
    "keyring": check_keyring,
    "documents": check_documents,
}
"""Every check by the name it is shown under, in order."""
