"""Contract part B: the verbs, one by one."""

from __future__ import annotations

import pytest

from infra.local.exchange.seam import Playing
from tests.exchange.customer import Says, twiml, wav
from tests.exchange.line import Line

# --- Say, Play, Pause ---------------------------------------------------------------------------


def test_b1_say_loops(line: Line) -> None:
    leg = line.call('<Say loop="2">1234567890</Say>')

    line.network.advance(1.1)
    assert line.caption(leg) == "1234567890"
    line.network.advance(0.1)
    assert line.status(leg) == "completed"


def test_b1_loop_0_goes_on_until_hangup(line: Line) -> None:
    leg = line.call('<Say loop="0">1234567890</Say>')
    line.network.advance(599)

    assert line.caption(leg) == "1234567890"
    heard = line.network.exchange.hears(leg)
    assert isinstance(heard, Playing)
    assert heard.loops == 0


def test_b1_ssml_is_spoken_without_its_marks(line: Line) -> None:
    leg = line.call('<Say>Press <say-as interpret-as="digits">12</say-as> <break/>now</Say>')

    assert line.caption(leg) == "Press 12 now"
    assert line.network.exchange.violations == ()


def test_b2_play_fetches_without_parameters_and_lasts_as_long_as_the_sound(line: Line) -> None:
    line.customer.pages["/hello.wav"] = wav(2.5)
    leg = line.call("<Play>/hello.wav</Play>")

    asked = line.customer.last("/hello.wav")
    assert (asked.method, asked.pairs) == ("GET", ())
    assert "x-twilio-signature" not in asked.headers
    line.network.advance(2.4)
    assert line.caption(leg) == "♪ hello.wav"
    line.network.advance(0.1)
    assert line.status(leg) == "completed"


def test_b2_a_sound_that_is_none_is_skipped_with_a_warning(line: Line) -> None:
    line.customer.pages["/x.mp4"] = Says(b"...", "video/mp4")
    leg = line.call("<Play>/x.mp4</Play><Say>Next</Say>")

    assert line.caption(leg) == "Next"


def test_b2_play_digits(line: Line) -> None:
    leg = line.call('<Play digits="1w2W"/><Say>x</Say>')

    line.network.advance(1.8)
    assert line.caption(leg) == "keys 1w2W"
    line.network.advance(0.1)
    assert line.caption(leg) == "x"


def test_b3_pause_is_one_second_by_default(line: Line) -> None:
    leg = line.call("<Pause/>")

    line.network.advance(0.9)
    assert line.status(leg) == "in-progress"
    line.network.advance(0.1)
    assert line.status(leg) == "completed"


# --- Gather -------------------------------------------------------------------------------------


def gather(attributes: str, inner: str = "<Say>Press</Say>") -> str:
    return f'<Gather action="/key" {attributes}>{inner}</Gather><Say>Nothing</Say>'


def digits(line: Line) -> list[str]:
    return [asked["Digits"] for asked in line.customer.to("/key")]


def test_b4_num_digits_ends_it(line: Line) -> None:
    leg = line.call(gather('numDigits="3"'))
    line.network.press(leg, "12")
    line.network.settle()
    assert digits(line) == []
    line.network.press(leg, "3")
    line.network.settle()

    assert digits(line) == ["123"]


def test_b4_the_finishing_key_ends_it_and_is_not_among_the_digits(line: Line) -> None:
    leg = line.call(gather(""))
    line.network.press(leg, "42#")
    line.network.settle()

    assert digits(line) == ["42"]


def test_b4_the_finishing_key_alone_is_no_input(line: Line) -> None:
    leg = line.call(gather(""))
    line.network.press(leg, "#")
    line.network.settle()

    assert digits(line) == []
    assert line.caption(leg) == "Nothing"


def test_b4_without_finishing_key_hash_is_a_digit(line: Line) -> None:
    leg = line.call(gather('finishOnKey="" numDigits="2"'))
    line.network.press(leg, "#1")
    line.network.settle()

    assert digits(line) == ["#1"]


def test_b4_the_timeout_starts_after_the_prompts(line: Line) -> None:
    leg = line.call(gather('timeout="3"', "<Say>1234567890</Say><Pause length='2'/>"))

    line.network.advance(0.6 + 2 + 2.9)
    assert line.caption(leg) is None
    line.network.advance(0.1)
    assert line.caption(leg) == "Nothing"


def test_b4_the_timeout_restarts_at_each_key_and_then_sends_what_there_is(line: Line) -> None:
    leg = line.call(gather('timeout="3"'))
    line.network.press(leg, "1")
    line.network.advance(2.9)
    line.network.press(leg, "2")
    line.network.advance(2.9)
    assert digits(line) == []
    line.network.advance(0.1)

    assert digits(line) == ["12"]


def test_b4_a_key_stops_the_prompts(line: Line) -> None:
    leg = line.call(gather('numDigits="2"', "<Say>One</Say><Say>Two</Say>"))
    line.network.press(leg, "1")

    assert line.caption(leg) is None
    line.network.advance(1)
    assert line.caption(leg) is None


