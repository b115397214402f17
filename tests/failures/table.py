"""Each failure of such systems that is ours to prevent: its test, and a defect that turns it red.

A row is the failure's number and words, the test, and a mutation: one piece of product code and
what it is replaced by. `python -m tests.failures` plants every one in a copy and requires that its
test turns red; docs/failures.md is generated from here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    number: int
    failure: str
    test: str
    file: str
    old: str
    new: str
    planted: str  # the defect, in words


REACHING = "tests/stories/test_reaching_somebody.py::"
HANGING = "tests/stories/test_hanging_up.py::"
PHONES = "tests/stories/test_telephones.py::"
OUTAGES = "tests/stories/test_outages.py::"
TRANSFER = "tests/stories/test_transfer.py::"
BY_HAND = "tests/stories/test_recording_by_hand.py::"
OUT = "tests/stories/test_calling_out.py::"
EMERGENCY = "tests/stories/test_emergency.py::"
CONSULT = "tests/stories/test_consulting.py::"
REPAIR = "tests/stories/test_repair.py::"
LAWS = "tests/domain/test_laws_of_a_call.py::"
VOICE = "tests/adapters/twilio/test_voice.py::"
CARRIER = "tests/adapters/twilio/test_carrier_errors.py::"
RACES = "tests/adapters/contract/test_races.py::"
DECIDE, TRANSITION = "app/domain/decide.py", "app/domain/transition.py"
JOURNEY, CONVERSATION = "app/domain/journey.py", "app/domain/conversation.py"
OBSERVE = "app/domain/observe.py"

ROWS = (
    Row(
        1,
        "Two agents get one caller",
        RACES + "test_of_many_agents_exactly_one_gets_the_caller",
        "app/adapters/dynamodb/saving.py",
        "                if not self._has_landed(write_set, lost.item):\n"
        "                    raise Stale(str(lost), _found(write_set, lost.item)) from lost\n",
        "",
        "a lost race counts as a save",
    ),
    Row(
        2,
        "Two callers get one agent",
        RACES + "test_of_many_callers_exactly_one_gets_the_agent",
        "app/adapters/dynamodb/saving.py",
        "                if not self._has_landed(write_set, lost.item):\n"
        "                    raise Stale(str(lost), _found(write_set, lost.item)) from lost\n",
        "",
        "a lost race counts as a save",
    ),
    Row(
        3,
        "The loser keeps ringing",
        PHONES + "test_accepting_at_the_desk_stops_the_telephone_at_once",
        JOURNEY,
        "    transition.want_no_headset()  # a telephone that rings for this very offer\n",
        "",
        "the telephone rings on when the desk has accepted",
    ),
    Row(
        4,
        "Reserved for ever after losing",
        HANGING + "test_a_caller_gives_up_while_the_desk_rings",
        TRANSITION,
        "        if agent_id := self.call.agent:\n            self.free(agent_id)\n",
        "        return\n",
        "the losing path does not release",
    ),
    Row(
        5,
        "Agent “in call” for ever",
        REPAIR + "test_the_sweep_ends_a_call_whose_last_callback_was_lost",
        "app/service/sweep.py",
        "{name for name in missed if name in job.missed}",
        "{name for name in missed if name == job.missed}",
        "the sweep never believes its two sightings",
    ),
    Row(
        6,
        "Work item stuck after its call ended",
        LAWS + "test_every_deadline_has_a_way_out",
        JOURNEY,
        'transition.miss_offer(position, agent_id, "missed a call")\n            _overflow(',
        "_overflow(",
        "an offer outlives its deadline",
    ),
    Row(
        7,
        "A cancelled offer may never be offered again",
        REACHING + "test_an_agent_who_declined_is_asked_again_after_the_cool_down",
        "app/domain/board.py",
        "if one.agent == agent and one.until > now)",
        "if one.agent == agent)",
        "who declined once is never asked again",
    ),
    Row(
        8,
        "A dead caller listed “answered”",
        LAWS + "test_the_end_is_final",
        DECIDE,
        "        case Ended():\n            pass  # the end is final (F8)\n",
        "        case Ended():\n"
        "            if isinstance(event, e.HungUp):\n"
        '                transition.end("abandoned")\n',
        "a later event overwrites the end",
    ),
    Row(
        9,
        "Caller hangs up as the dial starts",
        HANGING + "test_a_caller_gives_up_between_the_accept_and_the_headset",
        "app/domain/view.py",
        "        case Ended():\n            return SayGoodbye()\n        case _:\n"
        "            return SayTaken",
        "        case Ended():\n            return JoinRoom(call.room.name, music=False)\n"
        "        case _:\n            return SayTaken",
        "a headset that comes too late is let into an empty room",
    ),
    Row(
        10,
        "Agent answers, drops before the bridge, others already cancelled",
        LAWS + "test_a_lost_agent_never_costs_the_caller_the_place",
        TRANSITION,
        "        position = replace(position, cool_downs=(",
        "        position = replace(position, since=self.now, cool_downs=(",
        "the caller goes to the end of the line",
    ),
    Row(
        11,
        "Popup stays after the caller quit",
        HANGING + "test_a_caller_gives_up_while_the_desk_rings",
        JOURNEY,
        '            transition.release_agent()\n            transition.end("abandoned")\n',
        '            transition.end("abandoned")\n',
        "the offer stays on the desk",
    ),
    Row(
        12,
        "A phone rings for a finished call",
        PHONES + "test_a_caller_who_gives_up_stops_the_mobile",
        TRANSITION,
        "    def end(self, how: CallOutcome) -> None:\n        self.want_no_headset()\n",
        "    def end(self, how: CallOutcome) -> None:\n",
        "the end hangs up no headset",
    ),
    Row(
        13,
        "A declined call rings the same agent again at once",
        "tests/domain/test_matching.py::"
        "test_who_declined_or_missed_is_left_out_but_for_who_came_back_where_nobody_else_is_free",
        "app/domain/matching.py",
        "    return caller.cool_down(agent.agent, now) is not None\n",
        "    return False\n",
        "who declined is not remembered",
    ),
    Row(
        17,
        "Wrap-up ends early or restarts on transfer",
        TRANSFER + "test_the_wrap_up_of_who_transferred_ends_when_it_was_to_end",
        CONVERSATION,
        "    transition.want_no_headset()\n    transition.wrap_up()\n    transition.call",
        "    transition.want_no_headset()\n    transition.free(state.agent)\n    transition.call",
        "who transfers a caller has no time for the paperwork",
    ),
    Row(
        18,
        "A call out that fails makes its agent available",
        OUT + "test_a_headset_that_does_not_come_calls_it_off_and_the_agent_is_as_before",
        "app/domain/agent.py",
        "            return reason\n",
        "            return None\n",
        "who was on a break is available after a call that failed",
    ),
    Row(
        25,
        "Page refresh leaves the call alive or its sound dead",
        HANGING + "test_an_agent_reloads_the_page_and_talks_on",
        CONVERSATION,
        "            transition.set_state(replace(state, headset=leg, away=None))\n",
        "            pass\n",
        "who comes back is given up as lost all the same",
    ),
    Row(
        26,
        "A dead network leg lingers for minutes",
        HANGING + "test_a_caller_whose_agent_does_not_come_back_keeps_the_place",
        CONVERSATION,
        "GRACE_SECONDS = 20 ",
        "GRACE_SECONDS = 2000 ",
        "a lost headset is waited for without end",
    ),
    Row(
        27,
        "The mobile's voicemail answers",
        PHONES + "test_a_voicemail_that_answers_is_not_connected_to_the_caller",
        JOURNEY,
        "            if transition.is_client(leg):\n                _take(",
        "            if leg:\n                _take(",
        "a telephone takes the call as soon as it is answered",
    ),
    Row(
        28,
        "A finished call falls into voicemail after the agent hangs up",
        HANGING + "test_a_caller_whose_agent_ends_the_call_goes_nowhere_else",
        CONVERSATION,
        '            transition.wrap_up()\n            transition.hang_up("answered")\n'
        "        case e.AgentDismissed",
        "            transition.wrap_up()\n"
        "            transition.enter(transition.plan.wait_point(state.position.node).otherwise)\n"
        "        case e.AgentDismissed",
        "the end of a conversation goes on in the plan",
    ),
    Row(
        29,
        "Consult: the target rings on after the caller quit",
        CONSULT + "test_a_caller_who_hangs_up_stops_the_ringing_of_who_is_consulted",
        TRANSITION,
        '            return "talk"\n        case _:\n            return "out"\n',
        '            return "talk"\n        case _:\n            return "talk"\n',
        "whoever is consulted is wanted though the call is over",
    ),
    Row(
        30,
        '"End on exit" cannot change while held',
        "tests/adapters/twilio/test_document_lints.py::"
        "test_every_join_in_a_template_carries_the_rooms_attributes",
        "twiml-templates/join_room.xml",
        'endConferenceOnExit="false"',
        "endConferenceOnExit=\"{{ 'false' if music else 'true' }}\"",
        "the room ends with the headset, also while the caller is on hold",
    ),
    Row(
        31,
        "Someone leaves a held conference, and the other is dropped",
        CONSULT + "test_who_was_consulted_and_hangs_up_leaves_the_caller_on_hold_with_the_agent",
        "app/domain/consult.py",
        "    transition.set_state(\n"
        "        replace(state, hold=hold, consult=None, consult_over=told, hold_failed=False)\n"
        "    )",
        '    transition.hang_up("answered")',
        "the consultation's end is the call's",
    ),
    Row(
        32,
        "Forgotten hold",
        "tests/stories/test_hold.py::"
        "test_a_forgotten_hold_rings_then_gives_the_caller_back_to_the_queue",
        CONVERSATION,
        "    elif state.hold is not None and state.hold.until <= now:\n",
        "    elif False:\n",
        "a hold rings and never ends",
    ),
    Row(
        33,
        "A duplicate webhook executed twice",
        LAWS + "test_the_same_news_twice_is_the_same_as_once",
        DECIDE,
        "if not transition.is_asked(leg, question):",
        "if question < 0:",
        "an answer to an old question counts",
    ),
    Row(
        34,
        "De-duplication by SID alone drops later states",
        PHONES + "test_a_mobile_that_is_rejected_goes_to_somebody_else",
        "app/adapters/twilio/events.py",
        "return LegRang(leg, sid(form)) if rings else ended(leg, form)",
        "return LegRang(leg, sid(form)) if rings else None",
        "only the first state of a leg is heard",
    ),
    Row(
        35,
        "A duplicate answered 403, killing the call",
        VOICE + "test_a_repeated_arrival_is_the_same_call",
        "app/service/switchboard.py",
        "                    return self.load(_saved_call(commit).id, fresh=True)\n",
        "                    raise\n",
        "a repeated arrival is an error",
    ),
    Row(
        36,
        "States out of order",
        LAWS + "test_hanging_everything_up_leaves_nothing_behind",
        OBSERVE,
        "transition.call = replace(call.without_leg(leg_id), out=out)",
        "transition.call = replace(call, out=out)",
        "the terminal state of a leg does not stick",
    ),
    Row(
        37,
        "A callback is missed",
        REPAIR + "test_the_sweep_ends_a_call_whose_last_callback_was_lost",
        "app/service/sweep.py",
        "                lost = self._schedule_next(SweepJob(missed, turn), now)",
        "                lost = self._schedule_next(SweepJob((), turn), now)",
        "the sweep forgets its last sighting",
    ),
    Row(
        38,
        "Spoofed webhook",
        "tests/adapters/twilio/test_refusals.py",
        "app/adapters/twilio/voice.py",
        "            abort(403)\n",
        "            pass\n",
        "a forged signature is only counted",
    ),
    Row(
        41,
        "A throttled Lambda surfaces as a gateway error",
        OUTAGES + "test_a_caller_who_finds_us_down_may_leave_a_message",
        "app/adapters/twilio/numbers.py",
        '        "VoiceFallbackMethod": "GET",\n',
        '        "VoiceFallbackMethod": "POST",\n',
        "the fallback is asked for by POST, which nothing static answers",
    ),
    Row(
        42,
        "429 storms",
        CARRIER + "test_too_many_requests_are_repeated_within_the_limit",
        "app/adapters/twilio/api.py",
        "is_retried = error.status == TOO_MANY or error.code == also_retry",
        "is_retried = error.code == also_retry",
        "a request that was never processed is given up",
    ),
    Row(
        44,
        "Lambda’s sockets to the carrier reset",
        CARRIER + "test_no_answer_is_not_repeated_here",
        "app/adapters/twilio/api.py",
        "or no JSON came.\n                raise CarrierUnsure(str(error)) from error\n",
        "or no JSON came.\n                pass\n",
        "a command without an answer is blindly repeated",
    ),
    Row(
        45,
        "A 404’s XML stored as the recording",
        "tests/service/test_recordings.py"
        "::test_a_body_that_is_no_audio_is_never_stored_and_fetched_again",
        "app/service/recordings.py",
        "self._recordings.put(key, sound.passed(chunks), ",
        "self._recordings.put(key, chunks, ",
        "what comes is stored unseen",
    ),
    Row(
        46,
        "Recording not ready at the action callback",
        REPAIR + "test_a_recording_that_is_not_ready_yet_is_asked_for_again",
        "app/service/recordings.py",
        "            self._retry_later(job)\n",
        "            return\n",
        "a recording is asked for once",
    ),
    Row(
        47,
        "A missed event = a lost recording",
        REPAIR + "test_a_recording_whose_callback_was_lost_is_fetched",
        "app/service/recording_reconciliation.py",
        "                self._compare(one)\n",
        "                continue\n",
        "only the carrier's callback brings recordings",
    ),
    Row(
        48,
        "Not stored when the callee hangs up; gone after a transfer",
        TRANSFER + "test_each_conversation_is_a_recording_of_its_own",
        "app/domain/outbox.py",
        "            self.call = replace(self.call, recording=None, recording_paused=False)",
        "            self.call = replace(self.call, recording_paused=False)",
        "a recording that was stopped counts as the one that runs",
    ),
    Row(
        49,
        "Pause fails after a transfer or a page refresh (connect-streams#294)",
        BY_HAND + "test_a_pause_survives_a_reload_and_so_does_what_was_started_by_hand",
        "app/domain/recording.py",
        "wish.pause.until <= transition.now\n",
        "(wish.pause.until <= transition.now or state.away is not None)\n",
        "a pause is over when the page is reloaded",
    ),
    Row(
        50,
        "Recordings lie open",
        "tests/console/test_presenters_register.py::"
        "test_a_listening_is_in_the_timeline_before_anybody_listens",
        "app/console/presenters/register.py",
        "            self.register.put_listening(call, earlier)\n",
        "            pass\n",
        "a listening is written down by nobody",
    ),
    Row(
        51,
        "Call log duplicated, or naming people who were not there",
        TRANSFER + "test_only_who_talked_is_named",
        "app/domain/facts.py",
        'agent if after == "talked" else None)',
        'agent if after in ("talked", "rung") else None)',
        "who was rung counts as who talked",
    ),
    Row(
        60,
        "Toll fraud",
        OUT + "test_without_a_route_nobody_may_call_out",
        "app/domain/dialplan.py",
        "for route in self.routes if agent in route.people)",
        "for route in self.routes)",
        "whoever signs in may call out",
    ),
    Row(
        61,
        "“+1” is taken for the US",
        "tests/adapters/test_numbers.py::test_a_number_is_read_as_people_of_that_country_write_it",
        "app/adapters/numbers.py",
        "    found = phonenumbers.region_code_for_number(parsed)\n",
        "    found = None\n",
        "the country is that of the calling code",
    ),
    Row(
        66,
        "Reloading the configuration drops waiting callers",
        HANGING + "test_calls_in_progress_keep_the_plan_they_began_on",
        "app/adapters/twilio/webhook_handlers.py",
        "        plan = self._directory.plan(now.plan)\n",
        "        plan = self._directory.head()\n",
        "who waits follows the newest plan",
    ),
    Row(
        68,
        "Check-then-write on DynamoDB",
        RACES + "test_of_many_writers_of_one_rev_exactly_one_wins",
        "app/adapters/dynamodb/saving.py",
        "                if not self._has_landed(write_set, lost.item):\n"
        "                    raise Stale(str(lost), _found(write_set, lost.item)) from lost\n",
        "",
        "a condition that failed is ignored",
    ),
    Row(
        69,
        "An emergency call is blocked by a limit",
        EMERGENCY + "test_no_limit_and_no_hours_are_in_its_way",
        "app/service/outgoing.py",
        "    if not called.is_emergency and called_lately(agent, now) >= most:\n",
        "    if called_lately(agent, now) >= min(most, 1):\n",
        "an emergency call counts among the calls of ten minutes",
    ),
)
