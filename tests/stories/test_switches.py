"""Where the carrier is uncertain the stories are told in both settings of each switch.

A switch whose other setting changes what passes on the line is listed in REACHED with a story that
shows it. The others stand in NOT_REACHED with the reason; the day a story reaches one, its test
here fails and the row moves.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache

import pytest

from infra.local.exchange.switches import Switches
from tests.stories.flipped import OTHER, STORIES, tell, with_

REACHED = {
    "client_first_status": "a_caller_ends_the_conversation",
    "empty_digits_sent": "a_caller_who_never_chooses_may_leave_a_message",
    "unregistered_client": "an_app_that_is_not_registered_costs_the_caller_only_its_turn",
    "ring_buffer_seconds": "a_telephone_that_nobody_has_costs_the_caller_only_its_turn",
    "interrupted_action_requested": "a_conversation_is_recorded_once_and_kept",
    "hangup_action_requested": "a_caller_ends_the_conversation",
    "recording_survives_redirect": "an_agent_who_does_not_come_back_costs_the_caller_only_the_wait",
    "old_document_until_fetched": "a_caller_ends_the_conversation",
    "gather_hangup_reports": "a_caller_hangs_up_in_the_menu",
    "gather_names_key": "a_wrong_key_is_told_and_the_menu_asked_again",
    "record_names_recording": "a_caller_hangs_up_while_leaving_a_message",
    "abandoned_inbound": "a_caller_hangs_up_before_anything_was_said",
    "invalid_state_status": "a_caller_whose_goodbye_is_lost_is_not_talked_to",
    "stale_call_seconds": "a_caller_whose_goodbye_is_lost_is_not_talked_to",
}
NOT_REACHED = {
    "pause_answers": "no document of ours begins with Pause",
    "empty_body_hangs_up": "no document of ours is empty",
    "removed_leg_continues": "nobody is removed from a room by DELETE (R15)",
    "ended_room_continues": "no room is ended over REST",
    "interrupted_record_reports": "nobody is moved out of a Record (V7)",
    "room_wait_names_room": "a room's wait document is not ours, or silent",
    "coach_audible_without_target": "nobody is coached yet",
    "duplicate_label_refused": "nobody is called into a room yet (Participants)",
    "http_failure_code": "no webhook of ours fails",
    "documents_in_a_row": "no document of ours loops (V9)",
    "participants_per_second": "nobody is called into a room yet (Participants)",
    "announcement_replaces": "nothing is announced in a room yet",
    "change_before_start_refused": "nothing is commanded before the start (R7)",
    "second_hold_heeded": "no story holds who is held",
    "concurrency_refused": "the account of the stories has no such limit",
    "token_on_first_attempt": "the token is not read",
}
TOGETHER_NOT = "recording_survives_redirect"
# A recording that begins before the redirect of the same moment, and that a redirect ends, is
# lost: the product then has none. With the old document still running that order is certain.


@cache
def as_assumed(name: str) -> tuple[str, ...]:
    return tell(STORIES[name], Switches())


def test_every_switch_is_here_once_and_has_another_setting() -> None:
    names = [field.name for field in fields(Switches)]

    assert sorted(names) == sorted(OTHER) == sorted([*REACHED, *NOT_REACHED])
    assert [n for n in names if OTHER[n] == getattr(Switches(), n)] == []


@pytest.mark.parametrize(("name", "story"), REACHED.items())
def test_what_passes_on_the_line_differs_between_the_settings(name: str, story: str) -> None:
    assert tell(STORIES[story], with_(name)) != as_assumed(story)


@pytest.mark.parametrize("name", REACHED)
def test_the_stories_end_as_they_should_in_the_other_setting(name: str) -> None:
    """A third of the stories for each switch, each story for a third of the switches."""
    turn = list(REACHED).index(name)
    for story in list(STORIES.values())[turn % 3 :: 3]:
        tell(story, with_(name))


@pytest.mark.parametrize("story", STORIES)
def test_a_switch_that_is_not_reached_changes_nothing(story: str) -> None:
    assert tell(STORIES[story], with_(*NOT_REACHED)) == as_assumed(story)


@pytest.mark.parametrize("story", STORIES)
def test_all_other_settings_at_once(story: str) -> None:
    tell(STORIES[story], with_(*(name for name in OTHER if name != TOGETHER_NOT)))
