"""A hold that the carrier refuses, in a consultation: as before the wish, and the agent is told."""

from __future__ import annotations

from app.domain import agent as a
from app.domain import events as e
from app.domain.call import CALLER
from app.domain.commands import Command, Dial, Hold, Unhold
from app.domain.states import Consult, ConsultOver, InConversation
from tests.domain.world import AT_A_DESK, Point, consulting, talking

REFUSED = 20429


def test_nobody_is_called_whose_caller_cannot_be_put_on_hold() -> None:
    point = _asked()

    point = _refuses(_refuses(point, CALLER), CALLER)

    state = _state(point)
    assert (state.consult, state.hold, state.hold_failed) == (None, None, True)
    assert state.consult_over == ConsultOver("+442079460142", "", "not called")
    assert [leg.id for leg in point.call.legs] == [CALLER, "anna.1"]
    assert not any(isinstance(p.command, Dial) for p in point.call.out)


def test_no_colleague_is_rung_whose_caller_cannot_be_put_on_hold() -> None:
    """R19: reserved since the click, and free again."""
    point, _ = talking(AT_A_DESK).after(e.ConsultRequested("anna", "", "", "Ben", "ben"))
    reserved = point.ben.presence

    point = _refuses(_refuses(point, CALLER), CALLER)

    state = _state(point)
    assert isinstance(reserved, a.Reserved)
    assert (state.consult, state.hold, state.hold_failed) == (None, None, True)
    assert state.consult_over == ConsultOver("", "Ben", "not called")
    assert isinstance(point.ben.presence, a.Ready)
    assert point.ben.missed == ()


def test_who_cannot_be_put_on_hold_for_a_swap_stays_with_the_agent() -> None:
    point = _swapping()
    before = _consult(point)

    point = _refuses(_refuses(point, before.leg), before.leg)

    state, consult = _state(point), _consult(point)
    assert (consult.speaks_with, state.hold_failed) == ("consulted", True)
    assert state.hold is not None


def test_a_caller_who_cannot_be_put_on_hold_for_a_swap_back_stays_with_the_agent() -> None:
    point = _swapped()
    point, _ = point.after(e.SwapToConsultedRequested("anna"))

    point = _refuses(_refuses(point, CALLER), CALLER)

    state, consult = _state(point), _consult(point)
    assert (consult.speaks_with, state.hold, state.hold_failed) == ("caller", None, True)


def test_one_refusal_is_not_told_of_for_the_hold_is_asked_for_again() -> None:
    point = _refuses(_asked(), CALLER)

    assert not _state(point).hold_failed
    assert _state(point).consult is not None
    assert point.call.is_commanded(Hold(CALLER))


def test_another_wish_has_its_own_tries() -> None:
    point = _refuses(_swapping(), _consult(_swapping()).leg)
    point, _ = point.after(e.SwapToConsultedRequested("anna"))
    point, _ = point.after(e.SwapToCallerRequested("anna"))

    point = _refuses(point, _consult(point).leg)

    assert not _state(point).hold_failed


def test_who_wanted_to_swap_has_the_caller_back_when_whoever_was_consulted_hangs_up() -> None:
    """The carrier could not put them on hold, for they had hung up, and that was told late."""
    point = _swapping()
    leg = _consult(point).leg
    point = _refuses(_refuses(point, leg), leg)

    point, _ = point.after(e.HungUp(leg, "completed"))

    state = _state(point)
    assert (state.hold_failed, state.consult, state.hold) == (False, None, None)


def _asked() -> Point:
    """Anna has asked for a consultation: her caller's hold is on its way."""
    return next(iter(consulting()))


def _answered() -> Point:
    point = _does(_asked(), Hold(CALLER))
    leg = _consult(point).leg
    point, _ = point.after(e.JoinedRoom(leg, "CF1", "CAconsulted"))
    return point


def _swapping() -> Point:
    point, _ = _answered().after(e.SwapToCallerRequested("anna"))
    return point


def _swapped() -> Point:
    point = _swapping()
    return _does(_does(point, Hold(_consult(point).leg)), Unhold(CALLER))


def _does(point: Point, command: Command) -> Point:
    key = next(p.key for p in point.call.out if p.command == command)
    return point.after(e.CommandDone(key, command))[0]


def _refuses(point: Point, leg: str) -> Point:
    key = next(p.key for p in point.call.out if p.command == Hold(leg))
    return point.after(e.CommandRefused(key, Hold(leg), REFUSED))[0]


def _state(point: Point) -> InConversation:
    assert isinstance(point.call.state, InConversation)
    return point.call.state


def _consult(point: Point) -> Consult:
    consult = _state(point).consult
    assert consult is not None
    return consult
