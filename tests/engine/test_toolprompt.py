"""Prompts with calls and results: in the model's own form, safe, whole, and read only once."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.data.tiny_llama import CHATML, write

from inglenook.chat.message import Role
from inglenook.core.errors import PromptTooLongError, TemplateError
from inglenook.engine import rendering
from inglenook.engine.model import Model
from inglenook.engine.prompt import PromptWriter
from inglenook.engine.protocol import Call, PromptOptions, ResultOf, Turn
from inglenook.models.fit import EngineSettings

SETTINGS = EngineSettings(context_tokens=512, threads=1)
S, U, A = Role.SYSTEM, Role.USER, Role.ASSISTANT
QWEN = (
    "{% for m in messages %}{% if m.role == 'tool' %}<|im_start|>user\n<tool_response>\n"
    "{{ m.content }}\n</tool_response><|im_end|>\n{% else %}<|im_start|>{{ m.role }}\n"
    "{{ m.content }}{% for c in m.tool_calls or [] %}<tool_call>{{ c.function | tojson }}"
    "</tool_call>{% endfor %}<|im_end|>\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
HARMONY = (
    "{% for m in messages %}{% if m.tool_calls %}{% if m.content and m.thinking %}"
    "{{ raise_exception('not both') }}{% endif %}{{ m.content or m.thinking }}<|im_start|>to="
    "{{ m.tool_calls[0].function.name }} {{ m.tool_calls[0].function.arguments | tojson }}"
    "{% elif m.role == 'tool' %}<|im_start|>{{ m.name }}: {{ m.content | tojson }}<|im_end|>"
    "{% else %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>{% endif %}{% endfor %}"
)
QUESTION = Turn(U, "Weather?")


def called(*names, text="", thinking="", arguments='{"town": "Ulm"}'):
    calls = tuple(Call(name, arguments, f"id {name}") for name in names)
    return Turn(A, text, thinking, calls=calls)


def result(name, text="rain"):
    return Turn(U, text, result_of=ResultOf(f"id {name}"))


TALK = (QUESTION, called("f"), result("f"))


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Load a tiny model with a template, once each; all are freed at the end."""
    folder, made = tmp_path_factory.mktemp("models"), {}

    def load(template):
        if template not in made:
            path = write(folder / f"{len(made)}.gguf", template=template)
            made[template] = Model.load(str(path), SETTINGS, lambda _fraction: True)
        return made[template]

    yield load
    for each in made.values():
        each.free()


@pytest.fixture(scope="module")
def qwen(models):
    return Writing(models(QWEN))


@pytest.fixture(scope="module")
def harmony(models):
    return Writing(models(HARMONY))


class Writing:
    """A writer of prompts whose text can be read."""

    def __init__(self, model):
        self.model = model
        self.writer = PromptWriter(model)

    def ids(self, turns, context_tokens=8192, **told):
        return self.writer.write(turns, context_tokens=context_tokens, **told).ids

    def text(self, turns, context_tokens=8192, **told):
        ids = self.ids(turns, context_tokens, **told)
        return b"".join(self.model.piece(int(each), special=True) for each in ids).decode()

    def controls(self, turns):
        return np.count_nonzero(self.model.controls[self.ids(turns)])


def test_calls_and_results_are_in_the_templates_own_form(qwen):
    assert qwen.text(TALK) == (
        "<|im_start|>user\nWeather?<|im_end|>\n<|im_start|>assistant\n<tool_call>"
        '{"name": "f", "arguments": {"town": "Ulm"}}</tool_call><|im_end|>\n'
        "<|im_start|>user\n<tool_response>\nrain\n</tool_response><|im_end|>\n"
        "<|im_start|>assistant\n"
    )
    assert "assistant\nLet me see.<tool_call>" in qwen.text(
        (QUESTION, called("f", text="Let me see."), result("f"))
    )


def test_a_template_that_knows_no_tools_is_given_text(models):
    text = Writing(models(CHATML)).text(TALK)
    assert (
        '<tool_call>\n{"name":"f","arguments":{"town":"Ulm"}}\n</tool_call><|im_end|>' in text
    )
    assert "<|im_start|>user\n<tool_response>\nrain\n</tool_response><|im_end|>" in text


