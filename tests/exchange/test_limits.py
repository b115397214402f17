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
from tests.exchange.harness import Harness

PHONES = tuple(f"+1500555002{n}" for n in range(5))
STAYS = "<Pause length='600'/>"


def limited(harness: Harness, **changes: float | None) -> None:
    context = harness.network.exchange.context
    context.limits = replace(context.limits, **changes)  # type: ignore[arg-type]


def ring(harness: Harness, phone: str) -> str:
    """Calls create to an outside phone that answers and stays."""
    harness.network.street_phone(phone)
    harness.customer.pages["/go"] = twiml(STAYS)
    return str(harness.client.calls.create(to=phone, from_=harness.number, url=f"{BASE}/go").sid)


def invite(harness: Harness, phone: str) -> str:
    harness.network.street_phone(phone)
    create = harness.client.conferences("r").participants.create
    return str(create(to=phone, from_=harness.number, beep="false").call_sid)


def statuses(harness: Harness, *legs: str) -> list[str]:
    return [harness.status(leg) for leg in legs]


# --- calls a second -----------------------------------------------------------------------------


def test_c2_one_call_a_second_the_others_queue_in_their_order(harness: Harness) -> None:
    legs = [ring(harness, phone) for phone in PHONES[:3]]

    harness.network.settle()
    assert statuses(harness, *legs) == ["in-progress", "queued", "queued"]
    harness.network.advance(1)
    assert statuses(harness, *legs) == ["in-progress", "in-progress", "queued"]
    harness.network.advance(1)
    assert statuses(harness, *legs) == ["in-progress"] * 3


def test_c2_queue_time_says_how_long_in_milliseconds(harness: Harness) -> None:
    legs = [ring(harness, phone) for phone in PHONES[:3]]

    told = [harness.client.calls(leg).fetch().queue_time for leg in legs]
    assert told == ["0", "1000", "2000"]


def test_c2_five_a_second_with_an_approved_profile(harness: Harness) -> None:
    limited(harness, calls_per_second=limits.BUSINESS.calls_per_second)
    for phone in PHONES:
        ring(harness, phone)

    harness.network.advance(0.8)
    assert all(leg.status.value == "in-progress" for leg in harness.network.exchange.live())


def test_c2_inbound_calls_are_not_limited(harness: Harness) -> None:
    legs = [harness.call(STAYS) for _ in range(3)]

    assert statuses(harness, *legs) == ["in-progress"] * 3


