"""`./dev words`: every text of the window that can be translated, and how much of it is."""

import ast
import builtins
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
APP = ROOT / "app" / "inglenook"
UI = APP / "ui"
CATALOGUES = ROOT / "resources" / "i18n"
COMPLETE = ("de",)
"""Languages that are kept complete; the others are begun."""
_BELOW = ("core", "chat", "models", "effort", "documents", "storage", "hardware", "downloads",
          "engine", "remote", "services")  # fmt: skip
_TOLD_BY_NAME = {"title", "advice", "note", "waiting_for", "what"}
_SHOWN = {
    "Label", "Button", "Chip", "Badge", "setText", "set_text", "setToolTip", "setWindowTitle",
    "setAccessibleName", "setAccessibleDescription", "setPlaceholderText", "set_name",
}  # fmt: skip
"""What shows its first text, or one by these names, to a person."""
_SHOWN_BY_NAME = {"text", "name", "hint"}
_NOT_WORDS = re.compile(r"Inglenook$|(Ctrl|Shift|Alt|Esc|F\d)")
"""Our name, and keys: Qt writes them as the system does."""
_ALL_TOLD = {"reasons.py", "answers.py", "sent.py", "document.py"}
"""Files below the window whose sentences reach it by other ways than these names."""


@dataclass(slots=True)
class Found:
    """What the source holds.

    Attributes:
        plain: Texts with one form.
        counted: Texts with a form for each kind of number, by the English one for many.
        told: Templates of sentences from below the window, with ``{0}`` for what is filled in.
        unmarked: Where ``tr`` is given what nobody has marked.
        bare: Where a control is given a text that does not go through ``tr``.
    """

    plain: set[str] = field(default_factory=set)
    counted: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    unmarked: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)

    def all(self) -> list[str]:
        """Return the keys of a complete catalogue, sorted."""
        return sorted(self.plain | self.counted | self.told)