def test_a_template_for_tools_is_used_for_calls_though_none_is_offered_now(tmp_path):
    named = [{"name": "default", "template": CHATML}, {"name": "tool_use", "template": QWEN}]
    path = write(tmp_path / "named.gguf", template=named)
    model = Model.load(str(path), SETTINGS, lambda _fraction: True)
    try:
        assert '<tool_call>{"name": "f"' in Writing(model).text(TALK)
    finally:
        model.free()


def test_several_calls_reach_a_template_that_takes_one_at_a_time(harmony):
    text = harmony.text((QUESTION, called("f", "g"), result("g", 'a "storm"'), result("f")))
    told = text.replace("\n", " ")
    assert '<|im_start|>to=f {"town": "Ulm"}<|im_start|>f: "rain"<|im_end|>' in told
    assert '<|im_start|>to=g {"town": "Ulm"}<|im_start|>g: "a \\"storm\\""<|im_end|>' in told


def test_thinking_gives_way_to_words_where_a_template_takes_only_one(harmony):
    turns = (QUESTION, called("f", text="Let me see.", thinking="Hm."), result("f"))
    text = harmony.text(turns)
    assert "Let me see.<|im_start|>to=f" in text
    assert "Hm." not in text


def test_an_answer_is_opened_where_gemma_4_leaves_it_closed(models):
    gemma = QWEN.replace("<|im_start|>assistant\n{% endif %}", "{% endif %}")
    gemma = gemma.replace("<|im_end|>\n", "<turn|>{{ '\n' }}")
    text = Writing(models(gemma)).text((QUESTION, called("f", text="So:"), result("f")))
    assert text.endswith("<turn|>\n<|turn>model\n")


def test_what_a_template_refuses_or_loses_is_told_as_text(models):
    second = "messages | selectattr('name') | list | length > 1"
    refuses = "{% if " + second + " %}{{ raise_exception('one') }}{% endif %}" + QWEN
    alone = Writing(models(refuses))
    assert "<tool_call>{" in alone.text(TALK)
    more = alone.text((*TALK, called("g"), result("g")))
    assert more.count("<tool_call>\n{") == 2
    loses = QWEN.replace("{{ m.content }}\n</tool_response>",
                         "{{ m.content[:40] }}\n</tool_response>")  # fmt: skip
    long = (QUESTION, called("f"), result("f", "so " * 20 + "wet"))
    assert "so wet\n</tool_response>" in Writing(models(loses)).text(long)


MANY = [f"f{number}" for number in range(128)]


def test_forms_are_not_tried_without_end(models, monkeypatch):
    refuses = "{% if messages[1].tool_calls and tools %}{{ raise_exception('no') }}{% endif %}"
    writing = Writing(models(refuses + QWEN))
    tools = PromptOptions(tools=('{"name": "f"}',))
    talk = (QUESTION, called("f"), result("f"))
    assert "<tool_call>\n{" in writing.text(talk, options=tools)
    picky = Writing(models(QWEN.replace("{% for m", "{% if messages[0].content == 'Weather?' %}"
                           "{{ raise_exception('no') }}{% endif %}{% for m", 1)))  # fmt: skip
    monkeypatch.setattr(rendering, "_MOST_TRYING_S", -1.0)
    with pytest.raises(TemplateError, match="does not accept"):
        picky.ids(talk)


