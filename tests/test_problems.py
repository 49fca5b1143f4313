"""Every error says what happened in at most nine words, and what to do in a sentence."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from inglenook.core import errors

APP = Path(__file__).resolve().parents[1] / "app" / "inglenook"
MOST_WORDS = 9
KINDS = {"Problem"} | {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.InglenookError)
}
BLAME = re.compile(
    r"\b(you (must|should|failed|did not)|invalid|illegal|oops|sorry)\b", re.IGNORECASE
)


def sentence(node: ast.expr) -> str | None:
    """Return a text as it stands in the source, with ``x`` for what is filled in."""
    if isinstance(node, ast.Call):  # tr(…), or tr(…).format(…)
        inner = node.func.value if isinstance(node.func, ast.Attribute) else None
        return sentence(inner if inner is not None else node.args[0]) if node.args else None
    if isinstance(node, ast.JoinedStr):
        parts = [each.value if isinstance(each, ast.Constant) else "x" for each in node.values]
        return "".join(map(str, parts))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = sentence(node.left), sentence(node.right)
        return None if left is None or right is None else left + right
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return re.sub(r"\{\w*\}", "x", node.value) if is_text else None


def told(tree: ast.Module, at: str) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield place, title and advice of every error that is made in a file."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or len(call.args) < 2:
            continue
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in KINDS:
            title, advice = map(sentence, call.args[:2])
            yield f"{at}:{call.lineno}", title, advice


FOUND = [
    each
    for path in sorted(APP.rglob("*.py"))
    for each in told(ast.parse(path.read_text("utf-8")), str(path.relative_to(APP)))
]


def wrong(title: str | None, advice: str | None) -> list[str]:
    """Return what is wrong with an error's words; what is put together elsewhere is passed."""
    faults = []
    if title is not None:
        faults += ["title too long"] * (len(title.split()) > MOST_WORDS)
        faults += ["title is no headline"] * title.endswith((".", "!"))
    if advice:
        is_whole = advice.endswith((".", "x")) or ": inglenook " in advice
        faults += ["advice is no sentence"] * (not is_whole)
        is_small = advice[0].islower() and not advice.startswith("x ")
        faults += ["advice begins small"] * is_small
    both = f"{title or ''} {advice or ''}"
    faults += ["it blames, or shouts"] * bool("!" in both or BLAME.search(both))
    return faults


def test_the_errors_are_found():
    assert len(FOUND) > 150


@pytest.mark.parametrize(
    ("title", "advice", "faults"),
    [
        ("The disk is full", "Free some space.", 0),
        ("The disk is full.", "free some space", 3),
        ("One two three four five six seven eight nine ten", "Sorry about that.", 2),
    ],
)
def test_the_rules_could_fail(title, advice, faults):
    assert len(wrong(title, advice)) == faults


def test_every_error_is_a_headline_and_a_sentence():
    found = [f"{at}: {each}" for at, *words in FOUND for each in wrong(*words)]
    assert found == []
