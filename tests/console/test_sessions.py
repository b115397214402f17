"""Sessions: one never ends during a call, and who is signed out is told by a sentence."""

from datetime import timedelta

import pytest

from tests.console.fakes import PASSWORD, Company
from tests.console.visitor import Visitor

AGNIESZKA = "agnieszka@kestrel.example"
OVER = timedelta(hours=12, seconds=1)


def test_no_session_ends_during_a_call(kestrel: Company, agent: Visitor) -> None:
    kestrel.desk.talks()
    kestrel.clock.move(OVER)

    note = agent.post("/calls/call1/note", text="Refund of 40 agreed.", version="v1", seen="")
    end = agent.post("/desk/calls/end", call="call1", leg="agnieszka.1", tab="t1")

    assert (note.status_code, end.status_code) == (200, 204)


def test_a_session_that_a_call_kept_ends_a_few_minutes_after_it(
    kestrel: Company, agent: Visitor
) -> None:
    kestrel.desk.talks()
    kestrel.clock.move(OVER)
    agent.post("/desk/beat")
    kestrel.desk.is_ready()

    in_time = agent.post(
        "/calls/call1/note", text="Refund of 40 agreed.", version="v1", seen=""
    ).status_code
    kestrel.clock.move(timedelta(minutes=5))
    late = agent.post(
        "/calls/call1/note", text="Refund of 40 agreed.", version="v1", seen=""
    ).status_code

    assert (in_time, late) == (200, 401)


def test_no_call_keeps_a_session_for_ever(kestrel: Company, agent: Visitor) -> None:
    kestrel.desk.talks()
    kestrel.clock.move(timedelta(hours=24))

    assert agent.post("/desk/beat").status_code == 401


def test_a_push_reaches_the_session_that_a_call_keeps(kestrel: Company, agent: Visitor) -> None:
    kestrel.desk.talks()
    kestrel.clock.move(OVER)

    answer = agent.post("/push/ticket")

    assert answer.json
    assert kestrel.push.connect("c1", answer.json["ticket"], "http://localhost")


def test_who_is_kept_by_a_call_alone_can_sign_in_again(kestrel: Company, agent: Visitor) -> None:
    kestrel.desk.talks()
    before = agent.get("/sign-in").status_code
    kestrel.clock.move(OVER)

    after = agent.try_sign_in(AGNIESZKA, PASSWORD)

    assert (before, after.status_code) == (302, 303)
    assert agent.get("/sign-in").status_code == 302


def test_a_call_on_the_line_is_ended_before_its_agent_signs_out(
    kestrel: Company, agent: Visitor
) -> None:
    kestrel.desk.talks(device="phone")

    answer = agent.post("/sign-out")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk")
    assert agent.get("/desk").status_code == 200
    assert kestrel.desk.asked == []


@pytest.mark.parametrize(
    "sent", [{"Sec_Fetch_Mode": "cors"}, {"HX_Request": "true"}, {"Accept": "*/*"}]
)
@pytest.mark.parametrize("path", ["/live?phone=1", "/calls", "/desk"])
def test_a_fetch_without_a_session_is_told_so_and_not_redirected(
    stranger: Visitor, path: str, sent: dict[str, str]
) -> None:
    answer = stranger.get(path, **sent)

    assert answer.status_code == 401
    assert answer.json
    assert answer.json["words"].startswith("You are signed out. Sign in again")


@pytest.mark.parametrize(
    "path", ["/calls/call1/note", "/desk/calls/end", "/push/ticket", "/desk/beat"]
)
def test_a_fetch_is_told_of_the_session_before_the_token(stranger: Visitor, path: str) -> None:
    """The cookie may be gone too: then no token could be right."""
    answer = stranger.client.post(path, data={}, headers={"X-CSRF-Token": "old"})

    assert answer.status_code == 401


def test_the_regions_are_never_a_page(stranger: Visitor) -> None:
    assert stranger.get("/live?phone=1").status_code == 401


def test_a_form_that_was_sent_without_a_session_leads_to_the_sign_in(stranger: Visitor) -> None:
    headers = {"Sec-Fetch-Mode": "navigate"}

    answer = stranger.client.post("/desk/presence", data={"wish": "ready"}, headers=headers)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/")


def test_a_page_that_was_open_before_the_sign_in_learns_the_new_token(
    kestrel: Company, agent: Visitor
) -> None:
    old = agent.token()
    kestrel.clock.move(OVER)
    nobody = agent.get("/sign-in", Accept="application/json").json
    agent.sign_in(AGNIESZKA)

    refused = agent.client.post("/desk/beat", headers={"X-CSRF-Token": old})
    now = agent.get("/sign-in", Accept="application/json").json

    assert nobody
    assert nobody["account"] is None
    assert refused.status_code == 403
    assert refused.json
    assert refused.json["reason"] == "token"
    assert now == {"account": "agnieszka", "csrf": agent.token()}
    assert agent.client.post("/desk/beat", headers={"X-CSRF-Token": now["csrf"]}).status_code == 204


def test_a_page_that_stays_signs_in_and_reads_the_answer(
    kestrel: Company, stranger: Visitor
) -> None:
    now = stranger.get("/sign-in", Accept="application/json").json
    assert now
    fields = {"email": AGNIESZKA, "csrf": now["csrf"]}

    wrong = stranger.client.post(
        "/sign-in", data={**fields, "password": "wrong"}, headers={"Accept": "application/json"}
    )
    right = stranger.client.post(
        "/sign-in", data={**fields, "password": PASSWORD}, headers={"Accept": "application/json"}
    )

    assert (wrong.status_code, right.status_code) == (401, 200)
    assert wrong.json
    assert wrong.json["words"].startswith("That email and password do not belong together.")
    assert right.json == {"account": "agnieszka", "csrf": stranger.token()}


def test_a_new_sign_in_ends_the_session_that_the_browser_had(
    kestrel: Company, agent: Visitor
) -> None:
    cookie = agent.client.get_cookie("switchroom")
    assert cookie
    kestrel.desk.talks()
    kestrel.clock.move(OVER)

    agent.sign_in(AGNIESZKA)

    thief = Visitor(kestrel.app.test_client())
    thief.client.set_cookie("switchroom", cookie.value)
    assert thief.get("/desk").status_code == 302
