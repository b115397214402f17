"""The agent mutes a guest of a conference, who hears everybody and is heard by nobody."""

from __future__ import annotations

import pytest

from app.domain import agent as a
from app.domain.states import HandedOver, InConversation
from infra.local.exchange.faults import Faults
from tests.stories.carrier_faults import CARRIER_FAULTS
from tests.stories.office import Office
from tests.stories.people import BRANCH, AgentPerson, CalledPerson, Caller, consulted, in_conference
from tests.stories.test_conference import conference_of_four
from tests.stories.test_consulting_a_colleague import together


def _muted(office: Office) -> tuple[Caller, AgentPerson, CalledPerson]:
    caller, anna, eleanor = in_conference(office)
    anna.mutes(eleanor)
    office.passes(3)
    return caller, anna, eleanor


def test_a_muted_guest_hears_everybody_and_is_heard_by_nobody(office: Office) -> None:
    """One request for each click, and nobody else notices."""
    caller, anna, eleanor, frank = conference_of_four(office)
    before = office.entries

    anna.mutes(eleanor)
    office.passes(3)

    caller.hears_voice_of(anna, frank)
    frank.hears_voice_of(anna, caller)
    anna.hears_voice_of(caller, frank)
    eleanor.hears_voice_of(caller, anna, frank)
    assert [eleanor.leg in path for path in office.asked_of_the_carrier(before)] == [True]

    before = office.entries
    anna.unmutes(eleanor)
    office.passes(3)

    for one in (caller, anna, frank):
        eleanor.talks_to(one)
    assert [eleanor.leg in path for path in office.asked_of_the_carrier(before)] == [True]
    office.closes()


def test_a_second_click_changes_nothing(office: Office) -> None:
    _, anna, eleanor = _muted(office)
    before = office.entries

    anna.mutes(eleanor)
    office.passes(3)

    assert office.asked_of_the_carrier(before) == []
    office.closes()


def test_a_guest_stays_muted_while_somebody_else_is_consulted(office: Office) -> None:
    caller, anna, eleanor = _muted(office)
    frank = consulted(office, anna, BRANCH)
    eleanor.hears_music()

    anna.joins_all()
    office.passes(3)

    caller.hears_voice_of(anna, frank)
    eleanor.hears_voice_of(anna, caller, frank)
    office.closes()


def test_who_is_left_with_the_caller_is_heard_again(office: Office) -> None:
    """Nobody else could unmute them."""
    caller, anna, eleanor = _muted(office)

    anna.leaves()
    office.passes(5)

    anna.is_cut_off()
    caller.talks_to(eleanor)
    assert isinstance(caller.call.state, HandedOver)
    office.closes()


def test_a_muted_colleague_to_whom_the_call_is_left_is_heard_before_the_agent_goes(
    office: Office,
) -> None:
    caller, anna, ben = together(office)
    anna.joins_all()
    office.passes(3)
    anna.mutes(ben)
    office.passes(3)
    caller.hears_voice_of(anna)
    ben.hears_voice_of(caller, anna)
    since = office.services.ports.clock.now()

    anna.leaves()
    office.passes(5)

    caller.heard_voices_without_a_gap(since)
    caller.talks_to(ben)
    anna.is_cut_off()
    ben.is_in(a.OnCall)
    office.closes()


def test_the_last_guest_is_gone_and_the_next_one_is_heard(office: Office) -> None:
    caller, anna, eleanor = _muted(office)
    eleanor.hangs_up()
    office.passes(3)

    frank = consulted(office, anna, BRANCH)
    anna.joins_all()
    office.passes(3)

    frank.talks_to(caller)
    frank.talks_to(anna)
    office.closes()


@pytest.mark.parametrize("fault", CARRIER_FAULTS)
def test_whatever_the_carrier_answers_the_guest_is_heard_as_shown(
    office: Office, fault: str
) -> None:
    caller, anna, eleanor = in_conference(office)

    office.network.inject_faults(CARRIER_FAULTS[fault])
    anna.mutes(eleanor)
    office.passes(3)
    office.network.inject_faults(Faults())
    office.is_swept()
    office.passes(10)

    state = caller.call.state
    assert isinstance(state, InConversation)
    guest = state.guests[0]
    leg = caller.call.leg(guest.leg)
    assert leg is not None
    assert guest.muted != guest.mute_failed
    assert leg.muted is guest.muted
    if guest.muted:
        caller.hears_voice_of(anna)
    else:
        caller.hears_voice_of(anna, eleanor)
    office.closes()


def test_only_the_agent_of_the_call_mutes(office: Office) -> None:
    _, anna, ben = together(office)

    anna.joins_all()
    office.passes(3)

    assert ben.cannot("mute-guest") == "Nobody can be muted now."
    office.closes()
