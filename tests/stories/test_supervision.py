"""Stories of supervision: a supervisor listens to a call, coaches, joins in, takes it over."""

from __future__ import annotations

import pytest

from app.domain import agent as a
from app.domain.states import Ended, InConversation
from tests.stories.company import CLAIMS, SALES
from tests.stories.office import Office
from tests.stories.people import AgentPerson, Caller, consulting, talk


def _supervised(office: Office) -> tuple[Caller, AgentPerson, AgentPerson]:
    """Anna talks to a caller, and Priya, who has a break, listens."""
    (caller, anna), priya = talk(office), office.agent("priya")
    priya.takes_a_break()
    priya.listens_to(caller.call.id)
    office.passes(3)
    return caller, anna, priya


def test_who_listens_hears_both_and_is_heard_by_nobody(office: Office) -> None:
    caller, anna, priya = _supervised(office)

    priya.hears_voice_of(caller, anna)
    caller.hears_voice_of(anna)
    anna.hears_voice_of(caller)
    priya.is_in(a.OnCall)


def test_who_stops_listening_is_as_before_and_the_two_talk_on(office: Office) -> None:
    caller, anna, priya = _supervised(office)

    priya.stops_listening()
    office.passes(2)

    priya.is_cut_off()
    assert isinstance(priya.presence, a.Away)
    assert priya.presence.reason == "lunch"
    caller.talks_to(anna)
    caller.never_heard(priya)


def test_the_agent_alone_hears_the_coach(office: Office) -> None:
    caller, anna, priya = _supervised(office)

    priya.coaches()
    office.passes(3)

    anna.hears_voice_of(caller, priya)
    priya.hears_voice_of(caller, anna)
    caller.hears_voice_of(anna)
    caller.never_heard(priya)


def test_everybody_hears_who_joins_in_until_they_only_listen_again(office: Office) -> None:
    caller, anna, priya = _supervised(office)

    priya.joins_in()
    office.passes(3)
    caller.hears_voice_of(anna, priya)
    anna.hears_voice_of(caller, priya)
    priya.listens_only()
    office.passes(3)

    caller.hears_voice_of(anna)
    priya.hears_voice_of(caller, anna)


def test_who_joined_in_may_coach(office: Office) -> None:
    caller, anna, priya = _supervised(office)
    priya.joins_in()
    office.passes(3)

    priya.coaches()
    office.passes(3)

    caller.hears_voice_of(anna)
    anna.hears_voice_of(caller, priya)


def test_who_takes_over_has_the_call_without_a_gap(office: Office) -> None:
    caller, anna, priya = _supervised(office)
    before = office.services.ports.clock.now()

    priya.takes_over()
    office.passes(5)

    caller.talks_to(priya)
    caller.heard_voices_without_a_gap(before)
    anna.is_cut_off()
    anna.is_in(a.WrapUp)
    priya.is_in(a.OnCall)
    caller.never_sat_in_silence(longer_than_seconds=1)
    assert caller.record.head.agents == ("anna", "priya")
    priya.hangs_up()
    office.passes(60)
    assert isinstance(priya.presence, a.Away), priya.presence
    caller.is_cut_off()


def test_a_coach_takes_over_and_nobody_is_coached_any_more(office: Office) -> None:
    caller, _, priya = _supervised(office)
    priya.coaches()
    office.passes(3)
    before = office.services.ports.clock.now()

    priya.takes_over()
    office.passes(5)

    caller.talks_to(priya)
    caller.heard_voices_without_a_gap(before)


def test_who_has_joined_in_and_takes_over_is_named_with_the_time_of_both(office: Office) -> None:
    """No instant is between the two: the caller hears somebody all the time."""
    caller, _, priya = _supervised(office)
    priya.joins_in()
    office.passes(3)

    priya.takes_over()
    office.passes(20)
    priya.hangs_up()
    office.passes(5)

    facts = caller.call.facts
    assert facts.agents == ("anna", "priya")
    assert facts.talked_each_ms[1] >= 19_000
    assert sum(facts.talked_each_ms) == facts.talked_ms


def test_the_supervisor_rescues_a_caller_whose_agent_is_lost(office: Office) -> None:
    caller, anna, priya = _supervised(office)
    anna.loses_the_connection()
    office.passes(2)

    priya.takes_over()
    office.passes(3)

    caller.talks_to(priya)
    anna.is_in(a.WrapUp)


def test_the_supervision_is_over_when_the_caller_hangs_up(office: Office) -> None:
    caller, _, priya = _supervised(office)
    priya.joins_in()
    office.passes(3)

    caller.hangs_up()
    office.passes(3)

    priya.is_cut_off()
    priya.is_in(a.Away)
    assert isinstance(caller.call.state, Ended)
    assert caller.call.legs == ()


@pytest.mark.parametrize("how", ["ends", "transfers", "parks", "reloads"])
def test_the_caller_never_hears_a_coach_whose_agent_leaves(office: Office, how: str) -> None:
    caller, anna, priya = _supervised(office)
    priya.coaches()
    office.passes(3)

    match how:
        case "ends":
            anna.hangs_up()
        case "transfers":
            anna.transfers_to("claims")
        case "parks":
            anna.parks()
        case _:
            anna.reloads_the_page()
    office.passes(5)

    caller.never_heard(priya)