@pytest.mark.parametrize(("timeout", "sent"), [("true", [""]), ("false", [])])
def test_a7_an_empty_result_is_sent_only_when_asked_for(
    line: Line, timeout: str, sent: list[str]
) -> None:
    line.call(gather(f'timeout="1" actionOnEmptyResult="{timeout}"'))
    line.network.advance(2)

    assert digits(line) == sent


def test_b4_without_action_the_present_document_is_asked_again(line: Line) -> None:
    leg = line.call('<Gather numDigits="1"><Say>Press</Say></Gather>')
    line.network.press(leg, "9")
    line.network.settle()

    assert line.customer.to("/voice")[1]["Digits"] == "9"


# --- Redirect, Hangup, Reject, Leave ------------------------------------------------------------


def test_b13_nothing_after_a_redirect_runs(line: Line) -> None:
    line.customer.pages["/next"] = twiml("<Say>There</Say>")
    leg = line.call('<Redirect method="GET">/next?a=b</Redirect><Say>Never</Say>')

    asked = line.customer.last("/next")
    assert asked.method == "GET"
    assert asked["a"] == "b"
    assert asked.signed
    assert line.caption(leg) == "There"


def test_b15_hangup_first_still_answers(line: Line) -> None:
    leg = line.call("<Hangup/>")

    assert line.status(leg) == "completed"
    assert line.network.exchange.leg(leg).started_at is not None


@pytest.mark.parametrize(("reason", "status"), [("rejected", "no-answer"), ("busy", "busy")])
def test_b16_reject_first_does_not_answer(line: Line, reason: str, status: str) -> None:
    leg = line.call(f'<Reject reason="{reason}"/>')

    assert line.status(leg) == status
    assert line.network.exchange.leg(leg).started_at is None
    assert line.customer.last("/status")["CallStatus"] == status


def test_b12_leave_outside_a_queue_means_nothing(line: Line) -> None:
    leg = line.call("<Leave/><Say>On</Say>")

    assert line.caption(leg) == "On"


# --- Record -------------------------------------------------------------------------------------


def test_b14_a_key_ends_a_record_and_tells_the_action(line: Line) -> None:
    leg = line.call('<Record action="/recorded" playBeep="false"/>')
    line.network.advance(7)
    line.network.press(leg, "#")
    line.network.settle()

    asked = line.customer.last("/recorded")
    assert asked["RecordingDuration"] == "7"
    assert asked["Digits"] == "#"
    assert asked["RecordingUrl"].endswith(f"/Recordings/{asked['RecordingSid']}")


def test_b14_max_length_ends_it(line: Line) -> None:
    line.call('<Record action="/recorded" maxLength="10" playBeep="false"/>')
    line.network.advance(10)

    assert line.customer.last("/recorded")["RecordingDuration"] == "10"


def test_e3_a_client_is_recorded_for_ten_minutes_at_most(line: Line, application: str) -> None:
    line.customer.pages["/app"] = twiml('<Record action="/recorded" playBeep="false"/>')
    line.network.connect("alice", application)
    line.network.advance(600)

    assert line.customer.last("/recorded")["RecordingDuration"] == "600"


def test_b14_the_beep_is_not_recorded(line: Line) -> None:
    leg = line.call('<Record action="/recorded" maxLength="10"/>')
    assert line.caption(leg) == "beep"
    line.network.advance(10.3)

    assert line.customer.last("/recorded")["RecordingDuration"] == "10"


def test_a10_a_hangup_ends_a_record_with_the_word_and_the_callback_follows(line: Line) -> None:
    leg = line.call(
        '<Record action="/recorded" playBeep="false" recordingStatusCallback="/ready" '
        'recordingStatusCallbackEvent="in-progress completed"/>'
    )
    line.network.advance(4)
    line.network.hang_up(leg)
    line.network.settle()

    asked = line.customer.last("/recorded")
    assert (asked["Digits"], asked["CallStatus"]) == ("hangup", "completed")
    ready = line.customer.to("/ready")
    assert [one["RecordingStatus"] for one in ready] == ["in-progress", "completed"]
    assert ready[1]["RecordingSource"] == "RecordVerb"
    assert ready[1]["RecordingChannels"] == "1"
    assert "RecordingDuration" not in ready[0].names


# --- Dial: time limit and star ------------------------------------------------------------------


def test_b9_time_limit_ends_the_dial(line: Line) -> None:
    leg = line.call(
        '<Dial action="/dialled" timeLimit="60"><Conference waitUrl="">r</Conference></Dial>'
    )
    line.network.advance(60)

    assert line.customer.last("/dialled")["DialCallStatus"] == "answered"
    assert line.status(leg) == "completed"


@pytest.mark.parametrize(("star", "status"), [("true", "completed"), ("false", "in-progress")])
def test_b5_hangup_on_star(line: Line, star: str, status: str) -> None:
    leg = line.call(f'<Dial hangupOnStar="{star}"><Conference waitUrl="">r</Conference></Dial>')
    line.network.press(leg, "5*")
    line.network.settle()

    assert line.status(leg) == status
