"""Whatever a person's browser may send: nothing of it comes back as markup, and nothing fails.

Every route of the console, every part of its address and every field: once with all of them
hostile, and once with one hostile among good ones, so that whatever lies behind the first check is
reached, too. On the pretended company, and on the services in memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import pytest
from argon2 import PasswordHasher
from flask import Flask
from werkzeug.test import TestResponse

from app.adapters.memory import MemoryExpiring, MemorySharedTopics, MemoryTagged
from app.bootstrap.applications import console_application
from app.bootstrap.deployment import Deployment
from app.console.presenters.accounts import PlanAccounts
from app.console.push import Push
from app.console.pushing import StoredConnections
from tests.console.fakes import PASSWORD, FakeSockets, company
from tests.console.visitor import Visitor
from tests.stories import environments
from tests.stories.company import SALES

MARK = "zxq"  # each of these has it where a browser would begin to read markup or a script
HOSTILE = {
    "element": f'"><script>{MARK}()</script>',
    "attribute": f"' onerror='{MARK}()' x='",
    "newline": f"a\r\nSet-Cookie: {MARK}=1\r\n\r\n<{MARK}>",
    "long": f"<{MARK}>" * 600,
    "unicode": f"\u202e\ufeff\U0001f600é<{MARK}>\u2028",
    "control": f"\x00\x1b<{MARK}>\x7f",
    "template": f"{{{{{MARK}}}}}{{% {MARK} %}}<{MARK}>",
    "scheme": f"javascript:{MARK}()//<{MARK}>",
    "other site": f"//{MARK}.example/<{MARK}>",
    "path": f"../../<{MARK}>/..%2f..%00",
}
DANGEROUS = (f"<{MARK}", f"<script>{MARK}", f"onerror='{MARK}", f'href="javascript:{MARK}')
GOOD = {
    "call": "call1", "leg": "2", "tab": "t1", "wish": "ready", "text": "x", "version": "v1",
    "seen": "", "reason": "r", "in": "reception", "email": "", "password": "", "next": "/",
    "from": "next", "show": "done", "since": "", "phone": "1", "context": "1", "line": "1",
    "call_id": "call5", "recording_id": "RE1", "verb": "accept", "filename": "js/app.js",
}  # fmt: skip


@dataclass
class Console:
    app: Flask
    email: str
    call: str  # one that this person may see


def pretended() -> Iterator[Console]:
    kestrel = company()
    kestrel.desk.rings()
    yield Console(kestrel.app, "agnieszka@kestrel.example", "call5")


def in_memory() -> Iterator[Console]:
    """As the deployment has it, with every port in memory; Anna's desk rings."""
    with environments.in_memory() as office:
        ports = office.services.ports
        head, password = ports.directory.head(), PasswordHasher(1, 8, 1).hash(PASSWORD)
        members = tuple(replace(member, password_hash=password) for member in head.members)
        ports.directory.publish(replace(head, sha="p", members=members), previous=head.sha)
        office.agent("anna").is_ready()
        caller = office.caller()
        caller.dials(SALES)
        call = office.agent("anna").rings().id
        now, words = ports.clock.now, iter(f"word{n}" for n in range(10_000))
        expiring = MemoryExpiring(now)
        accounts = PlanAccounts(ports.directory)
        push = Push(
            expiring, StoredConnections(MemoryTagged(), now), FakeSockets(), now,
            lambda: next(words), ("http://localhost",), accounts.may_hear,
            MemorySharedTopics(), lambda metric: None,
        )  # fmt: skip
        deployment: Any = Deployment(office.services, expiring, push)  # type: ignore[arg-type]
        yield Console(console_application(deployment), head.members[0].email, call)


@pytest.fixture(params=["pretended", "in memory"])
def console(request: pytest.FixtureRequest) -> Iterator[Console]:
    yield from pretended() if request.param == "pretended" else in_memory()


