"""Contract C2, C4, C9, F1 and part L: how many calls, how many a second, for how long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from infra.local.exchange import limits
from infra.local.exchange.limits import Limits
from infra.local.exchange.virtual import VirtualExchange, WsgiFetcher
from tests.exchange.conftest import Rewriting
from tests.exchange.customer import BASE, Customer, twiml
from tests.exchange.line import Line

PHONES = tuple(f"+1500555002{n}" for n in range(5))
STAYS = "<Pause length='600'/>"


def limited(line: Line, **changes: float | None) -> None:
    core = line.network.exchange.core
    core.limits = replace(core.limits, **changes)  # type: ignore[arg-type]


def ring(line: Line, phone: str) -> str:
    """Calls create to an outside phone that answers and stays."""
    line.network.street_phone(phone)
    line.customer.pages["/go"] = twiml(STAYS)
    return str(line.client.calls.create(to=phone, from_=line.number, url=f"{BASE}/go").sid)


def invite(line: Line, phone: str) -> str:
    line.network.street_phone(phone)
    create = line.client.conferences("r").participants.create
    return str(create(to=phone, from_=line.number, beep="false").call_sid)


def statuses(line: Line, *legs: str) -> list[str]:
    return [line.status(leg) for leg in legs]


# --- calls a second -----------------------------------------------------------------------------


def test_c2_one_call_a_second_the_others_queue_in_their_order(line: Line) -> None:
    legs = [ring(line, phone) for phone in PHONES[:3]]

    line.network.settle()
    assert statuses(line, *legs) == ["in-progress", "queued", "queued"]
    line.network.advance(1)
    assert statuses(line, *legs) == ["in-progress", "in-progress", "queued"]
    line.network.advance(1)
    assert statuses(line, *legs) == ["in-progress"] * 3


def test_c2_queue_time_says_how_long_in_milliseconds(line: Line) -> None:
    legs = [ring(line, phone) for phone in PHONES[:3]]

    told = [line.client.calls(leg).fetch().queue_time for leg in legs]
    assert told == ["0", "1000", "2000"]


def test_c2_five_a_second_with_an_approved_profile(line: Line) -> None:
    limited(line, calls_per_second=limits.BUSINESS.calls_per_second)
    for phone in PHONES:
        ring(line, phone)

    line.network.advance(0.8)
    assert all(leg.status.value == "in-progress" for leg in line.network.exchange.live())


def test_c2_inbound_calls_are_not_limited(line: Line) -> None:
    legs = [line.call(STAYS) for _ in range(3)]

    assert statuses(line, *legs) == ["in-progress"] * 3


def test_a12_a_queued_call_that_is_cancelled_is_told_to_nobody_and_costs_no_turn(
    line: Line,
) -> None:
    line.network.street_phone(PHONES[1])
    ring(line, PHONES[0])
    given_up = line.client.calls.create(
        to=PHONES[1],
        from_=line.number,
        url=f"{BASE}/go",
        status_callback=f"{BASE}/told",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    last = ring(line, PHONES[2])
    line.client.calls(given_up.sid).update(status="canceled")
    line.network.advance(1)

    assert line.status(given_up.sid) == "canceled"
    assert line.status(last) == "in-progress"
    assert line.customer.to("/told") == []


@pytest.mark.parametrize(
    ("own", "second"), [(None, "queued"), (30.0, "in-progress")], ids=["shared", "own"]
)
def test_l_switch_participants_share_the_accounts_calls_a_second(
    line: Line, own: float | None, second: str
) -> None:
    line.switch(participants_per_second=own)
    first, other = ring(line, PHONES[0]), invite(line, PHONES[1])
    line.network.settle()

    assert statuses(line, first, other) == ["in-progress", second]
    line.network.advance(1)
    assert line.status(other) == "in-progress"


def test_c4_participants_and_calls_share_one_second(line: Line) -> None:
    legs = [ring(line, PHONES[0]), invite(line, PHONES[1]), ring(line, PHONES[2])]
    line.network.settle()

    assert statuses(line, *legs) == ["in-progress", "queued", "queued"]
    line.network.advance(2)
    assert statuses(line, *legs) == ["in-progress"] * 3


def test_c4_participants_of_their_own_lane_queue_by_its_rate(line: Line) -> None:
    line.switch(participants_per_second=2.0)
    line.in_room()
    legs = [invite(line, phone) for phone in PHONES[:2]]
    room = line.client.conferences.list()[0].sid

    shown = [line.client.conferences(room).participants(leg).fetch() for leg in legs]
    assert [p.queue_time for p in shown] == ["0", "500"]
    assert [p.status for p in shown] == ["queued", "queued"]


def test_c2_more_than_a_day_of_backlog_is_22005(line: Line) -> None:
    limited(line, calls_per_second=1 / 50_000)
    ring(line, PHONES[0])
    ring(line, PHONES[1])

    with pytest.raises(TwilioRestException) as refused:
        ring(line, PHONES[2])  # it would wait for 100,000 s
    assert refused.value.code == 22005


# --- calls at once ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("standing", "most"), [(limits.UNAPPROVED, 2), (limits.INDIVIDUAL, 3), (limits.TRIAL, 5)]
)
def test_l_so_many_calls_at_once_and_the_next_is_refused(
    line: Line, standing: Limits, most: int
) -> None:
    limited(line, concurrent_calls=standing.concurrent_calls)
    legs = [line.call(STAYS) for _ in range(most)]

    with pytest.raises(TwilioRestException) as call:
        ring(line, PHONES[0])
    with pytest.raises(TwilioRestException) as participant:
        invite(line, PHONES[0])
    assert (call.value.code, participant.value.code) == (10004, 16021)
    line.network.hang_up(legs[0])
    ring(line, PHONES[0])


def test_l_16021_leaves_no_room_behind(line: Line) -> None:
    limited(line, concurrent_calls=0)
    with pytest.raises(TwilioRestException):
        invite(line, PHONES[0])

    assert line.client.conferences.list() == []


def test_c9_10004_an_inbound_call_beyond_the_limit_is_rejected_unasked(line: Line) -> None:
    limited(line, concurrent_calls=1)
    line.call(STAYS)
    asked = len(line.customer.to("/voice"))
    second = line.call(STAYS)

    assert line.status(second) == "failed"
    assert len(line.customer.to("/voice")) == asked


def test_l_a_business_has_no_such_limit(line: Line) -> None:
    assert limits.BUSINESS.concurrent_calls is None
    assert Limits().concurrent_calls is None


@pytest.mark.parametrize("refused", [True, False])
def test_c9_switch_beyond_the_limit_a_call_is_refused_or_made_and_fails(
    line: Line, refused: bool
) -> None:
    line.switch(concurrency_refused=refused)
    limited(line, concurrent_calls=1)
    line.call(STAYS)

    if refused:
        with pytest.raises(TwilioRestException):
            ring(line, PHONES[0])
    else:
        made = ring(line, PHONES[0])
        line.network.settle()
        assert line.status(made) == "failed"


# --- how long -----------------------------------------------------------------------------------


FOREVER = "<Pause length='600'/><Redirect/>"


def _inbound(line: Line) -> str:
    return line.call(FOREVER)


def _outbound(line: Line) -> str:
    leg = ring(line, PHONES[0])
    line.customer.pages["/go"] = twiml(FOREVER)
    line.network.settle()
    return leg


def _dialled(line: Line) -> str:
    line.in_room()
    leg = invite(line, PHONES[0])
    line.network.settle()
    return leg


@pytest.mark.parametrize("make", [_inbound, _outbound, _dialled])
def test_f1_every_leg_ends_after_four_hours(line: Line, make: Callable[[Line], str]) -> None:
    leg = make(line)
    line.network.advance(14_399)

    assert line.status(leg) == "in-progress"
    line.network.advance(1)
    assert line.status(leg) == "completed"


def test_limits_are_handed_in() -> None:
    customer = Customer({"/voice": twiml(STAYS)})
    with VirtualExchange(WsgiFetcher(customer), limits=limits.UNAPPROVED) as network:
        transport = Rewriting(network.serve_rest())
        account = network.exchange.account
        client = Client(account.sid, account.auth_token, http_client=transport)
        client.incoming_phone_numbers.create(phone_number="+15005550001", voice_url=f"{BASE}/voice")
        legs = [network.dial(PHONES[0], "+15005550001") for _ in range(3)]
        network.settle()

        assert [network.exchange.leg(leg).status.value for leg in legs] == [
            "in-progress",
            "in-progress",
            "failed",
        ]
