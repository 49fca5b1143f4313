"""Chat templates are rendered as their models expect, and cannot do harm."""

import threading
import time
from datetime import date

import pytest

from inglenook.chat.message import Role
from inglenook.core.errors import TemplateError
from inglenook.engine import sandbox
from inglenook.engine.protocol import Turn
from inglenook.engine.template import MOST_OUTPUT_CHARACTERS, MOST_SOURCE_CHARACTERS, Template

HELLO = (Turn(Role.USER, "hello"),)


def rendered(source, turns=HELLO, **constants):
    return Template(source, **constants).render(turns)


def test_messages_and_the_generation_prompt_are_given():
    source = (
        "{% for m in messages %}[{{ m.role }}] {{ m['content'] }}{% endfor %}"
        "{% if add_generation_prompt %}[assistant]{% endif %}"
    )
    assert rendered(source) == "[user] hello[assistant]"


def test_token_texts_are_given():
    assert rendered("{{ bos_token }}.{{ eos_token }}", bos="<s>", eos="</s>") == "<s>.</s>"


def test_blocks_take_their_line_with_them():
    assert rendered("a\n  {% if true %}\nb\n  {% endif %}\nc\n") == "a\nb\nc\n"


def test_loops_may_break_and_continue():
    source = "{% for i in range(9) %}{% if i == 1 %}{% continue %}{% endif %}"
    assert rendered(source + "{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}") == "02"


def test_the_generation_tag_changes_nothing():
    assert rendered("a{% generation %}b{% endgeneration %}c") == "abc"


def test_json_is_written_as_it_is_spelled():
    assert rendered("{{ messages[0] | tojson }}") == '{"role": "user", "content": "hello"}'
    assert rendered("{{ 'é<' | tojson }}") == '"é<"'
    assert (
        rendered("{{ {'b': 1, 'a': 2} | tojson(indent=1, sort_keys=true) }}").count("\n") == 3
    )


def test_the_date_can_be_asked_for():
    assert len(rendered("{{ strftime_now('%Y') }}")) == 4


def test_names_that_are_not_given_are_undefined():
    assert rendered("{{ tools is defined }}{{ enable_thinking is defined }}") == "FalseFalse"


def test_a_template_may_refuse_a_conversation():
    with pytest.raises(TemplateError, match="does not accept") as refusal:
        rendered("{{ raise_exception('roles must alternate') }}")
    assert refusal.value.problem.facts["cause"] == "roles must alternate"


@pytest.mark.parametrize(
    "source",
    [
        "{% if %}",
        "{{ messages[7].content }}",
        "{{ 1 / 0 }}",
        "{{ none.x.y }}",
        "{{ 'a' + 1 }}",
        "{% for x in 5 %}{% endfor %}",
        "{% include 'other' %}",
        "{{ messages[0]['content']['a']['b'] }}",
        "{{ 'x' | nosuchfilter }}",
        "(" * 100 + "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ strftime_now('%Y' * 10000) }}",
        "{{ [1] | tojson(indent=10000000) }}",
    ],
)
def test_a_faulty_template_is_an_error_in_words(source):
    with pytest.raises(TemplateError, match="chat template"):
        rendered(source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ messages.__class__.__base__.__subclasses__() }}",
        "{{ self.__init__.__globals__ }}",
        "{{ raise_exception.__globals__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ ('{0.__class__}').format(1) }}",
        "{{ (messages | map(attribute='__class__') | list)[0].mro() }}",
        "{{ messages.append(1) }}",
        "{% set _ = messages[0].update({'content': 'x'}) %}",
    ],
)
def test_nothing_outside_can_be_reached_or_changed(source):
    messages = "{{ messages | length }}{{ messages[0].content }}"
    try:
        text = rendered(source + messages)
    except TemplateError:
        return
    assert text == "1hello"


