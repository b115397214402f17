"""What an agent reads who consults a colleague, and what the colleague reads."""

from __future__ import annotations

import pytest

from app.console import labels
from app.console import views as v
from tests.console.test_consulting_register import detail
from tests.console.viewers import ANNA, BEN, seen, told
from tests.stories.office import Office
from tests.stories.people import Caller
from tests.stories.test_consulting_a_colleague import asked, together


def _assisting(office: Office) -> v.Assisting:
    moment = seen(office, BEN).moment
    assert isinstance(moment, v.Assisting)
    return moment


def _line(office: Office) -> v.Line:
    moment = seen(office, ANNA).moment
    assert isinstance(moment, v.Line)
    return moment


def test_the_colleague_reads_who_asks_about_whom_and_what_becomes_of_it(office: Office) -> None:
    caller, _, _ = asked(office)

    offer = seen(office, BEN).moment

    assert isinstance(offer, v.Offer)
    assert (offer.asked_by, offer.party.number) == ("Anna Nowak", caller.number)
    said = labels.if_nothing(offer.if_nothing)
    assert said == "If you do nothing, Anna Nowak reads that you did not answer"
    assert offer.if_nothing.status.kind == "ready"
    assert [button.verb for button in offer.buttons] == ["decline", "accept"]
    office.closes()


def test_what_was_foretold_comes_true(office: Office) -> None:
    asked(office)
    office.passes(33)

    line, idle = _line(office), seen(office, BEN).moment

    assert line.consult_over is not None
    said = labels.consult_over(line.consult_over, line.consult_over.party.name)
    assert said == "Ben Marsh did not answer."
    assert isinstance(idle, v.Idle)
    assert [row.reason for row in idle.missed] == ["asked in vain"]
    assert seen(office, BEN).status.kind == "ready"
    office.closes()


def test_the_agent_sees_it_ring_then_talk(office: Office) -> None:
    _, _, ben = asked(office)

    ringing = _line(office).consulted
    ben.answers()
    office.passes(3)
    talking = _line(office)

    assert ringing is not None
    assert (ringing.party, ringing.state) == (v.Party("", "Ben Marsh"), "ringing")
    assert ringing.party.is_colleague
    assert talking.consulted is not None
    assert talking.consulted.state == "talking"
    assert talking.speaks_with == "consulted"
    verbs = {button.verb for button in talking.buttons}
    assert {"swap", "join", "complete", "cancel"} <= verbs
    office.closes()


def test_the_colleague_reads_with_whom_they_talk_at_each_moment(office: Office) -> None:
    _, anna, ben = asked(office)

    ben.accepts()
    coming = _assisting(office)
    ben.connects()
    office.passes(3)
    apart = _assisting(office)
    anna.swaps()
    office.passes(3)
    held = _assisting(office)
    anna.joins_all()
    office.passes(3)
    together_now = _assisting(office)

    states = [one.state for one in (coming, apart, held, together_now)]
    assert states == ["connecting", "apart", "held", "together"]
    who = apart.party.number or ""
    said = labels.assisting(apart.state, apart.agent, who)
    assert said == f"Anna Nowak consults you. {who} is on hold, and does not hear you."
    assert [button.verb for button in coming.buttons] == ["withdraw"]
    assert [button.verb for button in apart.buttons] == ["mute", "withdraw"]
    office.closes()


def test_after_the_transfer_each_reads_whose_call_it_is(office: Office) -> None:
    _, anna, _ = together(office)

    anna.completes()
    office.passes(3)

    mine, bens = seen(office, ANNA).moment, seen(office, BEN).moment
    assert isinstance(mine, v.WrapUp)
    assert mine.goes_on
    assert mine.left_with == (v.Party("", "Ben Marsh"),)
    assert isinstance(bens, v.Line)
    office.closes()


@pytest.mark.parametrize("how", ["declined", "left"])
def test_the_timeline_tells_what_the_colleague_did(office: Office, how: str) -> None:
    caller, words = _timeline_after(office, how)

    assert "Anna Nowak asked Ben Marsh into the call" in words
    assert ("Ben Marsh declined" in words) is (how == "declined")
    assert ("Ben Marsh answered Anna Nowak" in words) is (how == "left")
    assert ("Ben Marsh left the call" in words) is (how == "left")
    assert caller.call.agent == "anna"
    office.closes()


def _timeline_after(office: Office, how: str) -> tuple[Caller, list[str]]:
    if how == "declined":
        caller, _, ben = asked(office)
        ben.declines()
    else:
        caller, _, ben = together(office)
        ben.withdraws()
    office.passes(3)
    return caller, told(detail(office, caller.call_id).timeline)


def test_the_timeline_tells_to_whom_the_call_was_left(office: Office) -> None:
    caller, anna, ben = together(office)
    anna.completes()
    office.passes(3)
    ben.hangs_up()
    office.passes(3)

    words = told(detail(office, caller.call_id).timeline)

    assert "Anna Nowak left the caller with Ben Marsh" in words
    assert "Ben Marsh ended the call" in words
    office.closes()


def test_an_agent_who_may_call_no_number_may_consult_colleagues(office: Office) -> None:
    together(office)

    shown = seen(office, ANNA)

    assert "Ben Marsh" in shown.askable
    assert "Anna Nowak" not in shown.askable
    assert "Priya Shah" not in shown.askable  # she takes no calls
    office.closes()
