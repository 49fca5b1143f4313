"""What code does, as a key that is equal for code that does the same."""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from inglenook.effort.code.inputs import Inputs, inputs_for, named_examples
from inglenook.effort.code.meter import (
    Callee,
    LimitError,
    Meter,
    RaisedError,
    UnknownCodeError,
)
from inglenook.effort.code.runner import Runner
from inglenook.effort.code.syntax import normal_form

MOST_SOURCE = 8_000
"""Characters; a longer draft is a text of its own."""
KEY_LETTERS = 16

MOST_STEPS_AN_INPUT = 2_000
"""What goes on for longer with so small a value is taken not to end."""

_SHOWN_INPUTS = 2
# Python's parser and its trees go as deep as the code says; no person nests so deep.
_DEEP = re.compile(r"(?:(?:[-+~(\[{]|\bnot\b|\blambda\b[^:\n]{0,20}:)[\s\\]{0,20}){40}")

_NOTHING = re.compile(r"(?:= None|raises \w+|does not end)$")
"""What comes out of code that is wrong in one way or another."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What code does, or how it is written where that is not known.

    Attributes:
        key: Equal for code that does the same; as many hexadecimal digits as KEY_LETTERS.
        shown: For people: "total([1, 2]) = 3, total([]) = 0", or the head of the function.
    """

    key: str
    shown: str


class _Entry(NamedTuple):
    """The function that is tried."""

    name: str
    parameters: int


@lru_cache(128)
def behaviour_of(source: str, question: str = "") -> Behaviour | None:
    """Return what code does; None for what is no Python, is nothing, or is too long.

    A function is tried on the examples of the question and on values like them; a script is
    run, and what it prints is what it does. Two functions are the same if they return, print
    and raise the same, and change a list they are given in the same way. What this program
    does not know how to run is compared by its syntax tree.

    Args:
        source: Python code.
        question: What was asked: its examples tell what to try.
    """
    tree = _parsed(source)
    if tree is None or not tree.body:
        return None
    try:
        return _done(tree, named_examples(question)) or _written(tree)
    except RecursionError:
        return None


def _done(tree: ast.Module, examples: list[tuple[str, Inputs]]) -> Behaviour | None:
    """Return what code does; None if it cannot be run here, or does nothing that shows."""
    entry = _entry(tree, {name for name, _ in examples})
    try:
        told = _tried(tree, entry, [values for _, values in examples])
    except (UnknownCodeError, LimitError):
        return None
    if all(map(_NOTHING.search, told)):
        return None
    name = entry.name if entry else ""
    telling = [name + each for each in told if not _NOTHING.search(each)]
    return _behaviour("does", told, ", ".join(telling[:_SHOWN_INPUTS]))


def _written(tree: ast.Module) -> Behaviour:
    """Return how code is written."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    made = next((each for each in tree.body if isinstance(each, kinds)), tree.body[0])
    head = ast.unparse(made).splitlines()[0].removesuffix(":")
    return _behaviour("form", [normal_form(tree)], head)


def _parsed(source: str) -> ast.Module | None:
    if len(source) > MOST_SOURCE or _DEEP.search(source):
        return None
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _entry(tree: ast.Module, wanted: set[str]) -> _Entry | None:
    """Return the function that was asked for, or the last one; None for a script."""
    made = [each for each in tree.body if isinstance(each, ast.FunctionDef)]
    asked = [each for each in made if each.name in wanted] or made
    return _Entry(asked[-1].name, len(asked[-1].args.args)) if asked else None


def _tried(tree: ast.Module, entry: _Entry | None, examples: list[Inputs]) -> list[str]:
    """Return what comes out for every input, or what a script prints.

    Raises:
        UnknownCodeError: the code uses what is not known.
        LimitError: it takes too long, goes too deep or makes too much.
    """
    runner = Runner(Meter())
    wanted = [each for each in tree.body if entry is None or _makes(each)]
    try:
        runner.run(ast.Module([each for each in wanted if not _is_for_types(each)], []))
    except RaisedError as error:
        return [f" raises {error}"]
    if entry is None:
        return [f"prints {runner.printed!r}" if runner.printed else "= None"]
    made = runner.top.find(entry.name)
    return [_outcome(runner, made, each) for each in inputs_for(examples, entry.parameters)]


def _makes(statement: ast.stmt) -> bool:
    """Whether a statement makes a name: what a draft tries out itself is left aside."""
    return not isinstance(statement, ast.Expr | ast.If | ast.Assert | ast.For | ast.While)


def _is_for_types(statement: ast.stmt) -> bool:
    """Whether a statement brings names that stand in annotations alone."""
    return isinstance(statement, ast.ImportFrom) and statement.module in {
        "typing",
        "__future__",
    }


def _outcome(runner: Runner, made: object, values: Inputs) -> str:
    """Return what a function does with an input, such as "(2, 3) = 5"."""
    given = [_copied(each) for each in values]
    asked = f"({', '.join(map(repr, values))})"
    runner.forget_printed()
    try:
        with runner.meter.part(MOST_STEPS_AN_INPUT):
            found = f"= {_told(runner.meter, runner.call(made, given, {}))}"
    except RaisedError as error:
        found = f"raises {error}"
    except LimitError:
        return f"{asked} does not end"
    if runner.printed:
        found += f", prints {runner.printed!r}"
    if repr(given) != repr(list(values)):
        found += f", changes {_told(runner.meter, given)}"
    return f"{asked} {found}"


def _told(meter: Meter, value: object) -> str:
    """Return a value as text that is equal for equal values, whichever order a set has.

    Raises:
        LimitError: it is too large.
        UnknownCodeError: there is a function in it.
    """
    meter.weigh(value)
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.9g}"
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(sorted(map(_text, value)))}}}"
    if isinstance(value, dict):
        pairs = sorted(f"{_text(key)}: {_text(held)}" for key, held in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list | tuple):
        inside = ", ".join(map(_text, value))
        return f"[{inside}]" if isinstance(value, list) else f"({inside})"
    if isinstance(value, Callee):
        raise UnknownCodeError
    return repr(value)


def _copied(value: object) -> object:
    """Return a value that can be changed without changing this one."""
    if isinstance(value, list):
        return [_copied(each) for each in value]
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    return value


def _behaviour(how: str, told: Sequence[str], shown: str) -> Behaviour:
    text = "\n".join((how, *told))
    return Behaviour(sha256(text.encode("utf-8", "replace")).hexdigest()[:KEY_LETTERS], shown)
