"""Stories of things that happen at the same moment, and of a carrier that refuses."""

from __future__ import annotations

import itertools

import pytest

from app.domain import agent as a
from app.domain import events as e
from app.domain.call import CALLER
from app.domain.states import Connecting, Ended, Offered
from infra.local.exchange.journal import ConferenceChanged, RestCalled, WebhookSent
from infra.local.exchange.latency import MODELLED
from tests.domain.world import AT_A_DESK, Point, start
from tests.stories import environments
from tests.stories.company import SALES
from tests.stories.office import Office
from tests.stories.people import Caller
from tests.support.verbs import granted


def joined(office: Office, leg: str) -> int:
    """How often that leg entered a room."""
    entries = (entry.news for entry in office.network.exchange.journal.entries())
    return sum(
        isinstance(n, ConferenceChanged) and n.event == "participant-join" and n.leg == leg
        for n in entries
    )


@pytest.mark.parametrize("order", list(itertools.permutations(range(5))), ids=str)
def test_an_accept_and_a_hang_up_end_well_in_every_order(order: tuple[int, ...]) -> None:
    """F9: accept, browser, headset in the room, caller in the room, hang-up: all 120 orders."""
    point = _offered()
    assert isinstance(point.call.state, Offered)
    leg = point.call.state.leg
    headset = "anna.1"
    events: list[e.Event] = [
        e.OfferAccepted("anna", leg, "n", "tab"),
        e.HeadsetConnected(headset, "n", "CA2"),
        e.JoinedRoom(headset, "CF1"),
        e.JoinedRoom(CALLER, "CF1"),
        e.HungUp(CALLER),
    ]

    for number in order:
        point, _ = point.after(events[number], point.call.updated)
    point, _ = point.after(e.HungUp(headset), point.call.updated)

    assert isinstance(point.call.state, Ended)
    assert point.call.out == ()
    assert not a.holds(point.anna, point.call.id)
    assert point.anna.headset is None


def _offered() -> Point:
    point = start(AT_A_DESK)
    for event in (e.Heard(CALLER, 1), e.Pressed(CALLER, 2, "1"), e.OfferMade("anna")):
        point, _ = point.after(event, point.call.updated)
    return point


@pytest.mark.parametrize("tenths", range(36))
def test_a_caller_may_give_up_at_any_moment_of_the_answer(tenths: int) -> None:
    """F9, with the carrier's delays: nobody is left in a room, reserved or on hold.

    Answered is who was talked to, by the exchange's own ledger, and only that asks for a wrap-up
    (F8).
    """
    with environments.in_memory(latency=MODELLED) as office:
        caller, anna = office.caller(), office.agent("anna")
        anna.is_ready()

        caller.dials(SALES)
        office.passes(2)
        anna.accepts()
        anna.connects()
        office.passes(tenths / 10)
        caller.hangs_up()
        office.passes(20)

        heard = office.network.exchange.ledger.intervals(caller.leg)
        met = any(interval.legs for interval in heard)
        assert isinstance(caller.call.state, Ended)
        assert caller.record.head.outcome == ("answered" if met else "abandoned")
        assert isinstance(anna.presence, a.WrapUp if met else a.Ready)
        anna.is_cut_off()
        office.closes()


