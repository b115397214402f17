"""Lines of the contract as somebody might misread them, and the test that fails then.

Each row plants one misreading in a copy of the exchange: `old` is what stands in `file` (once),
`new` what the misreading would have written, `test` a conformance test that must then fail.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Misreading:
    line: str  # of the contract: its part, and what it says
    file: str  # below infra/local/exchange
    old: str
    new: str
    test: str  # below tests/exchange: file::function


def m(line: str, file: str, old: str, new: str, test: str) -> Misreading:
    return Misreading(line, file, old, new, test)


MISREADINGS = (
    # --- A: webhooks ---
    m(
        "A1: retries carry the token of the first attempt",
        "webhook.py",
        "(TOKEN, self._token)",
        '(TOKEN, f"{self._token}{self._attempt}")',
        "test_overrides.py::test_a2_retries_carry_the_same_idempotency_token",
    ),
    m(
        "A1: at most ten redirects",
        "webhook.py",
        "self._redirects > MOST_REDIRECTS",
        "self._redirects >= MOST_REDIRECTS",
        "test_overrides.py::test_a1_the_eleventh_redirect_is_one_too_many",
    ),
    m(
        "A1: after 301 and 302 a GET without the fields",
        "webhook.py",
        "if answer.status in (301, 302, 303):",
        "if answer.status in (303,):",
        "test_overrides.py::test_a1_a_redirect_is_followed_by_get_without_the_fields",
    ),
    m(
        "A1: cookies are kept per call",
        "webhook.py",
        "{} if leg is None else self._cookies.setdefault(leg, {})",
        'self._cookies.setdefault("", {})',
        "test_parameters.py::test_a1_cookies_are_kept_per_call",
    ),
    m(
        "A2: by default only a failed connection is tried again",
        "overrides.py",
        'retry_on: frozenset[str] = frozenset({"ct"})',
        'retry_on: frozenset[str] = frozenset({"ct", "5xx"})',
        "test_overrides.py::test_a2_by_default_only_a_failed_connection_is_tried_again_and_once",
    ),
    m(
        "A2: 15 s in all, whatever the overrides say",
        "webhook.py",
        "min(15.0, self._overrides.total_seconds)",
        "(1 + self._overrides.retries) * self._overrides.total_seconds",
        "test_overrides.py::test_a2_the_total_time_is_bounded_whatever_the_server_does",
    ),
    m(
        "A3: a body of more than 64 kB is 11750",
        "twiml/parse.py",
        "if len(body) > MOST_BYTES:",
        "if len(body) > 16 * MOST_BYTES:",
        "test_documents.py::test_a4_without_fallback_the_sentence_is_spoken_and_the_call_ends",
    ),
    m(
        "A4: the fallback is told ErrorCode and ErrorUrl",
        "call_program.py",
        '("ErrorUrl", url)',
        '("ErrorURL", url)',
        "test_documents.py::test_a4_the_fallback_is_requested_with_code_and_url_and_goes_on_with_the_call",
    ),
    m(
        "A7: without input the action is not requested",
        "verbs/gather.py",
        'elif node.flag("actionOnEmptyResult", default=False):',
        'elif node.flag("actionOnEmptyResult", default=True):',
        "test_verbs.py::test_b4_the_finishing_key_alone_is_no_input",
    ),
    m(
        "A8: DialCallStatus after a conference is answered",
        "verbs/dial.py",
        '(("DialCallStatus", "answered"),)',
        '(("DialCallStatus", "completed"),)',
        "test_parameters.py::test_j3_the_dial_action_after_a_conference_has_no_child",
    ),
    m(
        "A10: a Record that a hang-up ends says Digits=hangup",
        "verbs/record.py",
        '"hangup" if reason is StopReason.HUNG_UP else ""',
        '""',
        "test_verbs.py::test_a10_a_hangup_ends_a_record_with_the_word_and_the_callback_follows",
    ),
    m(
        "A11: the first participant fixes the callbacks",
        "conferences.py",
        "if found is not None:\n            return found\n",
        "if found is not None:\n            found.rules = rules\n            return found\n",
        "test_conferences.py::test_a11_the_first_participant_fixes_callback_and_events",
    ),
    m(
        "A11: no event is told unless asked for",
        "conferences.py",
        "callback is None or SUBSCRIPTION[event.name] not in callback.events",
        "callback is None",
        "test_conferences.py::test_a11_without_events_asked_for_nothing_is_sent",
    ),
    m(
        "A11: a conference's SequenceNumber starts at 1",
        "conference.py",
        "return ConferenceEvent(name, leg, parameters, self._told)",
        "return ConferenceEvent(name, leg, parameters, self._told - 1)",
        "test_parameters.py::test_j5_and_j6_conference_events",
    ),
    m(
        "A11: who never answers leaves as participant_add_failed",
        "conference.py",
        "return self._left(invited, LeaveReason.NEVER_CAME, status)",
        "return self._left(invited, LeaveReason.HUNG_UP, status)",
        "test_rest_participants.py::test_a11_a_participant_that_never_answers_leaves_as_add_failed",
    ),
    m(
        "A12: a call's SequenceNumber starts at 0",
        "leg.py",
        "return self._told - 1",
        "return self._told",
        "test_agents_phones.py::test_the_callbacks_are_numbered_from_nought_in_their_order",
    ),
    m(
        "A12: cancelled while queued, there is no callback",
        "calls.py",
        "if not (was_queued and status is Status.CANCELED):",
        "if not was_queued or status is Status.CANCELED:",
        "test_rest_calls.py::test_a12_cancelled_while_queued_there_is_no_callback",
    ),
    m(
        "A12: Duration is in minutes, rounded up",
        "parameters.py",
        "str(-(-leg.seconds // 60))",
        "str(leg.seconds // 60)",
        "test_parameters.py::test_j7_the_completed_callback_of_an_api_call",
    ),
    m(
        "A12: the default event is completed only",
        "rest/fields.py",
        '"StatusCallbackEvent", "completed"',
        '"StatusCallbackEvent", "initiated ringing answered completed"',
        "test_agents_phones.py::test_a12_without_events_asked_for_only_the_end_is_sent",
    ),
    m(
        "A12: the end tells only the recording of Record=true",
        "recordings.py",
        "if recording.source == WHOLE_CALL:",
        "if recording.source:",
        "test_rest_calls.py::test_a12_other_recordings_are_not_told_with_the_end",
    ),
    m(
        "A5: attestation is told only when a call carries it",
        "parameters.py",
        'pairs.append(("CallToken", leg.call_token))',
        'pairs += [("StirVerstat", "TN-Validation-Passed-A"), ("CallToken", leg.call_token)]',
        "test_parameters.py::test_j1_the_first_request_of_an_inbound_call",
    ),
    # --- B: verbs ---
    m(
        "B2: Play carries no parameters and no signature",
        "webhook.py",
        '        if self._purpose != "media":\n            signed',
        "        if True:\n            signed",
        "test_verbs.py::test_b2_play_fetches_without_parameters_and_lasts_as_long_as_the_sound",
    ),
    m(
        "B4: the time-out begins again at each key",
        "verbs/gather.py",
        "            self._timer.cancel()\n        self._timer = self._program",
        "            return\n        self._timer = self._program",
        "test_verbs.py::test_b4_the_timeout_restarts_at_each_key_and_then_sends_what_there_is",
    ),
    m(
        "B4: finishOnKey is not among the Digits",
        "verbs/gather.py",
        "            self._finished_on = digit\n",
        "            self._digits += digit\n",
        "test_verbs.py::test_b4_the_finishing_key_ends_it_and_is_not_among_the_digits",
    ),
    m(
        "B9: a conference's wait document is not asked for again",
        "conferences.py",
        "        program = self.program(participant, lambda: None, failed, lambda: parameters)\n",
        "        again = options.wait\n"
        "        program = self.program(\n"
        "            participant, lambda: program.fetch(again), failed, lambda: parameters\n"
        "        )\n",
        "test_conferences.py::test_b9_when_the_wait_document_ends_there_is_silence_and_no_new_request",
    ),
    m(
        "B9: a conference's name has a new sid in each life",
        "conferences.py",
        "            self._active.pop(conference.name, None)\n",
        "            conference.state = ConferenceState.INIT\n",
        "test_conferences.py::test_b9_a_name_has_a_new_sid_in_each_life",
    ),
    m(
        "B11: a queue's wait URL is requested again when its document ends",
        "verbs/enqueue.py",
        "on_end=self._again",
        "on_end=lambda: None",
        "test_queues.py::test_b11_the_wait_url_is_requested_again_when_its_document_ends",
    ),
    m(
        "B16: Reject first does not answer",
        "twiml/program.py",
        'return node.tag != "Reject"',
        "return True",
        "test_verbs.py::test_b16_reject_first_does_not_answer",
    ),
    # --- C: REST ---
    m(
        "C1: lists are newest first",
        "rest/calls.py",
        "for leg in reversed(exchange.calls.legs.values()) if",
        "for leg in exchange.calls.legs.values() if",
        "test_rest.py::test_c1_lists_page_newest_first_and_keep_their_filters",
    ),
    m(
        "C2: so many calls a second, the others queue",
        "dialler.py",
        "        self._free_at = self._clock.now() + self._gap\n",
        "        self._free_at = self._clock.now()\n",
        "test_limits.py::test_c2_one_call_a_second_the_others_queue_in_their_order",
    ),
    m(
        "C2: queue_time is in milliseconds",
        "rest/fields.py",
        "str(round(seconds * 1000))",
        "str(round(seconds))",
        "test_limits.py::test_c2_queue_time_says_how_long_in_milliseconds",
    ),
    m(
        "C2: canceled leaves a call in progress alone",
        "rest/calls.py",
        'if leg.answered and status == "completed":',
        "if leg.answered:",
        "test_rest_calls.py::test_c2_canceled_leaves_a_call_in_progress_alone",
    ),
    m(
        "C2: the Url is not run before the answer (21220)",
        "rest/calls.py",
        "    if not leg.answered:\n        raise invalid_state",
        "    if leg.over:\n        raise invalid_state",
        "test_rest_calls.py::test_j9_redirect_of_a_call_that_is_not_in_progress_is_21220",
    ),
    m(
        "C4: HoldMethod is GET by default",
        "rest/participants.py",
        '"HoldMethod", default="GET"',
        '"HoldMethod", default="POST"',
        "test_conference_control.py::test_f2_hold_is_heard_by_nobody_and_hears_only_its_document",
    ),
    m(
        "C4: EarlyMedia is true by default",
        "rest/participants.py",
        'request.flag("EarlyMedia", default=True)',
        'request.flag("EarlyMedia", default=False)',
        "test_rest_participants.py::test_c4_early_media_lets_the_conference_hear_the_ringing",
    ),
    m(
        "C4: without EarlyMedia nothing is heard before the answer",
        "conferences.py",
        "if i.early_media and i.leg.status",
        "if i.leg.status",
        "test_outside_telephones.py::test_nothing_is_heard_before_the_answer_without_early_media",
    ),
    m(
        "C4: an announcement before the answer is early media, as the ringing is",
        "conferences.py",
        "return Voices(speaking)",
        "return Ringback()",
        "test_outside_telephones.py::"
        "test_an_announcement_before_the_answer_is_heard_with_early_media",
    ),
    m(
        "A12: the SIP code is the one with which the telephone did not take the call",
        "leg.py",
        "return self.refusal or SIP_CODES[self.status]",
        "return SIP_CODES[self.status]",
        "test_outside_phones.py::test_a_call_that_is_not_taken_ends_with_the_phone_s_sip_code",
    ),
    m(
        "C2: SendDigits come before the document",
        "calls.py",
        "program.play_digits(digits, lambda:",
        'program.play_digits("", lambda:',
        "test_rest_calls.py::test_c2_keys_are_sent_before_the_first_document",
    ),
    m(
        "C7: a star stands for one digit, not for any number of them",
        "rest/numbers.py",
        'r"\\d".join',
        'r"\\d*".join',
        "test_rest_numbers.py::test_c7_a_list_of_numbers_is_filtered_by_parts_and_by_stars",
    ),
    m(
        "C5: Front is the oldest",
        "queues.py",
        "return queue.members[0] if",
        "return queue.members[-1] if",
        "test_queues.py::test_c5_members_are_in_order_and_front_is_the_oldest",
    ),
    m(
        "C6: a recording has one channel by default",
        "rest/fields.py",
        '"RecordingChannels", "mono"',
        '"RecordingChannels", "dual"',
        "test_recordings.py::test_c6_a_recording_has_one_channel_unless_two_are_asked_for",
    ),
    m(
        "C6: a pause is silence by default",
        "rest/recordings.py",
        '"PauseBehavior", "silence"',
        '"PauseBehavior", "skip"',
        "test_recordings.py::test_c6_a_pause_is_silence_or_skipped",
    ),
    # --- D: signatures ---
    m(
        "D1: over HTTPS the port is not signed",
        "signature.py",
        'if parts.scheme == "https" and parts.port is not None:',
        "if False:",
        "test_signatures.py::test_d1_what_of_the_url_is_signed",
    ),
    m(
        "D1: names are sorted by bytes, case sensitive",
        "signature.py",
        "sorted(set(pairs))",
        "sorted(set(pairs), key=lambda pair: (pair[0].lower(), pair[1]))",
        "test_signatures.py::test_d1_names_are_sorted_by_bytes",
    ),
    # --- F: time and endings ---
    m(
        "F1: five seconds are added to a ring time-out",
        "calls.py",
        "wanted.ring_seconds + self._context.switches.ring_buffer_seconds",
        "wanted.ring_seconds",
        "test_agents_phones.py::test_f1_nobody_answers_until_the_timeout_and_five_seconds",
    ),
    m(
        "F1: a call lasts four hours at most",
        "limits.py",
        "longest_call_seconds: int = 14_400",
        "longest_call_seconds: int = 86_400",
        "test_limits.py::test_f1_every_leg_ends_after_four_hours",
    ),
    m(
        "F2: one participant alone waits, even with startConferenceOnEnter",
        "conference.py",
        "enough = len(self.participants) >= 2",
        "enough = len(self.participants) >= 1",
        "test_conferences.py::test_f2_the_first_participant_alone_waits_even_if_it_starts_on_enter",
    ),
    m(
        "F2: two start it only if one of them has startConferenceOnEnter",
        "conference.py",
        "enough and any(p.start_on_enter for p in self._all())",
        "enough",
        "test_conferences.py::test_f2_it_starts_with_two_of_whom_one_starts_on_enter",
    ),
    m(
        "F2: it goes on with one",
        "conference.py",
        "        if not self.participants:\n            more, removed = self._end(f",
        "        if len(self.participants) < 2:\n            more, removed = self._end(f",
        "test_conferences.py::test_f2_it_goes_on_with_one_and_no_music_returns",
    ),
    m(
        "F2: who is held is not heard",
        "conference.py",
        "if speaker.muted or speaker.hold:",
        "if speaker.muted:",
        "test_conference_control.py::test_f2_hold_is_heard_by_nobody_and_hears_only_its_document",
    ),
    m(
        "F2: only the one coached hears the coach",
        "conference.py",
        "if not speaker.coached or speaker.coached == hearer:",
        "if not speaker.coached or speaker.coached != hearer:",
        "test_conference_control.py::test_f2_a_coach_is_heard_only_by_the_one_coached",
    ),
    m(
        "F4: the action of an interrupted Dial is requested and not run",
        "verbs/dial.py",
        '            self._program.report(action, self._node.get("method"), result)',
        "            pass",
        "test_endings.py::test_parent_redirected_during_dial_the_action_is_requested_and_its_answer_ignored",
    ),
    m(
        "F4: a participant's update is participant_updated_via_api",
        "conference.py",
        'UPDATED = "participant_updated_via_api"',
        'UPDATED = "participant-updated-via-api"',
        "test_endings.py::test_participants_call_updated_it_leaves_the_conference_as_updated_via_api",
    ),
    m(
        "F4: a queued caller who hangs up is told to the action",
        "verbs/enqueue.py",
        '                self._tell(self._out("hangup"))',
        '                self._out("hangup")',
        "test_endings.py::test_queued_caller_hangs_up",
    ),
    m(
        "F4: a queued caller is redirected by Members update with QueueResult=redirected",
        "verbs/enqueue.py",
        '        told = self._out("redirected")\n        self._tell(told)',
        '        told = self._out("leave")\n        self._tell(told)',
        "test_endings.py::test_queued_caller_redirected_by_members_update",
    ),
    m(
        "F4: a full queue is told at once",
        "verbs/enqueue.py",
        '(("QueueResult", "queue-full"),)',
        '(("QueueResult", "error"),)',
        "test_endings.py::test_queue_full_is_reported_at_once",
    ),
    m(
        "F4: a Gather's hang-up is told to nobody",
        "switches.py",
        "gather_hangup_reports: bool = switch(False",
        "gather_hangup_reports: bool = switch(True",
        "test_endings.py::test_gather_caller_hangs_up_nothing_is_reported",
    ),
    # --- L: corrections ---
    m(
        "L: nothing can be done before the start (16099)",
        "rest/conferences.py",
        "if not conference.started and",
        "if conference.started and",
        "test_conference_control.py::test_l_16099_nothing_can_be_done_before_the_start",
    ),
    m(
        "L: a sound as HoldUrl plays once",
        "twiml/program.py",
        "PlayClip(self.context, self.leg, clip, 1, self.next)",
        "PlayClip(self.context, self.leg, clip, 1000, self.next)",
        "test_conference_control.py::test_l_a_sound_as_hold_url_plays_once_and_stops",
    ),
    m(
        "L: Participants count against the account's calls a second",
        "switches.py",
        "participants_per_second: float | None = switch(None",
        "participants_per_second: float | None = switch(30.0",
        "test_limits.py::test_c4_participants_and_calls_share_one_second",
    ),
    m(
        "L: a fallback is asked by POST unless GET is set",
        "inventory.py",
        'default = "POST" if name in METHOD_FIELDS else ""',
        'default = "GET" if name in METHOD_FIELDS else ""',
        "test_documents.py::test_l_a_static_host_answers_the_post_of_a_fallback_with_405",
    ),
)