def collect() -> Found:
    """Read the whole source."""
    found = Found()
    for path in sorted(UI.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        _Window(found, str(path.relative_to(ROOT))).visit(tree)
        _Below(found).visit(tree)
    for floor in _BELOW:
        for path in sorted((APP / floor).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            _Below(found).visit(tree)
            if path.name in _ALL_TOLD:
                found.told |= {text for text in _all_told(tree) if _is_sentence(text)}
    return found


class _Window(ast.NodeVisitor):
    """Finds what one file of the window says."""

    def __init__(self, found: Found, path: str) -> None:
        self._found, self._path = found, path
        self._records: dict[str, list[tuple[str, bool]]] = {}
        self._has_table = False

    def visit_Module(self, node: ast.Module) -> None:
        names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        imported = {
            name.name
            for each in ast.walk(node) if isinstance(each, ast.ImportFrom)
            for name in each.names
        }  # fmt: skip
        self._has_table = bool({"Words", "mark"} & (names | imported)) or _takes_marked(node)
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        fields = [each for each in node.body if isinstance(each, ast.AnnAssign)]
        self._records[node.name] = [
            (each.target.id, _is_words(each.annotation))
            for each in fields
            if isinstance(each.target, ast.Name)
        ]
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._found.plain |= set(_marked(node.annotation, node.value))
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = _name(node.func)
        texts = [text for each in node.args for text in _texts(each)]
        if name in {"tr", "mark"} and len(node.args) == 1:
            self._found.plain |= set(texts)
            if name == "tr" and not texts and not self._has_table:
                self._found.unmarked.append(f"{self._path}:{node.lineno}")
        elif name == "tr_n" and len(node.args) == 3:
            self._found.counted |= set(_texts(node.args[1]))
            if not _texts(node.args[1]):
                self._found.unmarked.append(f"{self._path}:{node.lineno}")
        elif name in self._records:
            self._collect_record(node, self._records[name])
        elif name in _SHOWN:
            self._look_for_bare(node)
        self.generic_visit(node)

    def _collect_record(self, node: ast.Call, fields: list[tuple[str, bool]]) -> None:
        by_name = dict(fields)
        given = list(zip((each[1] for each in fields), node.args, strict=False))
        given += [(by_name.get(each.arg or "", False), each.value) for each in node.keywords]
        for is_words, value in given:
            if is_words:
                self._found.plain |= set(_texts(value))

    def _look_for_bare(self, node: ast.Call) -> None:
        given = list(node.args[:2])
        given += [each.value for each in node.keywords if each.arg in _SHOWN_BY_NAME]
        for value in given:
            for text in _texts(value):
                if re.search(r"[A-Za-z]{2}", text) and not _NOT_WORDS.match(text):
                    self._found.bare.append(f"{self._path}:{node.lineno} {text!r}")


class _Below(ast.NodeVisitor):
    """Finds the sentences that one file makes for a person, wherever it stands."""

    def __init__(self, found: Found) -> None:
        self._found = found

    def visit_Call(self, node: ast.Call) -> None:
        name = _name(node.func)
        if name in {"tr", "tr_n", "mark"}:
            return
        given = [each.value for each in node.keywords if each.arg in _TOLD_BY_NAME]
        if name == "Problem" or (name.endswith("Error") and not hasattr(builtins, name)):
            given += node.args[:2]
        for value in given:
            self._found.told |= {text for text in _templates(value) if _is_sentence(text)}
        self.generic_visit(node)


def _is_sentence(text: str) -> bool:
    bare = re.sub(r"\{\d+\}", "", text)
    is_begun = text[:1].isupper() or text.startswith("{")
    return is_begun and " " in text and len(re.findall(r"[A-Za-z]{2,}", bare)) >= 2


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _texts(node: ast.expr) -> Iterator[str]:
    """Yield the literals that an expression can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def _templates(node: ast.expr) -> Iterator[str]:
    """Yield the literals that an expression can be, with gaps for what is filled in."""
    if isinstance(node, ast.JoinedStr):
        parts, gaps = [], 0
        for part in node.values:
            if isinstance(part, ast.Constant):
                parts.append(str(part.value))
            else:
                parts.append(f"{{{gaps}}}")
                gaps += 1
        yield "".join(parts)
    elif isinstance(node, ast.IfExp):
        yield from _templates(node.body)
        yield from _templates(node.orelse)
    else:
        yield from _texts(node)


def _all_told(tree: ast.Module) -> Iterator[str]:
    """Yield every text and template of a file but for its docstrings."""
    silent = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    silent |= {
        id(part)
        for each in ast.walk(tree)
        if isinstance(each, ast.JoinedStr)
        for part in ast.walk(each)
        if part is not each
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in silent:
            yield from _templates(node)


def _is_words(annotation: ast.expr) -> bool:
    return isinstance(annotation, ast.Name) and annotation.id == "Words"


def _marked(annotation: ast.expr, value: ast.expr) -> Iterator[str]:
    """Yield the literals of a table that stand where its annotation says ``Words``."""
    if _is_words(annotation):
        yield from _texts(value)
    elif isinstance(annotation, ast.Subscript):
        inner = annotation.slice
        kinds = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        if isinstance(value, ast.Dict) and len(kinds) == 2:
            for each in value.values:
                yield from _marked(kinds[1], each)
        elif isinstance(value, ast.Tuple | ast.List):
            is_row = isinstance(inner, ast.Tuple) and not isinstance(kinds[-1], ast.Constant)
            for number, each in enumerate(value.elts):
                yield from _marked(kinds[min(number, len(kinds) - 1) if is_row else 0], each)


def _takes_marked(module: ast.Module) -> bool:
    """Tell whether a file takes the texts of a table from a file that marks them."""
    for node in module.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("inglenook."):
            if node.module == "inglenook.ui.words":
                continue
            path = ROOT / "app" / (node.module or "").replace(".", "/")
            source = path.with_suffix(".py")
            if source.exists() and re.search(
                r"\b(mark\(|Words\b)", source.read_text(encoding="utf-8")
            ):
                return True
    return False


def read(language: str) -> dict[str, str | dict[str, str]]:
    """Return the catalogue of a language as it is kept."""
    return json.loads((CATALOGUES / f"{language}.json").read_text(encoding="utf-8"))


def languages() -> list[str]:
    """Return the languages that have a catalogue."""
    return sorted(path.stem for path in CATALOGUES.glob("*.json"))


def tidy(language: str, wanted: list[str]) -> None:
    """Keep what the source says, sorted as the complete list is."""
    held = read(language)
    kept = {text: held[text] for text in wanted if text in held}
    text = json.dumps(kept, ensure_ascii=False, indent=1) + "\n"
    (CATALOGUES / f"{language}.json").write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Print the share of each language; ``--tidy`` drops and sorts, ``--missing de`` lists."""
    found = collect()
    wanted = found.all()
    if arguments[:1] == ["--missing"]:
        held = read(arguments[1])
        print(*(text for text in wanted if text not in held), sep="\n")
        return 0
    print(f"{len(wanted)} texts: {len(found.plain)} of the window, {len(found.counted)} "
          f"with a number, {len(found.told)} from below it")  # fmt: skip
    for language in languages():
        if arguments == ["--tidy"]:
            tidy(language, wanted)
        held = read(language)
        done = sum(text in held for text in wanted)
        old = len(held) - done
        print(f"{language}  {done:5}  {done / len(wanted):4.0%}  {old} no longer said")
    for line in (*found.unmarked, *found.bare):
        print(f"not collected: {line}")
    return int(bool(found.unmarked or found.bare))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
