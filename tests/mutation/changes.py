"""The changes that are made to a source text, each one small: `changes(source, words)`.

A change is a stretch of the text and what takes its place; no line moves by it. Not changed: docs,
annotations, decorators, log lines, what an error says, and module constants that are only words.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.mutation.text import Part, Text

SWAPPED: Mapping[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
OPPOSITES = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)  # a swap negates these
LOGS = frozenset({"log", "_log"})
UNCHANGED_CALLS = frozenset({"assert_never", "TypeVar", "declared", "getLogger", "cast"})
UNCHANGED_FUNCTIONS = frozenset({"__repr__", "__str__"})
BEGINNINGS = frozenset({"__init__", "__post_init__"})  # what is set there is set for the first time
UNORDERED_CALLS = frozenset({"isinstance", "getattr", "zip"})
WORDS_NAMES = frozenset({"__slots__", "__all__"})


@dataclass(frozen=True, slots=True)
class Change:
    """`start` to `end`, in bytes of the source, becomes `new`.

    `line` is where the statement begins of which it is a part; `function` is empty outside of all.
    """

    start: int
    end: int
    new: str
    line: int
    function: str
    operator: str


def changes(source: str, words: Mapping[str, str]) -> tuple[Change, ...]:
    """In the order of the text. `words`: a word of a `Literal`, and another of the same."""
    reader = _Reader(source, words)
    reader.block(ast.parse(source).body)
    found = sorted(reader.found, key=lambda change: (change.start, change.end, change.new))
    text = source.encode()
    return tuple(c for c in found if text[c.start : c.end].decode().split() != c.new.split())


def words_of(sources: Mapping[str, str]) -> dict[str, str]:
    """Of each word that is in one `Literal` alone: the next word of that `Literal`."""
    literals = [literal for source in sources.values() for literal in _literals(source)]
    words = [word for literal in literals for word in set(literal)]
    return {
        word: literal[(number + 1) % len(literal)]
        for literal in literals
        for number, word in enumerate(literal)
        if words.count(word) == 1 and len(literal) > 1
    }


def _literals(source: str) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Subscript(value=ast.Name(id="Literal"), slice=ast.Tuple(elts=elements)):
                texts = [e.value for e in elements if isinstance(e, ast.Constant)]
                yield tuple(text for text in texts if isinstance(text, str))
            case _:
                pass


class _Reader:
    """Goes through a module; `found` has the changes."""

    def __init__(self, source: str, words: Mapping[str, str]) -> None:
        self.found: list[Change] = []
        self._text = Text(source)
        self._words = words
        self._line = 1
        self._names: tuple[str, ...] = ()
        self._function: ast.FunctionDef | None = None
        self._bound: set[str] = set()

    # --- statements -----------------------------------------------------------------------------

    def block(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            self._line = statement.lineno
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.FunctionDef():
                self._define(node)
            case ast.ClassDef():
                self._inside(node.name, node.body)
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                self.block(node.orelse)
            case ast.If() | ast.While():
                self._condition(node.test)
                self._expression(node.test)
                self.block(node.body)
                self.block(node.orelse)
            case ast.Match():
                self._match(node)
            case ast.Return():
                self._return(node)
            case ast.Raise(exc=ast.Name(id="NotImplementedError")):
                pass  # whoever is asked says it itself
            case ast.Raise() | ast.Continue() | ast.Break():
                self._drop(node)
            case ast.Expr(value=ast.Constant()):
                pass  # a docstring
            case ast.Expr(value=value):
                if not self._is_unchanged(value):
                    self._drop(node)
                    self._expression(value)
            case ast.Assign() | ast.AugAssign() | ast.AnnAssign():
                self._assign(node)
            case ast.For() | ast.With() | ast.Try():
                for child in ast.iter_child_nodes(node):
                    self._child(child)
            case _:
                pass  # imports, `pass`

    def _child(self, child: ast.AST) -> None:
        match child:
            case ast.stmt():
                self.block([child])
            case ast.ExceptHandler():
                self.block(child.body)
            case ast.withitem():
                self._expression(child.context_expr)
            case ast.expr():
                self._expression(child)
            case _:
                pass

    def _define(self, node: ast.FunctionDef) -> None:
        if node.name in UNCHANGED_FUNCTIONS:
            return
        for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            self._expression(default)
        outer = self._function, self._bound
        parameters = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        self._function, self._bound = node, {parameter.arg for parameter in parameters}
        self._inside(node.name, node.body)
        self._function, self._bound = outer

    def _inside(self, name: str, body: list[ast.stmt]) -> None:
        self._names = (*self._names, name)
        self.block(body)
        self._names = self._names[:-1]

    def _match(self, node: ast.Match) -> None:
        self._expression(node.subject)
        line = self._line
        for case in node.cases:
            self._line = line
            if not self._is_never(case.body):
                self._case(case, is_needed=case is not node.cases[-1] or _does_something(case))
            self.block(case.body)

    def _case(self, case: ast.match_case, *, is_needed: bool) -> None:
        end = self._text.end(case.pattern)
        if case.guard is not None:
            start, stop = self._text.span(case.guard)
            self._add(start, stop, "False", "drop a case")
            self._add(start, stop, "True", "drop a guard")
            self._expression(case.guard)
        elif is_needed:
            self._add(end, end, " if False", "drop a case")
        for part in ast.walk(case.pattern):
            match part:
                case ast.MatchOr():
                    self._drop_elements(part, part.patterns, " | ", "{}")
                case ast.MatchValue(value=ast.Constant() as constant):
                    self._constant(constant)
                case ast.MatchSingleton(value=bool(truth)):
                    self._replace(part, str(not truth), "change a constant")
                case _:
                    pass

    def _is_never(self, body: list[ast.stmt]) -> bool:
        return isinstance(body[0], ast.Expr) and self._is_unchanged(body[0].value)

    def _return(self, node: ast.Return) -> None:
        function = self._function
        if node.value is None or function is None:
            return
        self._expression(node.value)
        text = self._text.of(node.value)
        for instead in _instead(function):
            if instead != text:
                self._replace(node, f"return {instead}", "return something else")

    def _assign(self, node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> None:
        targets: Sequence[ast.expr]
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        parts = (part for target in targets for part in ast.walk(target))
        names = {part.id for part in parts if isinstance(part, ast.Name)}
        is_alias = isinstance(node, ast.AnnAssign) and "TypeAlias" in self._text.of(node.annotation)
        if node.value is None or is_alias or names & WORDS_NAMES:
            return
        is_member = any(not isinstance(target, ast.Name | ast.Tuple) for target in targets)
        begins = self._function is None or self._function.name in BEGINNINGS
        if not begins and (is_member or names <= self._bound):
            self._drop(node)
        self._bound |= names
        self._expression(node.value)

    # --- expressions ----------------------------------------------------------------------------

    def _expression(self, node: ast.expr) -> None:
        match node:
            case ast.JoinedStr():
                return
            case ast.Subscript(value=ast.Name(id="Literal")):
                return
            case ast.Call() if self._is_unchanged(node):
                self._limits(node)
                return
            case ast.Call():
                self._call(node)
            case ast.Compare():
                self._compare(node)
            case ast.BoolOp():
                self._join(node)
            case ast.IfExp():
                self._condition(node.test)
            case ast.Constant():
                self._constant(node)
            case ast.Tuple(ctx=ast.Load()):
                self._drop_elements(node, node.elts, ", ", "({},)")
            case ast.List(ctx=ast.Load()):
                self._drop_elements(node, node.elts, ", ", "[{}]")
            case ast.Set():
                self._drop_elements(node, node.elts, ", ", "{{*(), {}}}")
            case _:
                pass
        for child in ast.iter_child_nodes(node):
            match child:
                case ast.expr():
                    self._expression(child)
                case ast.keyword():
                    self._expression(child.value)
                case ast.comprehension():
                    self._expression(child.iter)
                    for condition in child.ifs:
                        self._condition(condition)
                        self._expression(condition)
                case _:
                    pass

    def _condition(self, test: ast.expr) -> None:
        if isinstance(test, ast.Compare) and isinstance(test.ops[0], OPPOSITES):
            return
        self._replace(test, f"(not ({self._text.of(test)}))", "negate a condition")

    def _compare(self, node: ast.Compare) -> None:
        sides = (node.left, *node.comparators)
        for left, right, op in zip(sides, sides[1:], node.ops, strict=False):
            old, new = SWAPPED[type(op)]
            self._between(
                left, right, re.escape(old).replace(r"\ ", r"\s+"), new, "swap comparison"
            )

    def _join(self, node: ast.BoolOp) -> None:
        old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in zip(node.values, node.values[1:], strict=False):
            self._between(left, right, rf"\b{old}\b", new, "swap and, or")

    def _constant(self, node: ast.Constant) -> None:
        match node.value:
            case bool(truth):
                self._replace(node, str(not truth), "change a constant")
            case int(number):
                self._replace(node, str(number + 1), "change a constant")
                self._replace(node, f"({number - 1})", "change a constant")
            case float(number):
                self._replace(node, str(number + 1), "change a constant")
            case str(word) if word in self._words and self._names:
                self._replace(node, repr(self._words[word]), "change a constant")
            case _:
                pass

    def _limits(self, node: ast.Call) -> None:
        """Of a field's declaration the numbers and truths alone: all else is words for people."""
        for keyword in node.keywords:
            if isinstance(keyword.value, ast.Constant) and not isinstance(keyword.value.value, str):
                self._constant(keyword.value)

    def _call(self, node: ast.Call) -> None:
        name = _called(node)
        parts: list[Part] = sorted([*node.args, *node.keywords], key=self._text.start)
        for number, part in enumerate(parts):
            if isinstance(part, ast.keyword) and part.arg:
                is_last = number + 1 == len(parts)
                end = self._text.end(node) - 1 if is_last else self._text.start(parts[number + 1])
                self._add(self._text.start(part), end, "", "drop an argument")
        for left, right in zip(node.args, node.args[1:], strict=False):
            if name in UNORDERED_CALLS or ast.Starred in (type(left), type(right)):
                continue
            (start, stop), (begin, end) = self._text.span(left), self._text.span(right)
            between = self._text.slice(stop, begin)
            swapped = f"{self._text.of(right)}{between}{self._text.of(left)}"
            self._add(start, end, swapped, "swap two arguments")

    def _drop_elements(
        self,
        node: ast.expr | ast.pattern,
        parts: list[ast.expr] | list[ast.pattern],
        by: str,
        around: str,
    ) -> None:
        for dropped in parts:
            others = by.join(self._text.of(part) for part in parts if part is not dropped)
            new = around.format(others) if others else around.replace(",", "").format("")
            self._replace(node, new, "drop an element")

    def _is_unchanged(self, node: ast.expr) -> bool:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in LOGS:
                return True
            case ast.Call():
                return _called(node) in UNCHANGED_CALLS
            case _:
                return False

    # --- the text -------------------------------------------------------------------------------

    def _drop(self, node: ast.stmt) -> None:
        self._replace(node, "pass", "drop a statement")

    def _between(self, left: ast.expr, right: ast.expr, old: str, new: str, operator: str) -> None:
        begin, end = self._text.end(left), self._text.start(right)
        if found := re.search(old, self._text.slice(begin, end)):
            self._add(begin + found.start(), begin + found.end(), new, operator)

    def _replace(self, node: Part, new: str, operator: str) -> None:
        self._add(*self._text.span(node), new, operator)

    def _add(self, start: int, end: int, new: str, operator: str) -> None:
        lines = self._text.slice(start, end).count("\n") - new.count("\n")
        within = new[:-1] + "\n" * lines + new[-1:] if new.endswith((")", "]", "}")) else None
        text = within or new + "\n" * lines
        function = ".".join(self._names) if self._function else ""
        self.found.append(Change(start, end, text, self._line, function, operator))


def _does_something(case: ast.match_case) -> bool:
    """Without a last case that does not, the function ends in the same way."""
    match case.body[0]:
        case ast.Pass() | ast.Return(value=None) | ast.Return(value=ast.Constant(value=None)):
            return False
        case _:
            return True


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _instead(function: ast.FunctionDef) -> tuple[str, ...]:
    """What a function may return instead: of the right type, where a type says it."""
    returned = ast.unparse(function.returns) if function.returns else ""
    parameters = [
        argument for argument in function.args.args if argument.arg not in ("self", "cls")
    ]
    same = [p.arg for p in parameters if p.annotation and ast.unparse(p.annotation) == returned]
    if returned == "bool":
        return ("True", "False")
    if same:
        return (same[0],)
    if returned.startswith("tuple[") and "..." in returned:
        return ("()",)
    return ("None",)
