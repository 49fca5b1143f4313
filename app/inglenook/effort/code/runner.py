"""Runs a small part of Python by walking its syntax tree: what is not known here, is not run.

There are no imports, no classes, no attributes but the methods of words.py, and no names but
its own and those that the code defines. Every step is counted, and no value gets large.
"""

import ast
from collections.abc import Callable, Sequence

from inglenook.effort.code.expressions import Expressions, Scope
from inglenook.effort.code.meter import Meter, RaisedError, UnknownCodeError
from inglenook.effort.code.operators import binary
from inglenook.effort.code.words import kinds_of


class _LeftError(Exception):
    """A loop or a function is left on the way."""


class _BreakError(_LeftError):
    pass


class _ContinueError(_LeftError):
    pass


class _ReturnError(_LeftError):
    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


class Runner(Expressions):
    """One piece of code at work.

    Threads: one.
    """

    def __init__(self, meter: Meter) -> None:
        super().__init__(meter)
        self._kinds: dict[type[ast.stmt], Callable[..., None]] = {
            ast.Expr: self._alone, ast.Pass: self._pass, ast.If: self._if,
            ast.Break: self._break, ast.Continue: self._continue, ast.Return: self._return,
            ast.Assign: self._assign, ast.AnnAssign: self._annotated, ast.For: self._for,
            ast.AugAssign: self._changed, ast.While: self._while, ast.Try: self._try,
            ast.FunctionDef: self._define, ast.Raise: self._raise, ast.Assert: self._assert,
        }  # fmt: skip
        self.top = Scope(around=Scope(self.words.names))

    @property
    def printed(self) -> str:
        """What was printed so far."""
        return "".join(self.words.printed)

    def forget_printed(self) -> None:
        """Begin a new page."""
        self.words.printed.clear()

    def run(self, tree: ast.Module) -> None:
        """Run statements one after the other; it raises what ``call`` does."""
        try:
            self._block(tree.body, self.top)
        except _LeftError as cause:
            raise UnknownCodeError from cause

    # --- statements ---

    def _block(self, statements: Sequence[ast.stmt], scope: Scope) -> None:
        self.meter.enter()
        for each in statements:
            handler = self._kinds.get(type(each))
            if handler is None:
                raise UnknownCodeError
            handler(each, scope)
        # Not in a "finally": what is raised past here ends the call whose depth is kept.
        self.meter.leave()

    def _alone(self, node: ast.Expr, scope: Scope) -> None:
        self.value(node.value, scope)

    def _pass(self, _node: ast.Pass, _scope: Scope) -> None:
        self.meter.spend()

    def _break(self, _node: ast.Break, _scope: Scope) -> None:
        raise _BreakError

    def _continue(self, _node: ast.Continue, _scope: Scope) -> None:
        raise _ContinueError

    def _return(self, node: ast.Return, scope: Scope) -> None:
        raise _ReturnError(self.value(node.value, scope) if node.value else None)

    def _assign(self, node: ast.Assign, scope: Scope) -> None:
        value = self.value(node.value, scope)
        for each in node.targets:
            self.put(each, value, scope)

    def _annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            self.put(node.target, self.value(node.value, scope), scope)

    def _changed(self, node: ast.AugAssign, scope: Scope) -> None:
        before = self.value(_read(node.target), scope)
        value = self.value(node.value, scope)
        if isinstance(before, list) and isinstance(node.op, ast.Add):
            self.meter.ask(list.extend, before, value)  # in place: others may hold it
            return
        if isinstance(before, list | set):
            raise UnknownCodeError
        self.put(node.target, binary(self.meter, node.op, before, value), scope)

    def _if(self, node: ast.If, scope: Scope) -> None:
        self._block(node.body if self.value(node.test, scope) else node.orelse, scope)

    def _while(self, node: ast.While, scope: Scope) -> None:
        while self.value(node.test, scope):
            if self._is_left(node.body, scope):
                return
        self._block(node.orelse, scope)

    def _for(self, node: ast.For, scope: Scope) -> None:
        for each in self.items(node.iter, scope):
            self.put(node.target, each, scope)
            if self._is_left(node.body, scope):
                return
        self._block(node.orelse, scope)

    def _is_left(self, body: Sequence[ast.stmt], scope: Scope) -> bool:
        """Run the body of a loop; return whether it breaks off."""
        depth = self.meter.depth
        try:
            self._block(body, scope)
        except _ContinueError:
            self.meter.depth = depth
        except _BreakError:
            self.meter.depth = depth
            return True
        return False

    def _assert(self, node: ast.Assert, scope: Scope) -> None:
        if not self.value(node.test, scope):
            raise RaisedError(AssertionError)

    def _raise(self, node: ast.Raise, scope: Scope) -> None:
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        if not isinstance(raised, ast.Name):
            raise UnknownCodeError
        (kind,) = kinds_of(scope.find(raised.id))
        if not issubclass(kind, Exception):
            raise RaisedError(TypeError)
        raise RaisedError(kind)

    def _try(self, node: ast.Try, scope: Scope) -> None:
        if node.orelse or node.finalbody:
            raise UnknownCodeError
        depth = self.meter.depth
        try:
            self._block(node.body, scope)
        except RaisedError as error:
            self.meter.depth = depth
            self._caught(node.handlers, error, scope)

    def _caught(
        self, handlers: Sequence[ast.ExceptHandler], error: RaisedError, scope: Scope
    ) -> None:
        for each in handlers:
            kinds = kinds_of(self.value(each.type, scope)) if each.type else (Exception,)
            if issubclass(error.kind, kinds):
                self._block(each.body, scope)
                return
        raise error

    def _define(self, node: ast.FunctionDef, scope: Scope) -> None:
        if node.decorator_list or any(map(_is_unknown, ast.walk(node))):
            raise UnknownCodeError
        body = node.body
        scope.names[node.name] = self.function(
            node.name, node.args, scope, lambda inner: self._body(body, inner)
        )

    def _body(self, body: Sequence[ast.stmt], scope: Scope) -> object:
        depth = self.meter.depth
        try:
            self._block(body, scope)
        except _ReturnError as left:
            self.meter.depth = depth
            return left.value
        return None


def _read(target: ast.expr) -> ast.expr:
    """Return the place that is changed as one that is read."""
    if not isinstance(target, ast.Name | ast.Subscript):
        raise UnknownCodeError
    return target


def _is_unknown(node: ast.AST) -> bool:
    """Whether something stands in a function that makes it another kind of thing."""
    return isinstance(node, ast.Yield | ast.YieldFrom | ast.Await | ast.Global | ast.Nonlocal)
