"""The ledger, the silence meter and the latency model."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import timedelta

import pytest

from infra.local.exchange.inventory import Voice
from infra.local.exchange.journal import WebhookSent
from infra.local.exchange.latency import COLD, MODELLED, Latency
from infra.local.exchange.ledger import Hearing
from infra.local.exchange.rest.api import handle
from infra.local.exchange.rest.messages import RestRequest
from infra.local.exchange.virtual import EPOCH, VirtualExchange, WsgiFetcher
from infra.local.exchange.wire import Endpoint
from tests.exchange.customer import BASE, Customer, twiml
from tests.exchange.harness import Harness

OTHER = "+15005550011"


def test_the_ledger_keeps_what_each_leg_heard_and_when(harness: Harness) -> None:
    leg = harness.call("<Say>1234567890</Say><Pause length='2'/><Say>1234567890</Say>")
    harness.network.advance(10)

    kept = harness.network.exchange.ledger.intervals(leg)
    spans = [(i.hearing, i.since - EPOCH, i.until and i.until - EPOCH) for i in kept]
    second = timedelta(seconds=1)
    assert spans == [
        (Hearing.CLIP, 0 * second, 0.6 * second),
        (Hearing.SILENCE, 0.6 * second, 2.6 * second),
        (Hearing.CLIP, 2.6 * second, 3.2 * second),
    ]


def test_the_silence_meter_counts_only_silence_after_the_answer(harness: Harness) -> None:
    leg = harness.call("<Say>1234567890</Say><Pause length='2'/><Say>1</Say><Pause length='3'/>")
    harness.network.advance(10)

    assert harness.network.exchange.ledger.silence_seconds(leg) == 5
    assert harness.network.exchange.ledger.longest_silence_seconds(leg) == 3


def test_alone_in_a_started_conference_is_silence(harness: Harness) -> None:
    one, two = harness.join_conference(), harness.join_conference(OTHER)
    harness.network.advance(5)
    harness.network.hang_up(two)
    harness.network.advance(7)

    assert harness.network.exchange.ledger.silence_seconds(one) == 7
    assert harness.network.exchange.ledger.seconds_heard(one, two) == 5


def test_hearing_is_not_mutual_when_one_is_muted(harness: Harness) -> None:
    one, two = harness.join_conference(), harness.join_conference(OTHER)
    harness.client.conferences(harness.client.conferences.list()[0].sid).participants(one).update(
        muted=True
    )

    assert harness.network.exchange.ledger.hears_now(one, two)
    assert not harness.network.exchange.ledger.hear_each_other(one, two)


def test_ringing_does_not_count_as_silence(harness: Harness) -> None:
    leg = harness.network.dial("+15005550010", harness.number)
    harness.network.hang_up(leg)

    assert harness.network.exchange.ledger.intervals(leg) == ()


def modelled(customer: Customer, seed: int, latency: Latency = MODELLED) -> VirtualExchange:
    network = VirtualExchange(WsgiFetcher(customer), latency=latency, seed=seed)
    inventory = network.exchange.context.inventory
    number = Voice("PN1", "n", EPOCH, EPOCH, "+15005550001")
    number.settings = {"voice_url": f"{BASE}/voice"}
    inventory.numbers["PN1"] = number
    return network


@pytest.mark.parametrize("seed", range(5))
def test_a_refresh_from_the_queue_to_a_conference_takes_what_the_model_says(seed: int) -> None:
    """design-telephony: Refresh of a leg into a conference 0.4-0.9 s warm."""
    conference = '<Dial><Conference waitUrl="" beep="false">r</Conference></Dial>'
    customer = Customer({"/voice": twiml('<Enqueue waitUrl="/w">q</Enqueue>')})
    customer.pages |= {"/w": twiml("<Say loop='0'>la</Say>"), "/conference": twiml(conference)}
    network = modelled(customer, seed)
    leg = network.dial("+15005550010", "+15005550001")
    network.settle()
    with network.locked() as exchange:
        exchange.calls.redirect(exchange.leg(leg), Endpoint(f"{BASE}/conference"))
    before = network.clock.now()
    while leg not in network.exchange.conferences.participants:
        network.advance(0.01)

    took = (network.clock.now() - before).total_seconds()
    assert 0.3 <= took <= 0.95


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_gives_the_same_journal(seed: int) -> None:
    def day() -> list[tuple[object, str]]:
        customer = Customer({"/voice": twiml("<Gather/><Say>Bye</Say>")})
        network = modelled(customer, seed)
        for caller in range(5):
            network.dial(f"+1500555{caller:04}", "+15005550001")
            network.advance(3)
        network.advance(60)
        entries = network.exchange.journal.entries()
        return [(e.at, e.news.url) for e in entries if isinstance(e.news, WebhookSent)]

    assert day() == day()
    assert len(day()) == 5


def test_one_more_rest_request_changes_no_id() -> None:
    def ids(questions: int) -> list[str]:
        network = modelled(Customer(), seed=7)
        for _ in range(questions):
            with network.locked() as exchange:
                handle(exchange, RestRequest("GET", "/2010-04-01/Accounts/x/Calls.json"))
        return [network.dial("+15005550010", "+15005550001") for _ in range(3)]

    assert ids(0) == ids(5)


@pytest.mark.parametrize("seed", range(3))
def test_a_cold_document_takes_longer_as_the_model_says(seed: int) -> None:
    """design-telephony: document fetch 0.10-0.25 s warm, 0.6-1.8 s more when cold."""
    customer = Customer({"/voice": twiml("<Pause length='60'/>")})
    network = modelled(customer, seed, COLD)
    network.dial("+15005550010", "+15005550001")
    before = network.clock.now()
    while not customer.asked:
        network.advance(0.01)

    took = (network.clock.now() - before).total_seconds()
    connect = MODELLED.connect
    assert connect.low_seconds + 0.7 <= took <= connect.high_seconds + 2.06


@pytest.mark.parametrize("seed", range(3))
def test_hold_and_mute_take_their_time_and_the_answer_says_so_at_once(seed: int) -> None:
    """design-telephony: Hold, Unhold, Mute 0.2-0.4 s."""
    conference = '<Dial><Conference waitUrl="" beep="false">r</Conference></Dial>'
    network = modelled(Customer({"/voice": twiml(conference)}), seed)
    one, _ = (network.dial(f"+1500555001{n}", "+15005550001") for n in range(2))
    network.advance(10)
    participant = network.exchange.conferences.participants[one]
    with network.locked() as exchange:
        path = (
            f"/2010-04-01/Accounts/{exchange.account.sid}/Conferences/{participant.conference.sid}"
        )
        credentials = f"{exchange.account.sid}:{exchange.account.auth_token}".encode()
        request = RestRequest(
            "POST",
            f"{path}/Participants/{one}.json",
            form=(("Hold", "true"), ("Muted", "true")),
            authorization=f"Basic {b64encode(credentials).decode()}",
        )
        shown = json.loads(handle(exchange, request).body)
    before = network.clock.now()
    assert (shown["hold"], shown["muted"]) == (True, True)
    assert (participant.state.hold, participant.state.muted) == (False, False)
    while not participant.state.hold:
        network.advance(0.01)

    assert 0.2 <= (network.clock.now() - before).total_seconds() <= 0.42
    assert participant.state.muted  # commanded first, effective first


@pytest.mark.parametrize("seed", range(5))
def test_an_unhold_never_overtakes_the_hold_before_it(seed: int) -> None:
    conference = '<Dial><Conference waitUrl="" beep="false">r</Conference></Dial>'
    network = modelled(Customer({"/voice": twiml(conference)}), seed)
    one, _ = (network.dial(f"+1500555001{n}", "+15005550001") for n in range(2))
    network.advance(10)
    participant = network.exchange.conferences.participants[one]
    with network.locked() as exchange:
        for hold in (True, False, True, False):
            exchange.conference_control.hold(participant, hold, None)
    network.advance(2)

    assert not participant.state.hold
