"""Contract A3, A4 and B0: what an answer means, and what happens when it cannot be run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from infra.local.exchange.journal import Warned
from tests.exchange.customer import BASE, Asked, Says, twiml, wav
from tests.exchange.harness import CALLER, Harness

APOLOGY = "We're sorry, an application error has occurred. Goodbye."


def warnings(harness: Harness) -> list[int]:
    entries = harness.network.exchange.journal.entries()
    return [entry.news.code for entry in entries if isinstance(entry.news, Warned)]


@pytest.mark.parametrize("kind", ["text/xml", "application/xml; charset=utf-8", "text/html"])
def test_a3_these_types_are_twiml(harness: Harness, kind: str) -> None:
    leg = harness.call(Says(b"<Response><Say>Hello there</Say></Response>", kind))

    assert harness.caption(leg) == "Hello there"


def test_a3_a_sound_is_played_once_then_hangup(harness: Harness) -> None:
    leg = harness.call(wav(3))
    assert harness.status(leg) == "in-progress"
    harness.network.advance(3)

    assert harness.status(leg) == "completed"


def test_a3_plain_text_is_twiml_or_is_read_out(harness: Harness) -> None:
    valid = harness.call(Says(b"<Response><Say>As TwiML</Say></Response>", "text/plain"))
    spoken = harness.call(Says(b"Just words", "text/plain"))

    assert harness.caption(valid) == "As TwiML"
    assert harness.caption(spoken) == "Just words"


@pytest.mark.parametrize(
    ("says", "code"),
    [
        (Says(b"{}", "application/json"), 12300),
        (Says(b"<Response><Say>", "text/xml"), 12100),
        (Says(b"<Answer/>", "text/xml"), 12102),
        (Says(b'<?xml version="1.1"?><Response/>', "text/xml"), 12100),
        (Says(b"", "text/xml"), 11770),
        (Says(b"<Response>" + b" " * 65_536 + b"</Response>", "text/xml"), 11750),
        (Says(b'<!DOCTYPE r [<!ENTITY a "b">]><Response>&a;</Response>', "text/xml"), 12100),
        (Says(b"oops", "text/xml", 500), 11200),
        (Says(b"gone", "text/xml", 404), 11200),
    ],
)
def test_a4_without_fallback_the_sentence_is_spoken_and_the_call_ends(
    harness: Harness, says: Says, code: int
) -> None:
    leg = harness.call(says)

    assert harness.caption(leg) == APOLOGY
    harness.network.advance(10)
    assert harness.status(leg) == "completed"
    assert code in warnings(harness)


def test_a4_the_fallback_is_requested_with_code_and_url_and_goes_on_with_the_call(
    harness: Harness,
) -> None:
    sid = harness.client.incoming_phone_numbers.list(phone_number=harness.number)[0].sid
    harness.client.incoming_phone_numbers(sid).update(
        voice_fallback_url=f"{BASE}/rescue", voice_fallback_method="GET"
    )
    harness.customer.pages["/rescue"] = twiml("<Say>One moment</Say><Redirect>/broken</Redirect>")
    harness.customer.pages["/broken"] = Says(b"", "text/xml", 503)
    leg = harness.call(Says(b"oops", status=500))

    asked = harness.customer.last("/rescue")
    assert asked.method == "GET"
    assert asked.signed
    assert (asked["ErrorCode"], asked["ErrorUrl"]) == ("11200", f"{BASE}/voice")
    assert harness.caption(leg) == "One moment"
    harness.network.advance(1)
    assert len(harness.customer.to("/rescue")) == 2  # it serves later failures too


def _static(document: str) -> Callable[[Asked], Says]:
    """A bucket: it knows GET (and HEAD) only."""
    return lambda asked: twiml(document) if asked.method == "GET" else Says(b"", status=405)


@pytest.mark.parametrize(("method", "heard"), [("GET", "Leave a message"), (None, APOLOGY)])
def test_l_a_static_host_answers_the_post_of_a_fallback_with_405(
    harness: Harness, method: str | None, heard: str
) -> None:
    """L: the fallback's method is POST unless GET is set."""
    sid = harness.client.incoming_phone_numbers.list(phone_number=harness.number)[0].sid
    setting = {} if method is None else {"voice_fallback_method": method}
    harness.client.incoming_phone_numbers(sid).update(
        voice_fallback_url=f"{BASE}/bucket/voicemail.xml", **setting
    )
    document = '<Say>Leave a message</Say><Record action="bye.xml" method="GET"/>'
    harness.customer.pages |= {
        "/bucket/voicemail.xml": _static(document),
        "/bucket/bye.xml": _static("<Say>Goodbye</Say>"),
    }
    leg = harness.call(Says(b"", status=502))

    assert harness.caption(leg) == heard
    if method == "GET":
        harness.network.advance(5)
        harness.network.press(leg, "#")
        harness.network.settle()
        assert harness.caption(leg) == "Goodbye"


