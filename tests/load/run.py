"""`make load`: what a request costs does not grow with desks, with live calls or with age.

Worlds of the simulation (docs/simulation.md) in virtual time, without chance and without faults,
with the product's own services, pages and webhooks on the memory adapters, and the exchange as the
carrier:

- 3 against 300 desks, so many calls that some desks are always free;
- 5 against 500 live calls, more than there are desks, so that callers always wait;
- a few calls at a time, for eight hours.

Counted at the ports, for each kind of request: operations of stores and queues, bytes that cross,
requests to the carrier's API, posts to pages. A request of one kind must not cost over 5 % more in
the large world. The small worlds are played with several seeds, so that each kind is seen often;
what chance explains (three standard errors) is no growth.

Webhooks, the stream (a record) and jobs are judged by the request. What is for many has its unit:

- a sweep compares all live calls, and the reconciliation the recordings of a quarter of an hour:
  their bytes are those for one of them;
- a shared push tells all pages: its bytes and posts are those of one page;
- a page shows people and queues, and a push tells of those that changed: these rows (`shown`) are
  judged by the byte a row, everything else of a page or push as it is.

Rows of the board, apart from the bytes: of those who wait a look reads 25 at most on average, but
for the overview, which all pages share (once a second, in the worker). Of those who are ready a
look reads all, with one query; that is printed and not judged (docs/adr, 9).

Modelled: each operation takes its time (4 ms a read, 8 ms a write, 15 ms a post, 250 ms a carrier
request), and everything else goes on meanwhile; a webhook takes 1.5 s at most. The stream has one
shard, whose worker takes up to 100 records at a time; it is 5 s behind at most.

Each function has at least 20 warm instances, which remember nothing of calls (docs/adr, 7): what
they would remember depends on how many requests of a call meet the same instance.

Not modelled: what one operation of a port costs beneath it (docs/operations.md: requests to AWS);
processor time (`make bench`); cold starts, throttling and network between carrier and webhook;
what browsers do, but for some desks' pages that are read again and again. Bytes are those of the
values that cross a port, without the store's own names for them.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import time

from tests.load.people import Habits
from tests.load.report import Side, ages, compared
from tests.load.worlds import Scene, play
from tests.simulation.faults import quiet
from tests.simulation.soak import CORES

HOUR_SECONDS = 3600.0
AGE_SECONDS = 8 * HOUR_SECONDS
SMALL = 6  # small worlds
TALKS = Habits(talk_seconds=240.0, patience_seconds=500.0)
WAITS = Habits(talk_seconds=420.0, patience_seconds=400.0)
LONG = Habits(talk_seconds=600.0, patience_seconds=900.0)


def scenes(seconds: float) -> list[Scene]:
    """The longest first, so that two processes end together."""
    calls_a_desk = 9 * seconds / HOUR_SECONDS
    large = [
        Scene("500 live calls", 300, WAITS, seconds, live=500),
        Scene("300 desks", 300, TALKS, seconds, calls=round(300 * calls_a_desk)),
    ]
    small = [
        scene
        for seed in range(SMALL)
        for scene in (
            Scene("5 live calls", 3, WAITS, seconds, live=5, seed=seed),
            Scene("3 desks", 3, TALKS, seconds, calls=round(3 * calls_a_desk), seed=seed),
        )
    ]
    old = Scene("a few calls, for hours", 2, LONG, seconds * AGE_SECONDS / HOUR_SECONDS, live=3)
    return [*large, old, *small]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=HOUR_SECONDS, help="of each world")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(CORES, _begin) as pool:
        measured = list(pool.imap_unordered(play, scenes(options.seconds)))
    sides: dict[str, Side] = {}
    broken: list[str] = []
    for one in measured:
        if one.scene.name.startswith("a few"):
            broken += ages(one)
        else:
            sides.setdefault(one.scene.name, Side(one.scene.name)).add(one)
    broken += compared(sides["3 desks"], sides["300 desks"])
    broken += compared(sides["5 live calls"], sides["500 live calls"])
    print(f"\n{time.monotonic() - began:.0f} s")
    print("\n".join(("Broken:", *broken)) if broken else "Nothing grows.")
    return int(bool(broken))


def _begin() -> None:
    quiet()
    gc.freeze()
