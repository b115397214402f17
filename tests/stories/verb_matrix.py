"""Each verb in each situation of a call, and each party hanging up: who hears whom after it.

A small, slow reading of docs/rules.md: a situation says who hears whom, and two tables say into
which situation a verb and a hang-up lead. What is not in a table changes nothing. The product is
asked what it does, and the exchange's ledger says who hears whom then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from app.domain.recording_verbs import RECORDING_VERBS
from app.domain.verb import Verb
from app.domain.verbs import TABLE

Situation: TypeAlias = Literal[
    "offered",
    "talking",
    "on hold",
    "consult rings",
    "consulting",
    "swapped",
    "all three",
    "one is muted",
    "handed over",
    "left ringing",
    "a fourth rings",
    "waiting",
    "sound lost",
    "sound lost, consulting",
    "sound lost, all three",
    "sound lost, one is muted",
    "page moves, consulting",
    "page moves, all three",
    "over",
]
Who: TypeAlias = Literal["nobody", "caller", "agent", "consulted"]
When: TypeAlias = Literal["never", "before", "at once", "after"]
Pair: TypeAlias = frozenset[str]

CALLER_AGENT = frozenset({"caller", "agent"})
CALLER_CONSULTED = frozenset({"caller", "consulted"})
AGENT_CONSULTED = frozenset({"agent", "consulted"})
ALL_PAIRS = frozenset({CALLER_AGENT, CALLER_CONSULTED, AGENT_CONSULTED})

HEARD: Mapping[Situation, frozenset[Pair]] = {
    "talking": frozenset({CALLER_AGENT}),
    "swapped": frozenset({CALLER_AGENT}),
    "consulting": frozenset({AGENT_CONSULTED}),
    "all three": ALL_PAIRS,
    "one is muted": frozenset({CALLER_AGENT}),  # who is muted hears both, and neither hears them
    "handed over": frozenset({CALLER_CONSULTED}),
    "sound lost, all three": frozenset({CALLER_CONSULTED}),
    "page moves, consulting": frozenset({AGENT_CONSULTED}),  # until the new headset comes in
    "page moves, all three": ALL_PAIRS,
}
STARTS: tuple[Situation, ...] = (
    "offered",
    "talking",
    "on hold",
    "consult rings",
    "consulting",
    "swapped",
    "all three",
    "handed over",
    "left ringing",
)
WITH_CONSULTED = frozenset({"consult rings", "consulting", "swapped", "all three", "handed over"})

VERBS: Mapping[str, Mapping[Situation, Situation]] = {
    "accept": {"offered": "waiting"},  # until the browser comes
    "decline": {"offered": "waiting"},
    "telephone": {},  # this agent has none
    "hold": {"talking": "on hold"},
    "retrieve": {"on hold": "talking"},
    "transfer": {"talking": "waiting", "on hold": "waiting"},
    "park": {"talking": "waiting", "on hold": "waiting"},
    "consult": {
        "talking": "consult rings",
        "on hold": "consult rings",
        "all three": "a fourth rings",
    },
    "swap": {"consulting": "swapped"},
    "swap-back": {"swapped": "consulting"},
    "join": {"consulting": "all three", "swapped": "all three"},
    "complete": {
        "consult rings": "left ringing",
        "consulting": "handed over",
        "swapped": "handed over",
    },
    "cancel": dict.fromkeys(("consult rings", "consulting", "swapped"), "talking"),
    "leave": {"all three": "handed over"},
    "mute-guest": {"all three": "one is muted"},
    "unmute-guest": {},  # nobody is muted where it begins: test_muted_guests.py
    "remove": {"all three": "talking"},
    "switch": {},  # this agent has one call
    "withdraw": {},  # nobody has asked this agent into a call
    # Who hears whom is the same, whatever is recorded (test_recording_by_hand.py).
    **{verb.name: {} for verb in RECORDING_VERBS},
    "rejoin": {
        "talking": "sound lost",
        "on hold": "sound lost",
        "consult rings": "sound lost, consulting",
        "consulting": "page moves, consulting",
        "swapped": "sound lost, consulting",
        "all three": "page moves, all three",
    },
    "end": dict.fromkeys(
        ("talking", "on hold", "all three", "sound lost", "sound lost, all three"), "over"
    ),
}
HANG_UPS: Mapping[Who, Mapping[Situation, Situation]] = {
    "nobody": {},
    "caller": dict.fromkeys(get_args(Situation), "over"),
    "agent": {
        "talking": "sound lost",
        "on hold": "sound lost",
        "consult rings": "sound lost, consulting",
        "consulting": "sound lost, consulting",
        "swapped": "sound lost, consulting",
        "all three": "sound lost, all three",
        "one is muted": "sound lost, one is muted",
        "a fourth rings": "sound lost, consulting",
        "page moves, consulting": "sound lost, consulting",
        "page moves, all three": "sound lost, all three",
    },
    "consulted": {
        "consult rings": "on hold",
        "consulting": "on hold",
        "swapped": "talking",
        "all three": "talking",
        "one is muted": "talking",
        "a fourth rings": "consult rings",
        "handed over": "over",
        "left ringing": "waiting",
        "sound lost, consulting": "sound lost",
        "sound lost, all three": "sound lost",
        "page moves, consulting": "sound lost",
        "page moves, all three": "sound lost",
    },
}


@dataclass(frozen=True, slots=True)
class Cell:
    """In `start` the agent clicks `verb`, and `who` hangs up: before the click, with it, after."""

    start: Situation
    verb: str
    who: Who = "nobody"
    when: When = "never"

    @property
    def end(self) -> Situation:
        if self in AT_ONCE:
            return AT_ONCE[self]
        verb, hang_up = VERBS[self.verb], HANG_UPS[self.who]
        first, second = (hang_up, verb) if self.when == "before" else (verb, hang_up)
        between = first.get(self.start, self.start)
        return second.get(between, between)

    @property
    def heard(self) -> frozenset[Pair]:
        return HEARD.get(self.end, frozenset())

    def __str__(self) -> str:
        if self.who == "nobody":
            return f"{self.start}: {self.verb}"
        return f"{self.start}: {self.verb}, the {self.who} hangs up {self.when}"


def agents_verbs() -> Iterator[Verb]:
    """What an agent asks the service for. A supervisor's have a matrix of their own."""
    return (v for v in TABLE.values() if not v.is_local and v.action != "supervise")


def cells() -> Iterator[Cell]:
    for start in STARTS:
        for verb in agents_verbs():
            yield Cell(start, verb.name)
            for who in _who(start):
                for when in _WHEN:
                    yield Cell(start, verb.name, who, when)


_WHEN: tuple[When, ...] = ("before", "at once", "after")
AT_ONCE: Mapping[Cell, Situation] = {
    # A guest who has just hung up cannot be put on hold: nobody is called, and the agent is told.
    Cell("all three", "consult", "consulted", "at once"): "talking"
}


def _who(start: Situation) -> tuple[Who, ...]:
    """Who has a leg that may hang up: of who is rung only the caller."""
    if start == "offered":
        return ("caller",)
    if start in ("handed over", "left ringing"):
        return ("caller", "consulted")
    return ("caller", "agent", "consulted") if start in WITH_CONSULTED else ("caller", "agent")
