"""Saves once, and repeats the save until its result is known.

When the store does not respond, the writer does not know whether the save was made. It repeats the
save with the same write id, which has one effect (W3). The commands are performed only after that.
"""

from collections.abc import Iterator
from datetime import datetime

from app.ports import Calls, Clock, Unavailable, WriteSet

FIRST_PAUSE_SECONDS = 0.01
LONGEST_PAUSE_SECONDS = 0.2


def save(calls: Calls, clock: Clock, write_set: WriteSet, deadline: datetime) -> None:
    """Raises Stale when another writer saved first, Unavailable when the deadline is over."""
    for pause_seconds in pauses():
        try:
            calls.save(write_set)
        except Unavailable:
            if clock.now() >= deadline:
                raise
            clock.wait(pause_seconds)
        else:
            return


def pauses() -> Iterator[float]:
    """Seconds to wait between tries, each twice the one before it, up to a limit."""
    seconds = FIRST_PAUSE_SECONDS
    while True:
        yield seconds
        seconds = min(seconds * 2, LONGEST_PAUSE_SECONDS)
