"""Prompts are what the model was trained on, and nobody can smuggle control tokens in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.data.tiny_llama import CHATML, write

from inglenook.chat.message import Role
from inglenook.core.errors import PromptTooLongError, TemplateError
from inglenook.engine.model import Model
from inglenook.engine.prompt import PromptWriter
from inglenook.engine.protocol import Turn
from inglenook.engine.rendering import merged, trimmed, without_system
from inglenook.models.fit import EngineSettings

SETTINGS = EngineSettings(context_tokens=512, threads=1)
S, U, A = Role.SYSTEM, Role.USER, Role.ASSISTANT
CHAT = (Turn(S, "be kind"), Turn(U, "hello"), Turn(A, "hi"), Turn(U, "and now?"))

STRICT = (
    "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}"
    "{% endif %}{% if loop.index0 % 2 != (0 if m.role == 'user' else 1) %}"
    "{{ raise_exception('must alternate') }}{% endif %}<|im_start|>{{ m.role }}\n"
    "{{ m.content | trim }}<|im_end|>\n{% endfor %}<|im_start|>assistant\n"
)
CHANGING = CHATML.replace("m.content", "m.content | replace('a', 'A')")


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Load a tiny model with a template; all are freed at the end."""
    folder, made = tmp_path_factory.mktemp("models"), []

    def load(template=CHATML, **options):
        path = write(folder / f"{len(made)}.gguf", template=template, **options)
        made.append(Model.load(str(path), SETTINGS, lambda _fraction: True))
        return made[-1]

    yield load
    for each in made:
        each.free()


@pytest.fixture(scope="module")
def model(models):
    return models()


@pytest.fixture(scope="module")
def writer(model):
    return PromptWriter(model)


def text_of(model, ids):
    return b"".join(model.piece(int(each), special=True) for each in ids).decode()


def plain(model, turns):
    text = "".join(f"<|im_start|>{t.role}\n{t.text}<|im_end|>\n" for t in turns)
    return model.tokens(text + "<|im_start|>assistant\n", special=True)


def test_clean_text_gives_the_ids_of_plain_rendering(model, writer):
    prompt = writer.write(CHAT, context_tokens=512)
    assert list(prompt.ids) == list(plain(model, CHAT))
    assert prompt.left_out == 0


@given(st.text(max_size=60))
def test_whatever_is_said_comes_back_as_text_and_brings_no_control_token(model, writer, said):
    turn = trimmed(Turn(U, said))
    ids = writer.write((turn,), context_tokens=4096).ids
    assert np.count_nonzero(model.controls[ids]) == 3
    assert text_of(model, ids) == text_of(model, plain(model, (turn,)))


@given(
    st.lists(
        st.sampled_from(
            ["<|im_end|>", "<|im_start|>", "<s>", "</s>", "system\n", "<|im_", "end|>"]
        ),
        min_size=1,
        max_size=6,
    ).map("".join)
)
def test_spelling_a_control_token_does_not_make_one(model, writer, said):
    ids = writer.write((Turn(S, "be kind"), Turn(U, said)), context_tokens=4096).ids
    assert np.count_nonzero(model.controls[ids]) == 5
    assert said.strip() in text_of(model, ids)


def test_control_tokens_stay_out_where_a_template_changes_what_is_said(models):
    model = models(CHANGING)
    ids = PromptWriter(model).write((Turn(U, "a <|im_end|> b"),), context_tokens=512).ids
    assert np.count_nonzero(model.controls[ids]) == 3


def test_changing_what_is_said_is_the_templates_right(models):
    model = models(CHANGING)
    ids = PromptWriter(model).write((Turn(U, "banana"),), context_tokens=512).ids
    assert "bAnAnA" in text_of(model, ids)


def test_a_template_without_system_role_gets_it_with_the_first_question(models):
    model = models(STRICT)
    ids = PromptWriter(model).write(CHAT, context_tokens=512).ids
    assert "user\nbe kind\n\nhello<|im_end|>" in text_of(model, ids)


def test_a_template_that_drops_the_system_turn_gets_it_with_the_first_question(models):
    drops = CHATML.replace("%}<|im_start|>{{", "if m.role != 'system' %}<|im_start|>{{", 1)
    ids = PromptWriter(models(drops)).write(CHAT, context_tokens=512).ids
    assert "be kind" in text_of(models(drops), ids)


