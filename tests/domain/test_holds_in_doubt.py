"""A hold whose answer never came: until the next one, nobody relies on how the leg is observed."""

from __future__ import annotations

from app.domain import events as e
from app.domain.agent import Device
from app.domain.call import CALLER
from app.domain.commands import Command, Dial, Hold, Unhold
from app.domain.states import InConversation, Offered, Transfer, Waiting
from app.domain.value import replace
from tests.domain.world import AT_A_DESK, BY_PHONE, PLAN, Point, connecting

REFUSED = 16099


def test_a_hold_that_a_dead_performer_may_have_made_is_ended_when_the_wish_is_given_back() -> None:
    point = _wants(_talking(), e.HoldRequested)
    point = replace(point, call=replace(point.call, claim_until=point.call.updated))
    point, _ = point.after(e.OutboxDue())

    point = _refused(_refused(point, Hold(CALLER)), Hold(CALLER))

    assert _state(point).hold is None
    assert point.call.is_commanded(Unhold(CALLER))


def test_an_unhold_that_may_not_have_worked_is_asked_for_again_after_a_hold_that_failed() -> None:
    point = _wants(_on_hold(), e.RetrieveRequested)
    point = _unsure(point, Unhold(CALLER))
    point = _wants(point, e.HoldRequested)

    point = _refused(_refused(point, Hold(CALLER)), Hold(CALLER))

    assert point.call.is_commanded(Unhold(CALLER))


def test_nobody_is_called_while_it_is_not_sure_that_the_caller_is_on_hold() -> None:
    point = _unsure(_wants(_talking(), e.HoldRequested), Hold(CALLER))
    point = _wants(point, e.RetrieveRequested)
    point = _refused(_refused(point, Unhold(CALLER)), Unhold(CALLER))

    point, _ = point.after(e.ConsultRequested("anna", "+442079460142", PLAN.numbers[0].e164, ""))

    assert not any(isinstance(p.command, Dial) for p in point.call.out)
    point = _done(point, Hold(CALLER))
    assert any(isinstance(p.command, Dial) for p in point.call.out)


def test_an_answer_ends_the_doubt() -> None:
    point = _unsure(_wants(_talking(), e.HoldRequested), Hold(CALLER))
    point = _wants(point, e.RetrieveRequested)

    point = _done(point, Unhold(CALLER))

    assert point.call.out == ()
    caller = point.call.leg(CALLER)
    assert caller is not None
    assert (caller.observed, caller.in_doubt) == ("talk", False)


def test_whom_an_agent_has_not_heard_goes_back_to_the_sender_though_on_hold() -> None:
    """T2 before R10: a telephone that hangs up without having talked has not taken the call."""
    point = _talking(BY_PHONE)
    place = _state(point).position
    sent = Transfer("ben", "anna", replace(place, node="sales"))
    state = replace(_state(point), talked=False)
    point = replace(point, call=replace(point.call, state=state, transfer=sent))
    point = replace(point, call=replace(point.call, room=replace(point.call.room, started=False)))
    point = _wants(point, e.HoldRequested)

    point, _ = point.after(e.HungUp("anna.1", "completed"))

    after = point.call.state
    assert isinstance(after, Offered | Waiting)
    assert after.position.node == "sales"


def _talking(devices: tuple[Device, ...] = AT_A_DESK) -> Point:
    point = connecting(devices, straight=True)
    point, _ = point.after(e.JoinedRoom("anna.1", "CF1"))
    point, _ = point.after(e.JoinedRoom(CALLER, "CF1"))
    assert _state(point).met
    return point


def _on_hold() -> Point:
    return _done(_wants(_talking(), e.HoldRequested), Hold(CALLER))


def _wants(point: Point, verb: type[e.HoldRequested | e.RetrieveRequested]) -> Point:
    return point.after(verb("anna"))[0]


def _done(point: Point, command: Command) -> Point:
    return point.after(e.CommandDone(_key(point, command), command))[0]


def _refused(point: Point, command: Command) -> Point:
    return point.after(e.CommandRefused(_key(point, command), command, REFUSED))[0]


def _unsure(point: Point, command: Command) -> Point:
    return point.after(e.CommandUnsure(_key(point, command), command))[0]


def _key(point: Point, command: Command) -> str:
    return next(p.key for p in point.call.out if p.command == command)


def _state(point: Point) -> InConversation:
    assert isinstance(point.call.state, InConversation)
    return point.call.state
