"""What an agent sees of a consultation at the desk, and in the wrap-up after it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.console import labels
from app.console import views as v
from app.console.presenters import consulting as presenter
from app.domain import agent as a
from app.domain.call import Call
from app.domain.states import InConversation
from app.domain.value import replace as replaced
from infra.local.exchange.phones import OnRing
from tests.console.viewers import seen
from tests.stories.company import MOBILE, PLAN, SALES
from tests.stories.office import Office
from tests.stories.people import (
    HOME,
    AgentPerson,
    Caller,
    consulted,
    consulting,
    in_conference,
    talk,
    talking,
)

OTHER = "+442079460199"  # of nobody whom we know


def line(office: Office) -> v.Line:
    moment = seen(office).moment
    assert isinstance(moment, v.Line), moment
    return moment


def wrap_up(office: Office) -> v.WrapUp:
    moment = seen(office).moment
    assert isinstance(moment, v.WrapUp), moment
    return moment


# --- At the desk --------------------------------------------------------------------------------


def test_the_desk_shows_whom_i_consult_and_what_each_of_the_two_does(office: Office) -> None:
    (_, anna), eleanor = talk(office), office.outside(HOME)
    anna.consults(HOME)
    rings = line(office)
    eleanor.picks_up()
    office.passes(2)
    talks = line(office)
    anna.swaps()
    office.passes(2)
    swapped = line(office)
    anna.joins_all()
    office.passes(2)
    joined = line(office)

    shown = [
        (one.consulted.state if one.consulted else None, one.hold, one.speaks_with)
        for one in (rings, talks, swapped, joined)
    ]
    assert shown == [
        ("ringing", "held", ""),
        ("talking", "held", "consulted"),
        ("held", "", "caller"),
        (None, "", "all"),
    ]
    assert [(guest.party.number, guest.state) for guest in joined.guests] == [(HOME, "talking")]
    assert rings.consulted is not None
    assert rings.consulted.party == v.Party(HOME, "Eleanor Whitcombe")


def test_what_the_page_offers_is_what_can_be_asked_for(office: Office) -> None:
    (_, anna), eleanor = talk(office), office.outside(HOME)
    before = line(office)
    anna.consults(HOME)
    rings = line(office)
    eleanor.picks_up()
    office.passes(2)
    talks = line(office)
    anna.joins_all()
    office.passes(2)
    joined = line(office)

    always = {"mute", "keypad", "rejoin"}
    offered = [{button.verb for button in one.buttons} - always for one in (rings, talks, joined)]
    assert "consult" in {button.verb for button in before.buttons}
    assert offered == [
        {"complete", "cancel"},
        {"swap", "join", "complete", "cancel"},
        {"consult", "leave", "end"},
    ]
    (guest,) = joined.guests
    assert [button.verb for button in guest.buttons] == ["mute-guest", "remove"]


def test_a_muted_guest_is_shown_as_the_carrier_says_and_can_be_heard_again(office: Office) -> None:
    _, anna, eleanor = in_conference(office)

    anna.mutes(eleanor)
    office.passes(2)
    (muted,) = line(office).guests
    anna.unmutes(eleanor)
    office.passes(2)
    (heard,) = line(office).guests

    assert (muted.state, [button.verb for button in muted.buttons]) == (
        "muted",
        ["unmute-guest", "remove"],
    )
    assert (heard.state, [button.verb for button in heard.buttons]) == (
        "talking",
        ["mute-guest", "remove"],
    )


def test_the_recording_is_shown_as_paused_while_somebody_who_was_not_told_listens(
    office: Office,
) -> None:
    """C4."""
    _, anna, eleanor = consulting(office)
    alone = line(office).recording.kind
    anna.joins_all()
    office.passes(2)
    three = line(office).recording.kind
    anna.removes(eleanor)
    office.passes(2)

    assert (alone, three, line(office).recording.kind) == ("paused", "paused", "running")


@pytest.mark.parametrize(
    ("on_ring", "words"),
    [
        (OnRing.REJECT, "Eleanor Whitcombe is busy."),
        (OnRing.UNREACHABLE, "Eleanor Whitcombe could not be reached."),
        (OnRing.IGNORE, "Eleanor Whitcombe did not answer."),
    ],
)
def test_who_could_not_be_consulted_is_said_and_the_caller_is_still_on_hold(
    office: Office, on_ring: OnRing, words: str
) -> None:
    _, anna = talk(office)
    office.outside(HOME, on_ring)

    anna.consults(HOME)
    office.passes(45)

    shown = line(office)
    assert shown.consult_over is not None
    who = shown.consult_over.party.name
    assert labels.consult_over(shown.consult_over, who) == words
    assert (shown.consulted, shown.is_off) == (None, True)


def test_who_hangs_up_while_i_speak_with_the_caller_leaves_nobody_on_hold(office: Office) -> None:
    caller, anna, eleanor = consulting(office)
    anna.swaps()
    office.passes(2)

    eleanor.hangs_up()
    office.passes(2)

    shown = line(office)
    assert shown.consult_over is not None
    assert labels.consult_over(shown.consult_over, "Eleanor") == "Eleanor hung up."
    assert not shown.is_off
    caller.talks_to(anna)


@pytest.mark.parametrize("verb", ["retrieve", "transfer", "consult"])
def test_after_a_consultation_in_vain_each_thing_that_is_proposed_can_be_done(
    office: Office, verb: str
) -> None:
    caller, anna = talk(office)
    office.outside(HOME, OnRing.REJECT)
    anna.consults(HOME)
    office.passes(5)
    assert verb in {button.verb for button in line(office).buttons}

    match verb:
        case "retrieve":
            anna.retrieves()
        case "transfer":
            anna.transfers_to("claims")
        case _:
            office.outside(OTHER)
            anna.consults(OTHER)
    office.passes(2)

    match verb:
        case "retrieve":
            caller.talks_to(anna)
            assert line(office).consult_over is None
        case "transfer":
            assert caller.call.node == "claims"
        case _:
            shown = line(office)
            assert shown.consulted is not None
            assert (shown.consulted.party.number, shown.consult_over) == (OTHER, None)


def test_whom_the_carrier_will_not_hold_is_said_by_who_it_is(office: Office) -> None:
    """The other one of the two, or the caller; of a caller who is on hold nothing is said."""
    caller, anna, _ = consulting(office)
    with_consulted = caller.call
    anna.swaps()
    office.passes(2)
    with_caller = caller.call

    assert presenter.not_held(_refused(with_consulted)) == "consulted"
    assert presenter.not_held(_refused(with_caller)) == "caller"
    assert presenter.not_held(_refused(with_consulted, consult=None)) == ""


def _refused(call: Call, **fields: Any) -> Call:
    """The carrier has refused to hold."""
    assert isinstance(call.state, InConversation)
    return replaced(call, state=replaced(call.state, hold_failed=True, **fields))


# --- On a telephone -----------------------------------------------------------------------------


def on_the_mobile(office: Office) -> tuple[Caller, AgentPerson]:
    """Anna has a telephone alone, and talks on it."""
    members = tuple(
        replace(member, devices=("phone",), phone=MOBILE) if member.id == "anna" else member
        for member in PLAN.members
        if member.phone != MOBILE
    )
    office.publishes(replace(PLAN, sha="mobile", members=members))
    caller, anna = office.caller(), office.agent("anna")
    anna.has_a_telephone(MOBILE)
    anna.is_ready()
    caller.dials(SALES)
    office.passes(2)
    anna.picks_up()
    anna.presses("1")
    office.passes(3)
    return caller, anna


def test_hanging_up_the_telephone_in_a_call_of_three_does_what_was_said(office: Office) -> None:
    """R10, T3."""
    (caller, anna), eleanor = on_the_mobile(office), office.outside(HOME)
    anna.consults(HOME)
    office.passes(3)
    eleanor.picks_up()
    office.passes(3)
    alone = line(office)
    anna.joins_all()
    office.passes(3)
    three = line(office)

    anna.hangs_up_the_telephone()
    office.passes(3)

    assert (alone.device, alone.is_off, alone.is_joined) == ("phone", True, False)
    assert (three.is_off, three.is_joined) == (False, True)
    caller.talks_to(eleanor)
    anna.is_in(a.WrapUp)
    assert wrap_up(office).left_with == (v.Party(HOME, "Eleanor Whitcombe"),)


# --- After it -----------------------------------------------------------------------------------


def test_the_wrap_up_says_to_whom_the_caller_was_left_though_the_call_goes_on_or_is_over(
    office: Office,
) -> None:
    caller, anna, _ = consulting(office)
    anna.completes()
    at_once = wrap_up(office)
    office.passes(3)
    meanwhile = wrap_up(office)
    caller.hangs_up()
    office.passes(3)
    after = wrap_up(office)

    eleanor = v.Party(HOME, "Eleanor Whitcombe")
    assert [one.left_with for one in (at_once, meanwhile, after)] == [(eleanor,)] * 3
    assert [one.goes_on for one in (at_once, meanwhile, after)] == [True, True, False]


def test_who_was_consulted_and_went_away_is_not_said_to_have_the_caller(office: Office) -> None:
    _, anna, _ = consulting(office)
    anna.cancels()
    office.passes(2)

    anna.hangs_up()
    office.passes(2)

    assert wrap_up(office).left_with == ()


def test_the_caller_left_with_a_stranger_is_left_with_a_number(office: Office) -> None:
    _, anna = talking(office)
    stranger = office.outside(OTHER)
    anna.consults(OTHER)
    office.passes(3)
    stranger.picks_up()
    office.passes(3)

    anna.completes()
    office.passes(3)

    assert wrap_up(office).left_with == (v.Party(OTHER),)


def test_the_wrap_up_names_all_with_whom_the_caller_was_left(office: Office) -> None:
    _, anna, eleanor = in_conference(office)
    consulted(office, anna, OTHER)
    anna.joins_all()
    office.passes(3)
    there = line(office).guests

    anna.leaves()
    office.passes(3)
    eleanor.hangs_up()
    office.passes(3)

    assert wrap_up(office).left_with == tuple(guest.party for guest in there)
    assert len(there) == 2


def test_after_a_consultation_in_vain_from_a_conference_what_is_proposed_can_be_done(
    office: Office,
) -> None:
    caller, anna, eleanor = in_conference(office)
    office.outside(OTHER, OnRing.REJECT)
    anna.consults(OTHER)
    office.passes(3)

    shown = line(office)
    assert (shown.is_off, [guest.state for guest in shown.guests]) == (True, ["held"])
    assert {"retrieve", "leave", "consult"} <= {button.verb for button in shown.buttons}
    anna.leaves()
    office.passes(3)
    caller.talks_to(eleanor)


def test_a_guest_who_has_gone_is_told_to_the_agent(office: Office) -> None:
    _, _, eleanor = in_conference(office)

    eleanor.hangs_up()
    office.passes(2)

    shown = line(office)
    assert (shown.guests, shown.speaks_with) == ((), "")
    assert shown.consult_over is not None
    assert labels.consult_over(shown.consult_over, "Eleanor") == "Eleanor hung up."
