"""Stories of a carrier that fails while a supervisor is muted, coaches or joins in (R14, R16)."""

from __future__ import annotations

import pytest

from app.domain.verb import Request
from app.domain.verbs import TABLE
from infra.local.exchange.faults import Faults
from tests.stories.carrier_faults import CARRIER_FAULTS
from tests.stories.office import Office
from tests.stories.people import AgentPerson, Caller, talk


def _supervised(office: Office) -> tuple[Caller, AgentPerson, AgentPerson]:
    (caller, anna), priya = talk(office), office.agent("priya")
    priya.takes_a_break()
    priya.listens_to(caller.call.id)
    office.passes(3)
    return caller, anna, priya


def _is_heard_as_shown(caller: Caller, anna: AgentPerson, priya: AgentPerson) -> None:
    """By whom the page says, whatever the carrier has done of what it was asked for."""
    supervision = caller.call.supervision
    if supervision is None:
        priya.is_cut_off()
        return
    match supervision.mode:
        case "listen":
            caller.hears_voice_of(anna)
            anna.hears_voice_of(caller)
        case "coach":
            caller.hears_voice_of(anna)
            anna.hears_voice_of(caller, priya)
        case "barge":
            caller.hears_voice_of(anna, priya)
            anna.hears_voice_of(caller, priya)


@pytest.mark.parametrize("fault", CARRIER_FAULTS)
@pytest.mark.parametrize("verb", ["coach", "barge"])
def test_who_asks_to_be_heard_while_the_carrier_fails_is_heard_as_the_page_says(
    office: Office, verb: str, fault: str
) -> None:
    caller, anna, priya = _supervised(office)

    office.network.inject_faults(CARRIER_FAULTS[fault])
    priya.clicks_as_supervisor(verb)
    office.passes(3)
    office.network.inject_faults(Faults())
    office.is_swept()

    _is_heard_as_shown(caller, anna, priya)
    if verb == "coach":
        caller.never_heard(priya)


@pytest.mark.parametrize("fault", CARRIER_FAULTS)
def test_who_is_to_be_muted_while_the_carrier_fails_is_heard_no_more_after_it(
    office: Office, fault: str
) -> None:
    """Muted, or hung up: nobody speaks whose page says that nobody hears them."""
    caller, anna, priya = _supervised(office)
    priya.joins_in()
    office.passes(3)

    office.network.inject_faults(CARRIER_FAULTS[fault])
    priya.listens_only()
    office.passes(3)
    office.network.inject_faults(Faults())
    office.is_swept()

    caller.hears_voice_of(anna)
    _is_heard_as_shown(caller, anna, priya)


def test_until_the_supervisor_is_heard_the_caller_talks_with_whose_call_it_was(
    office: Office,
) -> None:
    """The register counts what the caller hears: no instant of it is on hold."""
    caller, _, priya = _supervised(office)

    office.network.inject_faults(CARRIER_FAULTS["429"])
    priya.takes_over()
    office.network.inject_faults(Faults())
    office.passes(10)

    caller.talks_to(priya)
    assert caller.call.facts.held_ms == 0
    assert caller.call.facts.agents == ("anna", "priya")


@pytest.mark.parametrize("fault", CARRIER_FAULTS)
def test_a_take_over_while_the_carrier_fails_leaves_the_caller_with_a_voice(
    office: Office, fault: str
) -> None:
    """The agent's headset leaves only after the supervisor is heard."""
    caller, _, priya = _supervised(office)

    office.network.inject_faults(CARRIER_FAULTS[fault])
    priya.takes_over()
    office.passes(3)
    office.network.inject_faults(Faults())
    office.is_swept()

    caller.talks_to(priya)
    assert TABLE["take-over"].settled(caller.call, Request("priya"))
    caller.never_sat_in_silence(longer_than_seconds=1)


@pytest.mark.parametrize("fault", CARRIER_FAULTS)
def test_an_end_while_the_carrier_fails_lets_no_caller_hear_the_coach(
    office: Office, fault: str
) -> None:
    caller, anna, priya = _supervised(office)
    priya.coaches()
    office.passes(3)

    office.network.inject_faults(CARRIER_FAULTS[fault])
    anna.hangs_up()
    office.passes(3)
    office.network.inject_faults(Faults())
    office.is_swept()

    caller.never_heard(priya)
    caller.is_cut_off()
    priya.is_cut_off()
    anna.is_cut_off()
