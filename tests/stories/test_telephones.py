"""Stories of agents who are not at a desk: a forwarded telephone, an app."""

from __future__ import annotations

import pytest

from app.domain import agent as a
from app.domain.events import LeftRoom
from app.domain.states import Connecting, InConversation
from infra.local.exchange.latency import MODELLED
from infra.local.exchange.phones import OnRing
from tests.stories import environments
from tests.stories.company import CLAIMS, MOBILE, SECOND_MOBILE
from tests.stories.office import Office


def test_an_agent_on_a_mobile_presses_1_and_talks(office: Office) -> None:
    caller, cleo = office.caller(), office.agent("cleo")
    cleo.has_a_telephone(MOBILE)
    cleo.is_ready()

    caller.dials(CLAIMS)
    office.passes(3)
    cleo.picks_up()
    cleo.hears("A call for")
    office.passes(2)
    caller.waits()
    cleo.presses("1")

    caller.talks_to(cleo)
    office.passes(12)
    caller.hangs_up()
    cleo.is_cut_off()
    assert caller.record.head.talked_seconds == 12


def test_a_mobile_that_is_picked_up_without_pressing_1_takes_no_call(office: Office) -> None:
    """F27: on every path to an outside telephone."""
    caller, cleo, ben = office.caller(), office.agent("cleo"), office.agent("ben")
    cleo.has_a_telephone(MOBILE)
    cleo.is_ready()

    caller.dials(CLAIMS)
    cleo.picks_up()
    office.passes(15)
    caller.waits()
    ben.is_ready()
    office.passes(20)

    cleo.is_cut_off()
    cleo.is_in(a.Away)
    ben.answers()
    caller.talks_to(ben)
    caller.hangs_up()


def test_a_voicemail_that_answers_is_not_connected_to_the_caller(office: Office) -> None:
    """F27: nobody presses 1; the caller keeps the place and the music."""
    caller, cleo = office.caller(), office.agent("cleo")
    cleo.has_a_telephone(MOBILE, OnRing.ANSWER, after_seconds=12)
    cleo.is_ready()

    caller.dials(CLAIMS)
    since = caller.call.started
    office.passes(40)

    caller.waits()
    position = caller.call.position
    assert position is not None
    assert position.since == since
    cleo.is_in(a.Away)
    caller.hangs_up()


def test_a_mobile_that_rings_out_makes_its_agent_away(office: Office) -> None:
    caller, cleo = office.caller(), office.agent("cleo")
    cleo.has_a_telephone(MOBILE)
    cleo.is_ready()

    caller.dials(CLAIMS)
    office.passes(45)

    presence = cleo.presence
    assert isinstance(presence, a.Away)
    assert presence.automatic
    caller.waits()
    caller.hangs_up()


def test_a_mobile_that_is_rejected_goes_to_somebody_else(office: Office) -> None:
    """F13: the agent stays ready, this call does not ring there again for a while."""
    caller, cleo, ben = office.caller(), office.agent("cleo"), office.agent("ben")
    cleo.has_a_telephone(MOBILE)
    cleo.is_ready()
    office.passes(1)
    ben.is_ready()

    caller.dials(CLAIMS)
    office.passes(2)
    cleo.rejects()

    cleo.is_in(a.Ready)
    ben.answers()
    caller.talks_to(ben)
    ben.hangs_up()


def test_a_caller_who_gives_up_stops_the_mobile(office: Office) -> None:
    """F3, F12: a telephone does not ring on for a call that is over."""
    caller, cleo = office.caller(), office.agent("cleo")
    cleo.has_a_telephone(MOBILE)
    cleo.is_ready()

    caller.dials(CLAIMS)
    office.passes(4)
    caller.hangs_up()

    assert cleo.telephone.news[-1] == "ended"
    cleo.is_in(a.Ready)
    assert caller.record.head.outcome == "abandoned"


def test_hanging_up_the_mobile_ends_the_call(office: Office) -> None:
    """R10: on a telephone it is a gesture."""
    caller, cleo = office.caller(), office.agent("cleo")
    cleo.has_a_telephone(MOBILE)
    cleo.is_ready()

    caller.dials(CLAIMS)
    cleo.picks_up()
    cleo.presses("1")
    caller.talks_to(cleo)
    cleo.hangs_up_the_telephone()

    caller.is_cut_off()
    cleo.is_in(a.WrapUp)
    assert caller.record.head.outcome == "answered"


