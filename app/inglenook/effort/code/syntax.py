"""The syntax tree of code without what makes no difference: names, comments and docstrings."""

import ast

_DOCUMENTED = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def normal_form(tree: ast.Module) -> str:
    """Return a text that is the same for code that differs in names and comments alone.

    Names that the code gives itself are numbered as they come. It changes the tree.
    """
    numbers: dict[str, str] = {}
    for node in ast.walk(tree):
        _strip(node)
        for name in _given(node):
            numbers.setdefault(name, f"_{len(numbers)}")
    for node in ast.walk(tree):
        _rename(node, numbers)
    return ast.dump(tree)


def _strip(node: ast.AST) -> None:
    """Take away what is only read by people."""
    if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
        node.body = node.body[1:] or [ast.Pass()]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        node.returns = None
    if isinstance(node, ast.arg):
        node.annotation = None


def _given(node: ast.AST) -> list[str]:
    """Return the names that a node gives."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.arg):
        return [node.arg]
    is_stored = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    return [node.id] if is_stored and isinstance(node, ast.Name) else []


def _rename(node: ast.AST, numbers: dict[str, str]) -> None:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        node.name = numbers[node.name]
    elif isinstance(node, ast.arg):
        node.arg = numbers[node.arg]
    elif isinstance(node, ast.Name):
        node.id = numbers.get(node.id, node.id)
