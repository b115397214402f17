"""What may go wrong at a point, how the scheduler chooses, and how likely each is.

A *fault* hits one port call (`Fault`) or one delivery (`Mishap`). Which ones can hit which call
is a table, so that `make faults` can walk all of it and a seed can draw from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    CRASH_BEFORE = "crash before"
    CRASH_AFTER = "crash after"
    FREEZE = "freeze"  # the function is stopped in mid-flight, and nobody is told
    LOST_BEFORE = "time-out without effect"
    LOST_AFTER = "time-out with effect"
    CONFLICT = "conflict"
    TOO_MANY = "429"
    BROKEN = "500 without effect"
    BROKEN_AFTER = "500 with effect"
    OTHERS_FIRST = "others first"  # another pending event runs to completion here


class Mode(StrEnum):
    """How tasks give way at their points."""

    IN_TURN = "in turn"  # never: each task runs to its end, nothing is late, all clocks agree
    FAIR = "fair"  # at every point, each for a moment
    RANDOM = "random"  # now and then, some for long
    OTHERS_FIRST = "others first"  # seldom, and then until another task is over


_ANY = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.FREEZE, Fault.OTHERS_FIRST)
_STORE = (*_ANY, Fault.LOST_BEFORE, Fault.LOST_AFTER)
_REST = (*_STORE, Fault.TOO_MANY, Fault.BROKEN, Fault.BROKEN_AFTER)
STORES = frozenset({"calls", "agents", "board", "timers", "register", "recordings"})
UNSWITCHED = frozenset({"clock", "ids", "tokens", "directory", "sounds", "notices", "carrier"})


def faults_of(port: str, operation: str) -> tuple[Fault, ...]:
    """What can befall this port call. `rest` is one request of the carrier's client."""
    match port, operation:
        case "rest", _:
            return _REST
        case "calls", "save":
            return (*_STORE, Fault.CONFLICT)
        case port, _ if port in STORES:
            return _STORE
        case _:
            return ()


@dataclass(frozen=True, slots=True)
class Weather:
    """Chances: of each fault at each port call, of each mishap at each delivery."""

    faults: frozenset[Fault] = frozenset()
    fault: float = 0.0  # of any fault, at one port call
    repeated: float = 0.0  # a webhook, a timer or a stream record comes twice
    unanswered: float = 0.0  # a webhook's answer is lost on its way
    delayed: float = 0.0  # a timer or a stream record comes late
    unpushed: float = 0.0  # a poke of a page is lost


CALM = Weather()
ROUGH = Weather(
    faults=frozenset({Fault.LOST_AFTER, Fault.CONFLICT, Fault.TOO_MANY}),
    fault=0.003,
    repeated=0.02,
    unanswered=0.01,
    delayed=0.05,
    unpushed=0.05,
)
STORM = Weather(
    faults=frozenset(Fault),
    fault=0.004,
    repeated=0.02,
    unanswered=0.01,
    delayed=0.05,
    unpushed=0.05,
)
