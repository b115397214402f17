"""Planted defects of calling out (docs/rules.md, O)."""

from __future__ import annotations

from tests.simulation.planted import Defect

OUT = "tests/stories/test_calling_out.py::"
DESK = "tests/console/test_calling_out.py::"
SOUND = "tests/e2e/test_calling_out.py::"
LAWS = "tests/domain/test_laws_of_a_call.py::"
FACTS = "tests/domain/test_facts.py::"
COSTS = "tests/adapters/test_operations.py::"
DIAGRAM = "tests/domain/test_diagram.py::"
SHARING = "tests/service/test_sharing.py::"
VERDICT = OUT + "test_what_the_carrier_says_of_who_was_called_is_the_outcome"
WAYS = DESK + "test_each_way_not_to_reach_somebody_has_words_of_its_own"
NO_ANSWER = DESK + "test_who_did_not_answer_is_said_in_the_wrap_up_and_nothing_was_waited"
NO_HEADSET = OUT + "test_a_headset_that_does_not_come_calls_it_off_and_the_agent_is_as_before"
DIALLED = OUT + "test_the_time_until_the_answer_is_neither_waited_nor_talked"
DRAWN = DIAGRAM + "test_the_state_diagram_in_the_docs_is_what_the_walk_draws"
COSTLY = (
    COSTS + "test_an_event_costs_what_the_table_says",
    COSTS + "test_the_page_says_what_is_measured",
)
ANSWERED = SHARING + "test_the_answer_to_an_outgoing_call_is_a_change_of_the_board"
WHOM = DESK + "test_the_register_tells_who_called_whom_and_shows_the_number_that_was_seen"

OUTGOING_DEFECTS = (
    Defect(
        "a number is dialled as soon as the headset calls in",
        "app/domain/outbox.py",
        "        return reconcile(parties_of(self.call), outbox)",
        "        return (*reconcile(parties_of(self.call), outbox), "
        "*(leg.ring for leg in self.call.legs if isinstance(leg.ring, Dial)))",
        laws=(
            OUT + "test_the_register_tells_the_call_from_the_click_to_the_end",
            LAWS + "test_the_same_news_twice_is_the_same_as_once",
            DRAWN,
            *COSTLY,
        ),
    ),
    Defect(
        "a dial without an answer is repeated blindly",
        "app/service/switchboard.py",
        "_DIALLING = (Ring, Dial)  # never blindly repeated (W8)",
        "_DIALLING = (Ring,)  # never blindly repeated (W8)",
        "all-faults",
        laws=(
            OUT + "test_a_dial_that_never_reached_the_carrier_ends_the_call",
            OUT + "test_a_dial_whose_answer_is_lost_is_looked_for_and_not_repeated",
            DIALLED,
            VERDICT,
            DESK + "test_the_time_of_the_conversation_begins_with_the_answer",
            NO_ANSWER,
            WAYS,
            WHOM,
            ANSWERED,
            *COSTLY,
        ),
    ),
    Defect(
        "a number that fails leaves its agent in the call",
        "app/domain/outgoing.py",
        "    transition.wrap_up()\n    transition.hang_up(how)",
        "    pass\n    transition.hang_up(how)",
        laws=(
            OUT + "test_a_dial_that_never_reached_the_carrier_ends_the_call",
            OUT + "test_a_number_that_may_not_be_called_is_refused_with_the_reason",
            OUT + "test_an_account_at_its_limit_ends_the_call_and_says_so",
            OUT + "test_no_caller_is_offered_to_an_agent_who_calls_out",
            OUT + "test_nobody_calls_more_often_than_the_route_allows",
            OUT + "test_nobody_is_dialled_before_the_agent_is_there_to_talk",
            OUT + "test_outside_its_hours_a_route_leads_nowhere",
            OUT + "test_two_clicks_are_one_call",
            OUT + "test_without_a_route_nobody_may_call_out",
            NO_HEADSET,
            VERDICT,
            NO_ANSWER,
            WAYS,
            SOUND + "test_who_declines_is_said_to_be_busy_and_can_be_called_again",
            LAWS + "test_after_the_end_nobody_is_reserved_and_only_hanging_up_is_left_to_do",
            LAWS + "test_an_agent_is_held_exactly_by_the_call_that_names_it",
        ),
    ),
    Defect(
        "who called out from a break is available after it",
        "app/domain/agent.py",
        "            return reason\n",
        "            return None\n",
        laws=(NO_HEADSET,),
    ),
    Defect(
        "who hangs up before the answer has a wrap-up",
        "app/domain/outgoing.py",
        "    transition.free(agent_id)\n",
        "    transition.wrap_up()\n",
        laws=(
            NO_HEADSET,
            OUT + "test_who_hangs_up_before_the_answer_calls_it_off",
        ),
    ),
    Defect(
        "an answered call whose agent is lost is called off",
        "app/domain/call.py",
        "        return called is not None and self.awaits_answer(called)",
        '        return called is not None and called.observed in ("away", "ringing", "talk")',
        laws=(
            OUT + "test_the_agent_hears_it_ring_and_then_the_two_talk",
            DIALLED,
            OUT + "test_whoever_was_called_and_loses_the_agent_waits_in_the_routes_queue",
            DESK + "test_until_the_answer_the_desk_says_calling_and_then_talking",
            WHOM,
            SOUND + "test_whoever_is_called_talks_to_the_agent_hears_music_on_hold_and_hangs_up",
            FACTS + "test_only_who_has_talked_in_this_conversation_is_held",
            ANSWERED,
            DRAWN,
        ),
    ),
    Defect(
        "a number rings for twice as long",
        "app/domain/outgoing.py",
        "RING_SECONDS = 45 ",
        "RING_SECONDS = 90 ",
        laws=(
            VERDICT,
            NO_ANSWER,
            WAYS,
        ),
    ),
    Defect(
        "who is busy has not answered",
        "app/domain/outgoing.py",
        '        "busy": "busy",',
        '        "busy": "not answered",',
        laws=(
            VERDICT,
            WAYS,
            SOUND + "test_who_declines_is_said_to_be_busy_and_can_be_called_again",
        ),
    ),
    Defect(
        "dialled seconds are not added",
        "app/domain/facts.py",
        '        dialled_ms=facts.dialled_ms + (spent if before == "dialled" else 0),',
        "        dialled_ms=facts.dialled_ms,",
        laws=(
            DIALLED,
            FACTS + "test_each_instant_is_counted_once_under_what_it_was_spent_on",
        ),
    ),
)
