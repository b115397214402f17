"""Somebody leaves the company: no call is offered to them any more, and no caller is lost by it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain import agent as a
from app.domain.access import Refused
from app.domain.events import AgentDismissed
from app.domain.states import Connecting, InConversation, Waiting
from tests.stories.company import CLAIMS, MOBILE, SALES
from tests.stories.office import Office
from tests.stories.people import AgentPerson, Caller


def talk(office: Office) -> tuple[Caller, AgentPerson]:
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()
    caller.dials(SALES)
    anna.answers()
    office.passes(5)
    return caller, anna


@pytest.mark.parametrize("before", ["ready", "on a break", "at home"])
def test_who_is_dismissed_is_offered_no_call(office: Office, before: str) -> None:
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()
    if before == "on a break":
        anna.takes_a_break()
    if before == "at home":
        anna.goes_home()

    office.dismisses("anna")
    caller.dials(SALES)
    office.passes(5)

    anna.is_in(a.Offline)
    caller.waits()
    assert office.services.ports.board.ready("default") == ()


def test_who_is_dismissed_cannot_become_available(office: Office) -> None:
    caller = office.caller()
    caller.dials(SALES)
    office.dismisses("anna")

    with pytest.raises(Refused, match="not in this company's plan any more"):
        office.agent("anna").is_ready()

    caller.waits()


def test_a_call_that_rings_at_a_dismissed_agents_desk_is_offered_on(office: Office) -> None:
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    anna.is_ready()
    caller.dials(SALES)
    anna.rings()
    ben.is_ready()

    office.dismisses("anna")

    anna.is_quiet()
    anna.is_in(a.Offline)
    ben.answers()
    caller.talks_to(ben)
    caller.hangs_up()
    told = [type(entry.event) for entry in caller.record.timeline]
    assert AgentDismissed in told


def test_a_telephone_that_rings_for_a_dismissed_agent_falls_silent(office: Office) -> None:
    caller, cleo, ben = office.caller(), office.agent("cleo"), office.agent("ben")
    cleo.has_a_telephone(MOBILE)
    cleo.is_ready()
    caller.dials(CLAIMS)
    office.passes(3)
    assert cleo.telephone.leg is not None
    cleo.leg = cleo.telephone.leg

    office.dismisses("cleo")
    office.passes(3)

    cleo.is_cut_off()
    cleo.is_in(a.Offline)
    ben.is_ready()
    ben.answers()
    caller.talks_to(ben)


def test_a_dismissed_agent_who_has_just_accepted_is_not_let_in(office: Office) -> None:
    """The click came first, and the browser calls in after it: the carrier's token still works."""
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    anna.is_ready()
    caller.dials(SALES)
    anna.accepts()
    ben.is_ready()
    assert isinstance(caller.call.state, Connecting)

    office.dismisses("anna")
    anna.connects()

    anna.is_cut_off()
    ben.answers()
    caller.talks_to(ben)


def test_a_conversation_with_a_dismissed_agent_is_not_cut(office: Office) -> None:
    caller, anna = talk(office)

    office.dismisses("anna")
    office.passes(60)

    caller.talks_to(anna)
    caller.hangs_up()
    office.passes(120)
    anna.is_in(a.Offline)
    assert caller.record.head.outcome == "answered"


def test_when_the_dismissed_agent_goes_the_caller_is_queued_again(office: Office) -> None:
    caller, anna, ben = *talk(office), office.agent("ben")
    office.dismisses("anna")

    anna.loses_the_connection()
    office.passes(25)
    ben.is_ready()

    ben.answers()
    caller.talks_to(ben)
    anna.is_in(a.Offline)


@pytest.mark.parametrize("how", ["on hold", "headset away"])
def test_a_caller_who_waits_for_a_dismissed_agent_is_queued_at_once(
    office: Office, how: str
) -> None:
    """Nobody can take them back: the agent's page is signed out."""
    caller, anna, ben = *talk(office), office.agent("ben")
    if how == "on hold":
        anna.holds()
    else:
        anna.loses_the_connection()
    office.passes(3)
    assert isinstance(caller.call.state, InConversation)

    office.dismisses("anna")

    assert isinstance(caller.call.state, Waiting)
    anna.is_in(a.Offline)
    ben.is_ready()
    ben.answers()
    caller.talks_to(ben)


def test_an_agent_of_whose_dismissal_nobody_told_is_offered_nothing_either(office: Office) -> None:
    """Whoever published the plan crashed after it."""
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    anna.is_ready()
    before = office.services.ports.directory.head()
    members = tuple(member for member in before.members if member.id != "anna")

    office.publishes(replace(before, sha="crashed", members=members))
    caller.dials(SALES)
    office.passes(2)

    caller.waits()
    anna.is_in(a.Offline)
    ben.is_ready()
    ben.answers()
    caller.talks_to(ben)


def test_dismissing_again_changes_nothing(office: Office) -> None:
    caller, anna = talk(office)
    office.dismisses("anna")
    saved = caller.call.rev

    office.services.desk.dismiss("anna")

    assert caller.call.rev == saved
    caller.talks_to(anna)
