"""Planted defects: each changes one line of the product; the simulation must find every one.

The first twelve are the commonest of such systems; the others are ours. Those of the rules that say
how long and in which order are in `rule_defects.py`, those of calling out in `outgoing_defects.py`.
"""

from __future__ import annotations

from tests.simulation.colleague_defects import COLLEAGUE_DEFECTS
from tests.simulation.consult_defects import CONSULT_DEFECTS
from tests.simulation.outgoing_defects import OUTGOING_DEFECTS
from tests.simulation.park_defects import PARK_DEFECTS
from tests.simulation.planted import Defect
from tests.simulation.recording_defects import RECORDING_DEFECTS
from tests.simulation.rule_defects import RULE_DEFECTS
from tests.simulation.supervision_defects import SUPERVISION_DEFECTS

CALLS = "tests/adapters/contract/test_calls.py::"
RACES = "tests/adapters/contract/test_races.py::"
LAWS = "tests/domain/test_laws_of_a_call.py::"
REACHING = "tests/stories/test_reaching_somebody.py::"
PHONES = "tests/stories/test_telephones.py::"
TIME = "tests/stories/test_time_alone.py::"
FACTS = "tests/domain/test_facts.py::"
SAID = "tests/stories/test_what_the_register_says.py::"
COSTS = "tests/adapters/test_operations.py::"
REPAIR = "tests/stories/test_repair.py::"
HANGING = "tests/stories/test_hanging_up.py::"
OUTAGES = "tests/stories/test_outages.py::"
ENDLESS = "tests/domain/test_endless.py::"
LOST = "tests/stories/test_lost_acknowledgements.py::"
PRESENTERS = "tests/console/test_presenters.py::"
REGISTER = "tests/console/test_presenters_register.py::"
TOLD = "test_a_telephone_that_is_rejected_is_told_as_declined_and_one_that_rings_out_as_missed"
CROSSING = "tests/stories/test_crossing.py::"
UNCERTAIN = "tests/stories/test_uncertain.py::"

