"""What a request for a page is held to before anything is looked up: its size, its ids."""

from __future__ import annotations

import io

import pytest

from app.console.register import NOTE_LIMIT
from app.web import BODY_BYTES
from tests.console.fakes import Company
from tests.console.visitor import Visitor
from tests.support.chunked import without_length

FORM = "application/x-www-form-urlencoded"
POSTED = (
    "/sign-in", "/sign-out", "/desk/calls/accept", "/desk/call-out", "/desk/pickup", "/desk/shown",
    "/wallboard/status",
    "/desk/headset-lost", "/desk/presence", "/desk/voice-token", "/desk/beat", "/push/ticket",
    "/calls/call4/note",
    "/calls/call4/recordings/RE1/listen", "/messages/call4/done", "/messages/call4/open",
)  # fmt: skip


def test_the_list_of_posted_addresses_is_complete(kestrel: Company) -> None:
    rules = [r for r in kestrel.app.url_map.iter_rules() if "POST" in (r.methods or ())]

    assert len(POSTED) == len(rules)


@pytest.mark.parametrize("chunked", [True, False], ids=["chunked", "with its length"])
@pytest.mark.parametrize("content_type", [FORM, "multipart/form-data; boundary=x", "text/plain"])
@pytest.mark.parametrize("path", POSTED)
def test_a_body_over_the_limit_is_refused_unparsed_and_counted(
    kestrel: Company, agent: Visitor, path: str, content_type: str, chunked: bool
) -> None:
    body = io.BytesIO(b"a=1&" * 50_000)
    if chunked:
        without_length(kestrel.app)

    answer = agent.client.open(path, method="POST", input_stream=body, content_type=content_type)

    assert answer.status_code == 413
    assert body.tell() <= BODY_BYTES + 1
    assert kestrel.counted == ["console.oversized"]


def test_a_stranger_with_a_large_body_is_refused_for_it(stranger: Visitor) -> None:
    answer = stranger.client.post("/desk/beat", data=b"x" * (BODY_BYTES + 1))

    assert answer.status_code == 413


def test_the_longest_note_in_any_script_is_within_the_limit(agent: Visitor) -> None:
    note = {"text": "🙂" * NOTE_LIMIT, "version": "a", "seen": ""}

    answer = agent.client.post(
        "/calls/call4/note",
        data=note,
        content_type="multipart/form-data",  # as the page sends it
        headers={"X-CSRF-Token": agent.token()},
    )

    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["c" * 3000, "c-1", "c.1", "%00", "%C3%A9"])
def test_an_address_with_a_call_of_a_wrong_form_is_nobodys(
    kestrel: Company, agent: Visitor, name: str
) -> None:
    kestrel.register.call = _nothing_is_read  # type: ignore[assignment, method-assign]

    assert agent.get(f"/calls/{name}").status_code == 404
    for path in ("calls/{}/note", "calls/{}/recordings/RE1/listen", "messages/{}/done"):
        assert agent.post(f"/{path.format(name)}").status_code == 404


@pytest.mark.parametrize("name", ["RE" + "1" * 3000, "re1", "1", "RE-1"])
def test_a_recording_of_a_wrong_form_is_not_looked_for(agent: Visitor, name: str) -> None:
    assert agent.post(f"/calls/call4/recordings/{name}/listen").status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"call": "c" * 3000}, {"call": ""}, {"leg": "1" * 3000}, {"leg": "<b>"}]
)
@pytest.mark.parametrize("path", ["/desk/calls/accept", "/desk/shown", "/desk/headset-lost"])
def test_a_form_with_ids_of_a_wrong_form_is_refused(
    agent: Visitor, path: str, wrong: dict[str, str]
) -> None:
    fields = {"call": "call1", "leg": "2", "tab": "t1", **wrong}

    assert agent.post(path, **fields).status_code == 400


def test_a_page_after_a_call_names_no_leg(agent: Visitor) -> None:
    answer = agent.post("/desk/calls/end", call="call1", leg="", tab="t1")

    assert answer.status_code == 204


@pytest.mark.parametrize("path", ["/calls", "/calls/call4", "/messages"])
@pytest.mark.parametrize("place", ["2" * 3000, "2026 <b>", "%C3%A9"])
def test_a_place_in_a_list_of_a_wrong_form_is_refused(
    agent: Visitor, path: str, place: str
) -> None:
    assert agent.get(f"{path}?from={place}").status_code == 400


def _nothing_is_read(*_: object) -> None:
    raise AssertionError("nothing is read")
