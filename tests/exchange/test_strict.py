"""What the product must never send: each is a recorded violation (B21, 12200)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.local.exchange.twiml.parse import Document, Refused, parse
from infra.local.exchange.twiml.vocabulary import NOUNS, VERBS, DocumentKind
from infra.local.exchange.violations import TwimlViolation
from tests.exchange.customer import twiml
from tests.exchange.harness import Harness


def violations(inner: str, kind: DocumentKind = DocumentKind.CALL) -> list[int]:
    parsed = parse(f"<Response>{inner}</Response>".encode(), kind)
    assert isinstance(parsed, Document)
    return [violation.code for violation in parsed.violations]


@pytest.mark.parametrize(
    "inner",
    [
        "<Speak>x</Speak>",
        "<say>x</say>",
        '<Say volume="3">x</Say>',
        '<Say loop="-1">x</Say>',
        '<Pause length="1.5"/>',
        "<Dial/>",
        "<Number>+15005550000</Number>",
        '<Dial answerOnBridge="perhaps"><Conference>a</Conference></Dial>',
        '<Dial record="perhaps"><Conference>a</Conference></Dial>',
        '<Gather input="thought"/>',
        "<Dial><Conference>a</Conference><Conference>b</Conference></Dial>",
        "<Dial><Conference/></Dial>",
        '<Dial><Conference startConferenceOnEnter="yes">a</Conference></Dial>',
        '<Dial><Conference statusCallbackEvent="joined">a</Conference></Dial>',
        "<Hangup>now</Hangup>",
        "<Response/>",
        "loose words",
        '<Redirect method="PUT">/x</Redirect>',
        "<Play/>",
        "<Say>hello <strong>you</strong></Say>",
    ],
)
def test_12200_unknown_misplaced_or_out_of_range(inner: str) -> None:
    assert set(violations(inner)) == {12200}


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        ("<Gather><Redirect>/x</Redirect></Gather>", 13320),
        ('<Gather><Play digits="1"/></Gather>', 13320),
        (f"<Enqueue>{'q' * 65}</Enqueue>", 14205),
        ("<Enqueue/>", 14204),
        ('<Gather finishOnKey="12"/>', 13310),
        ('<Gather method="PUT"/>', 13312),
        ('<Gather timeout="soon"/>', 13313),
        ('<Gather numDigits="0"/>', 13314),
        ('<Enqueue method="PUT">q</Enqueue>', 14201),
        ('<Enqueue waitUrlMethod="PUT">q</Enqueue>', 14206),
        ('<Gather finishOnKey="##"/>', 13310),
        (f"<Say>{'x' * 4097}</Say>", 13521),
    ],
)
def test_b_rules_with_codes_of_their_own(inner: str, code: int) -> None:
    assert violations(inner) == [code]


@pytest.mark.parametrize("verb", ["Gather", "Hangup", "Leave", "Dial", "Enqueue", "Record"])
def test_13238_a_conferences_documents_hold_only_play_say_pause_redirect(verb: str) -> None:
    inner = "<Dial><Conference>r</Conference></Dial>" if verb == "Dial" else f"<{verb}>q</{verb}>"
    inner = f"<{verb}/>" if verb in ("Gather", "Hangup", "Leave", "Record") else inner

    assert violations(inner, DocumentKind.CONFERENCE) == [13238]


@pytest.mark.parametrize("verb", ["Dial", "Enqueue", "Record", "Reject"])
def test_b11_a_queues_wait_document_holds_no_such_verbs(verb: str) -> None:
    inner = {
        "Dial": "<Dial><Conference>r</Conference></Dial>",
        "Enqueue": "<Enqueue>q</Enqueue>",
    }.get(verb, f"<{verb}/>")

    assert violations(inner, DocumentKind.QUEUE_WAIT) == [12200]


def test_12200_what_is_wrong_is_skipped_and_the_call_goes_on(harness: Harness) -> None:
    leg = harness.call('<Speak>No</Speak><Say loop="x">Yes</Say>')

    assert harness.caption(leg) == "Yes"
    found = harness.network.exchange.violations
    assert [v.where for v in found if isinstance(v, TwimlViolation)] == [
        "Response/Speak",
        "Response/Say",
    ]


def test_15004_inline_twiml_needs_absolute_urls(harness: Harness) -> None:
    leg = harness.call("<Pause length='60'/>")
    harness.client.calls(leg).update(twiml='<Response><Gather action="/key"/></Response>')
    harness.network.settle()
    harness.network.press(leg, "1#")
    harness.network.settle()

    warned = [getattr(e.news, "code", None) for e in harness.network.exchange.journal.entries()]
    assert 15004 in warned


def test_comments_are_no_violation() -> None:
    assert violations("<!-- why --><Say>x</Say>") == []


def test_deep_nesting_does_not_break_the_reader() -> None:
    deep = b"<Response>" + b"<Say>" * 5000 + b"</Say>" * 5000 + b"</Response>"

    assert isinstance(parse(deep), Document | Refused)


def test_the_tables_are_within_the_carriers_vocabulary() -> None:
    """K4: no attribute here that the carrier does not know."""
    file = Path(__file__).parents[3] / "shared" / "carrier" / "twiml-vocabulary.json"
    if not file.exists():
        pytest.skip("the carrier's data files are not here")
    known = json.loads(file.read_text())["elements"]

    strange = [
        f"{tag} {attribute}"
        for tag, element in {**VERBS, **NOUNS}.items()
        for attribute in (*element.attributes, *element.without_effect, *element.not_emulated)
        if attribute not in known[tag]["attributes"]
    ]

    assert strange == []


def test_a_document_that_the_carrier_would_take_has_no_violation(harness: Harness) -> None:
    harness.customer.pages["/wait"] = twiml('<Gather action="/w"><Play>/m.wav</Play></Gather>')
    harness.call('<Enqueue action="/a" waitUrl="/wait" waitUrlMethod="POST">q</Enqueue>')

    assert harness.network.exchange.violations == ()
