"""A larger model from the notice to its answer, with real services and engine process."""

from dataclasses import replace

from tests.data.gguf_files import tiny_model

from inglenook.core.ids import ChatId
from inglenook.effort.level import Level
from inglenook.services.cascadenews import LargerModelFound

LONG = "when all is told and nothing was left out of the whole sum"
DISAGREEING = "/echo text=" + "\n---\n".join(f"{LONG}, it is {each}." for each in range(3, 7))


def test_a_larger_model_answers_beside_the_first_when_it_is_pressed(start, folders) -> None:
    session = start()
    file = folders.models / "Larger-8B.gguf"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(tiny_model() + bytes(1000))
    session.services.models.keep(str(file))
    session.services.settings.set_effort(Level.CAREFUL)
    heard = []
    session.window.bridge.larger_model_found.connect(heard.append)

    first = session.ask(DISAGREEING)
    toast = session.window.toast
    session.wait(lambda: toast.isVisible() and bool(heard))
    assert toast.words.text() == "3 of 12 drafts agree"
    assert toast.action.text().startswith("Ask ")
    session.services.settings.set_effort(Level.QUICK)
    toast.action.click()
    session.wait(lambda: session.last.id != first.id and not session.page.is_answering())
    assert session.services.engine.state.model.path == str(file)
    assert session.page.conversation.siblings(first.id) == (first.id, session.last.id)
    assert session.page.conversation.message(first.id).text == first.text

    toast.hide()
    elsewhere: LargerModelFound = replace(heard[0], chat=ChatId("OTHER"))
    session.services.bus.publish(elsewhere)
    session.wait(lambda: heard[-1] == elsewhere)
    assert not toast.isVisible()