def test_a4_in_mid_call_a_static_fallback_leads_back_to_the_customer(harness: Harness) -> None:
    harness.customer.pages["/moment.xml"] = _static(
        "<Pause length='1'/><Redirect>/again</Redirect>"
    )
    leg = harness.call("<Pause length='60'/>")
    harness.customer.pages |= {"/new": Says(b"", status=500), "/again": twiml("<Say>Back</Say>")}
    harness.client.calls(leg).update(
        url=f"{BASE}/new", fallback_url=f"{BASE}/moment.xml", fallback_method="GET"
    )
    harness.network.advance(1)

    assert harness.caption(leg) == "Back"
    assert harness.customer.last("/moment.xml")["ErrorUrl"] == f"{BASE}/new"


def test_a4_when_the_fallback_fails_too_the_error_sentence_is_spoken(harness: Harness) -> None:
    sid = harness.client.incoming_phone_numbers.list(phone_number=harness.number)[0].sid
    harness.client.incoming_phone_numbers(sid).update(voice_fallback_url=f"{BASE}/rescue")
    harness.customer.pages["/rescue"] = Says(b"", status=500)
    leg = harness.call(Says(b"oops", status=500))

    assert len(harness.customer.to("/rescue")) == 1
    assert harness.caption(leg) == APOLOGY


def test_a4_a_number_without_voice_url_fails_at_once(harness: Harness) -> None:
    harness.client.incoming_phone_numbers.create(phone_number="+15005550099")
    leg = harness.network.dial(CALLER, "+15005550099")
    harness.network.settle()

    assert harness.status(leg) == "failed"
    assert harness.customer.asked == []


def test_b0_verbs_run_from_top_to_bottom_then_hangup(harness: Harness) -> None:
    leg = harness.call("<Say>One</Say><Pause length='2'/><Say>Two</Say>")
    assert harness.caption(leg) == "One"
    harness.network.advance(0.18)
    assert harness.caption(leg) is None
    harness.network.advance(2)
    assert harness.caption(leg) == "Two"
    harness.network.advance(0.18)

    assert harness.status(leg) == "completed"


def test_b0_relative_urls_resolve_against_the_present_document(harness: Harness) -> None:
    harness.customer.pages["/deep/er"] = twiml("<Redirect>next?x=1</Redirect>")
    harness.call("<Redirect>/deep/er</Redirect>")

    assert harness.customer.last("/deep/next").signed


def test_b0_an_empty_response_hangs_up(harness: Harness) -> None:
    leg = harness.call("")

    assert harness.status(leg) == "completed"


def test_a4_documents_that_loop_are_cut_off(harness: Harness) -> None:
    leg = harness.call("<Redirect>/voice</Redirect>")

    assert len(harness.customer.to("/voice")) == 1000
    assert harness.caption(leg) == APOLOGY


def test_a4_a_document_a_second_is_no_loop_however_long_it_goes_on(harness: Harness) -> None:
    leg = harness.call("<Pause/><Redirect>/voice</Redirect>")
    harness.network.advance(1500)

    assert harness.status(leg) == "in-progress"
    assert len(harness.customer.to("/voice")) == 1501


def test_many_verbs_that_take_no_time_do_not_exhaust_the_stack(harness: Harness) -> None:
    leg = harness.call("<Pause length='0'/>" * 2000 + "<Say>Here</Say>")
    harness.network.advance(0)

    assert harness.caption(leg) == "Here"
