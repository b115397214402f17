"""What may go wrong at a point, how the scheduler chooses, and how likely each is.

A *fault* hits one port call (`Fault`) or one delivery (`Mishap`). Which ones can hit which call
is a table, so that `make faults` can walk all of it and a seed can draw from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never


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
    REFUSED = "refused"  # a hold or its end, by a 4xx: however often it is asked
    STALE = "stale"  # a list that is a moment behind the truth


class Mishap(StrEnum):
    REPEATED = "repeated"
    UNANSWERED = "unanswered"  # the answer is lost on its way; the carrier times out


class Accident(StrEnum):
    """What befalls one call, or one of the people in it, in a state that was waited for."""

    HEADSET_DIES = "the headset hangs up"
    LEAVES_FIRST = "the headset leaves the room before its call is over"
    HEADSET_SHUT_OUT = "no room takes the headset"
    CALLER_SHUT_OUT = "no room takes the caller"
    ROOM_ENDS = "the room ends"
    PAGE_CLOSES = "the page says that its headset is lost"
    REJOINS = "the page asks to come in again"
    PAGE_CRASHES = "the page crashes after the accept"
    ENDS = "the agent hangs up"
    RETRIEVES = "the agent takes the caller off hold"
    HOLDS = "the agent puts the caller on hold, and forgets it"
    PARKS = "the agent parks the caller, whom nobody takes"
    LEAVES = "the agent leaves the others"
    CANCELS = "the agent ends the consultation"
    CONSULTS = "the agent consults somebody"
    STAYS_AWAY = "the agent does not come back"
    ASKS_COLLEAGUE = "the agent consults a colleague"
    ASKS_IN_VAIN = "the agent consults a colleague, and no hold is answered"
    COLLEAGUE_LEAVES = "the colleague leaves"
    COLLEAGUE_CRASHES = "the colleague's page crashes after the accept"
    COLLEAGUE_CLOSES = "the colleague's page says that its headset is lost"
    COLLEAGUE_LEAVES_FIRST = "the colleague's leg leaves the room before its call is over"
    COLLEAGUE_SHUT_OUT = "no room takes the colleague"
    COLLEAGUE_DISMISSED = "the colleague is dismissed"
    CONSULTS_IN_VAIN = "the agent consults somebody who is busy"
    CONSULTS_REFUSED = "the agent consults somebody whom the carrier refuses to dial"
    SWAPS = "the agent speaks with the caller again"
    JOINS = "the agent brings all together"
    COMPLETES = "the agent leaves the caller with who is consulted"
    CONSULTED_LEAVES = "who is consulted hangs up"
    REMOVES = "the agent removes a guest"
    GUEST_LEAVES = "the agent takes a break, and the guest hangs up"
    CALLER_LEAVES = "the caller hangs up"
    NOT_DIALLED = "the agent leaves the caller with somebody whom the carrier refuses to dial"
    HOLD_REFUSED = "the carrier does not answer to a hold, and then refuses it"
    SUPERVISES = "the supervisor listens"
    TAKES_OVER = "the supervisor takes the call over"
    LOST_TWICE = "the room loses the caller, and then the carrier's queue"
    FORGETS = "the agent forgets it"
    SENDS = "the agent sends the caller to a colleague"
    SENDS_AWAY = "the agent sends the caller to the mailbox"
    DISMISSED = "the agent is dismissed"
    LOSES_PLACE = "the carrier's queue loses the caller"
    UNREADABLE = "the call is unreadable"
    NOBODY_COMES = "the colleague does not come"
    UNHEARD = "the caller's requests are lost"
    SILENCE = "the caller says nothing"
    NOTHING_SAID = "the caller ends each recording at once"


class Mode(StrEnum):
    """How tasks give way at their points."""

    IN_TURN = "in turn"  # never: each task runs to its end, nothing is late, all clocks agree
    FAIR = "fair"  # at every point, each for a moment
    RANDOM = "random"  # now and then, some for long
    OTHERS_FIRST = "others first"  # seldom, and then until another task is over
    BY_RANK = "by rank"  # to all of higher rank; ranks are drawn, and seldom one falls (PCT)


_ANY = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.FREEZE, Fault.OTHERS_FIRST)
_STORE = (*_ANY, Fault.LOST_BEFORE, Fault.LOST_AFTER)
_REST = (*_STORE, Fault.TOO_MANY, Fault.BROKEN, Fault.BROKEN_AFTER)
LAG_SECONDS = 5.0  # how far a list may be behind the truth, at most (M12)
STORES = frozenset({"calls", "agents", "board", "leases", "timers", "register", "recordings"})
UNSWITCHED = frozenset(
    {"clock", "ids", "tokens", "directory", "sounds", "notices", "carrier", "recorder"}
)


def faults_of(port: str, operation: str) -> tuple[Fault, ...]:
    """The faults that can strike this port call. `rest` is one request of the carrier's client.

    Stale are only lists that promise no more (`Calls.live`, `Carrier.live_legs`); every other
    read is strongly consistent, by its port's own words.
    """
    match port, operation:
        case "rest", "LIST":
            return (*_REST, Fault.STALE)
        case "calls", "live":
            return (*_STORE, Fault.STALE)
        case "rest", "HOLD":
            return (*_REST, Fault.REFUSED)
        case "rest", _:
            return _REST
        case "calls", "save":
            return (*_STORE, Fault.CONFLICT)
        case port, _ if port in STORES:
            return _STORE
        case _:
            return ()


def mishaps_of(delivery: str) -> tuple[Mishap, ...]:
    """Only a webhook has somebody who waits for its answer."""
    is_webhook = delivery.partition("/")[0] not in ("stream", "job")
    return tuple(Mishap) if is_webhook else (Mishap.REPEATED,)


FAULTLESS_TOLERANCE_SECONDS = 6.0  # nothing is broken: nobody waits for a repair
_CRASHED = 10.0  # the carrier asks again; the stream and the outbox's claim (4 s) do the rest (W6)
_HANGS = 20.0  # unnoticed until a time limit is over: of the function (10 s), of a webhook
NEXT_SWEEP_SECONDS = 25.0  # while calls are live, each 20 s
SWEPT_SECONDS = 60.0  # found by comparison alone, once a minute (D7)


ACCIDENT_SECONDS = 10.0  # for so long a leg is shut out, and callbacks are late
REJOIN_SECONDS = 20.0  # so long a page may take that has asked to come in again
_UNBROKEN = (  # what people do with buttons and telephones that work
    Accident.CONSULTS,
    Accident.ASKS_COLLEAGUE,
    Accident.STAYS_AWAY,
    Accident.COLLEAGUE_LEAVES,
    Accident.CONSULTS_IN_VAIN,
    Accident.SWAPS,
    Accident.JOINS,
    Accident.COMPLETES,
    Accident.CONSULTED_LEAVES,
    Accident.REMOVES,
    Accident.GUEST_LEAVES,
    Accident.CALLER_LEAVES,
    Accident.SUPERVISES,
    Accident.TAKES_OVER,
)


def repair_seconds(what: Fault | Mishap | Accident) -> float:
    """How long it may take until what this has broken is whole again."""
    match what:
        case Fault.CRASH_BEFORE | Fault.CRASH_AFTER:
            return _CRASHED
        case Fault.CONFLICT | Fault.TOO_MANY | Fault.BROKEN | Fault.BROKEN_AFTER:
            return _CRASHED  # a command that nobody performed has its second performer
        case Fault.FREEZE | Fault.LOST_BEFORE | Fault.LOST_AFTER | Mishap.UNANSWERED:
            return _HANGS
        case Fault.OTHERS_FIRST | Mishap.REPEATED:
            return FAULTLESS_TOLERANCE_SECONDS
        case Fault.REFUSED:
            return SWEPT_SECONDS  # asked again at the next event; with none, by the sweep
        case Accident.REJOINS:
            return REJOIN_SECONDS  # the headset of before is heard until then
        case Accident() if what in _UNBROKEN:
            return 0.0
        case Accident():
            return ACCIDENT_SECONDS
        case Fault.STALE:
            return SWEPT_SECONDS  # only the sweep reads lists: the next one sees what this did not
        case _:
            assert_never(what)


@dataclass(frozen=True, slots=True)
class FaultProfile:
    """Chances: of each fault at each port call, of each mishap at each delivery."""

    faults: frozenset[Fault] = frozenset()
    fault: float = 0.0  # of any fault, at one port call
    refused: float = 0.0  # the carrier refuses a hold or its end, for a while
    undialled: float = 0.0  # the carrier refuses to dial, in a world with accidents
    repeated: float = 0.0  # a webhook, a timer or a stream record comes twice
    unanswered: float = 0.0  # a webhook's answer is lost on its way
    delayed: float = 0.0  # a timer or a stream record comes late
    unpushed: float = 0.0  # a notice to a page is lost
    slow_push: float = 0.0  # the gateway of the pages hangs: told in vain, for the whole limit
    # Of a whole world:
    two_versions: float = 0.0  # some instances run newer code
    unreadable: float = 0.0  # each of some items, for a while, but by newer code
    stalled: float = 0.0  # the stream, each of some times
    accidents: float = 0.0  # calls meet with them, and the plan has a circle
    tolerance_seconds: float = SWEPT_SECONDS  # until whatever went wrong is repaired


FAULTLESS = FaultProfile(tolerance_seconds=FAULTLESS_TOLERANCE_SECONDS)
NO_CRASHES = FaultProfile(
    faults=frozenset({Fault.LOST_AFTER, Fault.CONFLICT, Fault.TOO_MANY}),
    fault=0.003,
    repeated=0.02,
    unanswered=0.01,
    delayed=0.05,
    unpushed=0.05,
    slow_push=0.05,
    two_versions=0.3,
    unreadable=0.3,
    stalled=0.3,
)
ALL_FAULTS = FaultProfile(
    faults=frozenset(Fault),
    fault=0.004,
    refused=0.03,
    repeated=0.02,
    unanswered=0.01,
    delayed=0.05,
    unpushed=0.05,
    slow_push=0.05,
    two_versions=0.3,
    unreadable=0.3,
    stalled=0.3,
    undialled=0.1,
    accidents=1 / 6,
)
ACCIDENTS = replace(ALL_FAULTS, accidents=1.0)
