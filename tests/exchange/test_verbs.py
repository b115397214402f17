"""Contract part B: the verbs, one by one."""

from __future__ import annotations

import pytest

from infra.local.exchange.interfaces import Playing
from infra.local.exchange.violations import NOT_EMULATED
from tests.exchange.customer import Says, twiml, wav
from tests.exchange.harness import Harness

# --- Say, Play, Pause ---------------------------------------------------------------------------


def test_b1_say_loops(harness: Harness) -> None:
    leg = harness.call('<Say loop="2">1234567890</Say>')

    harness.network.advance(1.1)
    assert harness.caption(leg) == "1234567890"
    harness.network.advance(0.1)
    assert harness.status(leg) == "completed"


def test_b1_loop_0_goes_on_until_hangup(harness: Harness) -> None:
    leg = harness.call('<Say loop="0">1234567890</Say>')
    harness.network.advance(599)

    assert harness.caption(leg) == "1234567890"
    heard = harness.network.exchange.hears(leg)
    assert isinstance(heard, Playing)
    assert heard.loops == 0


def test_b1_ssml_is_spoken_without_its_marks(harness: Harness) -> None:
    harness.be_lenient()
    leg = harness.call('<Say>Press <say-as interpret-as="digits">12</say-as> <break/>now</Say>')

    assert harness.caption(leg) == "Press 12 now"
    assert {v.code for v in harness.network.exchange.violations} == {NOT_EMULATED}


def test_b2_play_fetches_without_parameters_and_lasts_as_long_as_the_sound(
    harness: Harness,
) -> None:
    harness.customer.pages["/hello.wav"] = wav(2.5)
    leg = harness.call("<Play>/hello.wav</Play>")

    asked = harness.customer.last("/hello.wav")
    assert (asked.method, asked.pairs) == ("GET", ())
    assert "x-twilio-signature" not in asked.headers
    harness.network.advance(2.4)
    assert harness.caption(leg) == "♪ hello.wav"
    harness.network.advance(0.1)
    assert harness.status(leg) == "completed"


def test_b2_a_sound_that_is_none_is_skipped_with_a_warning(harness: Harness) -> None:
    harness.customer.pages["/x.mp4"] = Says(b"...", "video/mp4")
    leg = harness.call("<Play>/x.mp4</Play><Say>Next</Say>")

    assert harness.caption(leg) == "Next"


def test_b2_play_digits(harness: Harness) -> None:
    leg = harness.call('<Play digits="1w2W"/><Say>x</Say>')

    harness.network.advance(1.8)
    assert harness.caption(leg) == "keys 1w2W"
    harness.network.advance(0.1)
    assert harness.caption(leg) == "x"


def test_b3_pause_is_one_second_by_default(harness: Harness) -> None:
    leg = harness.call("<Pause/>")

    harness.network.advance(0.9)
    assert harness.status(leg) == "in-progress"
    harness.network.advance(0.1)
    assert harness.status(leg) == "completed"


# --- Gather -------------------------------------------------------------------------------------


def gather(attributes: str, inner: str = "<Say>Press</Say>") -> str:
    return f'<Gather action="/key" {attributes}>{inner}</Gather><Say>Nothing</Say>'


def digits(harness: Harness) -> list[str]:
    return [asked["Digits"] for asked in harness.customer.to("/key")]


def test_b4_num_digits_ends_it(harness: Harness) -> None:
    leg = harness.call(gather('numDigits="3"'))
    harness.network.press(leg, "12")
    harness.network.settle()
    assert digits(harness) == []
    harness.network.press(leg, "3")
    harness.network.settle()

    assert digits(harness) == ["123"]


def test_b4_the_finishing_key_ends_it_and_is_not_among_the_digits(harness: Harness) -> None:
    leg = harness.call(gather(""))
    harness.network.press(leg, "42#")
    harness.network.settle()

    assert digits(harness) == ["42"]


def test_b4_the_finishing_key_alone_is_no_input(harness: Harness) -> None:
    leg = harness.call(gather(""))
    harness.network.press(leg, "#")
    harness.network.settle()

    assert digits(harness) == []
    assert harness.caption(leg) == "Nothing"


def test_b4_without_finishing_key_hash_is_a_digit(harness: Harness) -> None:
    leg = harness.call(gather('finishOnKey="" numDigits="2"'))
    harness.network.press(leg, "#1")
    harness.network.settle()

    assert digits(harness) == ["#1"]


def test_b4_the_timeout_starts_after_the_prompts(harness: Harness) -> None:
    leg = harness.call(gather('timeout="3"', "<Say>1234567890</Say><Pause length='2'/>"))

    harness.network.advance(0.6 + 2 + 2.9)
    assert harness.caption(leg) is None
    harness.network.advance(0.1)
    assert harness.caption(leg) == "Nothing"


def test_b4_the_timeout_restarts_at_each_key_and_then_sends_what_there_is(harness: Harness) -> None:
    leg = harness.call(gather('timeout="3"'))
    harness.network.press(leg, "1")
    harness.network.advance(2.9)
    harness.network.press(leg, "2")
    harness.network.advance(2.9)
    assert digits(harness) == []
    harness.network.advance(0.1)

    assert digits(harness) == ["12"]


def test_b4_a_key_stops_the_prompts(harness: Harness) -> None:
    leg = harness.call(gather('numDigits="2"', "<Say>One</Say><Say>Two</Say>"))
    harness.network.press(leg, "1")

    assert harness.caption(leg) is None
    harness.network.advance(1)
    assert harness.caption(leg) is None


