"""How a changed source takes the place of a module: in living functions, or when it is imported.

Most changes are in functions. There the code of the living function is replaced, so whoever has
imported it sees the change, and nothing is imported again. What a module does when it is imported
(constants, defaults) is changed by an import hook, in a process of its own.
"""

from __future__ import annotations

import ast
import builtins
import functools
import gc
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, FunctionType
from typing import TypeAlias

Place: TypeAlias = tuple[str, int]  # the qualified name of a function, and its first line
EXECUTED = "_executed_"


class Functions:
    """The living functions of some files; made once, for the search goes through all objects."""

    def __init__(self, files: frozenset[str]) -> None:
        self._of: dict[str, dict[Place, list[FunctionType]]] = defaultdict(dict)
        self._caches = []
        for found in gc.get_objects():
            if isinstance(found, functools._lru_cache_wrapper):
                self._caches.append(found)
            if isinstance(found, FunctionType) and found.__code__.co_filename in files:
                places = self._of[found.__code__.co_filename]
                places.setdefault(_place(found.__code__), []).append(found)

    def plant(self, file: str, source: str) -> bool:
        """False when that cannot be done in living functions: nothing is changed then."""
        codes = {_place(code): code for code in _codes(compile(source, file, "exec"))}
        wanted: list[tuple[FunctionType, CodeType]] = []
        for place, functions in self._of[file].items():
            code = codes.get(place)
            for function in functions:
                if code is None or code.co_freevars != function.__code__.co_freevars:
                    return False
                wanted.append((function, code))
        for function, code in wanted:
            function.__code__ = code
        for cache in self._caches:
            cache.cache_clear()
        return True

    def forget(self) -> None:
        """Empty each cache: what one test has computed, another would not execute."""
        for cache in self._caches:
            cache.cache_clear()


def _place(code: CodeType) -> Place:
    return code.co_qualname, code.co_firstlineno


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


class PlantedImports(MetaPathFinder):
    """Modules whose source is not what their file says."""

    def __init__(self, trees: Mapping[Path, Callable[[], ast.Module]]) -> None:
        self._trees = {_module(path): (path, tree) for path, tree in trees.items()}

    def install(self) -> None:
        """ValueError when one of them is imported already."""
        if known := self._trees.keys() & sys.modules.keys():
            raise ValueError(f"imported already: {known}")
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        if name not in self._trees:
            return None
        file, tree = self._trees[name]
        return spec_from_file_location(name, file, loader=_Loader(name, str(file), tree))


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, tree: Callable[[], ast.Module]) -> None:
        super().__init__(name, path)
        self._tree = tree

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._tree(), self.path, "exec")


def _module(path: Path) -> str:
    parts = path.parts[path.parts.index("app") :]
    name = ".".join(parts).removesuffix(".py")
    return name.removesuffix(".__init__")


# --- Which lines are executed -------------------------------------------------------------------


def marked(path: str, source: str) -> ast.Module:
    """Each statement of its functions tells first that it is executed."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            _mark(path, node)
    return ast.fix_missing_locations(tree)


def _mark(path: str, function: ast.FunctionDef) -> None:
    for node in ast.walk(function):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if not isinstance(block, list):
                continue
            if any(isinstance(s, ast.Expr) and _is_mark(s) for s in block):
                continue
            setattr(node, name, [part for s in block for part in (*_marks(path, s), s)])


def _marks(path: str, statement: ast.stmt) -> Iterator[ast.stmt]:
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    if is_text:
        return
    told = ast.Tuple([ast.Constant(path), ast.Constant(statement.lineno)], ast.Load())
    call = ast.Call(ast.Name(EXECUTED, ast.Load()), [told], [])
    yield ast.copy_location(ast.Expr(call), statement)


def _is_mark(statement: ast.Expr) -> bool:
    match statement.value:
        case ast.Call(func=ast.Name(id=name)):
            return name == EXECUTED
        case _:
            return False


def collect_executed() -> set[tuple[str, int]]:
    """The set in which marked modules put each line that they execute."""
    executed: set[tuple[str, int]] = set()
    setattr(builtins, EXECUTED, executed.add)
    return executed
