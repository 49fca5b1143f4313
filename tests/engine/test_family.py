"""A model without a template is spoken to as its family is."""

import pytest

from inglenook.chat.message import Role
from inglenook.core.errors import TemplateError
from inglenook.engine.family import FAMILIES, LAST_RESORT, family_for
from inglenook.engine.protocol import Turn
from inglenook.engine.template import Template

TURNS = (
    Turn(Role.USER, "first question"),
    Turn(Role.ASSISTANT, "first answer"),
    Turn(Role.USER, "second question"),
)


@pytest.mark.parametrize("family", [*FAMILIES, LAST_RESORT], ids=lambda each: each.marker)
def test_every_template_says_all_turns_in_order(family):
    text = Template(family.template, bos="<s>", eos="</s>").render(TURNS)
    places = [text.index(turn.text) for turn in TURNS]
    assert places == sorted(places)


@pytest.mark.parametrize("family", [*FAMILIES, LAST_RESORT], ids=lambda each: each.marker)
def test_every_template_takes_a_system_turn_or_refuses_it(family):
    template = Template(family.template)
    turns = (Turn(Role.SYSTEM, "be kind"), *TURNS)
    if "no system role" in family.template:
        with pytest.raises(TemplateError, match="does not accept"):
            template.render(turns)
    else:
        assert "be kind" in template.render(turns)


def test_the_family_is_known_by_its_control_token():
    assert family_for(lambda text: text == "<start_of_turn>").marker == "<start_of_turn>"


def test_an_unknown_vocabulary_gets_plain_questions_and_answers():
    assert family_for(lambda _text: False) is LAST_RESORT
