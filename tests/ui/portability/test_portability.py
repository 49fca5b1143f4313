"""Export, import, backup and restore in the window."""

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from standin import StandIn

from inglenook.chat.attachment import Attachment
from inglenook.chat.importing.reading import Arrival, Refusal
from inglenook.chat.message import Message, Role
from inglenook.chat.portable import PortableChat
from inglenook.chat.tree import Conversation
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, NodeId
from inglenook.services.events import ChatListChanged, ChatSummary, ConversationOpened
from inglenook.services.portabilitynews import (
    BackupChecked,
    BackupMade,
    ChatsExported,
    ChatsImported,
    ChatsRead,
    Haul,
    ImportProgressed,
    ImportRead,
    ImportReport,
    RestorePrepared,
)
from inglenook.storage.backup import Backup, Manifest
from inglenook.ui.bridge import Bridge
from inglenook.ui.drop import Use, dropped
from inglenook.ui.household import Household
from inglenook.ui.portability.datapane import DataPane
from inglenook.ui.portability.exportdialog import ExportDialog
from inglenook.ui.portability.importdialog import ImportDialog
from inglenook.ui.portability.pdfjob import PdfJob
from inglenook.ui.shell import Shell

ODD = Problem("It is odd", "Look again.")
HARMFUL = """# Title ![x](/dev/zero)

- one
  > quoted `code` $a^2$

```python
print("%s")
```

| a | b |
|---|---|
| <img src="/dev/zero"> | **bold** |

---

$$\\int x$$
"""


def chat(name: str, *texts: str) -> PortableChat:
    messages, above = [], None
    for number, text in enumerate(texts or ("Hello", "Yes.")):
        role = Role.ASSISTANT if number % 2 else Role.USER
        node = NodeId(f"{name}{number:05}")
        messages.append(Message(node, above, role, text, 1, thinking="Hm", note="Noted."))
        above = node
    tree = Conversation.of(ChatId(name), messages, title=f"Chat {name}", created_ms=1)
    return PortableChat(tree, 1, files={messages[0].id: (Attachment("a.txt"),)})


def haul(*refusals: Refusal) -> Haul:
    arrivals = tuple(Arrival(chat(name), "Claude") for name in "abc")
    return Haul("/x/export.zip", arrivals, refusals, frozenset({ChatId("b")}))


@pytest.fixture
def bridge(services, qtbot):
    made = Bridge(services.bus)
    yield made
    made.close()


@pytest.fixture
def tell(services, qtbot):
    """Publish, and let it arrive."""

    def publish(*announcements: object) -> None:
        for each in announcements:
            services.bus.publish(each)
        for _ in range(3):
            QCoreApplication.processEvents()

    return publish


@pytest.fixture
def importing(look, services, bridge, window):
    dialog = ImportDialog(look, window, services.portable, bridge)
    dialog.open()
    return dialog


def test_an_import_is_looked_through_chosen_and_done(importing, services, tell) -> None:
    importing.look_through("/x/export.zip")
    assert services.asked("portable.look") == [("/x/export.zip",)]
    tell(ImportRead("/x/other.zip", haul()), ImportRead("/x/export.zip", haul()))
    assert importing.scope.text() == "3 chats from Claude · 1 of them here already"
    assert importing.go.text() == "Import 2 chats"
    importing.all.click()
    assert not importing.go.isEnabled()
    importing.all.click()
    QTest.keyClick(importing.list, Qt.Key.Key_Down)
    QTest.keyClick(importing.list, Qt.Key.Key_Space)
    assert importing.go.text() == "Import 1 chat"
    importing.go.click()
    ((_haul, chosen),) = services.asked("portable.take")
    assert len(chosen) == 1
    tell(ImportProgressed(1, 2))
    assert importing.bar.value() == 500
    importing.cancel.click()
    assert services.asked("portable.stop") == [()]
    refusals = tuple(Refusal(f"T{number}", "it has no messages") for number in range(5))
    report = ImportReport((ChatId("a"),), 3, 1, refusals, is_stopped=True)
    tell(ChatsImported(report))
    assert importing.report.text() == "2 chats came"
    told = importing.details.text()
    assert "You stopped it" in told
    assert "Back from the trash: 1." in told
    assert "left as they are: 2." in told
    assert "“T0”: it has no messages" in told


