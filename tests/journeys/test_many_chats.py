"""Several chats are answered at once, and the window shows each as it is."""

from inglenook.chat.message import Status
from inglenook.core.ids import ChatId
from inglenook.models.fit import EngineSettings
from inglenook.services.events import ChatsAnswering
from inglenook.ui.chats.rows import Mark

LONG = "/echo tokens=20000 rate=60"
AT_ONCE = EngineSettings().sequences


def texts(session) -> list[str]:
    return [each.text for each in session.page.conversation.path()]


def mark(session, chat: ChatId) -> Mark:
    return session.window.side.list.model().mark_of(chat)


def test_switching_between_chats_that_are_written_shows_each_one_whole(start) -> None:
    session = start()
    chats = [session.page.conversation.id]
    session.type(LONG)
    session.wait(lambda: len(session.live_text()) > 20)
    chats.append(session.new_chat())
    assert texts(session) == []
    assert mark(session, chats[0]) is Mark.WRITING
    session.type(LONG)
    session.wait(lambda: len(session.live_text()) > 20)
    for turn in range(6):
        chat = chats[turn % 2]
        session.open(chat)
        assert session.page.is_answering()
        assert session.page.composer.button.accessibleName() == "Stop"
        node, before = session.last.id, session.live_text()
        # What was written while it was not on screen is there, and goes on growing.
        session.wait(lambda n=node, b=before: len(session.seen(n)) > len(b))
        assert session.seen(node).startswith(before)
        assert session.seen(node) == ("hearth" + " ember" * 20000)[: len(session.seen(node))]
        assert mark(session, chat) is Mark.NONE
        assert mark(session, chats[1 - turn % 2]) is Mark.WRITING
    session.page.stop()
    session.wait(lambda: not session.page.is_answering())
    session.open(chats[0])
    assert session.page.is_answering()  # stopping one left the other alone


def test_an_answer_that_ends_in_the_background_is_marked_until_it_is_seen(start) -> None:
    session = start()
    first = session.page.conversation.id
    session.type("/echo tokens=60 rate=100")
    session.wait(session.page.is_answering)
    second = session.new_chat()
    session.wait(lambda: mark(session, first) is Mark.ARRIVED)
    assert session.page.conversation.id == second
    assert not session.page.is_answering()
    session.open(first)
    assert session.last.status is Status.COMPLETE
    assert session.seen(session.last.id).endswith("ember")
    session.new_chat()
    assert mark(session, first) is Mark.NONE


def test_one_answer_too_many_waits_says_so_and_can_be_stopped(start) -> None:
    session = start()
    services, heard = session.services, []
    services.bus.subscribe(heard.append)
    for _ in range(AT_ONCE):
        services.chat.send(services.chat.create(), LONG)
    session.wait(
        lambda: any(isinstance(e, ChatsAnswering) and len(e.chats) == AT_ONCE for e in heard)
    )
    session.wait(session.page.is_answering)  # until then the chat on screen is still empty
    chat = session.new_chat()
    session.type("/echo text=At last")

    def waits_for() -> str:
        if not session.page.is_answering():
            return ""
        live = services.chat.live(session.last.id)
        return live.waiting_for if live else ""

    session.wait(lambda: waits_for() == f"Waiting for {AT_ONCE} other answers")
    session.page.stop()
    session.wait(lambda: not session.page.is_answering())
    assert session.last.status is Status.STOPPED
    # Asked again, it is answered as soon as one of the others makes room.
    session.page.regenerate()
    session.wait(lambda: waits_for() == f"Waiting for {AT_ONCE} other answers")
    others = [each for each in heard if isinstance(each, ChatsAnswering)][-1].chats - {chat}
    services.chat.stop(min(others))
    session.wait(lambda: not session.page.is_answering())
    assert session.last.text == "At last"
