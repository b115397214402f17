"""`python -m tests.mutation`: 300 mutants of app/domain and app/service, drawn by seed 0.

Neither mutmut nor cosmic-ray does it in the time there is: each starts a test command per mutant.
To import the product and to collect its tests takes 5 s, which is half of what a mutant has when
300 take 30 minutes on two cores, and no command knows which of 3,000 tests execute the changed
line. Here the tests are collected once; a copy of that process (`fork`) tries each mutant.

    --sample 300 --seed 0   which of them; --all: every one (hours)
    --only app/domain/agent.py   of this module alone
    --survivors     shows what each survivor changes, and by what the others were killed
    --at-once 2     copies

Fails when a survivor is not in `equivalents.py`, or when fewer are killed than `report.py` asks.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

from tests.mutation.equivalents import EQUIVALENTS
from tests.mutation.executed import executed
from tests.mutation.mutants import Mutant, mutants, sample, sources
from tests.mutation.report import Report, shown
from tests.mutation.trial import Verdict
from tests.mutation.trying import Trier, control

CONTROLS = 2


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    began = time.monotonic()
    texts = sources()
    every = [one for one in mutants(texts) if options.only in ("", one.path)]
    drawn = every if options.all else sample(every, options.sample, options.seed)
    listed = {one.mutant for one in EQUIVALENTS}
    equivalent = [mutant for mutant in drawn if mutant.key in listed]
    wanted = [mutant for mutant in drawn if mutant.key not in listed]
    trier = Trier(texts, executed(options.at_once), options.at_once)
    print(f"{time.monotonic() - began:.0f} s: what executes each line is known", flush=True)
    controls = {control(mutant) for mutant in wanted[:: max(1, len(wanted) // CONTROLS)]}
    tried = list(trier.tried([*controls, *wanted]))
    report = Report([one for one in tried if one[0] not in controls], equivalent)
    false = [one for one in tried if one[0] in controls and one[1].stage is not None]
    print(f"\n{time.monotonic() - began:.0f} s: {len(wanted)} of {len(every)} mutants were tried")
    _print(report, with_details=options.survivors)
    for mutant, verdict in false:
        print(f"FAILS THOUGH NOTHING IS CHANGED: {mutant.where} by {verdict.by}")
    return int(bool(false) or not report.is_enough)


def _print(report: Report, *, with_details: bool) -> None:
    print(report.table())
    print("\n".join(report.lines()))
    for mutant in report.survivors:
        print(f"SURVIVED: {shown(mutant)}")
    if with_details:
        for mutant, verdict in sorted(report.tried, key=_place):
            if verdict.stage is not None:
                print(f"{verdict.stage}: {shown(mutant)}\n  {verdict.by}")


def _place(one: tuple[Mutant, Verdict]) -> tuple[str, int]:
    return one[0].path, one[0].change.start


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--survivors", action="store_true")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
