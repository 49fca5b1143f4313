"""An answer is gone on with from the very tokens it stopped at."""

import pytest
from tests.data.tiny_llama import CHATML, write

from inglenook.chat.message import Role
from inglenook.core.errors import BadArgumentError, PromptTooLongError, TemplateError
from inglenook.engine.model import Model
from inglenook.engine.prompt import PromptWriter
from inglenook.engine.protocol import PromptOptions, Turn
from inglenook.models.fit import EngineSettings

S, U, A = Role.SYSTEM, Role.USER, Role.ASSISTANT
ASKED = (Turn(S, "be kind"), Turn(U, "hello"))
THINKING = CHATML.replace(
    "{{ m.content }}",
    "{% if m.reasoning_content %}<think>\n{{ m.reasoning_content }}\n</think>\n\n{% endif %}"
    "{{ m.content | trim }}",
)
OPENING = THINKING.replace("assistant\n{% endif", "assistant\n<think>\n{% endif")
HARMONY = CHATML.replace("assistant\n{% endif", "assistant{% endif") + "{#<|channel|>#}"


@pytest.fixture(scope="module")
def writers(tmp_path_factory):
    """Load a tiny model with a template and give its writer; all are freed at the end."""
    folder, made = tmp_path_factory.mktemp("models"), []

    def load(template=CHATML, **options):
        path = write(folder / f"{len(made)}.gguf", template=template, **options)
        settings = EngineSettings(context_tokens=512, threads=1)
        made.append(Model.load(str(path), settings, lambda _fraction: True))
        return PromptWriter(made[-1]), made[-1]

    yield load
    for each in made:
        each.free()


def text_of(model, ids):
    return b"".join(model.piece(int(each), special=True) for each in ids).decode()


def going_on(writer, *turns, **options):
    return writer.write(turns, context_tokens=4096, continues=True, **options)


@pytest.mark.parametrize("template", [CHATML, THINKING, None])
@pytest.mark.parametrize(
    "said", ["Good mor", "  Good\n\nmorning, \n", "é 🧡", "the <|im_end|> x"]
)
def test_the_prompt_is_that_of_the_question_followed_by_what_was_written(
    writers, template, said
):
    writer, model = writers(template)
    before = writer.write(ASKED, context_tokens=4096)
    prompt = going_on(writer, *ASKED, Turn(A, said))
    start = len(before.ids)
    assert list(prompt.ids[:start]) == list(before.ids)
    assert list(prompt.ids[start:]) == list(model.tokens(said, special=False))
    assert (prompt.continues, prompt.starts_thinking) == (True, False)


def test_a_vocabulary_that_begins_with_a_space_adds_none_in_the_middle(writers):
    writer, model = writers(space_prefix=True)
    assert text_of(model, going_on(writer, *ASKED, Turn(A, "more")).ids).endswith("\nmore")


def test_thinking_that_was_cut_off_goes_on(writers):
    writer, model = writers(THINKING)
    prompt = going_on(writer, *ASKED, Turn(A, "", "Let me"))
    assert text_of(model, prompt.ids).endswith("assistant\n<think>\nLet me")
    assert prompt.starts_thinking


def test_an_answer_after_thinking_goes_on(writers):
    writer, model = writers(THINKING)
    prompt = going_on(writer, *ASKED, Turn(A, "Good", "Let me see.\n"))
    text = text_of(model, prompt.ids)
    assert text.endswith("assistant\n<think>\nLet me see.\n</think>\n\nGood")
    assert not prompt.starts_thinking


def test_a_thinking_part_that_the_template_opened_is_not_opened_twice(writers):
    writer, model = writers(OPENING)
    cut = text_of(model, going_on(writer, *ASKED, Turn(A, "", "Let me")).ids)
    assert cut.endswith("assistant\n<think>\nLet me")
    silent = text_of(model, going_on(writer, *ASKED, Turn(A, "Good")).ids)
    assert silent.endswith("assistant\n<think>\n\n</think>\n\nGood")


def test_harmony_names_the_channel(writers):
    writer, model = writers(HARMONY)
    plain = text_of(model, going_on(writer, *ASKED, Turn(A, "Good")).ids)
    assert plain.endswith("assistant<|channel|>final<|message|>Good")
    both = text_of(model, going_on(writer, *ASKED, Turn(A, "Good", "Hm.")).ids)
    assert both.endswith(
        "assistant<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant"
        "<|channel|>final<|message|>Good"
    )


def test_an_answer_that_had_not_begun_begins(writers):
    writer, _ = writers(OPENING)
    before = writer.write(ASKED, context_tokens=4096)
    prompt = going_on(writer, *ASKED, Turn(A, ""))
    assert list(prompt.ids) == list(before.ids)
    assert prompt.starts_thinking


def test_the_tokens_that_end_thinking_lead_to_the_answer(writers):
    writer, model = writers(THINKING)
    assert text_of(model, writer.end_thinking) == "\n</think>\n\n"
    assert len(writers(CHATML)[0].end_thinking) == 0
    assert len(writers(None)[0].end_thinking) == 0


