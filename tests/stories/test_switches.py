"""Where the carrier is uncertain the stories are told in both settings of each switch.

REACHED names for each switch a story that shows it: what passes on the line differs. Switches of
paths that the product does not take (`UnusedSwitches`) change nothing; the day a story reaches one,
its test here fails and the switch moves up. All stories with every switch: `make switches`.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache

import pytest

from infra.local.exchange.switches import Switches, UnusedSwitches
from tests.stories.switch_overrides import OTHER, OTHER_UNUSED, STORIES, all_unused, tell, with_

REACHED = {
    "client_first_status": "a_caller_ends_the_conversation",
    "empty_digits_sent": "a_caller_who_never_chooses_may_leave_a_message",
    "empty_body_hangs_up": "a_call_that_gets_an_empty_document_ends_with_an_outcome",
    "unregistered_client": "an_app_that_is_not_registered_is_skipped_and_the_next_agent_is_asked",
    "ring_buffer_seconds": "an_agent_with_a_dead_number_is_away_and_the_next_one_is_asked",
    "interrupted_action_requested": "a_conversation_is_recorded_once_and_kept",
    "hangup_action_requested": "a_caller_ends_the_conversation",
    "interrupted_record_reports": "a_caller_whose_welcome_was_lost_is_called_out_of_the_mailbox",
    "recording_survives_redirect": (
        "a_recording_that_is_not_stopped_at_once_is_stopped_by_the_next_performer"
    ),
    "wait_request_names_conference": (
        "an_agent_who_is_gone_before_the_caller_has_come_finds_them_in_the_room"
    ),
    "http_failure_code": "a_caller_who_finds_us_down_may_leave_a_message",
    "documents_in_a_row": "a_call_with_many_key_presses_ends_with_an_outcome",
    "old_document_until_fetched": "a_caller_ends_the_conversation",
    "second_hold_takes_effect": "a_hold_without_an_acknowledgement_is_commanded_again",
    "gather_hangup_reports": "a_caller_hangs_up_in_the_menu",
    "gather_names_key": "a_wrong_key_is_told_and_the_menu_asked_again",
    "record_names_recording": "a_caller_hangs_up_while_leaving_a_message",
    "abandoned_inbound": "a_caller_hangs_up_before_anything_was_said",
    "token_on_first_attempt": "a_caller_hangs_up_in_the_menu",
    "concurrency_refused": "at_the_concurrency_limit_no_agent_rings_and_callers_keep_their_place",
    "invalid_state_status": "a_caller_whose_goodbye_is_lost_is_not_talked_to",
    "stale_call_seconds": "a_caller_whose_goodbye_is_lost_is_not_talked_to",
}
SHARE = 6  # of the stories, in this run: each story meets a sixth of the switches one by one


@cache
def as_assumed(name: str) -> tuple[str, ...]:
    return tell(STORIES[name], Switches())


def test_every_switch_is_listed_once_with_a_different_setting() -> None:
    assert [field.name for field in fields(Switches)] == [*OTHER]
    assert [field.name for field in fields(UnusedSwitches)] == [*OTHER_UNUSED]
    assert [name for name, other in OTHER.items() if other == getattr(Switches(), name)] == []
    unused = UnusedSwitches()
    assert [name for name, other in OTHER_UNUSED.items() if other == getattr(unused, name)] == []


def test_every_switch_on_the_products_paths_has_a_story() -> None:
    assert sorted(REACHED) == sorted(field.name for field in fields(Switches))


@pytest.mark.parametrize(("name", "story"), REACHED.items())
def test_each_switch_changes_what_its_story_sends(name: str, story: str) -> None:
    assert tell(STORIES[story], with_(name)) != as_assumed(story)


@pytest.mark.parametrize("name", REACHED)
def test_the_stories_pass_with_each_switch_in_its_other_setting(name: str) -> None:
    turn = list(REACHED).index(name)
    for story in list(STORIES.values())[turn % SHARE :: SHARE]:
        tell(story, with_(name))


@pytest.mark.parametrize("story", STORIES)
def test_the_switches_of_unused_paths_change_no_story(story: str) -> None:
    assert tell(STORIES[story], Switches(), all_unused()) == as_assumed(story)


@pytest.mark.parametrize("story", STORIES)
def test_the_stories_pass_with_all_switches_in_their_other_setting(story: str) -> None:
    tell(STORIES[story], with_(*OTHER))
