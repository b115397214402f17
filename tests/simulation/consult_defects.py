"""Planted defects of consulting somebody outside (docs/rules.md, R11, C4, T3)."""

from __future__ import annotations

from tests.simulation.planted import Defect

CONSULT_DEFECTS = (
    Defect(
        "whoever is consulted is dialled while the caller listens",
        "app/domain/reconcile.py",
        "            return is_heard and _may_speak(parties, outbox, party)",
        "            return is_heard",
        "all-faults",
    ),
    Defect(
        "a recording goes on while somebody hears it who was not told",
        "app/domain/reconcile.py",
        '    return party.wanted == "talk" or _is_audible(party, outbox, room)',
        "    return False",
    ),
    Defect(
        "a recording goes on when the agent has left the two",
        "app/domain/parties.py",
        "    is_wanted = wish.is_wanted and isinstance(call.state, InConversation)",
        "    is_wanted = wish.is_wanted",
    ),
    Defect(
        "who completes a transfer has no wrap-up",
        "app/domain/consult.py",
        "                transition.wrap_up()\n                hand_over(",
        "                transition.free(who)\n                hand_over(",
    ),
    Defect(
        "whoever is left by the one consulted is hung up on",
        "app/domain/handover.py",
        "    if not transition.takes_back():",
        "    if transition.plan:",
    ),
    Defect(
        "a swap puts nobody on hold",
        "app/domain/transition.py",
        '            return "hold" if speaks_with == "caller" else "talk"',
        '            return "talk"',
    ),
    Defect(
        "whoever was consulted stays in the room after it",
        "app/domain/transition.py",
        '            return "talk"\n        case _:\n            return "out"',
        '            return "talk"\n        case _:\n            return "hold"',
    ),
    Defect(
        "whoever is consulted is rung for three times as long",
        "app/domain/consult.py",
        "RING_SECONDS = 30 ",
        "RING_SECONDS = 90 ",
    ),
    Defect(
        "a join leaves the caller on hold",
        "app/domain/consult.py",
        "consult=None, hold=None)\n    transition.set_state(replace(joined",
        "consult=None)\n    transition.set_state(replace(joined",
    ),
    Defect(
        "the time with whom an agent has left the caller is talked",
        "app/domain/call.py",
        '                return "handed over" if self.is_handed_over else "held"',
        '                return "talked" if self.is_handed_over else "held"',
    ),
    Defect(
        "an agent who is lost in a call of three takes the caller along",
        "app/domain/conference.py",
        "aside(state.agent, reason)\n    hand_over(transition, state, state.guests)",
        'aside(state.agent, reason)\n    transition.hang_up("answered")',
    ),
    Defect(
        "who completes a transfer leaves the caller on hold",
        "app/domain/transition.py",
        '            case HandedOver():\n                self.want(CALLER, "talk")',
        '            case HandedOver():\n                self.want(CALLER, "hold")',
    ),
    Defect(
        "a consultation begins the hold again",
        "app/domain/consult.py",
        "        hold = state.hold or conversation.hold_of(transition, state)",
        "        hold = conversation.hold_of(transition, state)",
    ),
)
