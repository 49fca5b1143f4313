"""How a chat template takes calls of functions and their results, found out by a trial."""

import json
from dataclasses import replace
from itertools import product

from inglenook.chat.message import Role
from inglenook.core.errors import TemplateError
from inglenook.engine.protocol import Call, ResultOf, Turn
from inglenook.engine.rendering import Script
from inglenook.engine.tools import tools_from
from inglenook.engine.toolturns import ToolForm, as_calls

# Words that no template has of its own, and that none would change.
_QUESTION, _NAME, _KEY = "qzquestion", "qzfunction", "qzkey"
_VALUES = ("qzfirst", "qzsecond")
_RESULTS = ("qzone", "qztwo")
_SCHEMA = {"type": "object", "properties": {_KEY: {"type": "string", "description": _KEY}}}
_TOOLS = tools_from((json.dumps({"name": _NAME, "parameters": _SCHEMA}),))

_SIGN_OF_NAMES = "'functions.' +"
"""Of templates that write ids with names themselves, such as Kimi K2's."""


def form_of(script: Script) -> ToolForm | None:
    """Return how a template takes calls; None if it loses them, or their results.

    Made-up calls with their results are rendered, and what comes out is looked through: the
    name, the arguments and the results have to be there, the arguments neither as Python
    writes them nor as JSON within JSON. Objects go before texts, as in llama.cpp (``caps_get``
    in its ``common/jinja/caps.cpp``). No content or an empty one: what gives the shorter
    prompt, as the other puts in a "None", or an answer that says nothing.
    """
    script = replace(script, tools=_TOOLS)
    has_names = _SIGN_OF_NAMES in script.template.source
    for names, objects in product((has_names, not has_names), (True, False)):
        forms = [ToolForm(objects, none, names) for none in (False, True)]
        found = [(len(text), form) for form in forms if (text := _rendered(script, form, 1))]
        if found:
            form = min(found, key=lambda each: each[0])[1]
            return replace(form, is_parallel=bool(_rendered(script, form, 2)))
    return None


def _rendered(script: Script, form: ToolForm, calls: int) -> str:
    """Return what a template makes of so many calls; ``""`` if anything is lost or spoiled."""
    script = replace(script, form=form)
    try:
        text = script.text(as_calls(_trial(calls), form))
    except TemplateError:
        return ""
    said = text.rpartition(_QUESTION)[2] if _QUESTION in text else ""
    wanted = [*_VALUES[:calls], *_RESULTS[:calls], _KEY]
    spoiled = (f"'{_KEY}'", f'\\"{_KEY}\\"')
    is_whole = _NAME in said.partition(_RESULTS[0])[0] and all(each in said for each in wanted)
    return text if is_whole and not any(each in said for each in spoiled) else ""


def _trial(calls: int) -> list[Turn]:
    made = tuple(Call(_NAME, json.dumps({_KEY: each}), each) for each in _VALUES[:calls])
    results = [
        Turn(Role.USER, text, result_of=ResultOf(call.id))
        for call, text in zip(made, _RESULTS, strict=False)
    ]
    return [Turn(Role.USER, _QUESTION), Turn(Role.ASSISTANT, "", calls=made), *results]