BOMBS = {
    "power": "{{ 9 ** 9999999 }}",
    "power of powers": "{% set n = namespace(x=3) %}{% for i in range(99) %}"
    "{% set n.x = n.x * n.x %}{% endfor %}",
    "repeated text": "{{ 'x' * 10**9 }}",
    "repeated list": "{{ [0] * 10**9 }}",
    "doubled text": "{% set n = namespace(x='x') %}{% for i in range(60) %}"
    "{% set n.x = n.x + n.x %}{% endfor %}",
    "joined text": "{% set n = namespace(x='x') %}{% for i in range(60) %}"
    "{% set n.x = n.x ~ n.x %}{% endfor %}",
    "doubled list": "{% set n = namespace(x=[1]) %}{% for i in range(60) %}"
    "{% set n.x = n.x + n.x %}{% endfor %}",
    "wide format": "{{ '%1000000000d' % 1 }}",
    "wide filter": "{{ '%1000000000d' | format(1) }}",
    "wide method": "{{ '{:1000000000}'.format(1) }}",
    "padding": "{{ 'x'.ljust(10**9) }}",
    "tabs": "{{ '\t\t'.expandtabs(10**9) }}",
    "replacing": "{{ ('x' * 10**6).replace('x', 'y' * 10**6) }}",
    "replacing filter": "{{ ('x' * 10**6) | replace('x', 'y' * 10**6) }}",
    "indenting": "{{ ('\n' * 10**6) | indent(10**6, true, true) }}",
    "slices": "{{ [1] | slice(10**9) | list }}",
    "batches": "{{ [1] | batch(10**9, 0) | list }}",
    "range": "{{ range(10**9) | list }}",
    "long output": "{% for i in range(99999) %}{{ 'x' * 1000 }}{% endfor %}",
    "silent loops": "{% for i in range(99999) %}{% for j in range(99999) %}"
    "{% endfor %}{% endfor %}",
    "recursion": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}"
    "{% endmacro %}{{ m(60) }}",
    "json": "{% set n = namespace(x=['x' * 100]) %}{% for i in range(60) %}"
    "{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x | tojson }}",
    "words": "{{ lipsum(100000) }}",
    "large file": " " * (MOST_SOURCE_CHARACTERS + 1),
}


@pytest.mark.slow
@pytest.mark.parametrize("source", BOMBS.values(), ids=BOMBS.keys())
def test_a_template_that_takes_too_much_is_stopped_in_time(source):
    began = time.monotonic()
    with pytest.raises(TemplateError, match="chat template"):
        rendered(source)
    assert time.monotonic() - began < sandbox.MOST_SECONDS + 20


def test_the_limit_of_the_output_leaves_room_for_long_messages():
    text = "x" * (MOST_OUTPUT_CHARACTERS + 5)
    assert len(rendered("{{ messages[0].content }}", (Turn(Role.USER, text),))) == len(text)


def test_limits_end_with_the_rendering():
    with pytest.raises(TemplateError):
        rendered("{{ 1 / 0 }}")
    held = bytearray(sandbox.MOST_BYTES + 1)
    assert len(held) > sandbox.MOST_BYTES


def test_rendering_leaves_other_threads_alone():
    seen = []
    thread = threading.Thread(target=lambda: seen.append(bytearray(1000)))
    rendered("{% for i in range(1000) %}x{% endfor %}")
    thread.start()
    thread.join()
    assert seen


def test_the_date_is_the_one_given_and_the_time_of_day_never_changes():
    source = "{{ strftime_now('%d %b %Y %H:%M') }}"
    template = Template(source)
    assert template.render(HELLO, today=date(2026, 1, 31)) == "31 Jan 2026 00:00"
    assert template.render(HELLO).endswith("00:00")


def test_thinking_goes_to_templates_under_both_names():
    turns = (Turn(Role.ASSISTANT, "Four.", "Hm."),)
    source = "{{ messages[0].reasoning_content }}{{ messages[0].thinking }}"
    assert rendered(source, turns) == "Hm.Hm."
    assert rendered("{{ messages[0].thinking is defined }}") == "False"


def test_what_is_marked_as_safe_stays_plain_text():
    assert rendered("{{ 'say '|safe + ['x'] | tojson }}") == 'say ["x"]'


def test_what_a_filter_gives_bit_by_bit_is_written_as_a_list():
    assert rendered("{{ messages | map(attribute='role') | tojson }}") == '["user"]'


DEEP = {"type": "object", "text": "x" * 50_000}
TOOLS = [{"type": "function", "function": {"name": "f", "parameters": DEEP}}] * 128


@pytest.mark.parametrize(
    "source",
    [
        "{% for i in range(9999) %}{{ tools | tojson }}{% endfor %}",
        "{% set n = namespace(x=tools) %}{% for i in range(60) %}{% set n.x = [n.x, n.x] %}"
        "{% endfor %}{{ n.x | tojson }}",
        "{% set n = namespace(x=tools | tojson) %}{% for i in range(60) %}"
        "{% set n.x = n.x ~ n.x %}{% endfor %}",
        "{% for a in tools %}{% for b in tools %}{% for c in tools %}{% for d in tools %}"
        "{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
    ],
)
@pytest.mark.slow
def test_a_template_that_makes_too_much_of_tools_is_stopped_in_time(source):
    began = time.monotonic()
    with pytest.raises(TemplateError, match="chat template"):
        Template(source).render(HELLO, {"tools": TOOLS})
    assert time.monotonic() - began < sandbox.MOST_SECONDS + 20
