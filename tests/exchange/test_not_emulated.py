"""What the carrier does and the exchange does not: said by name, with a code of its own."""

from __future__ import annotations

import pytest

from infra.local.exchange.journal import Captioned, Warned
from infra.local.exchange.violations import NOT_EMULATED, TwimlViolation
from tests.exchange.customer import BASE, twiml
from tests.exchange.harness import Harness

APOLOGY = "We're sorry, an application error has occurred. Goodbye."
CONFERENCE = "<Conference>r</Conference>"

MISSING = [
    ("<Dial>+15005550020</Dial>", "Dial with a telephone number as text"),
    ("<Dial><Number>+15005550020</Number></Dial>", "Number"),
    ("<Dial><Client>anna</Client></Dial>", "Client"),
    ("<Dial><Application>AP1</Application></Dial>", "Application"),
    (f'<Dial callerId="+15005550001">{CONFERENCE}</Dial>', "Dial callerId"),
    (f'<Dial record="record-from-answer">{CONFERENCE}</Dial>', "Dial record"),
    (f'<Dial answerOnBridge="true">{CONFERENCE}</Dial>', "Dial answerOnBridge"),
    ("<Connect><Stream url='wss://x.example'/></Connect>", "Connect"),
    ("<Start><Transcription/></Start>", "Start"),
    ("<Echo/>", "Echo"),
    ('<Gather input="speech"/>', "Gather input"),
    ('<Gather input="dtmf speech"/>', "Gather input"),
    ('<Record transcribe="true"/>', "Record transcribe"),
    ('<Enqueue workflowSid="WW1"><Task>{}</Task></Enqueue>', "Enqueue workflowSid"),
    ('<Enqueue maxQueueSize="3">q</Enqueue>', "Enqueue maxQueueSize"),
    ("<Hangup><Parameter name='a' value='b'/></Hangup>", "Parameter"),
]

WITHOUT_EFFECT = [
    ('<Gather hints="yes, no" language="pl-PL"/>', "Gather hints"),
    ('<Record trim="trim-silence"/>', "Record trim"),
    ('<Dial><Conference region="us1">r</Conference></Dial>', "Conference region"),
    ("<Say>One<break time='1s'/>two</Say>", "Say break time"),
]


def warned(harness: Harness, code: int = NOT_EMULATED) -> list[str]:
    entries = harness.network.exchange.journal.entries()
    found = [entry.news for entry in entries if isinstance(entry.news, Warned)]
    return [news.message for news in found if news.code == code]


def captions(harness: Harness) -> list[str]:
    """All that was said or played, in order."""
    entries = harness.network.exchange.journal.entries()
    return [entry.news.caption for entry in entries if isinstance(entry.news, Captioned)]


def told(harness: Harness) -> list[str]:
    """The messages of violations with the exchange's own code."""
    found = harness.network.exchange.violations
    return [v.message for v in found if isinstance(v, TwimlViolation) and v.code == NOT_EMULATED]


def test_the_code_is_none_of_the_carriers() -> None:
    assert NOT_EMULATED > 99_999


@pytest.mark.parametrize(("inner", "name"), MISSING)
def test_the_caller_hears_the_name_then_the_error_sentence_and_the_call_ends(
    harness: Harness, inner: str, name: str
) -> None:
    leg = harness.call(f"{inner}<Say>The call ran on</Say>")

    assert harness.status(leg) == "in-progress"
    harness.network.advance(30)
    said, apology = captions(harness)
    assert said.startswith(f"Not emulated here: {name}")
    assert apology == APOLOGY
    assert harness.status(leg) == "completed"


@pytest.mark.parametrize(("inner", "name"), MISSING)
def test_the_test_and_the_inspector_are_told_the_name(
    harness: Harness, inner: str, name: str
) -> None:
    harness.call(inner)

    message = f"{name} is not emulated here"
    assert message in told(harness)
    assert any(message in warning for warning in warned(harness))


@pytest.mark.parametrize(("inner", "name"), MISSING)
def test_nothing_of_it_is_taken_for_a_typing_error(harness: Harness, inner: str, name: str) -> None:
    harness.call(inner)

    assert {v.code for v in harness.network.exchange.violations} == {NOT_EMULATED}


def test_no_action_is_told_a_result_that_did_not_happen(harness: Harness) -> None:
    harness.call('<Dial action="/dialled">+15005550020</Dial>')
    harness.network.advance(30)

    assert harness.customer.to("/dialled") == []


def test_the_fallback_is_asked_for_with_the_code(harness: Harness) -> None:
    sid = harness.client.incoming_phone_numbers.list(phone_number=harness.number)[0].sid
    harness.client.incoming_phone_numbers(sid).update(voice_fallback_url=f"{BASE}/rescue")
    harness.customer.pages["/rescue"] = twiml("<Say>Rescued</Say>")
    harness.call("<Echo/>")
    harness.network.advance(3)

    asked = harness.customer.last("/rescue")
    assert (asked["ErrorCode"], asked["ErrorUrl"]) == (str(NOT_EMULATED), f"{BASE}/voice")


def test_the_verbs_before_it_are_run(harness: Harness) -> None:
    leg = harness.call("<Say>Hello</Say><Echo/>")

    assert harness.caption(leg) == "Hello"
    harness.network.advance(0.5)
    assert harness.caption(leg) == "Not emulated here: Echo."


def test_in_a_queues_document_it_takes_the_caller_out_with_an_error(harness: Harness) -> None:
    harness.customer.pages["/wait"] = twiml('<Gather input="speech"/>')
    harness.call('<Enqueue action="/left" waitUrl="/wait">q</Enqueue>')
    harness.network.advance(5)

    assert harness.customer.last("/left")["QueueResult"] == "error"


def test_what_asks_for_nothing_more_than_is_here_is_run(harness: Harness) -> None:
    leg = harness.call(
        '<Gather input="dtmf" bargeIn="true"><Say>Press</Say></Gather>'
        f'<Dial answerOnBridge="false" record="do-not-record">{CONFERENCE}</Dial>'
        '<Record transcribe="false" trim="do-not-trim"/>'
    )

    assert harness.caption(leg) == "Press"
    assert harness.network.exchange.violations == ()


@pytest.mark.parametrize(("inner", "name"), WITHOUT_EFFECT)
def test_what_has_no_effect_is_refused_in_strict_mode(
    harness: Harness, inner: str, name: str
) -> None:
    leg = harness.call(inner)

    assert name in (harness.caption(leg) or "")
    assert f"{name} has no effect here" in told(harness)


@pytest.mark.parametrize(("inner", "name"), WITHOUT_EFFECT)
def test_what_has_no_effect_is_warned_of_otherwise_and_the_call_goes_on(
    harness: Harness, inner: str, name: str
) -> None:
    harness.be_lenient()
    leg = harness.call(inner)

    assert harness.status(leg) == "in-progress"
    assert "Not emulated" not in (harness.caption(leg) or "")
    assert f"{name} has no effect here" in told(harness)
    assert any(f"{name} has no effect here" in warning for warning in warned(harness))


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        ("<Say>a<break/>b</Say>", "a b"),
        ("<Say><p>one</p><p>two</p>three</Say>", "one two three"),
        ("<Say>un<emphasis>believ</emphasis>able</Say>", "unbelievable"),
        ("<Say><p>one <w>t</w>wo</p><s>three<break/></s>four</Say>", "one two three four"),
    ],
)
def test_ssml_is_read_for_its_words(harness: Harness, inner: str, words: str) -> None:
    harness.be_lenient()

    assert harness.caption(harness.call(inner)) == words
