"""Stories that lead past what the carrier leaves open; `test_switches.py` tells them both ways."""

from __future__ import annotations

from app.domain import agent as a
from app.domain.states import InConversation
from app.ports import SweepJob
from infra.local.exchange.leg import Status
from tests.stories.company import CLAIMS, MAIN, SALES
from tests.stories.office import Office


def test_a_caller_hangs_up_before_anything_was_said(office: Office) -> None:
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.leg = office.network.dial(caller.number, MAIN)
    office.network.hang_up(caller.leg)
    office.settles()

    anna.is_quiet()
    assert caller.record.head.outcome == "hung up"


def test_a_caller_whose_goodbye_is_lost_is_not_talked_to(office: Office) -> None:
    """The refresh is refused, for the leg is over: the agent is let go, without a conversation."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    anna.accepts()
    office.loses_all_callbacks()
    office.network.hang_up(caller.leg)
    anna.connects()
    office.passes(5)
    for _ in range(2):  # the carrier may show a call for a while after its end
        office.services.job_runner.run(SweepJob())
        office.passes(45)

    anna.is_cut_off()
    assert not isinstance(anna.presence, a.OnCall)


def test_a_caller_who_is_answered_before_the_first_document_came_is_fetched_from_it(
    office: Office,
) -> None:
    """V4, V5: the carrier refuses the refresh (21220), for nobody has answered that leg yet."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    office.gateway.keeps_back("/voice/inbound")
    caller.dials(SALES)
    anna.answers()
    office.passes(2)
    assert isinstance(caller.call.state, InConversation)
    assert office.network.exchange.leg(caller.leg).status is Status.RINGING
    office.delivers_what_was_kept_back()
    office.passes(1)

    caller.talks_to(anna)
    caller.never_sat_in_silence(longer_than_seconds=1)
    office.passes(6)  # the second performer of the outbox finds nothing to do
    caller.talks_to(anna)
    assert caller.came_into_the_room() == 1
    caller.hangs_up()
    assert caller.record.head.outcome == "answered"


def test_a_caller_who_is_answered_before_the_music_came_is_fetched_out_of_the_queue(
    office: Office,
) -> None:
    """V5: in the carrier's queue, with a wait document that is still on its way."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    office.gateway.keeps_back("/wait")
    caller.dials(SALES)
    anna.answers()
    caller.talks_to(anna)
    office.delivers_what_was_kept_back()
    office.passes(6)

    caller.talks_to(anna)
    caller.never_sat_in_silence(longer_than_seconds=1)
    assert caller.came_into_the_room() == 1
    anna.hangs_up()


def test_a_caller_who_gives_up_before_the_first_document_came_leaves_nobody_in_the_room(
    office: Office,
) -> None:
    """V4: the same refusal, and this time it is the end."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    office.gateway.keeps_back("/voice/inbound")
    caller.dials(SALES)
    anna.answers()
    office.passes(1)
    caller.hangs_up()
    office.delivers_what_was_kept_back()
    office.passes(30)

    anna.is_cut_off()
    assert not isinstance(anna.presence, a.OnCall)


def test_an_app_that_is_not_registered_is_skipped_and_the_next_agent_is_asked(
    office: Office,
) -> None:
    caller, emma, ben = office.caller(), office.agent("emma"), office.agent("ben")
    emma.is_ready()
    office.passes(1)
    ben.is_ready()

    caller.dials(CLAIMS)
    office.passes(5)

    ben.answers()
    caller.talks_to(ben)
    ben.hangs_up()
