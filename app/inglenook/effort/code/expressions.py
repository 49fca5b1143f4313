"""The values of expressions, found by walking their syntax tree."""

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from inglenook.effort.code.meter import (
    MOST_NODES,
    Callee,
    LimitError,
    Meter,
    RaisedError,
    UnknownCodeError,
)
from inglenook.effort.code.operators import binary, compared, item, put_item, unary
from inglenook.effort.code.words import Named, Values, Words, in_order, method


@dataclass(slots=True)
class Scope:
    """Names and what they stand for, within those around them.

    Threads: one.
    """

    names: dict[str, object] = field(default_factory=dict)
    around: "Scope | None" = None

    def find(self, name: str) -> object:
        """Return what a name stands for.

        Raises:
            UnknownCodeError: nothing that is known.
        """
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.around
        raise UnknownCodeError


class Expressions:
    """Finds the values of expressions; what is not known here has none.

    Threads: one.

    Attributes:
        words: The names that are there from the start.
        meter: What may be used up.
    """

    def __init__(self, meter: Meter) -> None:
        self.meter = meter
        self.words = Words(meter, lambda call, values: self.call(call, values, {}))
        self._known: dict[type[ast.expr], Callable[..., object]] = {
            ast.Constant: self._constant, ast.Name: self._name, ast.BinOp: self._binary,
            ast.UnaryOp: self._unary, ast.BoolOp: self._and_or, ast.Compare: self._compare,
            ast.IfExp: self._either, ast.Subscript: self._item, ast.Slice: self._slice,
            ast.List: self._list, ast.Tuple: self._tuple, ast.Set: self._set,
            ast.Dict: self._dict, ast.Lambda: self._lambda, ast.JoinedStr: self._text,
            ast.Call: self._called, ast.ListComp: self._list_of,
            ast.GeneratorExp: self._list_of, ast.SetComp: self._set_of,
            ast.DictComp: self._dict_of,
        }  # fmt: skip

    def call(self, called: object, values: Values, named: Named) -> object:
        """Call what code may call.

        Raises:
            RaisedError: the code raised, and did not catch it.
            LimitError: it takes too long, goes too deep or makes too much.
            UnknownCodeError: it uses what is not known.
        """
        if not isinstance(called, Callee):
            raise RaisedError(TypeError)
        self.meter.enter()
        try:
            return called.call(values, named)
        finally:
            self.meter.leave()

    def function(
        self, name: str, asked: ast.arguments, scope: Scope, body: Callable[[Scope], object]
    ) -> Callee:
        """Return a function of the code's own, whose body sees the names around it."""
        if asked.vararg or asked.kwarg or asked.posonlyargs or asked.kwonlyargs:
            raise UnknownCodeError
        wanted = [each.arg for each in asked.args]
        usual = [self.value(each, scope) for each in asked.defaults]
        given = dict(zip(wanted[len(wanted) - len(usual) :], usual, strict=True))

        def call(values: Values, named: Named) -> object:
            if len(values) > len(wanted) or not set(named) <= set(wanted[len(values) :]):
                raise RaisedError(TypeError)
            names = {**given, **named, **dict(zip(wanted, values, strict=False))}
            if len(names) < len(wanted):
                raise RaisedError(TypeError)
            return body(Scope(names, scope))

        return Callee(name, call)

    # --- places ---

    def put(self, target: ast.expr, value: object, scope: Scope) -> None:
        """Let a name, a place or several of them stand for a value."""
        if isinstance(target, ast.Name):
            scope.names[target.id] = value
        elif isinstance(target, ast.Subscript):
            holder, key = self.value(target.value, scope), self.value(target.slice, scope)
            put_item(self.meter, holder, key, value)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, value, scope)
        else:
            raise UnknownCodeError

    def _unpack(self, targets: Sequence[ast.expr], value: object, scope: Scope) -> None:
        held = self._listed(value)
        if len(held) != len(targets):
            raise RaisedError(ValueError)
        for target, each in zip(targets, held, strict=True):
            self.put(target, each, scope)

    # --- expressions ---

    def value(self, node: ast.expr, scope: Scope) -> object:
        """Return the value of an expression; it raises what ``call`` does."""
        handler = self._known.get(type(node))
        if handler is None:
            raise UnknownCodeError
        self.meter.enter()
        value = handler(node, scope)
        self.meter.leave()
        return value

    def _constant(self, node: ast.Constant, _scope: Scope) -> object:
        self.meter.weigh(node.value)
        return node.value

    def _name(self, node: ast.Name, scope: Scope) -> object:
        return scope.find(node.id)

    def _binary(self, node: ast.BinOp, scope: Scope) -> object:
        one, other = self.value(node.left, scope), self.value(node.right, scope)
        return binary(self.meter, node.op, one, other)

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> object:
        return unary(self.meter, node.op, self.value(node.operand, scope))

    def _and_or(self, node: ast.BoolOp, scope: Scope) -> object:
        goes_on = isinstance(node.op, ast.And)
        value: object = goes_on
        for each in node.values:
            value = self.value(each, scope)
            if bool(value) is not goes_on:
                break
        return value

    def _compare(self, node: ast.Compare, scope: Scope) -> object:
        one: object = self.value(node.left, scope)
        for sign, each in zip(node.ops, node.comparators, strict=True):
            other = self.value(each, scope)
            if not compared(self.meter, sign, one, other):
                return False
            one = other
        return True

    def _either(self, node: ast.IfExp, scope: Scope) -> object:
        return self.value(node.body if self.value(node.test, scope) else node.orelse, scope)

    def _item(self, node: ast.Subscript, scope: Scope) -> object:
        holder = self.value(node.value, scope)
        return item(self.meter, holder, self.value(node.slice, scope))

    def _slice(self, node: ast.Slice, scope: Scope) -> object:
        ends = (node.lower, node.upper, node.step)
        return slice(*(each and self.value(each, scope) for each in ends))

    def _list(self, node: ast.List, scope: Scope) -> object:
        return [self.value(each, scope) for each in node.elts]

    def _tuple(self, node: ast.Tuple, scope: Scope) -> object:
        return tuple(self.value(each, scope) for each in node.elts)

    def _set(self, node: ast.Set, scope: Scope) -> object:
        return self.meter.ask(set, [self.value(each, scope) for each in node.elts])

    def _dict(self, node: ast.Dict, scope: Scope) -> object:
        if None in node.keys:
            raise UnknownCodeError
        keys = [each and self.value(each, scope) for each in node.keys]
        values = [self.value(each, scope) for each in node.values]
        return self.meter.ask(dict, list(zip(keys, values, strict=True)))

    def _lambda(self, node: ast.Lambda, scope: Scope) -> object:
        return self.function(
            "lambda", node.args, scope, lambda inner: self.value(node.body, inner)
        )

    def _text(self, node: ast.JoinedStr, scope: Scope) -> object:
        return self.meter.ask("".join, [self._part(each, scope) for each in node.values])

    def _part(self, node: ast.expr, scope: Scope) -> object:
        if not isinstance(node, ast.FormattedValue):
            return self.value(node, scope)
        if node.format_spec is not None or node.conversion != -1:
            raise UnknownCodeError  # a width may be any number
        return self.meter.ask(str, self.value(node.value, scope))

    def _called(self, node: ast.Call, scope: Scope) -> object:
        if any(each.arg is None for each in node.keywords):
            raise UnknownCodeError
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        before = self.value(owner or node.func, scope)
        values = [self.value(each, scope) for each in node.args]
        named = {str(each.arg): self.value(each.value, scope) for each in node.keywords}
        if not isinstance(node.func, ast.Attribute):
            return self.call(before, values, named)
        if isinstance(before, list) and node.func.attr == "sort" and not values:
            before[:] = self.words.ordered(before, named)
            return None
        if named:
            raise UnknownCodeError
        return method(self.meter, before, node.func.attr, values)

    # --- comprehensions ---

    def _list_of(self, node: ast.ListComp | ast.GeneratorExp, scope: Scope) -> object:
        inner = Scope(around=scope)
        rows = self._rows(node.generators, inner)
        return self.meter.ask(list, [self.value(node.elt, inner) for _ in rows])

    def _set_of(self, node: ast.SetComp, scope: Scope) -> object:
        inner = Scope(around=scope)
        rows = self._rows(node.generators, inner)
        return self.meter.ask(set, [self.value(node.elt, inner) for _ in rows])

    def _dict_of(self, node: ast.DictComp, scope: Scope) -> object:
        inner = Scope(around=scope)
        rows = self._rows(node.generators, inner)
        pairs = [(self.value(node.key, inner), self.value(node.value, inner)) for _ in rows]
        return self.meter.ask(dict, pairs)

    def _rows(self, parts: Sequence[ast.comprehension], scope: Scope) -> Iterator[None]:
        """Put every row of values that fits into a scope, one after the other."""
        if not parts:
            yield None
            return
        first, *rest = parts
        for each in self.items(first.iter, scope):
            self.put(first.target, each, scope)
            if all(self.value(test, scope) for test in first.ifs):
                yield from self._rows(rest, scope)

    # --- what is gone through ---

    def items(self, node: ast.expr, scope: Scope) -> Iterator[object]:
        """Give what a loop goes through, also what is added on the way to a list."""
        value = self.value(node, scope)
        if not isinstance(value, list):
            value = self._listed(value)
        at = 0
        while at < len(value):
            yield value[at]
            at += 1

    def _listed(self, value: object) -> list[object]:
        if not isinstance(value, list | tuple | str | dict | set | frozenset | range):
            raise RaisedError(TypeError)
        if len(value) > MOST_NODES:
            raise LimitError
        self.meter.spend(len(value))
        held = in_order(value)
        assert isinstance(held, list | tuple | str | dict | range)
        return list(held)
