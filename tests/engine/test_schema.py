"""What a schema's grammar lets through is JSON of it, and what cannot be is said in words."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inglenook.core.errors import BadArgumentError
from inglenook.engine.automaton import DEAD, Automaton
from inglenook.engine.gbnf import grammar_rules
from inglenook.engine.schema import grammar_of_schema

PERSON = {
    "type": "object",
    "title": "Person",
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 5},
        "age": {"type": "integer", "minimum": 0},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
    },
    "required": ["name", "tags"],
    "additionalProperties": False,
}
TREE = {
    "$defs": {
        "node": {
            "type": "object",
            "properties": {
                "value": {"type": "number"},
                "left": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
            },
            "required": ["value", "left"],
        }
    },
    "$ref": "#/$defs/node",
}


def automaton(schema):
    return Automaton(grammar_rules(grammar_of_schema(json.dumps(schema))))


def accepts(schema, text):
    made = automaton(schema)
    state = made.after(made.start, text.encode())
    return state != DEAD and made.is_complete(state)


def written(made, dice):
    """Write bytes by chance until the text may end."""
    state, data = made.start, b""
    while not (made.is_complete(state) and dice.random() < 0.5):
        row = made.table([state])[state]
        possible = row.nonzero()[0].tolist()
        if not possible:
            assert made.is_complete(state)
            break
        closing = [byte for byte in possible if byte in b'"]}']
        at_end = closing and (len(data) > 200 or dice.random() < 0.2)
        data += bytes([dice.choice(closing if at_end else possible)])
        state = made.after(made.start, data) if len(data) % 50 == 0 else int(row[data[-1]])
    return data.decode()


def fits(value, schema):
    """Say whether a value is one of the schema, for the keywords that are supported."""
    if schema is True or not schema:
        return True
    if "enum" in schema or "const" in schema:
        return value in schema.get("enum", [schema.get("const")])
    if "anyOf" in schema:
        return any(fits(value, each) for each in schema["anyOf"])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return any(_fits_kind(value, kind, schema) for kind in kinds)


def _fits_kind(value, kind, schema):
    if kind == "object":
        properties = schema.get("properties", {})
        others = schema.get("additionalProperties", True)
        return (
            isinstance(value, dict)
            and all(key in value for key in schema.get("required", []))
            and all(fits(each, properties.get(key, others)) for key, each in value.items())
            and (others is not False or set(value) <= set(properties))
        )
    if kind == "array":
        return (
            isinstance(value, list)
            and schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 10**9)
            and all(fits(each, schema.get("items", True)) for each in value)
        )
    if kind == "string":
        most = schema.get("maxLength", 10**9)
        return isinstance(value, str) and schema.get("minLength", 0) <= len(value) <= most
    if kind in {"integer", "number"}:
        types = int if kind == "integer" else (int, float)
        low, high = schema.get("minimum", -1e300), schema.get("maximum", 1e300)
        is_number = isinstance(value, types) and not isinstance(value, bool)
        return is_number and low <= value <= high
    return value is None if kind == "null" else isinstance(value, bool)


def _bounded(kind, low, high, numbers):
    def made(pair):
        return {"type": kind, low: min(pair), high: max(pair)}

    return st.tuples(numbers, numbers).map(made)


LEAVES = st.one_of(
    st.sampled_from([{"type": kind} for kind in ("string", "boolean", "null", "number")]),
    _bounded("string", "minLength", "maxLength", st.integers(0, 6)),
    _bounded("integer", "minimum", "maximum", st.integers(-1500, 1500)),
    _bounded("number", "minimum", "maximum", st.integers(-120, 120)),
    st.lists(st.one_of(st.text(max_size=4), st.integers(), st.none()), min_size=1, max_size=4)
    .map(lambda values: {"enum": values}),
    st.text(max_size=4).map(lambda value: {"const": value}),
    st.just({"type": ["integer", "null"]}),
)  # fmt: skip


def _grown(inner):
    return st.one_of(
        st.tuples(inner, st.integers(0, 2), st.integers(2, 4)).map(
            lambda three: {
                "type": "array",
                "items": three[0],
                "minItems": three[1],
                "maxItems": three[2],
            }
        ),
        st.dictionaries(st.text(max_size=3), inner, max_size=4).flatmap(
            lambda properties: st.sets(st.sampled_from(sorted(properties) or [""])).map(
                lambda required: {
                    "type": "object",
                    "properties": properties,
                    "required": sorted(required & set(properties)),
                }
            )
        ),
        inner.map(lambda each: {"type": "object", "additionalProperties": each}),
        st.lists(inner, min_size=1, max_size=3).map(lambda each: {"anyOf": each}),
    )


@settings(max_examples=80, deadline=None)
@given(schema=st.recursive(LEAVES, _grown, max_leaves=5), seed=st.integers(0, 2**32))
def test_whatever_is_written_by_the_grammar_is_json_of_the_schema(schema, seed):
    text = written(automaton(schema), random.Random(seed))
    assert fits(json.loads(text), schema), text


@pytest.fixture(scope="module", params=[{}, True])
def anything(request):
    return automaton(request.param)


@settings(max_examples=60, deadline=None)
@given(
    value=st.recursive(
        st.one_of(
            st.none(), st.booleans(), st.integers(-(10**15), 10**15), st.text(max_size=9)
        ),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_any_ordinary_json_may_be_written_where_nothing_is_asked(anything, value):
    for text in (
        json.dumps(value),
        json.dumps(value, ensure_ascii=False, indent=2),
        json.dumps(value, ensure_ascii=False, separators=(",", ":")),
    ):
        if "\\ud" not in text:  # half a character, or one in two escapes
            state = anything.after(anything.start, text.encode())
            assert anything.is_complete(state)


@pytest.mark.parametrize(
    ("schema", "yes", "no"),
    [
        (
            PERSON,
            ['{"name":"Bo","tags":[]}', '{\n  "name": "é",\n  "age": 3,\n  "tags": ["a"]\n}'],
            [
                '{"tags":[],"name":"Bo"}',
                '{"name":"","tags":[]}',
                '{"name":"a","tags":[],"b":1}',
            ],
        ),
        (TREE, ['{"value": 1e5, "left": {"value": -2.5, "left": null}}'], ['{"value": 1}']),
        ({"prefixItems": [{"type": "null"}, {"type": "boolean"}]},
         ["[]", "[null]", "[null, true]"], ["[true]", "[null,true,1]"]),
        ({"prefixItems": [{"type": "null"}], "items": {"type": "boolean"}, "minItems": 2},
         ["[null, true]", "[null,true,false]"], ["[null]"]),
        ({"prefixItems": [{"type": "null"}], "items": False}, ["[null]"], ["[null,null]"]),
        ({"prefixItems": [True, True], "maxItems": 1}, ["[1]", "[]"], ["[1,1]"]),
        ({"type": "array", "maxItems": 0}, ["[]", "[ ]"], ["[1]"]),
        ({"type": "array", "items": {"type": "null"}, "minItems": 3},
         ["[null,null,null]", "[null,null,null,null]"], ["[null,null]"]),
        ({"type": "object", "additionalProperties": False}, ["{}", "{ }"], ['{"a":1}']),
        ({"properties": {"a": {"type": "null"}}}, ['{"a":null}', "{}"], ["1"]),
        ({"required": ["a"]}, ['{"a": [1]}'], ["{}"]),
        ({"type": ["string", "null"]}, ['"a"', "null"], ["1"]),
        ({"const": {"a": ['"\\é']}}, ['{"a": ["\\"\\\\é"]}'], ["{}"]),
        ({"enum": [1, "1", None]}, ["1", '"1"', "null"], ["2"]),
        ({"oneOf": [{"type": "boolean"}, {"const": 1}]}, ["true", "1"], ["null"]),
        ({"allOf": [{"type": "boolean"}], "description": "yes or no"}, ["true"], ["1"]),
        ({"a/b": {"type": "null"}, "$ref": "#/a~1b"}, [], []),
        ({"type": "string"}, ['"\\u00e9"', '"\\n"'], ['"\n"', '"\\ud800"', '"\\x"', '"a']),
        ({"type": "number", "minimum": -1, "maximum": 1}, ["-0.5", "1.0", "0"],
         ["1.1", "-1.5"]),
        ({"type": "number", "minimum": 0.5}, ["1.25", "10"], ["0.7", "0", "-1"]),
        ({"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 5}, ["4"], ["3", "5"]),
        ({"type": "integer", "minimum": 2.5, "maximum": 1e20}, ["3", "9" * 16], ["2"]),
        ({"type": "integer"}, ["-7", "0"], ["01", "1.5", "+1"]),
    ],
)  # fmt: skip
def test_values_are_let_through_or_not(schema, yes, no):
    if not yes:
        with pytest.raises(BadArgumentError):
            automaton(schema)
    for text in yes:
        assert accepts(schema, text), text
    for text in no:
        assert not accepts(schema, text), text


def test_half_a_character_in_a_constant_is_written_as_an_escape():
    assert accepts({"const": "\ud800"}, '"\\ud800"')


def test_a_reference_may_use_escapes_and_stand_in_definitions():
    schema = {
        "definitions": {"a/b c~": {"type": "null"}},
        "properties": {"x": {"$ref": "#/definitions/a~1b%20c~0"}, "y": {"$ref": "#"}},
    }
    assert accepts(schema, '{"x": null, "y": {"y": {}}}')


@pytest.mark.parametrize(
    ("schema", "word"),
    [
        ("{", "valid JSON"),
        ("[" * 100_000, "valid JSON"),
        ("1", "neither"),
        ("false", "neither"),
        ({"type": "text"}, "type"),
        ({"type": []}, "type"),
        ({"type": {}}, "type"),
        ({"type": "string", "pattern": "a+"}, "pattern"),
        ({"not": {}}, "not"),
        ({"type": "array", "uniqueItems": True}, "uniqueItems"),
        ({"type": "number", "exclusiveMinimum": 0}, "exclusiveMinimum"),
        ({"$ref": "https://example.org/schema"}, "itself"),
        ({"$ref": "other.json#/a"}, "itself"),
        ({"$ref": 1}, "itself"),
        ({"$ref": "#/nothing"}, "nothing"),
        ({"$ref": "#", "type": "string"}, "type"),
        ({"anyOf": []}, "choice"),
        ({"anyOf": 1}, "choice"),
        ({"anyOf": [True], "required": ["a"]}, "required"),
        ({"allOf": [{}, {}]}, "allOf"),
        ({"enum": []}, "enum"),
        ({"properties": []}, "form"),
        ({"required": ["a"], "additionalProperties": False}, "required"),
        ({"required": [1]}, "required"),
        ({"prefixItems": {}}, "prefixItems"),
        ({"type": "array", "minItems": 2, "maxItems": 1}, "below"),
        ({"type": "array", "minItems": -1}, "minItems"),
        ({"type": "string", "minLength": 2, "maxLength": 1}, "below"),
        ({"type": "string", "maxLength": 10**6}, "maxLength"),
        ({"type": "string", "maxLength": True}, "maxLength"),
        ({"type": "integer", "minimum": 2, "maximum": 1}, "number"),
        ({"type": "number", "minimum": 0.2, "maximum": 0.8}, "number"),
        ({"type": "integer", "minimum": "1"}, "number"),
        ({"type": "integer", "minimum": True}, "number"),
    ],
)
def test_what_cannot_be_promised_is_refused_in_words(schema, word):
    with pytest.raises(BadArgumentError) as caught:
        grammar_of_schema(schema if isinstance(schema, str) else json.dumps(schema))
    assert word in caught.value.problem.advice


def test_hostile_schemas_are_refused():
    deep = {"type": "null"}
    for _ in range(100):
        deep = {"type": "array", "items": deep}
    circle = {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}},
              "$ref": "#/$defs/a"}  # fmt: skip
    with pytest.raises(BadArgumentError):
        grammar_of_schema(json.dumps(deep))
    assert not automaton(circle).table([automaton(circle).start]).any()
    with pytest.raises(BadArgumentError):
        automaton({"enum": [f"a{at}" for at in range(5000)]})


def test_a_schema_whose_grammar_would_be_too_large_is_refused(monkeypatch):
    monkeypatch.setattr("inglenook.engine.schema._MOST_CHARS", 1000)
    with pytest.raises(BadArgumentError):
        automaton({"properties": {f"a{at}": {"type": "null"} for at in range(100)}})
