"""Contract part D and K1: the signer against the official validator and the published vectors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from infra.local.exchange.signature import sign, signed_url

VECTORS = Path(__file__).parents[3] / "shared" / "carrier" / "signature-vectors.json"
TOKEN = "12345"


def vectors() -> list[dict[str, object]]:
    if not VECTORS.exists():
        pytest.skip("the carrier's data files are not here")
    found: list[dict[str, object]] = json.loads(VECTORS.read_text())["vectors"]
    return found


def pairs_of(params: object) -> list[tuple[str, str]]:
    match params:
        case dict():
            pairs: list[tuple[str, str]] = []
            for name, value in params.items():
                values = value if isinstance(value, list) else [value]
                pairs += [(name, str(one)) for one in values]
            return pairs
        case list():
            return [(str(name), str(value)) for name, value in params]
        case _:
            return []


def test_k1_all_vectors_are_reproduced() -> None:
    found = vectors()

    wrong = [
        vector["id"]
        for vector in found
        if (
            sign(str(vector["token"]), str(vector["signed_url"]), pairs_of(vector["params"]))
            == vector["signature"]
        )
        is not (vector["python_check"]["plain_matches"])  # type: ignore[index]
    ]

    assert len(found) == 36
    assert wrong == []


def test_d1_the_documents_worked_example() -> None:
    url = "https://example.com/myapp.php?foo=1&bar=2"
    pairs = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+14158675310"),
        ("Digits", "1234"),
        ("From", "+14158675310"),
        ("To", "+18005551212"),
    ]

    assert sign("12345", signed_url(url), pairs) == "L/OH5YylLD5NRKLltdqwSvS0BnU="


@pytest.mark.parametrize(
    ("configured", "signed"),
    [
        ("https://a.example/x?y=1#rc=2", "https://a.example/x?y=1"),
        ("https://u:p@a.example/x", "https://a.example/x"),
        ("https://a.example:8443/x", "https://a.example/x"),
        ("http://a.example:8080/x", "http://a.example:8080/x"),
        ("https://u:p@a.example:8443/x", "https://a.example/x"),
        ("https://a.example/x?n=O'Brien", "https://a.example/x?n=O%27Brien"),
    ],
)
def test_d1_what_of_the_url_is_signed(configured: str, signed: str) -> None:
    assert signed_url(configured) == signed


def test_d1_names_are_sorted_by_bytes() -> None:
    pairs = [("callSid", "a"), ("CallSid", "b"), ("CALLSID", "c")]

    assert sign(TOKEN, "https://a.example/", pairs) == sign(
        TOKEN, "https://a.example/CALLSIDcCallSidbcallSida"
    )


NAMES = st.text("ABCDEFabcdef", min_size=1, max_size=8)


@given(st.dictionaries(NAMES, st.text(max_size=20), max_size=8))
def test_d1_the_official_validator_accepts_every_form_of_ours(form: dict[str, str]) -> None:
    url = "http://localhost:8000/voice?leg=1"

    signature = sign(TOKEN, signed_url(url), tuple(form.items()))

    assert RequestValidator(TOKEN).validate(url, form, signature)
