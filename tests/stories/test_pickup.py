"""Stories of a pickup: a free agent takes a call that waits, or that rings at a colleague."""

from __future__ import annotations

import pytest

from app.domain import agent as a
from app.domain.states import Connecting, Ended, Waiting
from infra.local.exchange.phones import OnRing
from tests.stories.company import CLAIMS, DIRECT, MOBILE, SALES
from tests.stories.office import Office
from tests.stories.people import AgentPerson, Caller, talk
from tests.support.overviews import make_overview


def _rings_at_anna(office: Office) -> tuple[Caller, AgentPerson, AgentPerson]:
    """A caller rings at Anna; Ben, who is in her queue, has a break."""
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    anna.is_ready()
    ben.takes_a_break()
    caller.dials(SALES)
    office.passes(3)
    anna.rings()
    return caller, anna, ben


def test_a_call_that_rings_at_a_colleague_is_picked_up(office: Office) -> None:
    """The two hear each other; who was rung is free, neither set aside nor left out."""
    caller, anna, ben = _rings_at_anna(office)

    ben.picks_up_call(caller.call.id)
    office.passes(3)

    caller.talks_to(ben)
    anna.is_quiet()
    anna.is_in(a.Ready)
    caller.never_sat_in_silence(longer_than_seconds=1)
    assert caller.call.position is not None
    assert caller.call.position.cool_downs == ()
    ben.hangs_up()
    ben.is_in(a.WrapUp)
    office.passes(60)
    assert ben.presence == a.Away("lunch", ben.presence.since)  # type: ignore[union-attr]
    assert caller.record.head.agents == ("ben",)


def test_who_was_rung_reads_that_a_colleague_took_the_call(office: Office) -> None:
    caller, _, ben = _rings_at_anna(office)

    ben.picks_up_call(caller.call.id)

    (told,) = office.services.ports.agents.get("anna").missed
    assert (told.call, told.reason) == (caller.call.id, "picked up")


def test_who_was_rung_keeps_the_place_among_the_idle(office: Office) -> None:
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    anna.is_ready()
    since = anna.presence
    office.passes(20)
    caller.dials(SALES)

    ben.takes_a_break()
    ben.picks_up_call(caller.call.id)

    assert anna.presence == since


def test_a_telephone_that_rang_for_it_is_hung_up(office: Office) -> None:
    cleo, dan = office.agent("cleo"), office.agent("dan")
    cleo.has_a_telephone(MOBILE, OnRing.IGNORE)
    caller = office.caller()
    cleo.is_ready()
    dan.takes_a_break()
    caller.dials(CLAIMS)
    office.passes(3)
    rung = cleo.telephone.leg
    assert rung is not None

    dan.picks_up_call(caller.call.id)
    office.passes(2)

    assert office.network.exchange.leg(rung).over
    caller.talks_to(dan)
    cleo.is_in(a.Ready)


def test_a_caller_who_waits_is_picked_up_during_a_break(office: Office) -> None:
    caller, ben = office.caller(), office.agent("ben")
    ben.takes_a_break()
    caller.dials(SALES)
    office.passes(5)

    ben.picks_up_call(caller.call.id)

    caller.talks_to(ben)
    caller.never_sat_in_silence(longer_than_seconds=1)


def test_any_is_the_call_that_has_waited_longest(office: Office) -> None:
    """Ringing or waiting, in each queue of the agent; not the own one, nor a foreign queue's."""
    first, second, ben = office.caller(), office.caller("+447700900777"), office.agent("ben")
    ben.takes_a_break()
    first.dials(CLAIMS)
    office.passes(5)
    second.dials(SALES)
    make_overview(office)

    ben.picks_up_call()

    first.talks_to(ben)
    second.waits()


def test_any_goes_on_to_the_next_call_where_the_first_is_gone(office: Office) -> None:
    first, second, ben = office.caller(), office.caller("+447700900777"), office.agent("ben")
    ben.takes_a_break()
    first.dials(CLAIMS)
    office.passes(5)
    second.dials(SALES)
    make_overview(office)
    first.hangs_up()

    ben.picks_up_call()

    second.talks_to(ben)


def test_where_nobody_waits_whose_call_the_agent_may_take_any_is_refused(office: Office) -> None:
    caller, anna = office.caller(), office.agent("anna")
    anna.takes_a_break()
    caller.dials(CLAIMS)
    make_overview(office)

    assert anna.cannot_pick_up() == "Nobody whose call you may pick up is waiting now."


def test_during_the_wrap_up_of_another_call_a_call_is_picked_up(office: Office) -> None:
    """The wrap-up is given up for it."""
    (caller, anna), later = talk(office), office.caller("+447700900777")
    anna.hangs_up()
    anna.is_in(a.WrapUp)
    later.dials(SALES)

    anna.picks_up_call(later.call.id)
    office.passes(60)

    later.talks_to(anna)
    anna.is_in(a.OnCall)
    assert caller.record.head.outcome == "answered"


def test_who_picks_up_while_available_leaves_the_board(office: Office) -> None:
    caller, ben, later = office.caller(), office.agent("ben"), office.caller("+447700900777")
    anna = office.agent("anna")
    caller.dials(DIRECT)  # Anna's own line, and Anna is not here
    ben.is_ready()

    ben.picks_up_call(caller.call.id)
    later.dials(CLAIMS)
    office.passes(2)

    caller.talks_to(ben)
    later.waits()
    anna.is_in(a.Offline)


# --- Who may ------------------------------------------------------------------------------------


