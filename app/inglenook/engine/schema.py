"""Turns a JSON schema into a grammar of the JSON texts it allows."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeAlias
from urllib.parse import unquote

from inglenook.core.errors import BadArgumentError
from inglenook.engine.numbers import integers, numbers

Schema: TypeAlias = Mapping[str, Any] | bool

_MOST_NESTED = 64
_ANY_NESTED = 6  # levels of a value of which the schema says nothing
_MOST_CHARS = 2_000_000  # of the grammar; what a schema of the size allowed needs at worst

_STRUCTURE = r"""
gap ::= (" " | "\n" [ \t]{0,24})?
hex ::= [0-9a-fA-F]
unit ::= [0-9a-cA-Ce-fE-F] hex{3} | [dD] [0-7] hex{2}
char ::= [^"\\\x00-\x1F] | "\\" (["\\/bfnrt] | "u" unit)
string ::= "\"" char* "\""
boolean ::= "true" | "false"
null ::= "null"
"""

_SILENT = {
    "title", "description", "default", "examples", "example", "deprecated", "readOnly",
    "writeOnly", "format", "$schema", "$id", "$comment", "$defs", "definitions",
    "discriminator", "nullable",
}  # fmt: skip

_KNOWN = {
    "object": {"properties", "required", "additionalProperties"},
    "array": {"items", "prefixItems", "minItems", "maxItems"},
    "string": {"minLength", "maxLength"},
    "integer": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"},
    "number": {"minimum", "maximum"},
    "boolean": set(),
    "null": set(),
}


def grammar_of_schema(text: str) -> str:
    """Return GBNF whose texts are JSON values that the schema accepts.

    Not every such value can be written: properties stand in the schema's order, none are
    added to those it names, whitespace is what people use, numbers have at most 16 digits, and
    values of which nothing is said nest at most six deep. ``oneOf`` is read as ``anyOf``, and
    ``format`` as a remark. References may point into the schema itself only.

    Raises:
        BadArgumentError: the text is no schema, or asks for what a grammar cannot promise.
    """
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError) as cause:
        raise BadArgumentError(
            "This JSON schema cannot be read", "Check that it is valid JSON.", cause=cause
        ) from cause
    return _Compiler(schema).grammar()


class _Compiler:
    """Collects rules; each visit returns the name of one, or a literal."""

    def __init__(self, schema: Schema) -> None:
        self._whole = schema
        self._bodies: dict[str, str] = {}
        self._references: dict[str, str] = {}
        self._chars = 0
        self._makers: dict[str, Callable[[Mapping[str, Any], int], str]] = {
            "object": self._object,
            "array": self._array,
            "string": self._string,
            "integer": lambda schema, _depth: integers(schema),
            "number": lambda schema, _depth: numbers(schema),
            "boolean": lambda _schema, _depth: "boolean",
            "null": lambda _schema, _depth: "null",
        }

    def grammar(self) -> str:
        """Return all rules."""
        root = self._value(self._whole, 0)
        rules = [f"{name} ::= {body}\n" for name, body in self._bodies.items()]
        return f"root ::= {root}\n{_STRUCTURE}{''.join(rules)}"

    # --- values ---

    def _value(self, schema: object, depth: int) -> str:
        if depth > _MOST_NESTED:
            _refuse(f"it is nested more than {_MOST_NESTED} deep")
        if schema is True:
            return self._anything(_ANY_NESTED)
        if not isinstance(schema, Mapping):
            _refuse("a part of it is neither an object nor true")
        for keyword, make in (
            ("$ref", self._reference),
            ("const", lambda value, _depth: _spelled(value)),
            ("enum", self._enumeration),
            ("anyOf", self._choice),
            ("oneOf", self._choice),
            ("allOf", self._single),
        ):
            if keyword in schema:
                rest = {"type"} if keyword in {"const", "enum"} else set()
                _check_keywords(schema, {keyword, *rest})
                return make(schema[keyword], depth)
        return self._typed(schema, depth)

    def _typed(self, schema: Mapping[str, Any], depth: int) -> str:
        kinds = schema.get("type", _kind_meant(schema))
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if kinds == [None]:
            _check_keywords(schema, set())
            return self._anything(_ANY_NESTED)
        if not kinds or not all(isinstance(kind, str) and kind in _KNOWN for kind in kinds):
            _refuse(f"it names a type that JSON does not have: {kinds!r:.60}")
        _check_keywords(schema, {"type"}.union(*(_KNOWN[kind] for kind in kinds)))
        return self._either([self._makers[kind](schema, depth) for kind in kinds])

    def _choice(self, schemas: object, depth: int) -> str:
        if not isinstance(schemas, list) or not schemas:
            _refuse("a choice lists no schemas")
        return self._either([self._value(each, depth + 1) for each in schemas])

    def _single(self, schemas: object, depth: int) -> str:
        if not isinstance(schemas, list) or len(schemas) != 1:
            _refuse("allOf joins several schemas")
        return self._value(schemas[0], depth + 1)

    def _enumeration(self, values: object, _depth: int) -> str:
        if not isinstance(values, list) or not values:
            _refuse("an enum lists no values")
        return self._either([_spelled(value) for value in values])

    def _reference(self, pointer: object, depth: int) -> str:
        if not isinstance(pointer, str) or not (pointer == "#" or pointer.startswith("#/")):
            _refuse(f"only references into the schema itself are followed, not {pointer!r:.60}")
        if pointer not in self._references:
            name = self._references[pointer] = self._named("")
            self._bodies[name] = self._value(self._found(pointer), depth + 1)
        return self._references[pointer]

    def _found(self, pointer: str) -> object:
        found: object = self._whole
        for step in pointer.split("/")[1:]:
            key = unquote(step).replace("~1", "/").replace("~0", "~")
            if not isinstance(found, Mapping) or key not in found:
                _refuse(f"it has no {pointer!r:.60}")
            found = found[key]
        return found

    def _anything(self, levels: int) -> str:
        name = f"any-{levels}"
        if name not in self._bodies:
            kinds = ["string", numbers({}), "boolean", "null"]
            self._bodies[name] = " | ".join(kinds)
            if levels:
                value = self._anything(levels - 1)
                kinds += [self._map(value), self._list([], value, 0, None)]
                self._bodies[name] = " | ".join(kinds)
        return name

    # --- objects ---

    def _object(self, schema: Mapping[str, Any], depth: int) -> str:
        properties = schema.get("properties", {})
        required = schema.get("required", [])
        others = schema.get("additionalProperties", True)
        if not isinstance(properties, Mapping) or not isinstance(required, list):
            _refuse("properties or required have the wrong form")
        named = dict(properties)
        for key in required:
            if not isinstance(key, str) or (key not in named and others is False):
                _refuse("a required property is not among the properties")
            named.setdefault(key, others)
        if not named and others is not False:
            return self._map(self._value(others, depth + 1))
        pairs = [
            (self._pair(_spelled(key), self._value(value, depth + 1)), key in required)
            for key, value in named.items()
        ]
        return self._named(f'"{{" gap {self._chain(pairs)} gap "}}"')

    def _chain(self, pairs: list[tuple[str, bool]]) -> str:
        """Return pairs in their order, each optional one there or not, with their commas."""
        first = more = '""'  # what may follow before and after the first pair is written
        for pair, is_required in reversed(pairs):
            before = self._either([f"{pair} {more}"] + [first] * (not is_required))
            more = self._either([f'"," gap {pair} {more}'] + [more] * (not is_required))
            first = before
        return first

    def _pair(self, key: str, value: str) -> str:
        return self._named(f'{key} ":" " "? {value}')

    def _map(self, value: str) -> str:
        pair = self._pair("string", value)
        return self._named(f'"{{" gap ({pair} ("," gap {pair})* gap)? "}}"')

    # --- arrays ---

    def _array(self, schema: Mapping[str, Any], depth: int) -> str:
        first = schema.get("prefixItems", [])
        if not isinstance(first, list):
            _refuse("prefixItems is no list")
        least, most = _count(schema, "minItems"), _count(schema, "maxItems")
        items = [self._value(each, depth + 1) for each in first]
        rest = schema.get("items", True)
        if rest is False or (first and "items" not in schema):
            most = len(items) if most is None else min(most, len(items))
            rest = True
        value = "null" if most is not None and most <= len(items) else ""
        return self._list(items, value or self._value(rest, depth + 1), least or 0, most)

    def _list(self, first: Sequence[str], value: str, least: int, most: int | None) -> str:
        """Return an array: some items of their own kind, then any number of one kind."""
        if most is not None and most < least:
            _refuse("maxItems is below minItems")
        if most == 0:
            return self._named('"[" gap "]"')
        heads = list(first or [value])[:most]
        begun = len(heads)
        bounds = f"{max(least - begun, 0)},{'' if most is None else most - begun}"
        more = f'("," gap {value}){{{bounds}}}'
        for at in reversed(range(begun)):
            item = heads[at] if not at else f'"," gap {heads[at]}'
            more = self._named(f"{item} {more}" if at < least else f"({item} {more})?")
        return self._named(f'"[" gap {more} gap "]"')

    # --- strings ---

    def _string(self, schema: Mapping[str, Any], _depth: int) -> str:
        least, most = _count(schema, "minLength"), _count(schema, "maxLength")
        if not least and most is None:
            return "string"
        if most is not None and most < (least or 0):
            _refuse("maxLength is below minLength")
        bounds = f"{{{least or 0},{'' if most is None else most}}}"
        return self._named(rf'"\"" char{bounds} "\""')

    # --- rules ---

    def _either(self, bodies: list[str]) -> str:
        return bodies[0] if len(bodies) == 1 else self._named(" | ".join(bodies))

    def _named(self, body: str) -> str:
        self._chars += len(body) + 16
        if self._chars > _MOST_CHARS:
            _refuse("it is too large")
        name = f"r{len(self._bodies)}"
        self._bodies[name] = body
        return name


def _kind_meant(schema: Mapping[str, Any]) -> str | None:
    """Return the type whose keywords are used where none is named."""
    for kind, keywords in _KNOWN.items():
        if not keywords.isdisjoint(schema):
            return kind
    return None


def _check_keywords(schema: Mapping[str, Any], known: set[str]) -> None:
    for keyword in schema:
        if keyword not in known and keyword not in _SILENT:
            _refuse(f"{keyword!r:.60} cannot be promised there")


def _count(schema: Mapping[str, Any], keyword: str) -> int | None:
    count = schema.get(keyword)
    if count is None:
        return None
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= 10_000:
        _refuse(f"{keyword} must be a whole number from 0 to 10,000")
    return int(count)


def _spelled(value: object) -> str:
    """Return a JSON value as a literal of the grammar."""
    text = json.dumps(value, ensure_ascii=False)
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        text = json.dumps(value)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _refuse(why: str) -> NoReturn:
    raise BadArgumentError("This JSON schema cannot be followed", f"Change it: {why}.")