def test_the_coach_is_silent_while_the_agent_is_away_and_coaches_again_after_it(
    office: Office,
) -> None:
    caller, anna, priya = _supervised(office)
    priya.coaches()
    office.passes(3)
    anna.reloads_the_page()
    office.passes(3)

    anna.comes_back()
    office.passes(4)

    anna.hears_voice_of(caller, priya)
    caller.never_heard(priya)


def test_who_listens_hears_a_consultation_and_the_caller_does_not(office: Office) -> None:
    caller, anna, eleanor = consulting(office)
    priya = office.agent("priya")
    priya.listens_to(caller.call.id)
    office.passes(3)

    priya.coaches()
    office.passes(3)

    priya.hears_voice_of(anna, eleanor)
    eleanor.never_heard(priya)
    caller.hears_music()


def test_who_joins_in_is_heard_by_the_caller_only_after_the_hold(office: Office) -> None:
    caller, anna, priya = _supervised(office)
    anna.holds()
    office.passes(2)

    priya.joins_in()
    office.passes(2)
    caller.hears_music()
    caller.never_heard(priya)
    anna.retrieves()
    office.passes(2)

    caller.hears_voice_of(anna, priya)


def test_a_page_that_does_not_call_in_ends_the_supervision(office: Office) -> None:
    (caller, anna), priya = talk(office), office.agent("priya")
    priya.is_ready()

    priya.clicks_listen(caller.call.id)
    priya.is_in(a.OnCall)
    office.passes(12)

    priya.is_in(a.Ready)
    caller.talks_to(anna)
    assert isinstance(caller.call.state, InConversation)
    assert caller.call.state.supervision is None


def test_who_is_lost_listens_no_more(office: Office) -> None:
    caller, anna, priya = _supervised(office)

    priya.loses_the_connection()
    office.passes(2)

    priya.is_in(a.Away)
    caller.talks_to(anna)
    assert caller.call.supervision is None


def test_both_clicks_of_a_double_click_listen_once(office: Office) -> None:
    (caller, anna), priya = talk(office), office.agent("priya")

    priya.clicks_listen(caller.call.id)
    first = priya.grant
    priya.listens_to(caller.call.id)
    office.passes(2)

    assert priya.grant == first
    priya.hears_voice_of(caller, anna)


def test_nobody_but_a_supervisor_listens(office: Office) -> None:
    caller, _ = talk(office)
    ben = office.agent("ben")

    assert ben.cannot_listen_to(caller.call.id) == "You may not do that."


def test_one_supervisor_listens_at_a_time(office: Office) -> None:
    caller, _, _ = _supervised(office)
    office.promotes("ben")
    ben = office.agent("ben")

    words = ben.cannot_listen_to(caller.call.id)

    assert words == "Somebody listens to this call already: one at a time."


def test_who_has_a_call_listens_to_none(office: Office) -> None:
    caller, _ = talk(office)
    office.promotes("ben")
    ben, other = office.agent("ben"), office.caller("+447700900777")
    ben.is_ready()
    other.dials(CLAIMS)
    ben.answers()
    office.passes(3)

    words = ben.cannot_listen_to(caller.call.id)

    assert words == "You have a call already: end it first."


def test_a_call_that_is_over_is_not_listened_to(office: Office) -> None:
    caller, _ = talk(office)
    caller.hangs_up()
    office.passes(2)

    words = office.agent("priya").cannot_listen_to(caller.call_id)

    assert words == "This conversation is over."


def test_a_supervisor_who_is_dismissed_listens_no_more(office: Office) -> None:
    caller, anna, priya = _supervised(office)

    office.services.desk.dismiss("priya")
    office.passes(2)

    priya.is_cut_off()
    priya.is_in(a.Offline)
    caller.talks_to(anna)


def test_the_register_names_no_supervisor_among_those_who_talked(office: Office) -> None:
    caller, anna, priya = _supervised(office)

    priya.joins_in()
    office.passes(3)
    anna.hangs_up()
    office.passes(3)

    assert caller.record.head.agents == ("anna",)
    assert [leg.party for leg in caller.record.legs].count("priya") == 1


def test_a_new_caller_is_not_offered_to_who_listens(office: Office) -> None:
    caller, _ = talk(office)
    office.promotes("ben")
    ben, other = office.agent("ben"), office.caller("+447700900777")
    ben.is_ready()
    ben.listens_to(caller.call.id)

    other.dials(SALES)
    office.passes(5)
    ben.is_quiet()
    ben.stops_listening()
    office.passes(3)

    ben.rings()


def test_a_caller_whose_supervisor_joined_in_alone_is_not_left_in_silence(office: Office) -> None:
    """Anna's sound is lost: the caller hears music until she is back, or somebody takes over."""
    caller, anna, priya = _supervised(office)
    priya.joins_in()
    office.passes(3)

    anna.loses_the_connection()
    office.passes(3)

    caller.hears_music()
    caller.never_sat_in_silence(longer_than_seconds=1)