def test_a12_a_queued_call_that_is_cancelled_sends_no_callback_and_uses_no_turn(
    harness: Harness,
) -> None:
    harness.network.street_phone(PHONES[1])
    ring(harness, PHONES[0])
    given_up = harness.client.calls.create(
        to=PHONES[1],
        from_=harness.number,
        url=f"{BASE}/go",
        status_callback=f"{BASE}/told",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    last = ring(harness, PHONES[2])
    harness.client.calls(given_up.sid).update(status="canceled")
    harness.network.advance(1)

    assert harness.status(given_up.sid) == "canceled"
    assert harness.status(last) == "in-progress"
    assert harness.customer.to("/told") == []


@pytest.mark.parametrize(
    ("own", "second"), [(None, "queued"), (30.0, "in-progress")], ids=["shared", "own"]
)
def test_l_switch_participants_share_the_accounts_calls_a_second(
    harness: Harness, own: float | None, second: str
) -> None:
    harness.set_switches(participants_per_second=own)
    first, other = ring(harness, PHONES[0]), invite(harness, PHONES[1])
    harness.network.settle()

    assert statuses(harness, first, other) == ["in-progress", second]
    harness.network.advance(1)
    assert harness.status(other) == "in-progress"


def test_c4_participants_and_calls_share_one_second(harness: Harness) -> None:
    legs = [ring(harness, PHONES[0]), invite(harness, PHONES[1]), ring(harness, PHONES[2])]
    harness.network.settle()

    assert statuses(harness, *legs) == ["in-progress", "queued", "queued"]
    harness.network.advance(2)
    assert statuses(harness, *legs) == ["in-progress"] * 3


def test_c4_participants_with_a_rate_of_their_own_queue_by_it(harness: Harness) -> None:
    harness.set_switches(participants_per_second=2.0)
    harness.join_conference()
    legs = [invite(harness, phone) for phone in PHONES[:2]]
    conference = harness.client.conferences.list()[0].sid

    shown = [harness.client.conferences(conference).participants(leg).fetch() for leg in legs]
    assert [p.queue_time for p in shown] == ["0", "500"]
    assert [p.status for p in shown] == ["queued", "queued"]


def test_c2_more_than_a_day_of_backlog_is_22005(harness: Harness) -> None:
    limited(harness, calls_per_second=1 / 50_000)
    ring(harness, PHONES[0])
    ring(harness, PHONES[1])

    with pytest.raises(TwilioRestException) as refused:
        ring(harness, PHONES[2])  # it would wait for 100,000 s
    assert refused.value.code == 22005


# --- calls at once ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("standing", "most"), [(limits.UNAPPROVED, 2), (limits.INDIVIDUAL, 3), (limits.TRIAL, 5)]
)
def test_l_so_many_calls_at_once_and_the_next_is_refused(
    harness: Harness, standing: Limits, most: int
) -> None:
    limited(harness, concurrent_calls=standing.concurrent_calls)
    legs = [harness.call(STAYS) for _ in range(most)]

    with pytest.raises(TwilioRestException) as call:
        ring(harness, PHONES[0])
    with pytest.raises(TwilioRestException) as participant:
        invite(harness, PHONES[0])
    assert (call.value.code, participant.value.code) == (10004, 16021)
    harness.network.hang_up(legs[0])
    ring(harness, PHONES[0])


def test_l_16021_creates_no_conference(harness: Harness) -> None:
    limited(harness, concurrent_calls=0)
    with pytest.raises(TwilioRestException):
        invite(harness, PHONES[0])

    assert harness.client.conferences.list() == []


def test_c9_10004_an_inbound_call_beyond_the_limit_fails_without_a_request(
    harness: Harness,
) -> None:
    limited(harness, concurrent_calls=1)
    harness.call(STAYS)
    asked = len(harness.customer.to("/voice"))
    second = harness.call(STAYS)

    assert harness.status(second) == "failed"
    assert len(harness.customer.to("/voice")) == asked


def test_l_a_business_has_no_such_limit(harness: Harness) -> None:
    assert limits.BUSINESS.concurrent_calls is None
    assert Limits().concurrent_calls is None


@pytest.mark.parametrize("refused", [True, False])
def test_c9_switch_beyond_the_limit_a_call_is_refused_or_made_and_fails(
    harness: Harness, refused: bool
) -> None:
    harness.set_switches(concurrency_refused=refused)
    limited(harness, concurrent_calls=1)
    harness.call(STAYS)

    if refused:
        with pytest.raises(TwilioRestException):
            ring(harness, PHONES[0])
    else:
        made = ring(harness, PHONES[0])
        harness.network.settle()
        assert harness.status(made) == "failed"


# --- how long -----------------------------------------------------------------------------------


FOREVER = "<Pause length='600'/><Redirect/>"


def _inbound(harness: Harness) -> str:
    return harness.call(FOREVER)


def _outbound(harness: Harness) -> str:
    leg = ring(harness, PHONES[0])
    harness.customer.pages["/go"] = twiml(FOREVER)
    harness.network.settle()
    return leg


def _dialled(harness: Harness) -> str:
    harness.join_conference()
    leg = invite(harness, PHONES[0])
    harness.network.settle()
    return leg


@pytest.mark.parametrize("make", [_inbound, _outbound, _dialled])
def test_f1_every_leg_ends_after_four_hours(
    harness: Harness, make: Callable[[Harness], str]
) -> None:
    leg = make(harness)
    harness.network.advance(14_399)

    assert harness.status(leg) == "in-progress"
    harness.network.advance(1)
    assert harness.status(leg) == "completed"


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
