"""Whom an agent consults, and with whom the agent left the caller.

A call knows whom it is with; after that, the timeline knows.
"""

from collections.abc import Mapping
from typing import Literal

from app.console import views as v
from app.console.outside import Outside
from app.console.presenters.parts import party
from app.domain.call import Call, Leg
from app.domain.dialplan import Plan
from app.domain.events import (
    ConsultCompleteRequested,
    ConsultRequested,
    Event,
    LeaveRequested,
)
from app.domain.states import Consult, Guest, HandedOver, InConversation
from app.domain.targets import target_of
from app.domain.verb import consult_of, guests_of
from app.domain.verbs import TABLE
from app.ports import Directory, WholeCall


def consulted(call: Call) -> v.Consulted | None:
    consult = consult_of(call)
    if consult is None:
        return None
    if consult.answered:
        state = _state(call, consult.leg, is_held=consult.speaks_with == "caller")
    else:
        state = _before_answer(call, consult)
    return v.Consulted(party(consult.number, consult.name), consult.since, state)


def guests(call: Call, buttons: tuple[v.Button, ...]) -> tuple[v.Guest, ...]:
    """`buttons`: of all verbs that may be asked for now; each guest has those that fit them."""
    return tuple(
        v.Guest(
            one.leg,
            party(one.number, one.name),
            _state_of_guest(call, one),
            tuple(b for b in buttons if b.takes == "guest" and TABLE[b.verb].beside(one)),
        )
        for one in guests_of(call)
    )


def _state_of_guest(call: Call, guest: Guest) -> v.ConsultKind:
    leg = call.leg(guest.leg)
    is_held = isinstance(call.state, InConversation) and call.state.hold is not None
    state = _state(call, guest.leg, is_held=is_held)
    match guest.muted, leg is not None and leg.muted:
        case _ if state != "talking":
            return state
        case True, True:
            return "muted"
        case True, _:
            return "muting"
        case False, True | None:
            return "unmuting"
        case _:
            return "not muted" if guest.mute_failed else "talking"


def _before_answer(call: Call, consult: Consult) -> v.ConsultKind:
    leg = call.leg(consult.leg)
    if consult.offer is not None:
        return "ringing" if consult.offer.begun else "dialling"
    return "ringing" if leg is not None and leg.observed == "ringing" else "dialling"


def leg_of_colleague(state: InConversation, agent: str) -> str:
    """As which leg that colleague is in the call, or is on the way into it."""
    if state.consult is not None and state.consult.agent == agent:
        return state.consult.leg
    return next(guest.leg for guest in state.guests if guest.agent == agent)


def part_of_colleague(call: Call, state: InConversation, leg_id: str) -> v.AssistingState:
    leg, consult = call.leg(leg_id), state.consult
    match leg, consult:
        case _, Consult(leg=mine, answered=False) if mine == leg_id:
            return "connecting"
        case Leg(observed="hold"), _:
            return "held"
        case _, Consult(leg=mine) if mine == leg_id:
            return "apart"
        case Leg(muted=True), _:
            return "muted"
        case _:
            return "together"


def _state(call: Call, leg_id: str, *, is_held: bool) -> v.ConsultKind:
    """What is observed of that leg, or what the agent wants and is not observed yet."""
    leg = call.leg(leg_id)
    match is_held, leg is not None and leg.held:
        case True, True:
            return "held"
        case True, False:
            return "asked"
        case False, True:
            return "retrieving"
        case _:
            return "talking"


def not_held(call: Call) -> Literal["", "caller", "consulted"]:
    """Whom the carrier would not put on hold: with whom the agent speaks on.

    While the headset is away the caller hears music all the same.
    """
    state = call.state
    if not isinstance(state, InConversation) or not state.hold_failed or state.away is not None:
        return ""
    if state.consult is not None and state.consult.speaks_with == "consulted":
        return "consulted"
    return "caller" if state.hold is None else ""


def consult_over(call: Call) -> v.ConsultOver | None:
    """The one before, which the agent did not end."""
    over = call.state.consult_over if isinstance(call.state, InConversation) else None
    return v.ConsultOver(party(over.number, over.name), over.how) if over else None


def consulted_legs(whole: WholeCall) -> Mapping[str, v.Party]:
    """Whom each leg belongs to that was dialled to consult somebody."""
    outside = Outside()
    for entry in whole.timeline:
        outside.take_in(entry)
    return outside.parties


def left_with(call: Call, agent: str, whole: WholeCall | None) -> tuple[v.Party, ...]:
    """With whom this agent left the caller, whatever became of them since."""
    told = _left_with(whole, agent) if whole else ()
    if not told and isinstance(call.state, HandedOver) and call.facts.agents[-1:] == (agent,):
        return tuple(party(one.number, one.name) for one in call.state.guests)
    return told


def _left_with(whole: WholeCall, agent: str) -> tuple[v.Party, ...]:
    outside, left, asked_by, before = Outside(), tuple[v.Party, ...](), "", ""
    asked = ""
    for entry in whole.timeline:
        there = tuple(outside.guests)
        outside.take_in(entry)
        if isinstance(entry.event, ConsultRequested):
            asked_by = entry.event.agent
        if entry.state == "HandedOver" != before and asked_by == agent:
            left = tuple(outside.parties[leg] for leg in outside.guests or there)
        elif _has_left(entry.event, agent):  # a colleague, and the others
            with_them = dict.fromkeys((*there, *outside.guests, asked))
            left = tuple(outside.parties[one] for one in with_them if one)
        before, asked = entry.state, outside.consulted
    return left


def _has_left(event: Event, agent: str) -> bool:
    match event:
        case ConsultCompleteRequested(who) | LeaveRequested(who):
            return who == agent
        case _:
            return False


def came_back_from(call: Call, agent: str, plan: Plan, directory: Directory) -> v.Party | None:
    """With whom this agent had left the caller who is offered to the agent again."""
    transfer = call.transfer
    if transfer is None or transfer.slot or transfer.by != agent:
        return None
    if target_of(plan, transfer.target) is not None:
        return None
    contact = directory.contact(transfer.target)
    return party(transfer.target, contact.name if contact else "")