def test_a_template_that_wants_turns_to_alternate_gets_them_joined(models):
    model = models(STRICT)
    turns = (Turn(U, "one"), Turn(U, "two"))
    assert "one\n\ntwo" in text_of(
        model, PromptWriter(model).write(turns, context_tokens=512).ids
    )


def test_a_template_that_fails_only_later_is_an_error(models):
    model = models(CHATML + "{% if messages | length > 2 %}{{ 1 / 0 }}{% endif %}")
    with pytest.raises(TemplateError):
        PromptWriter(model).write(CHAT, context_tokens=512)


@pytest.mark.parametrize(
    "template",
    [None, "  ", "{% broken", "{{ raise_exception('never') }}", "says nothing of the message"],
)
def test_a_built_in_template_stands_in_for_one_that_does_not_work(models, template):
    model = models(template)
    writer = PromptWriter(model)
    assert writer.template == "built-in"
    ids = writer.write((Turn(U, "hello"),), context_tokens=512).ids
    assert list(ids) == list(plain(model, (Turn(U, "hello"),)))


def test_the_first_token_is_there_once_even_if_the_template_writes_it(models):
    for template in (CHATML, "{{ bos_token }}" + CHATML):
        model = models(template, add_bos=True)
        ids = PromptWriter(model).write((Turn(U, "hello"),), context_tokens=512).ids
        assert list(ids[:2]) == [model.bos, *model.tokens("<|im_start|>", special=True)]


def test_old_turns_are_left_out_when_the_context_is_short(model, writer):
    turns = (Turn(S, "be kind"), *[Turn(U if at % 2 == 0 else A, "x" * 60) for at in range(9)])
    prompt = writer.write(turns, context_tokens=512)
    assert prompt.left_out > 0
    assert prompt.left_out % 2 == 0
    assert len(prompt.ids) <= 384
    assert "be kind" in text_of(model, prompt.ids)


def test_a_message_that_cannot_fit_is_refused_with_advice(writer):
    with pytest.raises(PromptTooLongError, match="too long") as refusal:
        writer.write((Turn(U, "x" * 600),), context_tokens=512)
    assert "384" in refusal.value.problem.advice


def test_a_message_beyond_all_measure_is_refused_without_reading_it(models):
    model = models()
    writer = PromptWriter(model)
    asked = []
    model.tokens = lambda *_, **__: asked.append(1)
    with pytest.raises(PromptTooLongError) as refusal:
        writer.write((Turn(U, "x" * 100_000),), context_tokens=512)
    assert "about 25k tokens" in refusal.value.problem.advice
    assert not asked


def test_a_template_may_open_the_thinking(models):
    opening = CHATML.replace("assistant\n{% endif", "assistant\n<think>\n{% endif")
    writer = PromptWriter(models(opening))
    assert writer.write((Turn(U, "hello"),), context_tokens=512).starts_thinking


@pytest.mark.parametrize(
    ("lead", "thinks"),
    [
        ("", ""),
        ("<think>\n", "always"),
        ("{% if enable_thinking is false %}<think>\n\n</think>{% endif %}", "choice"),
    ],
)
def test_whether_a_model_thinks_and_can_be_kept_from_it_is_known(models, lead, thinks):
    template = CHATML.replace("assistant\n{% endif", f"assistant\n{lead}{{% endif")
    assert PromptWriter(models(template)).thinks == thinks


def test_blank_lines_around_a_message_are_dropped_but_its_indent_stays():
    assert trimmed(Turn(U, "\n\n    code\n\n")).text == "    code"


def test_neighbours_with_one_role_are_joined():
    assert merged([Turn(U, "a"), Turn(U, "b"), Turn(A, "c")]) == [
        Turn(U, "a\n\nb"),
        Turn(A, "c"),
    ]


def test_system_turns_go_to_the_first_question():
    assert without_system([Turn(S, "s"), Turn(U, "a")]) == [Turn(U, "s\n\na")]
    assert without_system([Turn(S, "s")]) == [Turn(U, "s")]
    assert without_system([Turn(U, "a")]) == [Turn(U, "a")]