def requests(app: Flask, call: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Method, address and fields of each request."""
    good = GOOD | {"call": call, "call_id": call}
    for rule in app.url_map.iter_rules():
        for method in sorted({"GET", "POST"} & set(rule.methods or ())):
            names = sorted({*good, *rule.arguments})
            for word, hostile in planted(names):
                told = {name: word if name in hostile else good[name] for name in names}
                path = rule.rule
                for name in rule.arguments:
                    kinds = (f"<{kind}{name}>" for kind in ("", "call:", "sid:", "path:"))
                    for placeholder in kinds:
                        path = path.replace(placeholder, quote(told[name], safe=""))
                assert "<" not in path, "a kind of part that this test does not know"
                yield method, path, told


def planted(names: list[str]) -> Iterator[tuple[str, set[str]]]:
    """Which word, in which fields: each word in all of them, some words in each alone."""
    yield from ((word, set(names)) for word in HOSTILE.values())
    for kind in ("element", "newline", "long"):
        yield from ((HOSTILE[kind], {name}) for name in names)


def test_nothing_hostile_comes_back_as_markup_and_nothing_fails(console: Console) -> None:
    visitor = Visitor(console.app.test_client())
    visitor.sign_in(console.email)
    tried = 0

    for method, path, told in requests(console.app, console.call):
        if path == "/sign-out" or (path == "/sign-in" and method == "POST"):
            continue  # these end the session: below
        headers = {
            "X-CSRF-Token": visitor.token(),
            "Referer": "http://localhost/" + quote(told["next"], safe=""),
            **({"HX-Request": "true"} if tried % 2 else {}),
        }
        parts: Any = {"data": told} if method == "POST" else {"query_string": told}
        answer = visitor.client.open(path, method=method, headers=headers, buffered=True, **parts)
        tried += 1
        is_harmless(answer, f"{method} {path} {told}")

    assert tried > 1000


@pytest.mark.parametrize("word", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("field", ["email", "password", "next", "csrf"])
@pytest.mark.parametrize("accepts", ["text/html", "application/json"])
def test_nothing_hostile_comes_back_from_the_sign_in(word: str, field: str, accepts: str) -> None:
    visitor = Visitor(company().app.test_client())
    visitor.get("/sign-in")
    good = {"email": "agnieszka@kestrel.example", "password": PASSWORD, "csrf": visitor.token()}

    wrong = visitor.client.post(
        "/sign-in", data={**good, "password": "x", field: word}, headers={"Accept": accepts}
    )
    right = visitor.client.post("/sign-in", data={**good, field: word}, headers={"Accept": accepts})
    again = visitor.client.get("/sign-in", query_string={"next": word})

    for answer in (wrong, right, again):
        is_harmless(answer, field)


@pytest.mark.parametrize("word", HOSTILE.values(), ids=HOSTILE)
def test_nothing_hostile_comes_back_to_a_stranger(word: str) -> None:
    visitor = Visitor(company().app.test_client())

    for path in (f"/{quote(word, safe='')}", f"/calls?from={quote(word)}", "/sign-out"):
        is_harmless(visitor.client.get(path, headers={"Accept": "text/html"}), path)
        is_harmless(visitor.client.post(path, data={"in": word}), path)


@pytest.mark.parametrize("tab", ["", "T1", "a_b", "é", "t" * 33, '"><b>', "1\n"])
@pytest.mark.parametrize("path", ["/desk/calls/accept", "/desk/voice-token"])
def test_a_tab_of_a_wrong_form_is_refused(path: str, tab: str) -> None:
    kestrel = company()
    kestrel.desk.rings()
    agent = Visitor(kestrel.app.test_client())
    agent.sign_in("agnieszka@kestrel.example")

    answer = agent.post(path, call="call1", leg="2", tab=tab)

    assert answer.status_code == 400
    assert kestrel.desk.asked == []


def is_harmless(answer: TestResponse, asked: str) -> None:
    assert answer.status_code < 500, asked
    assert answer.headers["X-Content-Type-Options"] == "nosniff", asked
    location = answer.headers.get("Location", "/")
    assert location.startswith("/"), (asked, location)
    assert not location.startswith("//"), (asked, location)
    assert MARK not in str(answer.headers.get("Set-Cookie", "")), asked
    match answer.mimetype:
        case "application/json":
            json.loads(answer.text)
        case _:
            found = [part for part in DANGEROUS if part in answer.text]
            assert not found, (asked, found)