DEFECTS = (
    Defect(
        "compare-and-set removed from calls",
        "app/adapters/memory/switch.py",
        "if (stored.call.rev if stored else 0) != write_set.call.rev - 1:",
        "if False:",
        laws=(
            CALLS + "test_a_call_that_is_not_there_has_no_second_save",
            CALLS + "test_a_stale_call_rejects_the_whole_save",
            CALLS + "test_only_the_next_rev_is_saved",
            CALLS + "test_the_second_first_save_is_stale",
            CALLS + "test_the_write_id_of_another_rev_is_not_this_save",
            RACES + "test_of_many_agents_exactly_one_gets_the_caller",
            RACES + "test_of_many_writers_of_one_rev_exactly_one_wins",
            "tests/stories/test_traces.py::test_each_story_has_the_same_trace_in_memory_and_on_the_wire",
        ),
    ),
    Defect(
        "own-write check removed",
        "app/adapters/memory/switch.py",
        "return (rev, write_set.write_id) in self._write_ids.get(key, ())",
        "return False",
        "all-faults",
        laws=(
            CALLS + "test_a_repeated_save_is_one_save",
            CALLS + "test_a_repeated_save_of_an_agent_is_one_save",
            CALLS + "test_a_repeated_transaction_is_one",
            CALLS + "test_a_save_is_known_again_after_up_to_seven_others",
            RACES + "test_the_same_save_by_many_is_one_save",
            LOST + "test_a_lost_answer_to_any_save_changes_no_story",
        ),
    ),
    Defect(
        "trigger on leaving removed",
        "app/service/commit.py",
        "        board_changed=put is not None or bool(put_ready),",
        "        board_changed=put is not None,",
        laws=(
            COSTS + "test_an_event_costs_what_the_table_says",
            COSTS + "test_the_page_says_what_is_measured",
        ),
    ),
    Defect(
        "own-pair rule replaced by the first pair, with five tries",
        "app/service/distributor.py",
        "            affected = [p for p in matching.pairs if moved.concerns(p)]\n",
        "            affected, deadline = matching.pairs[:1], deadline - timedelta(seconds=0.4)\n",
    ),
    Defect(
        "lease without expiry",
        "app/domain/journey.py",
        "if state.until <= transition.now:\n"
        '            transition.miss_offer(position, agent_id, "missed a call")',
        "if state.until is None:\n"
        '            transition.miss_offer(position, agent_id, "missed a call")',
        laws=(
            PRESENTERS + "test_a_missed_offer_is_told_and_shown_with_its_reason",
            "tests/domain/test_diagram.py::test_the_state_diagram_in_the_docs_is_what_the_walk_draws",
            LAWS + "test_every_deadline_has_a_way_out",
            REACHING + "test_a_missed_call_goes_to_the_next_agent_and_makes_the_first_away",
            REACHING + "test_an_agent_who_missed_a_call_and_comes_back_is_asked_after_a_free_one",
            REACHING
            + "test_an_agent_who_missed_a_call_and_comes_back_gets_it_if_nobody_else_is_free",
            PHONES + "test_a_mobile_that_is_picked_up_without_pressing_1_takes_no_call",
            PHONES + "test_a_voicemail_that_answers_is_not_connected_to_the_caller",
            TIME + "test_an_offer_expires_though_the_clock_of_its_function_is_behind",
            TIME
            + "test_an_agent_who_comes_back_and_declines_is_asked_again_after_the_new_cool_down",
        ),
    ),
    Defect(
        "de-duplication by SID alone",
        "app/adapters/twilio/events.py",
        "return LegRang(leg, sid(form)) if rings else ended(leg, form)",
        "return LegRang(leg, sid(form)) if rings else None",
        laws=(
            REGISTER + TOLD,
            "tests/adapters/twilio/test_refusals.py::test_no_failure_becomes_a_500",
            "tests/adapters/twilio/test_voice.py::test_the_completed_callback_of_a_headset_counts_only_from_the_bound_leg",
            OUTAGES + "test_a_caller_who_can_never_be_sent_to_the_room_is_asked_to_call_again",
            PHONES + "test_a_mobile_that_is_rejected_goes_to_somebody_else",
            UNCERTAIN + "test_an_app_that_is_not_registered_is_skipped_and_the_next_agent_is_asked",
        ),
    ),
    Defect(
        "the question's number replaced by the version",
        "app/domain/transition.py",
        "        call = replace(self.call, choices=self.choices, updated=self.now, facts=facts)\n",
        "        call = replace(self.call, choices=self.choices, updated=self.now, facts=facts, "
        "legs=tuple(replace(leg, question=before.rev + 1) for leg in self.call.legs))\n",
        laws=(
            LAWS + "test_the_same_news_twice_is_the_same_as_once",
            CROSSING + "test_an_accept_and_a_hang_up_end_well_in_every_order",
            "tests/stories/test_no_key_press_is_lost.py::test_an_answer_counts_whatever_event_comes_before_it",
        ),
    ),
    Defect(
        "refresh of the answering leg",
        "app/domain/journey.py",
        "            if not isinstance(event, e.AskedWhileWaiting):\n",
        "            if True:\n",
        laws=(LAWS + "test_the_same_news_twice_is_the_same_as_once",),
    ),
    Defect(
        "blind repeat of a create",
        "app/service/switchboard.py",
        "            if repeated and isinstance(pending.command, _DIALLING):",
        "            if False:",
        "all-faults",
        laws=(REPAIR + "test_a_telephone_is_never_dialled_twice_for_one_offer",),
    ),
    Defect(
        "outbox cleared before the command",
        "app/domain/outbox.py",
        "        self.call = replace(self.call.with_leg(leg), out=out)",
        "        out = out[:-1] if isinstance(command, HangUp) else out; "
        "self.call = replace(self.call.with_leg(leg), out=out)",
        "all-faults",
        laws=(
            ENDLESS
            + "test_a_new_headset_that_comes_back_three_times_is_hung_up_and_the_call_stays_open",
            CROSSING + "test_a_caller_may_give_up_at_any_moment_of_the_answer",
            REPAIR + "test_a_recording_whose_callback_was_lost_is_fetched",
            REPAIR + "test_a_recording_that_is_not_ready_yet_is_asked_for_again",
        ),
    ),
    Defect(
        "the caller's `completed` dropped",
        "app/domain/journey.py",
        "        case e.HungUp() if event.leg == CALLER:\n"
        '            transition.note_missed("caller gave up")',
        "        case e.HungUp() if event.leg == CALLER and "
        "not hasattr(transition.call.state, 'nonce'):\n"
        '            transition.note_missed("caller gave up")',
        laws=(
            "tests/domain/test_diagram.py::test_the_state_diagram_in_the_docs_is_what_the_walk_draws",
            LAWS + "test_each_state_has_a_defined_end_for_each_legs_death",
            LAWS + "test_hanging_everything_up_leaves_nothing_behind",
            CROSSING + "test_a_caller_may_give_up_at_any_moment_of_the_answer",
            CROSSING + "test_an_accept_and_a_hang_up_end_well_in_every_order",
            HANGING + "test_a_caller_gives_up_between_the_accept_and_the_headset",
        ),
    ),
    Defect(
        "recording started twice",
        "app/adapters/twilio/carrier.py",
        "        if running is not None:",
        "        if False:",
        "all-faults",
        laws=(
            "tests/adapters/twilio/test_carrier.py::test_a_recording_that_runs_already_is_not_started_twice",
            REPAIR + "test_a_command_whose_performer_vanished_is_performed_by_another",
        ),
    ),
    Defect(
        "compare-and-set removed from agents",
        "app/adapters/memory/switch.py",
        "if self._agents.get(agent.id, Agent(agent.id)).rev != agent.rev - 1:",
        "if False:",
        laws=(
            CALLS + "test_a_stale_agent_rejects_the_whole_save",
            CALLS + "test_agents_of_several_revs_are_apart",
            RACES + "test_of_many_callers_exactly_one_gets_the_agent",
            REACHING + "test_an_agent_who_wants_a_break_gets_it_after_the_call",
        ),
    ),
    Defect(
        "no timer for the end of a cooldown",
        "app/service/distributor.py",
        "        if matching.wake_at:\n",
        "        if False:\n",
        laws=(
            REGISTER + TOLD,
            PRESENTERS + "test_a_ready_agent_is_told_why_a_caller_waits_and_until_when",
            REGISTER + "test_the_timeline_tells_the_call_in_plain_words",
            REACHING + "test_an_agent_who_declined_is_asked_again_after_the_cool_down",
            TIME
            + "test_an_agent_who_comes_back_and_declines_is_asked_again_after_the_new_cool_down",
        ),
    ),
    Defect(
        "wrap-up without a timer",
        "app/service/commit.py",
        "for when in (until, until + BACKUP_DELAY))",
        "for when in ())",
        laws=(
            REACHING + "test_after_the_wrap_up_the_next_caller_rings_by_itself",
            REACHING + "test_an_agent_who_wants_a_break_gets_it_after_the_call",
            REACHING + "test_two_callers_and_one_agent_are_served_in_turn",
        ),
    ),
    Defect(
        "a recording is never stopped",
        "app/domain/reconcile.py",
        "            yield StopRecording(party.leg, tape.sid)",
        "            pass",
        laws=(
            ENDLESS + "test_a_conversation_that_ends_in_the_mailbox_is_not_recorded_there",
            LAWS + "test_nobody_is_recorded_who_waits_or_is_asked",
            HANGING + "test_two_agents_in_turn_leave_two_recordings_and_the_wait_is_on_none",
            OUTAGES
            + "test_a_recording_that_is_not_stopped_at_once_is_stopped_by_the_next_performer",
        ),
    ),
    Defect(
        "a released agent stays reserved",
        "app/domain/transition.py",
        "        if agent_id := self.call.agent:\n            self.free",
        "        if (agent_id := self.call.agent) and not hasattr(self.call.state, 'nonce'):\n"
        "            self.free",
        laws=(
            LAWS + "test_after_the_end_nobody_is_reserved_and_only_hanging_up_is_left_to_do",
            LAWS + "test_an_agent_is_held_exactly_by_the_call_that_names_it",
            CROSSING + "test_a_caller_may_give_up_at_any_moment_of_the_answer",
            CROSSING + "test_an_accept_and_a_hang_up_end_well_in_every_order",
            HANGING + "test_a_caller_gives_up_between_the_accept_and_the_headset",
        ),
    ),
    Defect(
        "a caller who is left alone is not held",
        "app/domain/reconcile.py",
        '        verb = "hold" if is_alone and not _is_relieved(parties, outbox, party) else None',
        "        verb = None",
    ),
    Defect(
        "a hold that is refused twice stays wanted",
        "app/domain/conversation.py",
        "    return leg is not None and leg.refusals >= HOLD_TRIES",
        "    return leg is not None and leg.refusals >= 100",
        "all-faults",
    ),
    Defect(
        "a recording is not resumed after a hold",
        "app/domain/reconcile.py",
        "        yield ResumeRecording(party.leg, tape.sid)",
        "        pass",
    ),
    Defect(
        "a caller is un-held though nobody is there",
        "app/domain/reconcile.py",
        '    return speaker.role != "customer" or _somebody_stays(parties, outbox, speaker)',
        "    return True",
    ),
    Defect(
        "held seconds are not added",
        "app/domain/facts.py",
        '        held_ms=facts.held_ms + (spent if before == "held" else 0),',
        "        held_ms=facts.held_ms,",
        laws=(
            FACTS + "test_each_instant_is_counted_once_under_what_it_was_spent_on",
            "tests/stories/test_what_the_register_says.py::test_a_caller_who_talked_lost_the_agent_and_gave_up_is_in_the_register_with_all_of_it",
            SAID + "test_a_hold_is_held_and_not_talked",
            SAID + "test_a_rejoin_is_neither_waited_nor_talked",
            SAID + "test_two_conversations_are_summed_and_both_agents_are_named_in_their_order",
        ),
    ),
    Defect(
        "who talked is not kept",
        "app/domain/facts.py",
        '    agents = _with(facts.agents, agent if after == "talked" else None)',
        "    agents = facts.agents",
        laws=(
            REACHING + "test_a_caller_chooses_deliveries_and_talks_to_the_agent_who_is_ready",
            REACHING + "test_an_agent_may_end_the_wrap_up_early",
            "tests/stories/test_hold.py::test_a_caller_may_hang_up_on_hold",
            "tests/stories/test_what_the_register_says.py::test_a_caller_who_talked_lost_the_agent_and_gave_up_is_in_the_register_with_all_of_it",
            SAID + "test_a_call_that_goes_on_has_its_present_facts",
            SAID + "test_a_rejoin_is_neither_waited_nor_talked",
            SAID + "test_two_conversations_are_summed_and_both_agents_are_named_in_their_order",
            SAID + "test_who_was_rung_and_how_long_is_kept",
        ),
    ),
    Defect(
        "a grace is over early when another timer comes",
        "app/domain/conversation.py",
        "        if state.away.until <= now:",
        "        if state.away.until <= now + timedelta(seconds=15):",
    ),
    *RULE_DEFECTS,
    *OUTGOING_DEFECTS,
    *CONSULT_DEFECTS,
    *COLLEAGUE_DEFECTS,
    *RECORDING_DEFECTS,
    *PARK_DEFECTS,
    *SUPERVISION_DEFECTS,
)
