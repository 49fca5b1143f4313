"""What other programs can ask, and what the engine is told then."""

import pytest
from tests.services.apidesk import ApiDesk

from inglenook.chat.message import Role, Timings
from inglenook.chat.sampling import Sampling
from inglenook.core.errors import Problem
from inglenook.core.ids import is_program_chat
from inglenook.effort.level import CAREFUL, Level
from inglenook.effort.strategy import PLAIN
from inglenook.engine.protocol import (
    Answer,
    Detokenise,
    Detokenised,
    Done,
    Failed,
    PromptOptions,
    Tokenise,
    Tokenised,
    TokenOdds,
    Turn,
    Weighed,
)
from inglenook.services.apiquestion import Question
from inglenook.services.events import ProblemArose


@pytest.fixture
def desk(played):
    desk = ApiDesk(played)
    desk.api.leave_no_spare_time()
    yield desk
    desk.api.close()


@pytest.fixture
def loaded(desk):
    desk.person_loads("/m/a.gguf")
    return desk


def last_answer(desk):
    return [each for each in desk.client.sent if isinstance(each, Answer)][-1]


def test_programs_see_what_is_installed_and_what_is_loaded(loaded):
    a, b, vectors = loaded.api.models()
    assert (a.id, a.path, a.is_loaded, a.context_tokens, a.sees) == (
        "a", "/m/a.gguf", True, 8192, False,
    )  # fmt: skip
    assert (b.id, b.is_loaded, b.context_tokens, b.sees) == ("b", False, 4096, True)
    assert [each.kind for each in (a, b, vectors)] == ["chat", "chat", "embedding"]
    loaded.person_loads("elsewhere.gguf")
    assert [each.id for each in loaded.api.models() if each.is_loaded] == ["elsewhere"]


def test_without_a_name_the_loaded_model_is_meant_or_the_one_used_last(desk):
    assert (desk.api.usual().id, desk.api.usual().is_loaded) == ("a", False)
    desk.ask()
    assert desk.loads == ["a"], "nothing is loaded, and none was used before"
    desk.comes("a")
    desk.person_loads("/m/b.gguf")
    assert desk.api.usual().id == "b"
    for name in ("", "default", " Default "):
        desk.ask(model=name)
    assert len(desk.asked) == 4
    assert desk.loads == ["a", "b"]


def test_without_a_name_any_chat_model_is_better_than_none(desk, monkeypatch):
    monkeypatch.setattr(desk.api._installed, "first_choice", lambda _last: None, raising=False)
    desk.ask()
    assert desk.loads == ["a"]


def test_a_model_nobody_has_is_refused_with_what_there_is(loaded):
    request = loaded.ask(model="gpt-4o")
    assert loaded.end_of(request) == "model_not_found"
    assert "a, b, vectors" in loaded.heard[request][0].problem.advice


def test_where_nothing_is_installed_a_program_is_told_so(desk, monkeypatch):
    monkeypatch.setattr(desk.api._installed, "models", (), raising=False)
    assert desk.api.usual() is None
    assert desk.end_of(desk.ask()) == "model_not_found"


def test_a_model_that_only_compares_texts_is_asked_nothing(loaded):
    assert loaded.end_of(loaded.ask(model="vectors")) == "bad_request"


def test_a_question_without_words_is_refused(loaded):
    request = loaded.api.ask(Question(), loaded.listen)
    loaded.settle()
    assert loaded.end_of(request) == "bad_request"


def test_a_question_reaches_the_engine_as_it_is(loaded):
    turns = (Turn(Role.USER, "Say"), Turn(Role.ASSISTANT, "Once"))
    knobs, options = Sampling(temperature=0.1, seed=3), PromptOptions(thinking=False)
    question = Question("a", turns, sampling=knobs, options=options, continues=True)
    request = loaded.api.ask(question, loaded.listen)
    loaded.settle()
    sent = last_answer(loaded)
    assert is_program_chat(sent.chat)
    assert sent == Answer(request, sent.chat, turns, knobs, options, continues=True)


def test_a_prompt_without_turns_is_sent_as_it_stands(loaded):
    loaded.api.ask(Question(prompt="Once upon"), loaded.listen)
    loaded.settle()
    sent = last_answer(loaded)
    assert sent.raw
    assert [each.text for each in sent.turns] == ["Once upon"]


