"""Sessions: one never ends during a call, and who is signed out is told by a sentence."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from app.console.sessions import end_sessions
from app.domain.topics import agent_topic
from tests.console.fakes import PASSWORD, Company, FakeSockets, company
from tests.console.visitor import Visitor

AGNIESZKA = "agnieszka@kestrel.example"
OVER = timedelta(hours=12, seconds=1)
OTHER_HASH = PasswordHasher(1, 8, 1).hash("another long password")


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


# --- A changed password, a dismissed person ------------------------------------------------------


def leaves(kestrel: Company, member: str = "agnieszka") -> None:
    """The plan is published without this person, and whoever published it tells."""
    del kestrel.accounts.known[member]
    end_sessions(kestrel.expiring, kestrel.push, member)


def changes_password(kestrel: Company, member: str = "agnieszka") -> None:
    account = kestrel.accounts.known[member]
    kestrel.accounts.known[member] = replace(account, password_hash=OTHER_HASH)
    end_sessions(kestrel.expiring, kestrel.push, member)


ENDINGS = pytest.mark.parametrize("ends", [leaves, changes_password])
Ends = Callable[[Company], None]


@ENDINGS
@pytest.mark.parametrize("told", [True, False], ids=["told", "crashed before it told"])
def test_every_session_of_the_account_ends_everywhere_and_at_once(
    kestrel: Company, agent: Visitor, ends: Ends, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages, fetches, tickets, voice tokens; of every browser, in a call, too."""
    mobile = Visitor(kestrel.app.test_client())
    mobile.sign_in(AGNIESZKA)
    hannah = Visitor(kestrel.app.test_client())
    hannah.sign_in("hannah@kestrel.example")
    kestrel.desk.talks()
    if not told:
        monkeypatch.setattr("tests.console.test_sessions.end_sessions", lambda *_: None)

    ends(kestrel)

    for browser in (agent, mobile):
        assert browser.get("/desk").status_code == 302
        assert browser.get("/live?phone=1").status_code == 401
        for path in ("/push/ticket", "/desk/voice-token", "/desk/beat", "/desk/calls/accept"):
            assert browser.post(path, call="call1", leg="2", tab="t1").status_code == 401
    assert kestrel.desk.asked == []
    assert hannah.get("/desk").status_code == 200


@ENDINGS
def test_the_pushes_of_an_ended_session_are_closed_and_no_ticket_opens_another(
    ends: Ends,
) -> None:
    sockets = FakeSockets()
    kestrel = company(sockets=sockets)
    agent = Visitor(kestrel.app.test_client())
    agent.sign_in(AGNIESZKA)
    first, second = (agent.post("/push/ticket").json or {} for _ in range(2))
    assert kestrel.push.connect("c1", first["ticket"], "http://localhost")

    ends(kestrel)

    assert sockets.closed == ["c1"]
    assert kestrel.push.deliver(agent_topic("agnieszka"), "1") == 0
    assert not kestrel.push.connect("c2", second["ticket"], "http://localhost")


def test_a_push_that_opens_while_its_session_ends_stays_closed(
    kestrel: Company, agent: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session ends after its ticket was taken, before the connection is stored."""
    ticket = (agent.post("/push/ticket").json or {})["ticket"]
    take = kestrel.expiring.take

    def take_then_end(key: str) -> str | None:
        kept = take(key)
        end_sessions(kestrel.expiring, kestrel.push, "agnieszka")
        return kept

    monkeypatch.setattr(kestrel.expiring, "take", take_then_end)

    assert not kestrel.push.connect("c1", ticket, "http://localhost")
    assert kestrel.push.deliver(agent_topic("agnieszka"), "1") == 0


def test_a_session_that_a_call_kept_beyond_its_hours_ends_with_the_person(
    kestrel: Company, agent: Visitor
) -> None:
    kestrel.desk.talks()
    kestrel.clock.move(OVER)
    assert agent.post("/desk/beat").status_code == 204

    leaves(kestrel)

    assert agent.post("/desk/beat").status_code == 401


def test_who_is_back_with_the_old_password_still_has_to_sign_in_again(
    kestrel: Company, agent: Visitor
) -> None:
    account = kestrel.accounts.known["agnieszka"]
    leaves(kestrel)
    assert agent.get("/desk").status_code == 302

    kestrel.accounts.known["agnieszka"] = account

    assert agent.get("/desk").status_code == 302


def test_with_the_new_password_the_page_goes_on(kestrel: Company, agent: Visitor) -> None:
    """The page stays open: it reads the new token, as after any sign-in."""
    changes_password(kestrel)
    now = agent.get("/sign-in", Accept="application/json").json
    assert now

    answer = agent.client.post(
        "/sign-in",
        data={"email": AGNIESZKA, "password": "another long password", "csrf": now["csrf"]},
        headers={"Accept": "application/json"},
    )

    assert answer.json == {"account": "agnieszka", "csrf": agent.token()}
    assert agent.post("/desk/beat").status_code == 204


def test_a_process_that_does_not_know_of_the_new_plan_yet_ends_no_new_session(
    kestrel: Company, agent: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session of after the change, at a process whose plan is up to 30 s old."""
    old = kestrel.accounts.known["agnieszka"]
    changes_password(kestrel)
    assert agent.try_sign_in(AGNIESZKA, "another long password").status_code == 303
    known = kestrel.accounts.known["agnieszka"]
    monkeypatch.setattr(kestrel.accounts, "get", lambda _, *, fresh=False: known if fresh else old)

    assert agent.get("/desk").status_code == 200