def test_a_chat_that_is_here_already_cannot_be_ticked(importing, tell) -> None:
    importing.look_through("/x/export.zip")
    tell(ImportRead("/x/export.zip", haul(Refusal("Odd", "why not"))))
    model = importing.list.model()
    row = next(n for n in range(3) if model.arrivals[n].chat.conversation.id == "b")
    model.toggle(row)
    assert model.chosen == {"a", "c"}
    assert model.data(model.index(row), Qt.ItemDataRole.AccessibleTextRole) == (
        "Chat b. Here already"
    )
    assert "1 chat cannot be read: “Odd”: why not" in importing.refused.text()


def test_what_is_no_export_is_told_where_it_was_chosen(importing, tell) -> None:
    importing.look_through("/x/notes.json")
    tell(ImportRead("/x/notes.json", problem=ODD))
    assert importing.hint.text() == "It is odd. Look again."
    assert importing.choose.isEnabled()


def test_an_export_says_what_is_in_it(look, services, bridge, window, tell) -> None:
    dialog = ExportDialog(look, window, services.portable, bridge, [ChatId("a")])
    dialog.open()
    ticket = str(id(dialog))
    assert services.asked("portable.read") == [([ChatId("a")], ticket)]
    tell(ChatsRead("other", ()), ChatsRead(ticket, (chat("a"),)))
    assert dialog.scope.text() == "“Chat a”, 2 messages"
    assert dialog.suggested_name() == "Chat a.json"
    assert dialog.lines[2].words.text() == "Attachments: 1"
    dialog.form.segment("markdown").click()
    dialog.thinking.click()
    dialog.write("/x/Chat a.md")
    assert services.asked("portable.export") == [
        ([ChatId("a")], "/x/Chat a.md", "markdown", True)
    ]
    tell(ChatsExported("/x/Chat a.md", 0, ODD))
    assert dialog.outcome.text() == "It is odd. Look again."
    assert dialog.go.isEnabled()
    tell(ChatsExported("/x/Chat a.md", 1))
    assert dialog.outcome.text() == "Written to Chat a.md."
    assert dialog.cancel.text() == "Close"


def test_all_chats_go_into_a_folder_as_pdf(
    look, services, bridge, window, tell, qtbot, tmp_path: Path
) -> None:
    dialog = ExportDialog(look, window, services.portable, bridge)
    dialog.open()
    tell(ChatsRead(str(id(dialog)), (chat("a"), chat("b", HARMFUL, HARMFUL))))
    (tmp_path / "Chat a.pdf").write_text("mine")
    dialog.form.segment("pdf").click()
    dialog.write(str(tmp_path))
    qtbot.waitUntil(lambda: dialog.outcome.isVisibleTo(dialog))
    assert dialog.outcome.text().startswith("2 files were written to ")
    assert {each.name for each in tmp_path.iterdir()} == {
        "Chat a.pdf", "Chat a (2).pdf", "Chat b.pdf",
    }  # fmt: skip
    assert (tmp_path / "Chat b.pdf").read_bytes().startswith(b"%PDF-")


def test_a_long_chat_becomes_a_pdf_without_holding_the_window_up(qapp, qtbot, tmp_path) -> None:
    texts = [HARMFUL if number % 2 else "Why? " * 40 for number in range(150)]
    job = PdfJob([chat("a", *texts)], [str(tmp_path / "a.pdf")], with_thinking=False)
    last, longest = time.process_time(), 0.0

    def measure(_fraction: float) -> None:
        nonlocal last, longest
        now = time.process_time()
        last, longest = now, max(longest, now - last)

    job.progressed.connect(measure)
    with qtbot.waitSignal(job.finished, timeout=30_000) as ended:
        job.start()
    assert ended.args == [1, None]
    assert longest < 0.25


