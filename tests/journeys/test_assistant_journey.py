"""An assistant is chosen and a saved prompt used: the model is told both, now and next time."""

from PySide6.QtCore import Qt
from tests.journeys.session import Session

from inglenook.chat.message import Role
from inglenook.engine.protocol import Answer
from inglenook.ui.assistants.menu import AssistantMenu


def listen(session: Session) -> list[Answer]:
    """Return what the engine process is sent from now on."""
    client, sent = session.services.engine._client, []
    send = client.send

    def keep(command: object) -> None:
        sent.append(command)
        send(command)

    client.send = keep
    return sent


def test_an_assistant_and_a_saved_prompt_reach_the_model(start) -> None:
    session = start()
    sent = listen(session)
    session.services.prompts.create("Quote", "/echo text={{what}}")
    slash = session.window.assistants.slash
    session.wait(lambda: bool(slash._prompts))

    session.window.actions_by_name["assistant"].trigger()
    menu = session.page.findChildren(AssistantMenu)[-1]
    names = [row.text() for row in menu.rows]
    menu.rows[names.index("Translator")].click()
    button = session.window.assistants.button
    session.wait(lambda: button.text() == "Translator")

    field = session.page.composer.field
    session.window.activateWindow()
    session.wait(field.hasFocus)
    session.qtbot.keyClicks(field, "/quo")
    session.qtbot.keyClick(field, Qt.Key.Key_Return)
    answer = session.ask("A heron")

    assert answer.text == "A heron"
    assert answer.made.assistant == "Translator"
    [asked] = [each for each in sent if isinstance(each, Answer) and each.request]
    assert [each.role for each in asked.turns] == [Role.SYSTEM, Role.USER]
    assert asked.turns[0].text.startswith("You are a translator. Translate what you are given")
    assert "{{" not in asked.turns[0].text
    session.close()

    again = start()
    again.wait(lambda: again.window.assistants.button.text() == "Translator")
    assert again.last == answer
