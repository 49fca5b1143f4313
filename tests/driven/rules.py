"""What everything in the tree of a window must have, for whoever cannot see it."""

from tests.driven.atspi import Node

ROLES = {
    "push button", "toggle button", "check box", "radio button", "text", "password text",
    "combo box", "list item", "page tab", "menu item", "check menu item", "radio menu item",
    "slider", "spin button", "link", "table cell", "column header", "tree item",
}  # fmt: skip
"""Roles of what people use; each needs a name that tells one from another."""

_HOLDERS = {"list", "table", "tree", "tree table", "page tab list", "popup menu", "dialog"}


def faults(top: Node) -> list[str]:
    """Return what is wrong with what can be seen, in words; nothing if all is well."""
    names = {each.place: each.name for each in top.all()}
    shown = list(top.shown())
    return [
        f"{fault}: {each} in {_way(each)}" for each in shown if (fault := _fault(each, names))
    ]


def _fault(node: Node, names: dict[tuple[str, str], str]) -> str:
    if "focusable" in node.states and not node.role.strip():
        return "no role"
    if node.role in ROLES and not _name(node, names).strip():
        return "no name"
    if node.role in _HOLDERS and "focusable" in node.states and not node.name:
        return "no name"
    if node.role == "push button" and not {"focusable"} & node.states:
        return "no keyboard"
    if node.role in {"check box", "radio button"} and "checkable" not in node.states:
        return "cannot be checked"
    if node.role == "combo box" and "expandable" not in node.states:
        return "cannot be opened"
    return ""


def _name(node: Node, names: dict[tuple[str, str], str]) -> str:
    """Return what a thing is called; a combo box by its label, as its name is its value."""
    if node.role == "combo box":
        return " ".join(names.get(place, "") for place in node.labels)
    return node.name or (node.text if node.role == "table cell" else "")


def _way(node: Node) -> str:
    """Return by what a thing is found: the named ones it is in."""
    above, found = node.parent, []
    while above is not None:
        found += [above.name] if above.name else []
        above = above.parent
    return " < ".join(found)
