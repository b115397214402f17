"""Which test and which world executes which lines of the core, and how long it takes.

Learnt once by running all of them on marked modules, and kept in build/ until a text changes.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, groupby
from typing import Any

import pytest

from tests.mutation import forks, session
from tests.mutation.mutants import Mutant, sources
from tests.mutation.planting import Functions, PlantedImports, collect_executed, marked
from tests.mutation.trial import STAGES, WORLDS, Failed, run_world, silence, stage_of
from tests.support.tree_copy import ROOT

WHOLE = "all of it"
SOME_TEST = "tests/domain/test_agent.py"  # a session needs one
KEPT = ROOT / "build" / "mutation" / "executed.json"
STAGE_SECONDS = 8.0  # of tests, the quickest first: what is longer is left to the next stage


@dataclass(frozen=True, slots=True)
class Run:
    """A test or a world on the sound product: its seconds, and the lines of each file."""

    seconds: float
    lines: Mapping[str, frozenset[int]]

    def executes(self, mutant: Mutant) -> bool:
        lines = self.lines.get(mutant.path, frozenset())
        return mutant.change.line in lines if mutant.change.function else bool(lines)


@dataclass(frozen=True, slots=True)
class Executed:
    tests: Mapping[str, Run]
    worlds: Mapping[int, Run]
    imported: tuple[str, ...]  # what these runs need of other people's modules

    def tests_of(self, mutant: Mutant) -> tuple[str, ...]:
        """Stage by stage, file by file; of what no test executes, all tests of its module."""
        concerned = [node for node, run in self.tests.items() if run.executes(mutant)]
        if not concerned:
            concerned = [n for n, run in self.tests.items() if run.lines.get(mutant.path)]
        if not concerned:
            concerned = list(self.tests)
        return tuple(node for stage in STAGES[:2] for node in self._affordable(concerned, stage))

    def lives(self, mutant: Mutant) -> bool:
        """It changes what is executed after all is imported."""
        runs = (*self.tests.values(), *self.worlds.values())
        return bool(mutant.change.function) and any(run.executes(mutant) for run in runs)

    def seeds_of(self, mutant: Mutant) -> tuple[int, ...]:
        is_import = not mutant.change.function
        return tuple(s for s, run in self.worlds.items() if is_import or run.executes(mutant))

    def _affordable(self, concerned: Sequence[str], stage: str) -> list[str]:
        of_stage = [node for node in concerned if stage_of(node) == stage]
        ordered = sorted(of_stage, key=lambda node: self.tests[node].seconds)
        passed = accumulate(self.tests[node].seconds for node in ordered)
        chosen = [n for n, seconds in zip(ordered, passed, strict=True) if seconds <= STAGE_SECONDS]
        quickest = {_file(node): number for number, node in reversed(list(enumerate(chosen)))}
        return sorted(chosen, key=lambda node: quickest[_file(node)])


def executed(at_once: int) -> Executed:
    """Raises Failed when a test or a world fails though nothing is changed."""
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {"runs": {}, "imported": []}
    hashes = _hashes()
    known = {part: runs for part, runs in kept["runs"].items() if runs["of"] == hashes.get(part)}
    if unknown := [part for part in hashes if part not in known]:
        (ended,) = forks.each([unknown], lambda parts, say: _learn(parts, say, at_once), 1)
        said = [json.loads(line) for line in ended.said.splitlines()]
        if ended.signal or not said or isinstance(said[-1], str):
            raise Failed(f"not all could be run: {said[-1] if said else ended.signal}")
        *learnt, modules = said
        known |= {part: {"of": hashes[part], "runs": []} for part in unknown}
        for part, run in learnt:
            known[part]["runs"].append(run)
        kept = {"runs": known, "imported": sorted({*kept["imported"], *modules})}
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        KEPT.write_text(json.dumps(kept))
    return _read(known, kept["imported"])


def _hashes() -> dict[str, str]:
    """Of each test file and each world; they change with what all of them need."""
    common = hashlib.sha256()
    for folder in ("app", "infra", "tests", "demo"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            is_of_all = not file.name.startswith("test_") and "mutation" not in file.parts
            common.update(file.read_bytes() if is_of_all else b"")
    texts = {name: (ROOT / name).read_bytes() for name in session.files()}
    texts |= {str(seed): b"" for seed in range(WORLDS)}
    return {
        part: hashlib.sha256(common.digest() + text).hexdigest() for part, text in texts.items()
    }


def _read(known: Mapping[str, Any], modules: Sequence[str]) -> Executed:
    tests: dict[str, Run] = {}
    worlds: dict[int, Run] = {}
    for part, of in known.items():
        for name, seconds, lines in of["runs"]:
            run = Run(seconds, {path: frozenset(numbers) for path, numbers in lines.items()})
            if part.isdigit():
                worlds[int(part)] = run
            else:
                tests[name] = run
    return Executed(tests, dict(sorted(worlds.items())), tuple(modules))


# --- In the process that learns -----------------------------------------------------------------


class _Shared:
    """What a fixture executes that many tests share: each of them has executed it."""

    def __init__(self, lines: set[tuple[str, int]]) -> None:
        self._lines = lines
        self._of: dict[str, set[tuple[str, int]]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Iterator[None]:
        if fixturedef.scope == "function":
            return (yield)
        before = set(self._lines)
        try:
            return (yield)
        finally:
            self._of.setdefault(fixturedef.argname, set()).update(self._lines - before)

    def of(self, item: pytest.Item) -> set[tuple[str, int]]:
        names = getattr(item, "fixturenames", ())
        return set[tuple[str, int]]().union(*(self._of.get(name, ()) for name in names))


def _learn(parts: Sequence[str], say: forks.Say, at_once: int) -> None:
    """Says each run in a line of JSON, then what was imported; or instead of that what fails."""
    lines = collect_executed()
    texts = sources()
    files = {path: str(ROOT / path) for path in texts}
    PlantedImports(
        {ROOT / path: partial(marked, path, text) for path, text in texts.items()}
    ).install()
    shared = _Shared(lines)

    def work(items: Sequence[pytest.Item]) -> None:
        functions = Functions(frozenset(files.values()))
        by_file = {file: list(of) for file, of in groupby(items, lambda item: _file(item.nodeid))}

        def do(part: str, tell: forks.Say) -> None:
            silence()
            for name, seconds in _runs(part, by_file.get(part, []), lines, functions, shared):
                tell(json.dumps([part, [name, seconds, _by_path(lines)]]) + "\n")
            tell(WHOLE)

        for ended in forks.each(parts, do, at_once):
            *runs, last = ended.said.splitlines() or [""]
            if last != WHOLE:
                say(json.dumps(f"test {len(runs) + 1} of {ended.work} fails") + "\n")
                return
            say("".join(f"{run}\n" for run in runs))
        say(json.dumps(session.imported()) + "\n")

    silence()
    session.collected([part for part in parts if not part.isdigit()] or [SOME_TEST], work, [shared])


def _runs(
    part: str,
    items: Sequence[pytest.Item],
    lines: set[tuple[str, int]],
    functions: Functions,
    shared: _Shared,
) -> Iterator[tuple[str, float]]:
    """Does one after the other; after each, `lines` has what it has executed."""
    if part.isdigit():
        lines.clear()
        began = time.process_time()
        run_world(int(part))
        yield part, time.process_time() - began
    for number, item in enumerate(items):
        functions.forget()
        lines.clear()
        began = time.process_time()
        following = items[number + 1] if number + 1 < len(items) else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        lines |= shared.of(item)
        yield item.nodeid, time.process_time() - began


def _by_path(lines: set[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for path, line in sorted(lines):
        found.setdefault(path, []).append(line)
    return found


def _file(node: str) -> str:
    return node.partition("::")[0]
