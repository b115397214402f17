import json
from datetime import timedelta

import pytest

from app.console.push import Gone
from app.domain.topics import BOARD, CALLS, agent_topic, call_topics
from tests.console.fakes import Company, FakeSockets, company, person
from tests.console.visitor import Visitor

ORIGIN = "http://localhost"


def ticket(visitor: Visitor) -> str:
    answer = visitor.post("/push/ticket")
    assert answer.json
    return str(answer.json["ticket"])


def test_a_ticket_opens_one_connection_once(kestrel: Company, agent: Visitor) -> None:
    word = ticket(agent)

    assert kestrel.push.connect("c1", word, ORIGIN)
    assert not kestrel.push.connect("c2", word, ORIGIN)


def test_a_ticket_ends_after_a_minute(kestrel: Company, agent: Visitor) -> None:
    word = ticket(agent)
    kestrel.clock.move(timedelta(seconds=61))

    assert not kestrel.push.connect("c1", word, ORIGIN)


def test_another_origin_hears_nothing_and_does_not_spend_the_ticket(
    kestrel: Company, agent: Visitor
) -> None:
    word = ticket(agent)

    assert not kestrel.push.connect("c1", word, "https://evil.example")
    assert not kestrel.push.connect("c1", word, "")
    assert kestrel.push.connect("c1", word, ORIGIN)


@pytest.mark.parametrize("word", ["", "t" * 3000, "t#1", "t t"])
def test_a_ticket_of_a_wrong_form_is_refused_unread(kestrel: Company, word: str) -> None:
    def never(_: str) -> None:
        raise AssertionError("nothing is read")

    kestrel.expiring.take = never  # type: ignore[method-assign, assignment]

    assert not kestrel.push.connect("c1", word, ORIGIN)


def test_a_page_of_another_address_is_told_which_to_open(agent: Visitor) -> None:
    headers = {"X-CSRF-Token": agent.token(), "Origin": "http://127.0.0.1"}

    answer = agent.client.post("/push/ticket", headers=headers)

    assert answer.status_code == 409
    assert answer.json == {"words": ORIGIN, "reason": "address"}


def test_personal_news_reach_their_agent_and_shared_news_all() -> None:
    sockets = FakeSockets()
    kestrel = company(sockets=sockets)
    for number, email in enumerate(["agnieszka", "hannah"]):
        visitor = Visitor(kestrel.app.test_client())
        visitor.sign_in(f"{email}@kestrel.example")
        assert kestrel.push.connect(f"c{number}", ticket(visitor), ORIGIN)

    reached = (
        kestrel.push.deliver(agent_topic("agnieszka"), "7"),
        kestrel.push.deliver(BOARD, "8", {"after": "7"}),
    )

    assert reached == (1, 2)
    assert sockets.sent[0] == ("c0", json.dumps({"topic": "agent:agnieszka", "version": "7"}))
    assert json.loads(sockets.sent[1][1]) == {"topic": BOARD, "version": "8", "after": "7"}


def test_a_call_reaches_its_agents_and_whoever_sees_all_calls_once() -> None:
    sockets = FakeSockets()
    kestrel = company(sockets=sockets)
    for number, email in enumerate(["agnieszka", "hannah"]):
        visitor = Visitor(kestrel.app.test_client())
        visitor.sign_in(f"{email}@kestrel.example")
        kestrel.push.connect(f"c{number}", ticket(visitor), ORIGIN)

    for topic in call_topics(("agnieszka", "hannah")):
        kestrel.push.deliver(topic, "1")
    for topic in call_topics(("ewa",)):
        kestrel.push.deliver(topic, "2")

    heard = [(connection, json.loads(text)["topic"]) for connection, text in sockets.sent]
    assert heard == [("c1", CALLS), ("c0", "calls:agnieszka"), ("c1", CALLS)]


def test_after_the_sign_out_nothing_is_heard() -> None:
    sockets = FakeSockets()
    kestrel = company(sockets=sockets)
    agent = Visitor(kestrel.app.test_client())
    agent.sign_in("agnieszka@kestrel.example")
    kestrel.push.connect("c1", ticket(agent), ORIGIN)

    agent.post("/sign-out")

    assert sockets.closed == ["c1"]
    assert kestrel.push.deliver(agent_topic("agnieszka"), "1") == 0


def test_a_session_that_ended_is_dropped_when_something_would_be_sent() -> None:
    sockets = FakeSockets()
    kestrel = company(sockets=sockets)
    agent = Visitor(kestrel.app.test_client())
    agent.sign_in("agnieszka@kestrel.example")
    kestrel.push.connect("c1", ticket(agent), ORIGIN)
    kestrel.clock.move(timedelta(hours=13))

    assert kestrel.push.deliver(agent_topic("agnieszka"), "1") == 0
    assert sockets.closed == ["c1"]


class GoneSockets(FakeSockets):
    def post(self, connection_id: str, text: str) -> None:
        raise Gone


def test_a_connection_that_is_gone_is_forgotten() -> None:
    kestrel = company(sockets=GoneSockets())
    agent = Visitor(kestrel.app.test_client())
    agent.sign_in("agnieszka@kestrel.example")
    kestrel.push.connect("c1", ticket(agent), ORIGIN)

    assert kestrel.push.deliver(agent_topic("agnieszka"), "1") == 0
    assert not kestrel.push._connections.hearing(agent_topic("agnieszka"))


def test_who_may_hear_nothing_is_not_connected(kestrel: Company) -> None:
    until = kestrel.clock.now() + timedelta(hours=1)
    guest = kestrel.push.ticket("s1", "guest", until)
    kestrel.expiring.put("session:s1", "guest", until)

    assert not kestrel.push.connect("c1", guest, ORIGIN)


def test_a_right_that_was_taken_away_is_missed_at_the_next_send() -> None:
    sockets = FakeSockets()
    kestrel = company(sockets=sockets)
    agent = Visitor(kestrel.app.test_client())
    agent.sign_in("agnieszka@kestrel.example")
    kestrel.push.connect("c1", ticket(agent), ORIGIN)

    kestrel.accounts.known["agnieszka"] = person("agnieszka", "Agnieszka Nowak", "nobody")

    assert kestrel.push.deliver(agent_topic("agnieszka"), "1") == 0
    assert kestrel.push.deliver(BOARD, "1") == 0
    assert sockets.sent == []