def test_a_pdf_that_cannot_be_written_is_told_and_one_given_up_leaves_nothing(
    qapp, qtbot, tmp_path: Path
) -> None:
    job = PdfJob([chat("a")], [str(tmp_path / "gone" / "a.pdf")], with_thinking=False)
    with qtbot.waitSignal(job.finished) as ended:
        job.start()
    assert ended.args[0] == 0
    assert ended.args[1].title == "The PDF could not be written"
    job = PdfJob(
        [chat("a", *["x" * 300_000] * 3)], [str(tmp_path / "a.pdf")], with_thinking=True
    )
    with qtbot.waitSignal(job.progressed):
        job.start()
    job.stop()
    assert list(tmp_path.iterdir()) == []


def manifest(**changes: object) -> Manifest:
    known = {"format": "x", "version": 1, "app": "1", "schema": 5, "made_ms": 1, "chats": 7,
             "messages": 30, "is_encrypted": False, "files": {}}  # fmt: skip
    return Manifest(**{**known, **changes})


def test_a_backup_is_made_checked_and_restored(look, services, bridge, qtbot, tell) -> None:
    services.portable.is_undoable = True
    pane = DataPane(look, services, bridge)
    qtbot.addWidget(pane)
    assert not pane.undo_row.isHidden()
    pane.begin_backup("/x/all")
    assert services.asked("portable.back_up") == [("/x/all.inglenook-backup",)]
    assert not pane.restore.isEnabled()
    tell(BackupMade("/x", Backup(Path("/x/all.inglenook-backup"), 5000, manifest())))
    assert "7 chats" in pane.back_up_row.about.text()
    tell(BackupMade("/x", problem=ODD))
    assert pane.back_up_row.trouble.text() == "It is odd. Look again."
    pane.check("/x/all.inglenook-backup")
    tell(
        BackupChecked(
            "/x/all.inglenook-backup", Backup(Path("/x"), 1, manifest(is_encrypted=True))
        )
    )
    assert "7 chats with 30 messages" in pane.restore_row.about.text()
    assert "passphrase" in pane.restore_row.about.text()
    assert "not encrypted" not in pane.question.words.text()
    services.encryption.is_sealed = True
    tell(BackupChecked("/x/all.inglenook-backup", Backup(Path("/x"), 1, manifest())))
    assert "This backup is not encrypted" in pane.question.words.text()
    pane.question.yes.click()
    assert services.asked("portable.restore") == [("/x/all.inglenook-backup",)]
    tell(RestorePrepared(manifest()))
    assert "opens its chats anew" in pane.ending.words.text()
    pane.ending.yes.click()  # not in a window: nothing to open
    tell(BackupChecked("/x", problem=ODD), RestorePrepared(problem=ODD))
    assert pane.restore_row.trouble.text() == "It is odd. Look again."
    pane.undo.click()
    pane.undo_question.yes.click()
    assert services.asked("portable.undo_restore") == [()]


def test_the_window_opens_the_dialogs(window, services, tell, tmp_path: Path) -> None:
    window.actions_by_name["export_chat"].trigger()
    assert services.asked("portable.read") == []
    listed = ChatListChanged((ChatSummary(ChatId("a"), "Chat a", 1),))
    tell(listed, ConversationOpened(chat("a").conversation))
    window.actions_by_name["export_chat"].trigger()
    assert services.asked("portable.read")[0][0] == (ChatId("a"),)
    file = tmp_path / "conversations.json"
    file.write_text('[{"mapping": {}}]')
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    drop = dropped(data)
    assert drop is not None
    assert drop.use is Use.CHATS
    window.portability.import_chats(drop.paths[0])
    assert services.asked("portable.look") == [(str(file),)]


def test_what_was_restored_is_shown_by_opening_everything_anew(qapp, qtbot) -> None:
    opened: list[StandIn] = []

    def open_services() -> StandIn:
        opened.append(StandIn())
        return opened[-1]

    shell = Shell()
    qtbot.addWidget(shell)
    household = Household(qapp, shell)
    household.reopen()  # nothing is open yet
    household.open(open_services, start=False)
    pane = DataPane(household._look, opened[0], shell.centralWidget().bridge)
    pane.setParent(shell.centralWidget())
    pane.ending.yes.click()
    qtbot.waitUntil(lambda: len(opened) == 2)
    assert opened[0].asked("close") == [()]
    household.close()
