"""The invariants of the simulated worlds: each has a sentence for a name, a kind, and its rules.

A check that finds a violation says the sentence; one that is not declared here is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["safety", "duration", "policy", "agreement", "economy"]
KINDS: dict[Kind, str] = {
    "safety": "Nothing forbidden happens, and nothing is left behind.",
    "duration": "What time ends lasts as long as it was promised.",
    "policy": "What is owed is done, in time and in the order owed.",
    "agreement": "Register, page and exchange say the same.",
    "economy": "A save, a command and a push are needed.",
}


@dataclass(frozen=True, slots=True)
class Law:
    """`rules`: the codes of docs/rules.md that it guards; empty: the simulation's own condition."""

    kind: Kind
    rules: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self.rules.split(", ")) if self.rules else ()


LAWS: dict[str, Law] = {
    # --- safety: each save ------------------------------------------------------------------
    "each save raises the rev by one": Law("safety", "W1"),
    "a question number changes only when that leg is asked": Law("safety", "W1"),
    "without faults each answer to a question counts": Law("safety", "W1, F55"),
    "an ended call stays ended": Law("safety", "F8"),
    "a call keeps its plan": Law("safety"),
    "what a newer version wrote is kept": Law("safety", "D9"),
    "a call's lists are bounded": Law("safety", "S1"),
    "a call's item is at most 4 kB": Law("safety", "S1"),
    "an agent that a call names is held by that call": Law("safety", "S13"),
    "an agent is held only by a call that names it": Law("safety", "S13, F18"),
    "who left the company is offered no call": Law("safety"),
    "a task offers only pairs of a party that it moved": Law("safety", "D3"),
    "an offer is dialled once": Law("safety", "W8"),
    "nobody is dialled before the agent's headset is in the room": Law("safety", "O1"),
    "a number is dialled once at most for each click": Law("safety", "O1, W8, V10"),
    "no caller is offered to an agent who is in a call": Law("safety", "S13"),
    "a leg that is being answered is not refreshed": Law("safety", "W9"),
    "a task that saves a command performs it": Law("safety", "W6"),
    # --- safety: what is heard and recorded -------------------------------------------------
    "both parties of a conversation hear each other": Law("safety", "R2, R3"),
    "a caller on hold hears no conversation": Law("safety", "R16"),
    "a participant alone in a room hears music": Law("safety", "R3"),
    "no waiting caller sits in silence": Law("safety", "V5, V8"),
    "a leg hears one caller, one agent, guests, and one who is consulted at most": Law(
        "safety", "F22"
    ),
    "caller and consulted hear each other only where the agent joined or left them": Law(
        "safety", "R11"
    ),
    "a caller hears nothing of who is called to be consulted": Law("safety", "R11"),
    "nobody is called to be consulted before the caller's hold is accepted": Law("safety", "R11"),
    "who is consulted is dialled once at most for each click": Law("safety", "W8"),
    "no click ends a call while somebody is on hold": Law("safety", "T4"),
    "who was not told is not recorded": Law("safety", "C4"),
    "a caller does not sit in silence while the agent consults": Law("safety", "R3"),
    "a leg is recorded once at a time": Law("safety", "C3"),
    "a caller is recorded only in a conversation": Law("safety", "C1, C6"),
    "a caller on hold is not recorded": Law("safety", "C2"),
    "only a conversation on a line that records is recorded": Law("safety", "C1"),
    "nothing is recorded that is paused, or was not asked for": Law("safety", "C10"),
    "an agent is told that it is paused only while it is": Law("safety", "C10"),
    "a hold that is refused twice is given up": Law("safety", "R16"),
    # --- safety: the carrier and the functions ----------------------------------------------
    "the exchange finds no breach of its contract": Law("safety", "M16"),
    "without faults the carrier warns of nothing": Law("safety", "M16"),
    "without faults no webhook fails": Law("safety", "W10"),
    "without faults no request of a page fails": Law("safety"),
    "every item can be read and handled": Law("safety", "D9"),
    "looks at the board do not multiply": Law("safety", "D1"),
    "who has a telephone or an app is not away for a page that is gone": Law("safety", "S11"),
    "no leg is given up that lives": Law("safety", "H3"),
    "both transports give the same trace": Law("safety"),
    # --- safety: at the end -----------------------------------------------------------------
    "at the end no leg is up": Law("safety", "H3"),
    "at the end no recording runs": Law("safety", "C6"),
    "at the end no caller waits": Law("safety", "D5"),
    "at the end every call has ended": Law("safety", "M2"),
    "at the end no call has a leg or a command": Law("safety", "W7"),
    "at the end no agent is held": Law("safety", "F18"),
    "at the end everything can be read again": Law("safety", "D9"),
    # --- duration ---------------------------------------------------------------------------
    "what time ends is over in time": Law("duration", "H1"),
    "what time ends lasts as long as the rules say": Law("duration", "H1"),
    "what time ends is ended early only by what the rules name": Law("duration", "H1"),
    "a forgotten hold ends": Law("duration", "F32"),
    "a number is dialled once the headset is there, and rings no longer than promised": Law(
        "duration", "O1, O2"
    ),
    "who is consulted is dialled once the caller is on hold, and rings as long as promised": Law(
        "duration", "R11, H1"
    ),
    "a reservation ends in time": Law("duration", "H1"),
    "a wrap-up ends in time": Law("duration", "F17"),
    # --- policy -----------------------------------------------------------------------------
    "a waiting caller is offered to a ready agent": Law("policy", "F15, D2"),
    "a match that time alone makes is looked for in time": Law("policy", "D1"),
    "no caller waits beside an agent who may take the call": Law("policy", "D2"),
    "a place keeps its age": Law("policy", "H2, T1"),
    "the caller who is first is offered first": Law("policy", "H2, S4, T1"),
    "a queue's strategy says which free agent is asked": Law("policy", "H2"),
    "who declined or missed a call is left out for the cool-down": Law("policy", "H2"),
    "who is sent to a person who does not take the call comes back": Law("policy", "T2"),
    "a slot has one parked call at a time": Law("safety", "T6"),
    "a parked call is at its slot on the board": Law("agreement", "T6"),
    "a parked call is taken, comes back, or is over": Law("policy", "T6, D15"),
    "nobody but the agent hears a supervisor who has not joined in": Law("safety", "R14"),
    "a supervisor is in the room for the conversation alone": Law("safety", "R14"),
    "an agent who consults speaks with whom the agent wants": Law("policy", "R11"),
    "who is left with the one consulted hears them, and no agent": Law("policy", "T3"),
    "who was left with somebody and has heard nobody comes back": Law("policy", "T2, T3"),
    "a call that was handed over ends with either of the two": Law("policy", "T3"),
    "an agent who leaves the two has no call any more": Law("policy", "T3, F18"),
    "whoever was consulted does not outlive it": Law("policy", "T4"),
    "a call that is left with a colleague is theirs, and the agent is out": Law("policy", "R19"),
    "a colleague who was asked into a call that is not theirs is as before it": Law(
        "policy", "R19, F18"
    ),
    "what an agent asked for comes true when the call lets go": Law("policy", "F18, F19"),
    "an agent whose call came to nothing is as before, or in the wrap-up": Law("policy", "O2, F18"),
    "a conversation on a line that records is recorded from its join": Law("policy", "C1"),
    "a recording goes on after a hold": Law("policy", "C2"),
    "what an agent wants recorded is recorded, and again after a pause": Law("policy", "C10"),
    "a call ends when its caller hangs up": Law("policy", "H3, M2"),
    "a call that has ended sends its caller's leg away": Law("policy", "H3"),
    # --- agreement --------------------------------------------------------------------------
    "the register names who talked with the caller": Law("agreement"),
    "the register has what the ledger has of each call's time": Law("agreement"),
    "the register has what the ledger has of the time until the answer": Law("agreement", "O2"),
    "who does not answer ends the call with what the carrier said": Law("agreement", "O2"),
    "each outcome is by its definition": Law("agreement"),
    "the register has the outcome of each call": Law("agreement"),
    "the timeline has every rev": Law("agreement", "S8"),
    "the register names every leg that talked": Law("agreement"),
    "the register shows every conversation": Law("agreement"),
    "each recording is stored": Law("agreement", "C8, F48"),
    "a message is a recording": Law("agreement", "C9"),
    "each call is in the register once": Law("agreement"),
    "every answered call is stored": Law("agreement", "W4"),
    "a page shows what is so": Law("agreement", "D10, D11"),
    # --- economy ----------------------------------------------------------------------------
    "a save changes something": Law("economy"),
    "without faults a command changes something": Law("economy", "W7"),
    "a shared topic is sent once a second": Law("economy", "D10"),
}


def without_a_rule(laws: Mapping[str, Law], known: Collection[str]) -> Iterator[str]:
    """Which law guards a rule that is not among the known codes, in words."""
    for name, law in laws.items():
        for code in law.codes:
            if code not in known:
                yield f"“{name}” guards {code}: docs/rules.md and docs/failures.md have no {code}"
