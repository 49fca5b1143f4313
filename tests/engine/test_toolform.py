"""What a template does with calls and results is found out by trying it."""

import pytest

from inglenook.engine.prompt import _usual
from inglenook.engine.template import Template
from inglenook.engine.toolform import form_of
from inglenook.engine.toolturns import ToolForm

HEAD = "{% for m in messages %}[{{ m.role }}]{{ m.content }}"
TAIL = "{% endfor %}[assistant]"
CALLS = "{% for c in m.tool_calls or [] %}"


def form(body, head=HEAD):
    return form_of(_usual(Template(head + body + TAIL)))


def test_arguments_are_objects_for_a_template_that_writes_json_or_walks_through_them():
    assert form(CALLS + "{{ c.function | tojson }}{% endfor %}") == ToolForm()
    walked = "{% for key, value in c.function.arguments.items() %}<{{ key }}>{{ value }}"
    assert form(CALLS + "{{ c.function.name }}" + walked + "{% endfor %}{% endfor %}") == (
        ToolForm()
    )


@pytest.mark.parametrize("written", ["~ c.function.arguments", "+ c.function.arguments"])
def test_arguments_are_text_for_a_template_that_writes_them_as_they_stand(written):
    assert form(CALLS + "{{ c.function.name " + written + " }}{% endfor %}") == (
        ToolForm(has_objects=False)
    )


def test_an_answer_that_only_calls_has_no_content_where_that_makes_a_difference():
    head = "{% for m in messages %}[{{ m.role }}]"
    calls = CALLS + "{{ c.function | tojson }}{% endfor %}"
    only = "{% if m.content is none %}" + calls + "{% else %}{{ m.content }}{% endif %}"
    assert form(only, head) == ToolForm(has_none=True)
    twice = calls + "{% if m.content is not none %}{{ m.content }}[end]{% endif %}"
    assert form(twice, head) == ToolForm(has_none=True)


def test_ids_hold_names_where_a_call_is_known_by_its_id_alone():
    by_id = CALLS + "{{ c.id }}{{ c.function.arguments | tojson }}{% endfor %}"
    assert form(by_id) == ToolForm(has_names=True)
    own = CALLS + "{{ 'functions.' + c.function.name }}{{ c.function.arguments | tojson }}"
    assert form(own + "{% endfor %}{{ m.tool_call_id }}") == ToolForm(has_names=True)


@pytest.mark.parametrize(
    "body",
    [
        CALLS + "{% if loop.index > 1 %}{{ raise_exception('one') }}{% endif %}"
        "{{ c.function | tojson }}{% endfor %}",
        "{% if m.tool_calls %}{{ m.tool_calls[0].function | tojson }}{% endif %}",
    ],
)
def test_calls_have_a_turn_each_where_several_are_refused_or_lost(body):
    assert form(body) == ToolForm(is_parallel=False)


@pytest.mark.parametrize(
    ("body", "head"),
    [
        ("", HEAD),
        (CALLS + "{{ c.function.name }}{% endfor %}", HEAD),
        (CALLS + "{{ c.function | tojson }}{% endfor %}", HEAD.replace(".content", ".text")),
        ("", "{% for m in messages %}{% if m.role == 'tool' %}{{ raise_exception('no') }}"
             "{% endif %}{{ m.content }}"),
        ("{{ messages.append(m) }}" + CALLS + "{{ c.function | tojson }}{% endfor %}", HEAD),
    ],
)  # fmt: skip
def test_a_template_that_loses_calls_or_results_has_no_form_for_them(body, head):
    assert form(body, head) is None
