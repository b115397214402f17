"""Tries mutants, some at once: those in functions in one warm session, the others each in its own.

A control is no mutant: the sound text, planted in the same way. Whatever fails on it proves
nothing, so it must survive; worlds are left out, for they have run when the lines were learnt.
"""

from __future__ import annotations

import ast
import json
import resource
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import asdict, replace
from io import StringIO
from pathlib import Path
from typing import TypeVar

import pytest

from tests.mutation import forks, session
from tests.mutation.executed import Executed
from tests.mutation.mutants import Mutant
from tests.mutation.planting import Functions, PlantedImports
from tests.mutation.trial import Trial, Verdict, silence
from tests.support.tree_copy import ROOT

MEMORY_BYTES = 6 << 30  # of a copy: a mutant may put into a list for ever
COLLECTING_SECONDS = 120
TOO_LONG = {signal.SIGPROF, signal.SIGALRM}
T = TypeVar("T")
CANNOT = "not in living functions"


def control(mutant: Mutant) -> Mutant:
    change = mutant.change
    return replace(mutant, change=replace(change, end=change.start, new=""))


def is_control(mutant: Mutant) -> bool:
    return mutant.change.start == mutant.change.end and not mutant.change.new


class Trier:
    def __init__(self, texts: Mapping[str, str], executed: Executed, at_once: int) -> None:
        self._texts = texts
        self._executed = executed
        self._at_once = at_once
        session.warm_up(executed.imported)

    def tried(self, mutants: Sequence[Mutant]) -> Iterator[tuple[Mutant, Verdict]]:
        living = [mutant for mutant in mutants if self._executed.lives(mutant)]
        others = [mutant for mutant in mutants if not self._executed.lives(mutant)]
        for mutant, verdict in self._in_one_session(living):
            if verdict.by == CANNOT:
                others.append(mutant)
            else:
                yield mutant, verdict
        for ended in forks.each(others, self._imports, self._at_once):
            yield ended.work, _verdict(ended)

    # --- In living functions --------------------------------------------------------------------

    def _in_one_session(self, living: Sequence[Mutant]) -> Iterator[tuple[Mutant, Verdict]]:
        names = {node.partition("::")[0] for m in living for node in self._executed.tests_of(m)}
        (ended,) = forks.each([sorted(names)], lambda n, say: self._session(n, living, say), 1)
        for line in ended.said.splitlines():
            number, verdict = json.loads(line)
            yield living[number], Verdict(**verdict)

    def _session(self, names: Sequence[str], living: Sequence[Mutant], say: forks.Say) -> None:
        terminal = sys.stdout

        def work(items: Sequence[pytest.Item]) -> None:
            functions = Functions(frozenset(str(ROOT / path) for path in self._texts))
            known = {item.nodeid: item for item in items}

            def do(number: int, tell: forks.Say) -> None:
                mutant = living[number]
                silence()
                if functions.plant(str(ROOT / mutant.path), self._source(mutant)):
                    self._try(mutant, known, tell)
                else:
                    tell(json.dumps(asdict(Verdict(None, CANNOT))))

            for ended in forks.each(range(len(living)), do, self._at_once):
                verdict = _verdict(ended)
                say(json.dumps([ended.work, asdict(verdict)]) + "\n")
                print(".S"[verdict.stage is None], end="", file=terminal, flush=True)

        with redirect_stdout(StringIO()):
            is_collected = session.collected(names, work)
        if not is_collected:
            raise RuntimeError("the tests cannot be collected")

    # --- When it is imported --------------------------------------------------------------------

    def _imports(self, mutant: Mutant, say: forks.Say) -> None:
        silence()
        source = self._source(mutant)
        PlantedImports({Path(ROOT / mutant.path): lambda: ast.parse(source)}).install()
        nodes = self._executed.tests_of(mutant)
        names = sorted({node.partition("::")[0] for node in nodes})

        def work(items: Sequence[pytest.Item]) -> None:
            self._try(mutant, {item.nodeid: item for item in items}, say)

        signal.setitimer(signal.ITIMER_PROF, COLLECTING_SECONDS)
        if not session.collected(names, work):
            say(json.dumps(asdict(Verdict("nearest", "cannot be imported"))))

    # --- Both -----------------------------------------------------------------------------------

    def _try(self, mutant: Mutant, known: Mapping[str, pytest.Item], say: forks.Say) -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        tests = self._executed.tests
        nodes = self._executed.tests_of(mutant)
        items = [(known[node], tests[node].seconds) for node in nodes if node in known]
        seeds = () if is_control(mutant) else self._executed.seeds_of(mutant)
        verdict = Trial(say).run(items, seeds)
        say(json.dumps(asdict(verdict)))

    def _source(self, mutant: Mutant) -> str:
        return mutant.source(self._texts[mutant.path])


def _verdict(ended: forks.Ended[T]) -> Verdict:
    *_, last = ended.said.splitlines() or [""]
    if last.startswith("{"):
        return Verdict(**json.loads(last))
    stage, _, by = last.partition("\t")
    why = "takes too long" if ended.signal in TOO_LONG else "ends the process"
    return Verdict(stage or "nearest", f"{by}: {why}")  # type: ignore[arg-type] # it was said
