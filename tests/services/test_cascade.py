"""A larger model is found for drafts that disagree, and asked only when a person says so."""

import pytest
from tests.services.conftest import WAIT_S
from tests.services.household import GGUF, Household

from inglenook.chat.comparison import Comparison, KeptDraft, KeptVote
from inglenook.effort.level import Level
from inglenook.models.fit import EngineSettings, Plan, Verdict
from inglenook.services.cascade import CascadeService, larger_than, standing
from inglenook.services.cascadenews import LargerModelFound
from inglenook.services.events import EngineChanged, EnginePhase
from inglenook.services.installed import InstalledModel

DISAGREEING = "/echo text=It is 3.\n---\nIt is 4.\n---\nIt is 5.\n---\nIt is 6."
AGREEING = "/echo text=It is 4."


@pytest.fixture
def house(tmp_path):
    made = Household(tmp_path / "home")
    yield made
    made.close()


def asked(house, text):
    """Have a question answered with care; return the conversation."""
    chat = house.ear.start(house.services).id
    house.services.chat.send(chat, text, effort=Level.CAREFUL)
    return house.ear.answer()


def test_a_larger_model_is_offered_and_answers_beside_the_first(house):
    path = house.keep("Larger-8B-Q8_0.gguf", content=GGUF + bytes(1000))
    conversation = asked(house, DISAGREEING)
    found = house.ear.wait(LargerModelFound)
    assert (found.chat, found.node, found.path) == (conversation.id, conversation.head, path)
    assert found.agreeing < found.drafts / 2
    first = conversation.message(found.node)
    house.services.cascade.ask(found.chat, found.node, found.path)
    house.ear.wait(lambda each: _is_ready(each, path))
    second = house.ear.answer()
    newest = second.message(second.head)
    assert newest.id != first.id
    assert newest.parent == first.parent
    assert second.message(first.id).text == first.text


def test_drafts_that_agree_bring_no_offer(house):
    house.keep("Larger-8B-Q8_0.gguf")
    asked(house, AGREEING)
    assert house.services.cascade.settle(WAIT_S)
    assert not [each for each in house.ear.all if isinstance(each, LargerModelFound)]


def test_what_does_not_fit_or_is_gone_is_passed_over(house):
    models = [model(f"{name}.gguf", at) for at, name in enumerate(("gone", "huge", "fits"), 1)]
    heard = []

    def plan(path, _wish=None):
        if path == "gone.gguf":
            return house.services.models.plan(path)
        verdict = Verdict.TOO_BIG if path == "huge.gguf" else Verdict.CPU
        return models[0], Plan(verdict, EngineSettings(), (), "", ())

    def found(each):  # the services of the house look among models of their own
        return isinstance(each, LargerModelFound) and each.path in {one.path for one in models}

    conversation = asked(house, DISAGREEING)
    made = CascadeService(
        house.services.bus, house.services.engine, lambda: models, plan,
        lambda chat, node: heard.append((chat, node)),
    )  # fmt: skip
    made.ended(conversation.id, conversation.message(conversation.head))
    assert house.ear.wait(found).path == "fits.gguf"
    models.pop()
    made.ended(conversation.id, conversation.message(conversation.head))
    assert made.settle(WAIT_S)
    assert [each.path for each in house.ear.all if isinstance(each, LargerModelFound)].count(
        "fits.gguf"
    ) == 1
    made.close()


def test_larger_is_half_as_large_again_and_the_nearest_is_first():
    own = model("own.gguf", 100)
    others = [model("c.gguf", 900), model("a.gguf", 149), model("b.gguf", 150), own]
    assert [each.path for each in larger_than(own, others)] == ["b.gguf", "c.gguf"]


def test_open_text_has_no_agreement_to_go_by():
    drafts = tuple(KeptDraft(at, "Hello", why="end") for at in range(4))
    silent = Comparison("vote", 4, drafts, votes=(KeptVote("", 1.0, (0, 1, 2, 3)),))
    assert standing(silent) == (0, 0)


def model(path, size):
    return InstalledModel(path, path, "", size, "llama", 0)


def _is_ready(each, path):
    if not isinstance(each, EngineChanged) or each.state.model is None:
        return False
    return each.state.phase is EnginePhase.READY and each.state.model.path == path
