"""A source text, and where in it the parts of its syntax tree are: in bytes, as `ast` counts."""

from __future__ import annotations

import ast
from typing import TypeAlias

Part: TypeAlias = ast.stmt | ast.expr | ast.pattern | ast.keyword


class Text:
    def __init__(self, source: str) -> None:
        self._bytes = source.encode()
        lines = self._bytes.splitlines(keepends=True)
        self._starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]

    def start(self, node: Part) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def end(self, node: Part) -> int:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._starts[node.end_lineno - 1] + node.end_col_offset

    def span(self, node: Part) -> tuple[int, int]:
        return self.start(node), self.end(node)

    def of(self, node: Part) -> str:
        return self.slice(*self.span(node))

    def slice(self, start: int, end: int) -> str:
        return self._bytes[start:end].decode()

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """The bytes of the whole lines that this stretch touches."""
        begin = max(s for s in self._starts if s <= start)
        stop = min((s for s in self._starts if s >= max(end, begin + 1)), default=len(self._bytes))
        return begin, stop
