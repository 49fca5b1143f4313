"""In a chat, what another installed model says of the drafts decides and is kept."""

import gguf
import pytest
from tests.data import tiny_bert
from tests.services.ear import WAIT_S
from tests.services.household import Household

from inglenook.effort.level import Level
from inglenook.services.events import ConversationOpened, EnginePhase, ModelsChanged

ASK = "/echo text=It is a stone.\n---\nIt is red wine.\n---\nIt is wine."
"""The echo scores a draft by how many of these words it has, and makes vectors of words."""


@pytest.fixture
def house(tmp_path):
    made = Household(tmp_path)
    made.services.start()
    made.ear.phase(EnginePhase.READY)
    yield made
    made.close()


def answered(house, text, level):
    chat = house.services.chat.create()
    house.ear.wait(ConversationOpened)
    house.services.chat.send(chat, text, effort=level)
    conversation = house.ear.answer()
    assert house.services.chat.settle(WAIT_S)
    store = house.services.store
    kept = store.ask(lambda: store.conversations.load(chat))
    return kept.message(conversation.head)


def install(house, name, pooling):
    path = tiny_bert.write(
        house.models / name, pooling=pooling, labels=1 if pooling == 4 else 0
    )
    house.services.models.keep(str(path))
    assert all(each.chats for each in house.ear.wait(ModelsChanged).models)


def test_a_model_that_reads_decides_where_it_is_installed(house):
    house.models.mkdir(parents=True, exist_ok=True)
    plain = answered(house, ASK, Level.DEEP).comparison
    assert (plain.scored_by, plain.reason) == ("", "score")

    install(house, "Vectors-20M.gguf", gguf.PoolingType.MEAN)
    near = answered(house, ASK, Level.CAREFUL)
    assert (near.comparison.reason, near.comparison.kind) == ("likeness", "best_of")
    assert near.comparison.scored_by == "Vectors 20M"
    # "It is wine." shares words with both of the others.
    assert near.text == "It is wine."
    scores = {each.text: each.score for each in near.comparison.drafts}
    assert max(scores, key=scores.get) == near.text
    assert near.comparison.judged_tokens > 0

    install(house, "Judge-20M.gguf", gguf.PoolingType.RANK)
    judged = answered(house, ASK, Level.DEEP)
    assert (judged.comparison.scored_by, judged.comparison.reason) == ("Judge 20M", "reward")
    best = max(each.score for each in judged.comparison.drafts)
    assert judged.comparison.drafts[judged.comparison.chosen].score == best
    assert judged.text == judged.comparison.drafts[judged.comparison.chosen].text

    quick = answered(house, ASK, Level.BALANCED).comparison
    assert quick.scored_by == ""