@pytest.mark.parametrize("apart", [0.0, 0.005, 0.009])
def test_two_tabs_that_accept_within_ten_milliseconds_are_one_headset(
    office: Office, apart: float
) -> None:
    """F22: exactly one leg ever enters the room, by the exchange's own ledger."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    offer = anna.rings()
    assert isinstance(offer.state, Offered)
    desk = office.services.desk
    first = granted(desk, "anna", "accept", offer.id, leg=offer.state.leg, tab="tab1")
    office.passes(apart)
    second = granted(desk, "anna", "accept", offer.id, leg=offer.state.leg, tab="tab2")
    one = office.connects("anna_tab1", first)
    two = office.connects("anna_tab2", second)
    office.passes(10)

    heard = office.network.exchange.ledger.intervals(caller.leg)
    assert joined(office, one) + joined(office, two) == 1
    assert len({leg for interval in heard for leg in interval.legs}) == 1
    caller.hangs_up()


@pytest.mark.parametrize("error", ["error 31401", "error 31005"])
def test_a_browser_that_cannot_connect_gives_the_caller_back_at_once(
    office: Office, error: str
) -> None:
    """F10: the microphone is refused, or there is no way to the carrier: the same place."""
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    anna.is_ready()
    office.passes(1)
    ben.is_ready()

    caller.dials(SALES)
    anna.accepts()
    state = caller.call.state
    assert isinstance(state, Connecting)
    office.services.desk.report_headset_lost("anna", caller.call.id, state.headset, error)
    office.settles()

    offer = ben.rings()
    assert offer.position is not None
    assert offer.position.since == state.position.since
    anna.is_in(a.Away)
    ben.answers()
    caller.talks_to(ben)
    ben.hangs_up()


def test_a_reload_whose_goodbye_is_lost_ends_the_old_headset(office: Office) -> None:
    """F25: two generations never coexist; one recording; the caller hears no silence."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    anna.answers()
    office.passes(5)
    old = anna.leg
    anna.reloads_the_page(says_goodbye=False)
    anna.comes_back()

    caller.talks_to(anna)
    assert office.network.exchange.leg(old).over
    caller.never_sat_in_silence(longer_than_seconds=1)
    assert _recordings(office) == 1
    anna.hangs_up()


def test_a_page_that_is_reloaded_twice_in_two_seconds_talks_on(office: Office) -> None:
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    anna.answers()
    office.passes(5)
    anna.reloads_the_page()
    office.passes(1)
    first = anna.asks_to_come_back()
    anna.comes_back()
    stray = office.connects("anna_tab0", first)
    office.passes(5)

    caller.talks_to(anna)
    assert joined(office, stray) == 0
    assert _recordings(office) == 1
    caller.never_sat_in_silence(longer_than_seconds=1)
    caller.hangs_up()


def test_a_microphone_refused_after_a_reload_gives_the_caller_back_in_time(
    office: Office,
) -> None:
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    anna.is_ready()

    caller.dials(SALES)
    anna.answers()
    office.passes(5)
    anna.reloads_the_page()
    grant = anna.asks_to_come_back()
    office.services.desk.report_headset_lost("anna", grant.call, grant.headset, "error 31401")
    ben.is_ready()
    office.passes(21)

    ben.answers()
    caller.talks_to(ben)
    caller.never_sat_in_silence(longer_than_seconds=1)
    anna.is_in(a.Away)
    caller.hangs_up()


def test_a_full_queue_leads_where_the_plan_says_in_three_documents(office: Office) -> None:
    """V9: queue-full comes back at once; it must not be asked for again and again."""
    first, second = office.caller(), office.caller("+447700900002")

    first.dials(SALES)
    office.limits_the_queue("sales", 1)
    second.dials(SALES)

    second.hears("Please leave a message")
    assert documents(office, second) <= 3
    first.hangs_up()
    second.hangs_up()


def test_a_queue_that_is_out_of_order_leads_where_the_plan_says_in_three_documents(
    office: Office,
) -> None:
    """V9: the carrier's system-error comes back at once, too."""
    caller = office.caller()

    office.breaks_the_carriers_queues()
    caller.dials(SALES)

    caller.hears("Please leave a message")
    assert documents(office, caller) <= 3
    caller.hangs_up()


def documents(office: Office, caller: Caller) -> int:
    """How many of ours the caller's leg asked for."""
    entries = (entry.news for entry in office.network.exchange.journal.entries())
    urls = [n.url for n in entries if isinstance(n, WebhookSent) and n.leg == caller.leg]
    return len([url for url in urls if "/voice/" in url and "status" not in url])


def _recordings(office: Office) -> int:
    entries = (entry.news for entry in office.network.exchange.journal.entries())
    return sum(
        isinstance(n, RestCalled) and n.method == "POST" and n.path.endswith("/Recordings.json")
        for n in entries
    )
