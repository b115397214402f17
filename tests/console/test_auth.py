import re

import pytest

from app.adapters.memory import MemoryExpiring
from tests.console.fakes import Company, company
from tests.console.visitor import Visitor

UNSAFE = [
    "/sign-out", "/desk/calls/end", "/desk/call-out", "/desk/pickup", "/desk/shown",
    "/wallboard/status",
    "/desk/headset-lost", "/desk/presence", "/desk/voice-token", "/desk/beat",
    "/push/ticket",
    "/calls/call4/note", "/calls/call4/recordings/RE1/listen", "/sign-in",
    "/messages/call5/done", "/messages/call5/open",
]  # fmt: skip
FIELDS = {"call": "call1", "leg": "2", "tab": "t1", "wish": "ready", "text": "x", "reason": "r"}


def test_every_unsafe_route_is_in_the_list_of_this_test(kestrel: Company) -> None:
    unsafe = {
        re.sub(r"<[^>]+>", "*", rule.rule)
        for rule in kestrel.app.url_map.iter_rules()
        if rule.methods and "POST" in rule.methods
    }

    listed = {re.sub("call[45]|RE1|end$", "*", path) for path in UNSAFE}

    assert unsafe == listed


@pytest.mark.parametrize("path", UNSAFE)
@pytest.mark.parametrize("token", ["", "guessed", "sécret"])
def test_an_unsafe_request_needs_the_sessions_token(
    kestrel: Company, agent: Visitor, path: str, token: str
) -> None:
    answer = agent.client.post(path, data={**FIELDS, "csrf": token})

    assert answer.status_code == 403
    assert kestrel.desk.asked == []


def test_a_beacon_carries_the_token_in_its_body(kestrel: Company, agent: Visitor) -> None:
    fields = {**FIELDS, "csrf": agent.token(), "leg": "agnieszka.1"}

    answer = agent.client.post("/desk/headset-lost", data=fields)

    assert answer.status_code == 204
    assert kestrel.desk.asked == [("headset lost", "agnieszka", "call1", "agnieszka.1", "r")]


@pytest.mark.parametrize("path", ["/", "/desk", "/calls", "/calls/call4"])
def test_a_stranger_is_asked_to_sign_in_and_comes_back(stranger: Visitor, path: str) -> None:
    answer = stranger.get(path)

    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"/sign-in?next={path}")


def test_a_swap_of_a_signed_out_page_is_refused_and_not_redirected(stranger: Visitor) -> None:
    """A redirect would put the sign-in page into the main region, or end a call."""
    assert stranger.get("/calls", HX_Request="true").status_code == 401
    assert stranger.get("/live?phone=1", HX_Request="true").status_code == 401


@pytest.mark.parametrize("path", ["/desk", "/calls", "/live", "/calls/call4"])
def test_a_role_that_is_none_may_enter_nothing(kestrel: Company, path: str) -> None:
    guest = Visitor(kestrel.app.test_client())
    guest.sign_in("guest@kestrel.example")

    assert guest.get(path).status_code == 403


def test_an_agent_sees_own_calls_and_a_supervisor_sees_all(
    kestrel: Company, agent: Visitor
) -> None:
    hannah = Visitor(kestrel.app.test_client())
    hannah.sign_in("hannah@kestrel.example")

    assert agent.get("/calls/call4").status_code == 200
    assert agent.get("/calls/call2").status_code == 404
    assert hannah.get("/calls/call2").status_code == 200


@pytest.mark.parametrize(
    "path", ["/sign-in", "/desk", "/calls", "/calls/never", "/static/js/app.js"]
)
def test_every_answer_carries_the_strict_policy(agent: Visitor, path: str) -> None:
    policy = agent.get(path).headers["Content-Security-Policy"]

    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_no_page_has_inline_script_or_style(kestrel: Company, agent: Visitor) -> None:
    kestrel.desk.rings()
    pages = [agent.get(path).text for path in ("/desk", "/calls", "/calls/call4")]
    pages.append(Visitor(kestrel.app.test_client()).get("/sign-in").text)

    for page in pages:
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)


def test_the_policy_widens_only_by_configuration() -> None:
    carrier = company(
        script_urls=("http://localhost:8177/shim.js",),
        connect_origins=("ws://localhost:8177",),
        media_origins=("https://bucket.example",),
        push_url="wss://push.example/live",
    )

    policy = Visitor(carrier.app.test_client()).get("/sign-in").headers["Content-Security-Policy"]

    assert "script-src 'self' http://localhost:8177;" in policy
    connect = next(rule for rule in policy.split("; ") if rule.startswith("connect-src"))
    assert {"ws://localhost:8177", "wss://push.example"} <= set(connect.split())
    assert "media-src 'self' blob: https://bucket.example" in policy


def test_pages_are_never_kept_by_a_cache(agent: Visitor) -> None:
    assert agent.get("/desk").headers["Cache-Control"] == "no-store"
    assert "HX-Request" in agent.get("/calls").headers["Vary"]


def test_a_ticket_is_taken_once(kestrel: Company) -> None:
    expiring: MemoryExpiring = kestrel.expiring
    expiring.put("ticket:1", "x", kestrel.clock.now().replace(year=2027))

    assert [expiring.take("ticket:1"), expiring.take("ticket:1")] == ["x", None]
