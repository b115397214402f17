"""One save, until it is known to have landed or to have lost.

An answer that does not come leaves a writer in doubt: the save is repeated under its own id, which
is one save however often it is asked for (W3). Only then is it clear who performs its commands.
"""

from datetime import datetime

from app.ports import Calls, Clock, Unavailable, WriteSet

FIRST_PAUSE_SECONDS = 0.01
LONGEST_PAUSE_SECONDS = 0.2


def save(calls: Calls, clock: Clock, write_set: WriteSet, deadline: datetime) -> None:
    """Raises Stale when somebody else saved first, Unavailable when the deadline is over."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            calls.save(write_set)
        except Unavailable:
            if clock.now() >= deadline:
                raise
            clock.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        else:
            return
