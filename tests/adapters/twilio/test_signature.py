"""Signatures against the official vectors and the official validator (contract D)."""

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from app.adapters.twilio.signature import (
    is_signed_form,
    read_form,
    signature_of,
)
from tests.adapters.twilio.carrier_data import carrier_data

# Vectors that no receiver can be asked to accept as they company, and why.
FLAGGED = {
    "apostrophe-query": "the sender encodes a raw apostrophe in a URL: we configure none",
}


def _pairs(vector: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    params = vector["params"] or {}
    return tuple((k, v) for k, v in (params.items() if isinstance(params, dict) else params))


def _vectors() -> list[dict[str, Any]]:
    """Those of forms: no webhook of ours has another body."""
    return [v for v in carrier_data("signature-vectors")["vectors"] if v["body"] is None]


def _is_signed(vector: dict[str, Any]) -> bool:
    token, url, signature = vector["token"], vector["url"], vector["signature"]
    return is_signed_form(token, url, _pairs(vector), signature)


def test_the_vectors_are_accepted_and_rejected_as_their_sources_say() -> None:
    vectors = _vectors()

    wrong = [v["id"] for v in vectors if _is_signed(v) != v["valid"] and v["id"] not in FLAGGED]

    assert len(vectors) == 32
    assert wrong == []


def test_the_signer_makes_the_vectors_signatures() -> None:
    vectors = _vectors()

    made = {v["id"]: signature_of(v["token"], v["signed_url"], _pairs(v)) for v in vectors}

    for vector in vectors:
        check = vector["python_check"]
        assert made[vector["id"]] == check["plain_signature_of_signed_url"], vector["id"]


def test_the_flagged_vectors_are_refused_as_documented() -> None:
    vectors = {v["id"]: v for v in _vectors()}

    assert not any(_is_signed(vectors[name]) for name in FLAGGED)
    assert vectors["apostrophe-query"]["valid"] is True


_names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
_values = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
_urls = st.builds(
    "{}://{}{}/voice/{}{}".format,
    st.sampled_from(("http", "https")),
    st.sampled_from(("pbx.example", "localhost", "10.0.0.1")),
    st.sampled_from(("", ":80", ":443", ":8000")),
    st.sampled_from(("inbound", "calls/a/1/pressed", "")),
    st.sampled_from(("", "?q=1", "?q=1&x=%20%2B")),
)


@given(_urls, st.dictionaries(_names, _values, max_size=6), _urls)
def test_the_official_validator_agrees(url: str, form: dict[str, str], signed_url: str) -> None:
    signature = signature_of("12345", signed_url, form.items())

    ours = is_signed_form("12345", url, form.items(), signature)

    assert ours == RequestValidator("12345").validate(url, form, signature)


@given(_urls, st.dictionaries(_names, _values, max_size=6))
def test_the_official_validators_signature_is_ours(url: str, form: dict[str, str]) -> None:
    official: str = RequestValidator("12345").compute_signature(url, form)

    assert signature_of("12345", url, form.items()) == official


@given(st.text(), st.lists(st.tuples(st.text(), st.text())), st.none() | st.text())
def test_nothing_forged_is_accepted_and_nothing_raises(
    url: str, pairs: list[tuple[str, str]], signature: str | None
) -> None:
    """F38."""
    kept = [(_sendable(name), _sendable(content)) for name, content in pairs]

    assert not is_signed_form("12345", _sendable(url), kept, signature)


@given(st.text(), st.binary())
def test_any_bytes_are_a_form_or_none_and_nothing_raises(content_type: str, body: bytes) -> None:
    read_form(content_type, body)
    pairs = read_form("application/x-www-form-urlencoded; charset=utf-8", body)

    assert pairs is None or signature_of("12345", "https://pbx.example/", pairs)


@pytest.mark.parametrize(
    "content_type", ["", "application/json", "multipart/form-data; boundary=x"]
)
def test_what_is_no_form_has_no_parameters(content_type: str) -> None:
    assert read_form(content_type, b"CallSid=CA1") is None


@given(st.lists(st.tuples(_names, _values), max_size=6))
def test_a_form_is_read_as_it_was_written(pairs: list[tuple[str, str]]) -> None:
    body = urlencode(pairs).encode()

    assert read_form("application/x-www-form-urlencoded", body) == tuple(pairs)


def test_a_fragment_is_not_signed() -> None:
    """W5."""
    plain = signature_of("12345", "https://pbx.example/x?q=1", ())

    assert signature_of("12345", "https://pbx.example/x?q=1#rc=2&rp=5xx", ()) == plain


def test_a_signature_of_another_token_is_refused() -> None:
    signature = signature_of("another", "https://pbx.example/x", ())

    assert not is_signed_form("12345", "https://pbx.example/x", (), signature)


def test_bytes_that_are_not_utf_8_are_signed_as_they_were_sent() -> None:
    pairs = read_form("application/x-www-form-urlencoded", b"From=Caf%E9")

    assert pairs == (("From", "Caf\udce9"),)
    assert signature_of("12345", "https://pbx.example/x", pairs)


def _sendable(text: str) -> str:
    """What a request can hold: half of a surrogate pair is no character."""
    return text.encode("utf-8", "replace").decode()
