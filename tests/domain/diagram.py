"""Draws the states of a call from the walks: a picture cannot say what the code does not.

`python -m tests.domain.diagram` writes docs/states.md; a test fails when the page is stale.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import get_args

from app.domain.call import Call, Observed, Wanted
from app.domain.reconcile import WISHES
from app.domain.states import Consult, InConversation, SpeaksWith
from tests.domain.world import AT_A_DESK, WITH_A_PHONE, calling_out, start, walk

PAGE = Path(__file__).parents[2] / "docs" / "states.md"
_HEAD = """# The states of a call

Drawn by `make docs` from the walks of `tests/domain/world.py` and from the table of
`app/domain/reconcile.py`; do not edit by hand. Each arrow names the events that move the call.

## The journey

Where the caller is. `InConversation` is drawn in full below; `CallingOut` is an outgoing call until
the answer: its agent's headset comes first, then the number is dialled.

"""
_CONVERSATION = """
## The conversation

`Talking`, `OnHold`, `HoldRinging` (a forgotten hold), `HeadsetAway`, and of a consultation
`Consulting` (the caller on hold) and `Swapped` (the one consulted on hold), and `Conference` (with
guests) are one state of the call, `InConversation`, with what was asked for and what was lost.

"""
_CONSULTING: Mapping[SpeaksWith, str] = {
    "consulted": "Consulting",
    "caller": "Swapped",
}
_WISHES = """
## Wanted and observed

For each leg: what is wanted of it (rows), what was observed (columns), and the command that its
wish needs. A customer who listens while no talker stays is held (comfort). Which commands may be
given now is decided by the three gates: privacy, comfort, exit.

"""
_WANTED: tuple[Wanted, ...] = get_args(Wanted)
_OBSERVED: tuple[Observed, ...] = get_args(Observed)


def page() -> str:
    steps = list(walk())
    journey = _drawn(
        (state_name(s.before.call), state_name(s.after.call), type(s.event).__name__) for s in steps
    )
    conversation = _drawn(
        (phase_name(s.before.call), phase_name(s.after.call), type(s.event).__name__)
        for s in steps
        if _is_conversation(s.before.call) or _is_conversation(s.after.call)
    )
    begins = sorted({state_name(start(devices).call) for devices in (AT_A_DESK, WITH_A_PHONE)})
    first = [f"    [*] --> {name}: Arrived" for name in begins]
    first.append(f"    [*] --> {state_name(calling_out().call)}: CalledOut")
    return (
        _HEAD
        + _mermaid([*first, *journey, "    Ended --> [*]"])
        + _CONVERSATION
        + _mermaid(conversation)
        + _WISHES
        + _table()
    )


def _mermaid(lines: Iterable[str]) -> str:
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"]) + "\n"


def _drawn(moves: Iterable[tuple[str, str, str]]) -> list[str]:
    events: dict[tuple[str, str], set[str]] = defaultdict(set)
    for before, after, event in moves:
        if before != after:
            events[(before, after)].add(event)
    return [
        f"    {before} --> {after}: {', '.join(sorted(names))}"
        for (before, after), names in sorted(events.items())
    ]


def _is_conversation(call: Call) -> bool:
    return isinstance(call.state, InConversation) and not _is_calling_out(call)


def _is_calling_out(call: Call) -> bool:
    return call.phase == "CallingOut"


def state_name(call: Call) -> str:
    return call.phase if _is_calling_out(call) else type(call.state).__name__


def phase_name(call: Call) -> str:
    match call.state:
        case _ if _is_calling_out(call):
            return call.phase
        case InConversation(away=None, consult=Consult(speaks_with=whom)):
            return _CONSULTING[whom]
        case InConversation(away=None, hold=None, guests=(_, *_)):
            return "Conference"
        case InConversation(away=None, hold=None):
            return "Talking"
        case InConversation(away=None, hold=hold):
            return "HoldRinging" if hold is not None and hold.is_ringing else "OnHold"
        case _:
            return call.phase


def _table() -> str:
    rows = [f"| wanted | {' | '.join(_OBSERVED)} |", "|-|" + "-|" * len(_OBSERVED)]
    for wanted in _WANTED:
        wishes = (WISHES.get((wanted, observed), "") for observed in _OBSERVED)
        rows.append(f"| **{wanted}** | {' | '.join(wishes)} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
