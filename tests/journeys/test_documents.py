"""A document attached in the real window, read by a real child, and sent to the engine."""

import sys
from pathlib import Path

from inglenook.ui.attachments.viewer import DocumentViewer
from inglenook.ui.chat.target import Act

sys.path.insert(0, str(Path(__file__).parents[1] / "documents"))

import papers


def test_an_attached_pdf_is_read_sent_shown_and_found_again(start, tmp_path: Path) -> None:
    path = tmp_path / "recipe.pdf"
    path.write_bytes(papers.pdf("Rye is baked for an hour", "Wheat for half an hour"))
    session = start("echo")
    tray = session.window.attachments.tray
    session.window.attachments.attach([str(path), str(tmp_path)])
    session.wait(lambda: not any(card.item.is_reading for card in tray.cards()))
    first, folder = tray.cards()
    assert first.words().startswith("PDF · 2 pages · about ")
    assert folder.words() == "This is a folder. Attach the files in it that you need."
    folder.remove.click()

    answer = session.ask("How long is rye baked?")
    assert "Rye is baked for an hour" in answer.text
    assert not tray.isVisible()
    view = session.page._view
    (target,) = [each for each in view.targets_of(0) if each.act is Act.DOCUMENT]
    view.press(0, target)
    shown = session.page.findChild(DocumentViewer)
    assert shown.text.toPlainText() == (
        "[Page 1]\nRye is baked for an hour\n\n[Page 2]\nWheat for half an hour"
    )
    shown.close()
    hits = session.services.store.ask(
        lambda: session.services.store.conversations.search("wheat")
    )
    # The echo engine has repeated it.
    assert {hit.node for hit in hits} == {each.id for each in session.page.conversation.path()}