@pytest.mark.parametrize("hostile", ["<|im_end|>", "so <|im_end|> on", "a <", "|> b"])
def test_old_thinking_and_old_text_bring_no_control_tokens(writers, hostile):
    writer, model = writers(THINKING)
    turns = (*ASKED, Turn(A, "fine", "Hm."), Turn(U, "more"))
    clean = writer.write(turns, context_tokens=4096)
    for old in (Turn(A, "fine", hostile), Turn(A, hostile, "Hm."), Turn(A, hostile, hostile)):
        turns = (*ASKED, old, Turn(U, "more"))
        prompt = writer.write(turns, context_tokens=4096)
        assert model.controls[prompt.ids].sum() == model.controls[clean.ids].sum()
        assert text_of(model, prompt.ids).count("<think>") == 1


@pytest.mark.parametrize("turns", [(), ASKED, (Turn(A, "alone"),)])
def test_without_a_question_and_the_beginning_of_an_answer_nothing_goes_on(writers, turns):
    with pytest.raises(TemplateError, match="no answer to go on with"):
        going_on(writers()[0], *turns)


def test_old_turns_are_left_out_but_never_the_question_of_the_answer(writers):
    writer, model = writers()
    old = [Turn(U if at % 2 == 0 else A, "x" * 60) for at in range(8)]
    turns = (Turn(S, "be kind"), *old, Turn(U, "the question"), Turn(A, "so " * 30))
    prompt = writer.write(turns, context_tokens=400, continues=True)
    text = text_of(model, prompt.ids)
    assert "be kind" in text
    assert "the question" in text
    assert text.endswith("so " * 30)
    assert prompt.start == 1 + prompt.left_out
    assert len(prompt.ids) <= 300


def test_the_same_turns_are_left_out_whether_the_answer_is_new_or_goes_on(writers):
    writer, _ = writers()
    old = [Turn(U if at % 2 == 0 else A, "x" * 60) for at in range(8)]
    turns = (*old, Turn(U, "the question"))
    new = writer.write(turns, context_tokens=500)
    more = writer.write(
        (*turns, Turn(A, "yes")), context_tokens=500, continues=True, last_start=new.start
    )
    assert (more.left_out, more.start) == (new.left_out, new.start)
    assert list(more.ids[: len(new.ids)]) == list(new.ids)


def test_an_answer_that_fills_the_context_is_refused_with_advice(writers):
    with pytest.raises(PromptTooLongError, match="too long to go on") as refusal:
        writers()[0].write((*ASKED, Turn(A, "x" * 600)), context_tokens=512, continues=True)
    assert refusal.value.problem.facts["budget"] == "384"


# --- options ---

TOLD = CHATML + (
    "{{ enable_thinking }}|{{ reasoning_effort }}|{{ date_string }}|{{ strftime_now('%F %H') }}"
    "|{{ tools | tojson if tools else '' }}"
)
TOOL = '{"name": "now", "description": "%s"}'


def told(writers, template=TOLD, **options):
    writer, model = writers(template)
    prompt = writer.write(
        ASKED, context_tokens=4096, options=PromptOptions(today="2026-01-31", **options)
    )
    return text_of(model, prompt.ids), prompt, model


def test_a_template_is_told_of_the_options(writers):
    text, _, _ = told(writers, thinking=True, effort="high")
    assert text.endswith("True|high|31 Jan 2026|2026-01-31 00|")


def test_a_template_is_told_of_the_tools(writers):
    text, prompt, _ = told(writers, tools=(TOOL % "the time",))
    assert '"name": "now", "description": "the time"' in text
    assert prompt.tools[0]["function"]["name"] == "now"


def test_a_template_made_for_tools_is_used_when_there_are_any(writers):
    named = [
        {"name": "default", "template": TOLD},
        {"name": "tool_use", "template": "TOOLS! " + TOLD},
    ]
    writer, model = writers(named)
    options = PromptOptions(tools=(TOOL % "the time",))
    plain = writer.write(ASKED, context_tokens=4096)
    tools = writer.write(ASKED, context_tokens=4096, options=options)
    assert writer.template == "own"
    assert text_of(model, tools.ids).startswith("TOOLS! ")
    assert text_of(model, plain.ids).startswith("<|im_start|>")


def test_a_tool_cannot_bring_control_tokens(writers):
    _, clean, model = told(writers, tools=(TOOL % "harmless",))
    for hostile in ("<|im_end|>", "</s><s>", "<|im_", "end|>", "<", "<<|im_end|>|im_end|>"):
        _, prompt, model = told(writers, tools=(TOOL % hostile,))
        assert model.controls[prompt.ids].sum() == model.controls[clean.ids].sum()


def test_a_tool_that_cannot_be_used_is_refused(writers):
    with pytest.raises(BadArgumentError, match="tool"):
        told(writers, tools=("[]",))


def test_a_prompt_stays_the_same_while_the_options_do(writers):
    first, _, _ = told(writers, thinking=False)
    again, _, _ = told(writers, thinking=False)
    assert first == again


def test_a_model_of_no_known_family_gets_plain_text(writers, monkeypatch):
    monkeypatch.setattr("inglenook.engine.family.FAMILIES", ())
    writer, model = writers(None)
    assert writer.template == "plain"
    text = text_of(model, writer.write(ASKED, context_tokens=4096).ids)
    assert text.endswith("Question: hello\n\nAnswer:")
