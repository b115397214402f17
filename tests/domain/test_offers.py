"""An offer: its instants, and what becomes of the caller when the headset does not come or goes."""

from __future__ import annotations

from datetime import timedelta

from app.domain import agent as a
from app.domain import events as e
from app.domain.call import CALLER
from app.domain.commands import Ring
from app.domain.decide import begin
from app.domain.states import Connecting, HeadsetAway, InConversation, Waiting
from app.domain.transition import SHOW_SECONDS
from app.domain.value import replace
from tests.domain.world import AT_A_DESK, BY_PHONE, NOW, PLAN, WITH_A_PHONE, Point, transferred

OFFERED = (e.OfferMade("anna"),)
ACCEPTED = (*OFFERED, e.OfferAccepted("anna", "2", "n1", "tab0"))
CONNECTED = (*ACCEPTED, e.HeadsetConnected("anna.1", "n1", "CAh"))
TALKING = (*CONNECTED, e.JoinedRoom("anna.1", "CF1"), e.JoinedRoom(CALLER, "CF1"))


def point_after(events: tuple[e.Event, ...], devices: tuple[a.Device, ...] = AT_A_DESK) -> Point:
    """A caller of Anna's extension, who is ready."""
    call = begin(PLAN, PLAN.numbers[1], "c", "CAc", "+447700900001", "", NOW).call
    point = Point(call, a.Agent("anna", presence=a.Ready(NOW), devices=devices), a.Agent("ben"))
    for event in events:
        point, _ = point.after(event)
    return point


def test_an_offer_with_a_second_device_has_an_instant_for_it_and_one_for_its_end() -> None:
    seconds = PLAN.wait_point("anna").ring_seconds

    call = point_after(OFFERED, WITH_A_PHONE).call

    shown, rung = timedelta(seconds=SHOW_SECONDS), timedelta(seconds=seconds)
    assert call.deadlines == (NOW + shown, NOW + rung)


def test_who_is_rung_instead_of_a_telephone_that_cannot_be_called_is_rung_at_once() -> None:
    """T2: the caller whom Anna sent to Ben comes back to her telephone, without another event."""
    point = next(transferred())
    anna = replace(point.anna, devices=BY_PHONE)
    ben = replace(point.ben, presence=a.Ready(NOW), devices=BY_PHONE)
    point, _ = replace(point, anna=anna, ben=ben).after(e.AskedAgain(CALLER))
    point, _ = point.after(e.HungUp("anna.1"))
    point, offered = point.after(e.OfferMade("ben"))
    (ring,) = (one for one in offered.commands if isinstance(one.command, Ring))

    point, decision = point.after(e.CommandRefused(ring.key, ring.command, 21211))

    assert point.call.agent == "anna"
    rung = [one.command.leg for one in decision.commands if isinstance(one.command, Ring)]
    assert rung == [point.call.state.leg]  # type: ignore[union-attr]


def test_an_offer_with_one_device_has_the_instant_of_its_end_alone() -> None:
    seconds = PLAN.wait_point("anna").ring_seconds

    call = point_after(OFFERED).call

    assert call.deadlines == (NOW + timedelta(seconds=seconds),)


def test_a_headset_that_hangs_up_on_the_way_to_the_room_gives_the_caller_back_at_once() -> None:
    """F10: the caller waits on, and what the agent missed is told."""
    point = point_after(CONNECTED)

    point, _ = point.after(e.HungUp("anna.1"))

    assert isinstance(point.call.state, Waiting)
    assert [missed.reason for missed in point.anna.missed] == ["no connection"]


def test_the_end_of_a_headset_that_has_not_come_yet_ends_no_offer() -> None:
    """Late news of a leg that the call does not have: the browser is still on its way."""
    point = point_after(ACCEPTED)

    after, _ = point.after(e.HungUp("anna.1"))

    assert isinstance(after.call.state, Connecting)
    assert after.anna == point.anna


def test_a_page_that_is_back_is_let_in_and_its_old_headset_counts_as_lost() -> None:
    point = point_after(TALKING)

    point, _ = point.after(e.Rejoined("anna", "n2", "tab1"))

    old = point.call.leg("anna.1")
    assert old is None or not old.in_room
    assert isinstance(point.call.state, InConversation)
    assert isinstance(point.call.state.away, HeadsetAway)
    assert point.call.state.away.headset == "anna.2"