def test_the_conference_callback_may_report_a_hang_up_before_the_status_callback(
    office: Office,
) -> None:
    """F36: the order is the carrier's."""
    caller, cleo = office.caller(), office.agent("cleo")
    cleo.has_a_telephone(MOBILE)
    cleo.is_ready()

    caller.dials(CLAIMS)
    cleo.picks_up()
    cleo.presses("1")
    call = caller.call
    assert isinstance(call.state, InConversation)
    assert call.room.sid is not None
    left = LeftRoom(call.state.headset, call.room.sid, hung_up=True)
    office.services.switchboard.handle(call.id, left)
    office.settles()

    caller.is_cut_off()
    cleo.is_in(a.WrapUp)


def test_a_desk_that_does_not_show_the_offer_gives_way_to_the_mobile(office: Office) -> None:
    """After two seconds without a word from the page."""
    caller, dan = office.caller(), office.agent("dan")
    dan.has_a_telephone(SECOND_MOBILE)
    dan.is_ready()

    caller.dials(CLAIMS)
    office.passes(3)
    dan.picks_up()
    dan.presses("1")

    caller.talks_to(dan)
    caller.hangs_up()


def test_a_desk_that_shows_the_offer_keeps_it(office: Office) -> None:
    caller, dan = office.caller(), office.agent("dan")
    dan.has_a_telephone(SECOND_MOBILE)
    dan.is_ready()

    caller.dials(CLAIMS)
    dan.sees_the_offer()
    office.passes(6)

    assert dan.telephone.rings == 0
    dan.answers()
    caller.talks_to(dan)
    dan.hangs_up()


def test_accepting_at_the_desk_stops_the_telephone_at_once(office: Office) -> None:
    """F3: the losing device is quiet within a second."""
    caller, dan = office.caller(), office.agent("dan")
    dan.has_a_telephone(SECOND_MOBILE)
    dan.is_ready()

    caller.dials(CLAIMS)
    office.passes(5)
    dan.accepts()
    assert dan.telephone.news[-1] == "ended"
    dan.connects()

    caller.talks_to(dan)
    dan.hangs_up()


def test_a_click_just_after_the_telephone_took_the_call_lets_no_second_headset_in() -> None:
    """The page has not heard of it yet; what it would be let in with is the telephone's own."""
    with environments.in_memory(latency=MODELLED) as office:
        caller, dan = office.caller(), office.agent("dan")
        dan.has_a_telephone(SECOND_MOBILE)
        dan.is_ready()
        caller.dials(CLAIMS)
        office.passes(6)
        offer = dan.rings()
        dan.picks_up()
        office.passes(2)

        office.network.press(dan.leg, "1")
        for _ in range(100):
            if isinstance(caller.call.state, Connecting):
                break
            office.passes(0.02)
        refused = dan.tries_to_accept(offer)
        office.passes(3)

        assert refused == "You have just taken this call on your telephone."
        caller.talks_to(dan)
        caller.hangs_up()
        office.closes()


@pytest.mark.parametrize("who", ["cleo", "dan"])
def test_who_has_a_telephone_is_rung_after_ten_minutes_without_a_page(
    office: Office, who: str
) -> None:
    """The lease is the page's: on the telephone alone, or after the page that shows nothing."""
    caller, agent = office.caller(), office.agent(who)
    agent.has_a_telephone(MOBILE if who == "cleo" else SECOND_MOBILE)
    agent.is_ready()

    agent.closes_the_laptop()
    office.passes(600)
    caller.dials(CLAIMS)
    office.passes(5)

    agent.picks_up()
    agent.presses("1")
    caller.talks_to(agent)
    caller.hangs_up()


def test_who_has_an_app_is_rung_after_ten_minutes_without_a_page(office: Office) -> None:
    caller, emma = office.caller(), office.agent("emma")
    emma.has_a_client()
    emma.is_ready()

    emma.closes_the_laptop()
    office.passes(600)
    caller.dials(CLAIMS)
    office.passes(3)

    emma.picks_up()
    caller.talks_to(emma)
    caller.hangs_up()


def test_an_app_is_dialled_and_talks_as_soon_as_it_answers(office: Office) -> None:
    caller, emma = office.caller(), office.agent("emma")
    emma.has_a_client()
    emma.is_ready()

    caller.dials(CLAIMS)
    office.passes(3)
    emma.picks_up()

    caller.talks_to(emma)
    caller.hangs_up()
    emma.is_cut_off()


def test_an_agent_with_a_dead_number_is_away_and_the_next_one_is_asked(
    office: Office,
) -> None:
    """It rings nowhere; the next agent is asked."""
    caller, cleo, ben = office.caller(), office.agent("cleo"), office.agent("ben")
    cleo.is_ready()
    office.passes(1)
    ben.is_ready()

    caller.dials(CLAIMS)
    office.passes(34)

    ben.answers()
    caller.talks_to(ben)
    cleo.is_in(a.Away)
    ben.hangs_up()