@pytest.mark.parametrize(("timeout", "sent"), [("true", [""]), ("false", [])])
def test_a7_an_empty_result_is_sent_only_when_asked_for(
    harness: Harness, timeout: str, sent: list[str]
) -> None:
    harness.call(gather(f'timeout="1" actionOnEmptyResult="{timeout}"'))
    harness.network.advance(2)

    assert digits(harness) == sent


def test_b4_without_action_the_present_document_is_asked_again(harness: Harness) -> None:
    leg = harness.call('<Gather numDigits="1"><Say>Press</Say></Gather>')
    harness.network.press(leg, "9")
    harness.network.settle()

    assert harness.customer.to("/voice")[1]["Digits"] == "9"


# --- Redirect, Hangup, Reject, Leave ------------------------------------------------------------


def test_b13_nothing_after_a_redirect_runs(harness: Harness) -> None:
    harness.customer.pages["/next"] = twiml("<Say>There</Say>")
    leg = harness.call('<Redirect method="GET">/next?a=b</Redirect><Say>Never</Say>')

    asked = harness.customer.last("/next")
    assert asked.method == "GET"
    assert asked["a"] == "b"
    assert asked.signed
    assert harness.caption(leg) == "There"


def test_b15_hangup_first_still_answers(harness: Harness) -> None:
    leg = harness.call("<Hangup/>")

    assert harness.status(leg) == "completed"
    assert harness.network.exchange.leg(leg).started_at is not None


@pytest.mark.parametrize(("reason", "status"), [("rejected", "no-answer"), ("busy", "busy")])
def test_b16_reject_first_does_not_answer(harness: Harness, reason: str, status: str) -> None:
    leg = harness.call(f'<Reject reason="{reason}"/>')

    assert harness.status(leg) == status
    assert harness.network.exchange.leg(leg).started_at is None
    assert harness.customer.last("/status")["CallStatus"] == status


def test_b12_leave_outside_a_queue_means_nothing(harness: Harness) -> None:
    leg = harness.call("<Leave/><Say>On</Say>")

    assert harness.caption(leg) == "On"


# --- Record -------------------------------------------------------------------------------------


def test_b14_a_key_ends_a_record_and_tells_the_action(harness: Harness) -> None:
    leg = harness.call('<Record action="/recorded" playBeep="false"/>')
    harness.network.advance(7)
    harness.network.press(leg, "#")
    harness.network.settle()

    asked = harness.customer.last("/recorded")
    assert asked["RecordingDuration"] == "7"
    assert asked["Digits"] == "#"
    assert asked["RecordingUrl"].endswith(f"/Recordings/{asked['RecordingSid']}")


def test_b14_max_length_ends_it(harness: Harness) -> None:
    harness.call('<Record action="/recorded" maxLength="10" playBeep="false"/>')
    harness.network.advance(10)

    assert harness.customer.last("/recorded")["RecordingDuration"] == "10"


def test_e3_a_client_is_recorded_for_ten_minutes_at_most(
    harness: Harness, application: str
) -> None:
    harness.customer.pages["/app"] = twiml('<Record action="/recorded" playBeep="false"/>')
    harness.network.connect("alice", application)
    harness.network.advance(600)

    assert harness.customer.last("/recorded")["RecordingDuration"] == "600"


def test_b14_the_beep_is_not_recorded(harness: Harness) -> None:
    leg = harness.call('<Record action="/recorded" maxLength="10"/>')
    assert harness.caption(leg) == "beep"
    harness.network.advance(10.3)

    assert harness.customer.last("/recorded")["RecordingDuration"] == "10"


def test_a10_a_hangup_ends_a_record_with_the_word_and_the_callback_follows(
    harness: Harness,
) -> None:
    leg = harness.call(
        '<Record action="/recorded" playBeep="false" recordingStatusCallback="/ready" '
        'recordingStatusCallbackEvent="in-progress completed"/>'
    )
    harness.network.advance(4)
    harness.network.hang_up(leg)
    harness.network.settle()

    asked = harness.customer.last("/recorded")
    assert (asked["Digits"], asked["CallStatus"]) == ("hangup", "completed")
    ready = harness.customer.to("/ready")
    assert [one["RecordingStatus"] for one in ready] == ["in-progress", "completed"]
    assert ready[1]["RecordingSource"] == "RecordVerb"
    assert ready[1]["RecordingChannels"] == "1"
    assert "RecordingDuration" not in ready[0].names


# --- Dial: time limit and star ------------------------------------------------------------------


def test_b9_time_limit_ends_the_dial(harness: Harness) -> None:
    leg = harness.call(
        '<Dial action="/dialled" timeLimit="60"><Conference waitUrl="">r</Conference></Dial>'
    )
    harness.network.advance(60)

    assert harness.customer.last("/dialled")["DialCallStatus"] == "answered"
    assert harness.status(leg) == "completed"


@pytest.mark.parametrize(("star", "status"), [("true", "completed"), ("false", "in-progress")])
def test_b5_hangup_on_star(harness: Harness, star: str, status: str) -> None:
    leg = harness.call(f'<Dial hangupOnStar="{star}"><Conference waitUrl="">r</Conference></Dial>')
    harness.network.press(leg, "5*")
    harness.network.settle()

    assert harness.status(leg) == status