@pytest.mark.parametrize(
    ("change", "strategy"),
    [
        ({}, CAREFUL),
        ({"options": PromptOptions(tools=("{}",))}, PLAIN),
        ({"sampling": Sampling(json_schema="{}")}, PLAIN),
        ({"sampling": Sampling(grammar="root ::= [a]")}, PLAIN),
        ({"continues": True}, PLAIN),
        ({"effort": None}, PLAIN),
    ],
)
def test_effort_is_spent_as_in_the_window_where_drafts_can_be_compared(
    loaded, change, strategy
):
    loaded.ask(**{"effort": Level.CAREFUL, **change})
    assert last_answer(loaded).strategy == strategy


def test_a_conversation_goes_on_in_the_same_memory(loaded):
    first = Turn(Role.USER, "One")
    loaded.ask("One")
    chat = last_answer(loaded).chat
    longer = (first, Turn(Role.ASSISTANT, "1"), Turn(Role.USER, "Two"))
    loaded.api.ask(Question(turns=longer), loaded.listen)
    loaded.settle()
    assert last_answer(loaded).chat == chat


def test_tokens_of_a_text_and_text_of_tokens_are_asked_of_the_model(loaded):
    one = loaded.api.tokenise("a", "Hi", loaded.listen, special=False)
    two = loaded.api.detokenise("", (72, 105), loaded.listen)
    loaded.settle()
    assert loaded.client.sent[-2:] == [Tokenise(one, "Hi", special=False),
                                       Detokenise(two, (72, 105))]  # fmt: skip
    loaded.says(Tokenised(one, (72, 105)))
    loaded.says(Detokenised(two, "Hi"))
    assert loaded.heard[one] == [Tokenised(one, (72, 105))]
    assert loaded.heard[two] == [Detokenised(two, "Hi")]


def test_a_prompt_is_gone_on_with_or_weighed_as_it_stands_in_the_same_conversation(loaded):
    asked = Question(tokens=(72, 105), sampling=Sampling(odds=3))
    one = loaded.api.weigh(asked, loaded.listen)
    two = loaded.api.ask(asked, loaded.listen)
    loaded.api.weigh(Question(prompt="Hi", sampling=Sampling(odds=1)), loaded.listen)
    loaded.settle()
    tokens, answer, text = loaded.client.sent[-3:]
    assert (tokens.request, tokens.ids, tokens.others) == (one, (72, 105), 3)
    assert (answer.request, answer.ids, answer.raw) == (two, (72, 105), True)
    assert tokens.chat == answer.chat != text.chat
    loaded.api.ask(Question(prompt="def f(", suffix=": pass"), loaded.listen)
    loaded.settle()
    assert last_answer(loaded).suffix == ": pass"
    assert is_program_chat(tokens.chat)
    assert (text.turns[0].text, text.ids, text.raw) == ("Hi", (), True)
    odds = Weighed(one, (TokenOdds("i", -0.5),), 1)
    loaded.says(odds)
    loaded.says(Done(one, "end", Timings()))
    assert loaded.heard[one] == [odds, Done(one, "end", Timings())]


def test_vectors_are_made_beside_the_chat_model(loaded):
    for name in ("vectors", "", "a"):
        assert loaded.api.embed(name, ("x",), loaded.listen) == "e1"
    assert [path for path, _ in loaded.vectors.asked] == [
        "/m/vectors.gguf", "/m/vectors.gguf", "/m/a.gguf",
    ]  # fmt: skip
    loaded.vectors.listener("e1", Failed("e1", Problem("Too long", "", {"budget": "1"})))
    assert loaded.end_of("e1") == "context_length_exceeded"


def test_vectors_under_way_can_be_cancelled(loaded):
    request = loaded.api.embed("vectors", ("x",), loaded.listen)
    loaded.api.cancel(request)
    loaded.settle()
    assert loaded.vectors.cancelled == [request]


def test_without_a_model_for_vectors_a_program_is_told_to_install_one(loaded, monkeypatch):
    chat = loaded.api._installed.models[:2]
    monkeypatch.setattr(loaded.api._installed, "models", chat, raising=False)
    request = loaded.api.embed("", ("x",), loaded.listen)
    loaded.settle()
    assert loaded.end_of(request) == "model_not_found"
    other = loaded.api.embed("nobody's", ("x",), loaded.listen)
    loaded.settle()
    assert loaded.end_of(other) == "model_not_found"


def test_a_fault_of_our_own_ends_nobody_elses_answer(loaded):
    def broken(_request, _event):
        raise RuntimeError("a listener that fails")

    loaded.api.ask(Question("nobody's", (Turn(Role.USER, "Hi"),)), broken)
    loaded.played.bus.publish(ProblemArose(Problem("Something else", "")))
    request = loaded.ask(model="a")
    assert loaded.asked == [request]
