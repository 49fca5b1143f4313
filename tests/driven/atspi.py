"""What a screen reader sees of a program, asked over D-Bus as a screen reader asks.

Interfaces and numbers: AT-SPI 2.46, ``xml/*.xml`` and ``atspi-constants.h`` of at-spi2-core.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from jeepney import DBusAddress, MatchRule, MessageType, new_method_call
from jeepney.io.blocking import DBusConnection, prep_socket
from jeepney.low_level import HeaderFields, Message
from tests.driven.desktop import eventually

_ROOT = "/org/a11y/atspi/accessible/root"
_REGISTRY = "org.a11y.atspi.Registry"
_BUS = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
_ACCESSIBLE = "org.a11y.atspi.Accessible"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_ANSWER_S = 20.0
_MOST_CHILDREN = 400
_AT_ONCE = 100
"""A bus lets a program wait for 128 answers."""
_LABELLED_BY = 2
_WITH_TEXT = {"text", "password text", "table cell"}

STATES = {
    "active": 1, "checked": 4, "collapsed": 5, "editable": 7, "enabled": 8, "expandable": 9,
    "expanded": 10, "focusable": 11, "focused": 12, "modal": 16, "multiselectable": 18,
    "pressed": 20, "selectable": 22, "selected": 23, "sensitive": 24, "showing": 25,
    "visible": 30, "checkable": 41, "has_popup": 42, "read_only": 43,
}  # fmt: skip


@dataclass(slots=True, eq=False)
class Node:
    """One thing of the tree, as it was when it was read.

    Attributes:
        place: Bus name and object path.
        text: What a text field holds; "" for what is no text.
        labels: Places of what names a combo box.
    """

    place: tuple[str, str]
    parent: "Node | None" = None
    name: str = ""
    role: str = ""
    states: frozenset[str] = frozenset()
    text: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    children: "list[Node]" = field(default_factory=list)

    def all(self) -> "Iterator[Node]":
        """Return this and all below."""
        yield self
        for child in self.children:
            yield from child.all()

    def shown(self) -> "Iterator[Node]":
        """Return what can be seen of this and all below, and nothing inside what is hidden."""
        if "showing" in self.states:
            yield self
            for child in self.children:
                yield from child.shown()

    def __str__(self) -> str:
        return f"{self.role} “{self.name}”"

    def in_words(self, depth: int = 0) -> str:
        """Return the tree as indented lines."""
        here = f"{'  ' * depth}{self} {' '.join(sorted(self.states))}"
        if self.text and self.text != self.name:
            here += f" text={self.text!r}"
        return "\n".join((here, *(each.in_words(depth + 1) for each in self.children)))


class Reader:
    """Asks one program, and hears what it announces.

    Threads: any one at a time.

    Attributes:
        said: What was announced, in order.
    """

    def __init__(self, address: str) -> None:
        path = address.partition("unix:path=")[2].partition(",")[0]
        socket = prep_socket(path, timeout=_ANSWER_S)
        self._bus = DBusConnection(socket)
        self._heard: deque[Message] = deque()
        self._focused: tuple[str, str] | None = None
        self.said: list[str] = []
        rule = MatchRule(type="signal", interface="org.a11y.atspi.Event.Object")
        self._filter = self._bus.filter(rule, queue=self._heard)
        self._answer(new_method_call(_BUS, "AddMatch", "s", (rule.serialise(),)))
        eventually(self._has_registry, "the registry of accessible programs has begun")
        listen = DBusAddress("/org/a11y/atspi/registry", _REGISTRY, _REGISTRY)
        for event in ("object:announcement", "object:state-changed", "focus:"):
            self._answer(new_method_call(listen, "RegisterEvent", "s", (event,)))

    def close(self) -> None:
        """Leave the bus."""
        self._filter.close()
        self._bus.close()

    def application(self) -> Node | None:
        """Return the program that has a window, with its windows; None while there is none."""
        # The registry knows programs that have left the bus for a moment longer.
        for place in self._children_of((_REGISTRY, _ROOT)):
            found = self.tree(place)
            if found is not None and found.children:
                self._add_popup(found)
                return found
        return None

    def tree(self, place: tuple[str, str]) -> Node | None:
        """Read something with all below it; None if it is gone."""
        top = Node(place)
        level = [top]
        while level:
            self._describe(level)
            level = [child for each in level for child in each.children]
        return top if top.role else None

    def announcements(self, wait_s: float = 0.0) -> list[str]:
        """Return all that was announced up to now."""
        try:
            while True:
                self._bus.recv_messages(timeout=wait_s)
        except TimeoutError:
            pass
        while self._heard:
            self._hear(self._heard.popleft())
        return self.said

    def extents(self, node: Node) -> tuple[int, int, int, int]:
        """Return left, top, width and height of something on the screen, in pixels."""
        where = _at(node, "org.a11y.atspi.Component")
        [extents] = self._answer(new_method_call(where, "GetExtents", "u", (0,)))
        return extents

    # --- inside ---

    def _has_registry(self) -> bool:
        [has] = self._answer(new_method_call(_BUS, "NameHasOwner", "s", (_REGISTRY,)))
        return bool(has)

    def _hear(self, event: Message) -> None:
        fields = event.header.fields
        member, (what, is_on, _, value, *_) = fields[HeaderFields.member], event.body
        if member == "Announcement":
            self.said.append(str(value[1]))
        elif member == "StateChanged" and what == "focused" and is_on:
            self._focused = fields[HeaderFields.sender], fields[HeaderFields.path]

    def _add_popup(self, top: Node) -> None:
        """Add the window that has the keyboard, if it is none of the program's children.

        Qt counts menus and other popups to nobody; a screen reader meets them by their focus.
        """
        self.announcements()
        known, here = {each.place for each in top.all()}, self._focused
        if here is None or here in known or here[0] != top.place[0]:
            return
        try:
            while (above := self._parent_of(here)) not in known:
                here = above
        except LookupError:  # it has closed since
            return
        found = self.tree(here)
        if found is not None:
            found.parent = top
            top.children.append(found)

    def _parent_of(self, place: tuple[str, str]) -> tuple[str, str]:
        [(_, parent)] = self._answer(_property(Node(place), _ACCESSIBLE, "Parent"))
        if parent[1].endswith("/null"):
            raise LookupError(place)
        return tuple(parent)

    def _describe(self, nodes: list[Node]) -> None:
        """Ask everything about many at once: the answers come while others are asked."""
        calls: list[tuple[Node, str, Message]] = []
        for node in nodes:
            accessible = _at(node, _ACCESSIBLE)
            calls += [
                (node, "name", _property(node, _ACCESSIBLE, "Name")),
                (node, "role", new_method_call(accessible, "GetRoleName")),
                (node, "states", new_method_call(accessible, "GetState")),
            ]
        self._take(calls)
        more: list[tuple[Node, str, Message]] = []
        for node in nodes:
            accessible = _at(node, _ACCESSIBLE)
            # What is in something hidden is read by nobody.
            if "showing" in node.states:
                more.append((node, "children", new_method_call(accessible, "GetChildren")))
            if node.role in _WITH_TEXT:
                text = _at(node, "org.a11y.atspi.Text")
                more.append((node, "text", new_method_call(text, "GetText", "ii", (0, -1))))
            if node.role == "combo box":
                more.append((node, "labels", new_method_call(accessible, "GetRelationSet")))
        self._take(more)

    def _take(self, calls: list[tuple[Node, str, Message]]) -> None:
        for first in range(0, len(calls), _AT_ONCE):
            self._take_some(calls[first : first + _AT_ONCE])

    def _take_some(self, calls: list[tuple[Node, str, Message]]) -> None:
        waiting = {}
        for node, what, message in calls:
            serial = next(self._bus.outgoing_serial)
            self._bus.send(message, serial=serial)
            waiting[serial] = (node, what)
        while waiting:
            answer = self._bus.receive(timeout=_ANSWER_S)
            known = waiting.pop(answer.header.fields.get(HeaderFields.reply_serial, -1), None)
            if known is not None and answer.header.message_type is MessageType.method_return:
                _READ[known[1]](known[0], answer.body)
            elif answer.header.message_type is MessageType.signal:
                for each in self._bus._filters.matches(answer):
                    each.queue.append(answer)

    def _children_of(self, place: tuple[str, str]) -> list[tuple[str, str]]:
        node = Node(place)
        answer = self._answer(new_method_call(_at(node, _ACCESSIBLE), "GetChildren"))
        return [tuple(each) for each in answer[0]]

    def _answer(self, message: Message) -> tuple:
        answer = self._bus.send_and_get_reply(message, timeout=_ANSWER_S)
        if answer.header.message_type is MessageType.error:
            raise LookupError(answer.body)
        return answer.body


def _at(node: Node, interface: str) -> DBusAddress:
    return DBusAddress(node.place[1], node.place[0], interface)


def _property(node: Node, interface: str, name: str) -> Message:
    return new_method_call(_at(node, _PROPERTIES), "Get", "ss", (interface, name))


def _read_states(node: Node, body: tuple) -> None:
    low, high = body[0]
    bits = low | high << 32
    node.states = frozenset(name for name, bit in STATES.items() if bits >> bit & 1)


def _read_children(node: Node, body: tuple) -> None:
    places = [tuple(each) for each in body[0][:_MOST_CHILDREN]]
    node.children = [Node(each, node) for each in places if not each[1].endswith("/null")]


def _read_labels(node: Node, body: tuple) -> None:
    related = [places for kind, places in body[0] if kind == _LABELLED_BY]
    node.labels = tuple(tuple(place) for places in related for place in places)


def _set(name: str, take: Callable[[tuple], object]) -> Callable[[Node, tuple], None]:
    return lambda node, body: setattr(node, name, take(body))


_READ: dict[str, Callable[[Node, tuple], None]] = {
    "name": _set("name", lambda body: body[0][1]),
    "role": _set("role", lambda body: body[0]),
    "text": _set("text", lambda body: body[0]),
    "states": _read_states,
    "children": _read_children,
    "labels": _read_labels,
}