def test_a_call_of_a_queue_that_is_not_the_agents_is_refused(office: Office) -> None:
    caller, anna = office.caller(), office.agent("anna")
    anna.takes_a_break()
    caller.dials(CLAIMS)

    assert anna.cannot_pick_up(caller.call.id) == "You may not pick up this call."
    anna.is_in(a.Away)
    caller.waits()


def test_an_extensions_call_is_refused_to_who_shares_no_queue_with_its_person(
    office: Office,
) -> None:
    caller, dan = office.caller(), office.agent("dan")
    dan.takes_a_break()
    caller.dials(DIRECT)

    assert dan.cannot_pick_up(caller.call.id) == "You may not pick up this call."


def test_a_supervisor_picks_up_any_call(office: Office) -> None:
    caller, priya = office.caller(), office.agent("priya")
    priya.is_ready()
    caller.dials(CLAIMS)

    priya.picks_up_call(caller.call.id)

    caller.talks_to(priya)


# --- Races --------------------------------------------------------------------------------------


def test_of_two_who_pick_up_one_has_the_call_and_the_other_reads_who(office: Office) -> None:
    caller, _, ben = _rings_at_anna(office)
    priya = office.agent("priya")
    priya.is_ready()
    call = caller.call.id

    ben.clicks_pick_up(call)

    assert priya.cannot_pick_up(call) == "Ben Marsh has taken this call."
    priya.is_in(a.Ready)
    ben.connects()
    caller.talks_to(ben)


def test_who_accepts_first_keeps_the_call(office: Office) -> None:
    caller, anna, ben = _rings_at_anna(office)
    anna.accepts()

    assert ben.cannot_pick_up(caller.call.id) == "Anna Nowak has taken this call."

    ben.is_in(a.Away)
    anna.connects()
    caller.talks_to(anna)


def test_who_accepts_after_the_pickup_is_refused(office: Office) -> None:
    caller, anna, ben = _rings_at_anna(office)
    offered = anna.rings()
    ben.clicks_pick_up(caller.call.id)

    assert anna.tries_to_accept(offered) == (
        "This call is gone: the caller hung up, or it went to somebody else."
    )

    anna.is_in(a.Ready)


def test_a_caller_who_has_hung_up_is_not_picked_up(office: Office) -> None:
    caller, anna, ben = _rings_at_anna(office)
    call = caller.call.id
    caller.hangs_up()

    assert ben.cannot_pick_up(call) == "This call is gone: the caller hung up, or went on."
    ben.is_in(a.Away)
    anna.is_in(a.Ready)


def test_a_caller_who_hangs_up_while_the_headset_connects_frees_who_picked_up(
    office: Office,
) -> None:
    caller, anna, ben = _rings_at_anna(office)
    ben.clicks_pick_up(caller.call.id)

    caller.hangs_up()

    assert isinstance(caller.call.state, Ended)
    ben.is_in(a.Away)
    anna.is_in(a.Ready)


def test_a_headset_that_does_not_come_gives_the_caller_back_to_the_old_place(
    office: Office,
) -> None:
    caller, ben = office.caller(), office.agent("ben")
    ben.takes_a_break()
    caller.dials(SALES)
    before = caller.call.position
    assert before is not None
    ben.clicks_pick_up(caller.call.id)
    assert isinstance(caller.call.state, Connecting)

    office.passes(30)

    assert isinstance(caller.call.state, Waiting)
    assert caller.call.state.position.since == before.since
    assert ben.presence == a.Away(
        "no connection",
        ben.presence.since,  # type: ignore[union-attr]
        automatic=True,
    )


@pytest.mark.parametrize("way", ["declines", "misses"])
def test_who_picks_up_the_call_that_they_sent_and_does_not_take_it_is_left_out(
    office: Office, way: str
) -> None:
    """H2: the caller waits where they were before, for anybody else."""
    caller, anna, ben = *talk(office), office.agent("ben")
    before = caller.call.position
    assert before is not None
    ben.is_ready()
    anna.transfers_to("ben-line")
    ben.rings()
    anna.clicks_pick_up(caller.call.id)

    if way == "declines":
        anna.hangs_up()
    else:
        office.passes(10)

    (cool_down,) = caller.call.position.cool_downs if caller.call.position else ()
    assert cool_down.agent == "anna"
    assert caller.call.position is not None
    assert (caller.call.position.node, caller.call.position.since) == ("sales", before.since)
    assert ben.rings().id == caller.call.id


def test_both_clicks_of_a_double_click_are_one_pickup(office: Office) -> None:
    caller, _, ben = _rings_at_anna(office)
    ben.clicks_pick_up(caller.call.id)
    granted = ben.grant

    ben.clicks_pick_up(caller.call.id)

    assert ben.grant == granted


@pytest.mark.parametrize("state", ["offline", "connecting", "rung for it"])
def test_who_is_not_free_picks_up_nothing(office: Office, state: str) -> None:
    caller, anna, ben = _rings_at_anna(office)
    call, who = caller.call.id, ben
    match state:
        case "offline":
            ben.goes_home()
        case "connecting":
            other = office.caller("+447700900777")
            other.dials(CLAIMS)
            ben.clicks_pick_up(other.call.id)
        case _:
            who = anna

    refusal = who.cannot_pick_up(call)

    assert (
        refusal
        == {
            "offline": "You are offline. Be available, or take a break, and pick it up then.",
            "connecting": "You have a call already: end it first.",
            "rung for it": "This call rings for you: accept it.",
        }[state]
    )
    anna.rings()