@pytest.mark.parametrize(
    "turns",
    [
        (QUESTION, called(*"abcdefgh"), *map(result, "hgfedcba")),
        (QUESTION, called(*MANY), *map(result, MANY)),
        (QUESTION, called("f"), Turn(U, "Never mind.")),
        (QUESTION, result("nobody")),
        (result("nobody"),),
        (QUESTION, called("f", arguments="{not json"), result("f")),
        (QUESTION, called("f", arguments="[" * 50_000), result("f")),
        (called("f"), result("f")),
        (Turn(S, "Be brief."), QUESTION, called("f"), result("f"), result("f")),
        (QUESTION, called("f"), result("f", "")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("template", [QWEN, HARMONY, CHATML])
def test_any_talk_with_calls_has_a_prompt_that_holds_all_of_it(models, template, turns):
    text = Writing(models(template)).text(turns, context_tokens=200_000)
    assert all(each.text in text for each in turns)
    assert all(call.name in text for each in turns for call in each.calls)


HOSTILE = st.lists(
    st.sampled_from(["<|im_end|>", "<|im_start|>", "<s>", "</s>", "<|im_", "end|>", "\n", '"']),
    min_size=1,
    max_size=5,
).map("".join)


@settings(max_examples=30)
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE, st.sampled_from([QWEN, HARMONY, CHATML]))
def test_no_name_argument_or_result_can_make_a_control_token(
    models, name, key, value, said, template
):
    writing = Writing(models(template))
    arguments = json.dumps({key: [value, {value: key}]})
    turns = (QUESTION, called(name, arguments=arguments), result(name, said))
    assert writing.controls(turns) == writing.controls(TALK)


def test_a_call_that_spells_a_control_token_changes_nothing_before_it(qwen):
    before = qwen.ids(TALK)
    after = qwen.ids((*TALK, called("<|im_end|>"), result("<|im_end|>", 'said "<|im_end|>"')))
    opened = len("<|im_start|>assistant\n") - len("<|im_start|>") + 1
    same = len(before) - opened
    assert list(after[:same]) == list(before[:same])


@pytest.mark.parametrize("template", [QWEN, HARMONY, CHATML])
def test_a_talk_that_goes_on_begins_with_what_was_read(models, template):
    writing = Writing(models(template))
    tools = (json.dumps({"name": "f"}),)
    talk = [Turn(S, "Be brief."), *TALK]
    for number in range(4):
        before = list(writing.ids(talk, options=PromptOptions(tools=tools)))
        more = [called("f", "g"), result("g"), result("f")]
        if number % 2 == 0:
            more = [Turn(A, "Dry."), QUESTION, called("f"), result("f", str(number))]
        talk += more
        after = list(writing.ids(talk, options=PromptOptions(tools=tools)))
        pairs = enumerate(zip(before, after, strict=False))
        shared = next((at for at, (old, new) in pairs if old != new), len(before))
        assert shared >= len(before) - len("assistant\n")


def test_a_call_and_its_result_leave_the_window_together(qwen):
    turns = [Turn(S, "Be brief."), QUESTION]
    for number in range(30):
        turns += [called(f"f{number}"), result(f"f{number}", f"rain {number}" + "!" * 30)]
    prompt = qwen.writer.write(turns, context_tokens=2048)
    text = qwen.text(turns, context_tokens=2048)
    assert "Be brief." in text
    assert "Weather?" in text
    assert 0 < prompt.left_out < 60
    assert (
        text.count("<tool_call>") == text.count("<tool_response>") == 30 - prompt.left_out // 2
    )
    assert text.index('"f29"') < text.index("rain 29!")
    longer = [*turns, called("g"), result("g")]
    again = qwen.writer.write(longer, context_tokens=2048, last_start=prompt.start)
    assert again.start == prompt.start


def test_a_result_stays_with_its_call_even_if_they_do_not_fit(qwen):
    turns = (
        Turn(U, "Before " * 100),
        Turn(A, "Yes"),
        QUESTION,
        called("f"),
        result("f", "wet " * 900),
    )
    with pytest.raises(PromptTooLongError):
        qwen.writer.write(turns, context_tokens=2048)
    prompt = qwen.text((*turns[:4], result("f", "wet " * 330)), context_tokens=2048)
    assert "Before" not in prompt
    assert "Weather?" in prompt
    assert '"name": "f"' in prompt


def test_an_answer_after_a_result_can_be_gone_on_with(qwen):
    begun = Turn(A, "Take an")
    assert qwen.text((*TALK, begun), continues=True) == qwen.text(TALK) + "Take an"
    with pytest.raises(TemplateError, match="no answer to go on with"):
        qwen.ids(TALK[:2], continues=True)
