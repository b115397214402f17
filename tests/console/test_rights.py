"""Every route and every topic asks `access`; nothing is allowed that was not declared."""

import re

import pytest

from app.console.auth import PUBLIC, action_of
from app.domain.access import may_sometimes
from tests.console.fakes import Company
from tests.console.rights_page import PAGE, page, routes_of
from tests.console.visitor import Visitor


def test_every_route_declares_what_it_lets_people_do(kestrel: Company) -> None:
    assert routes_of(kestrel.app)[None] == []


def test_only_the_sign_in_and_static_files_are_public() -> None:
    assert {"console.static", "console.sign_in.show", "console.sign_in.enter"} == PUBLIC


def test_a_route_that_declares_nothing_is_nobodys(kestrel: Company) -> None:
    kestrel.app.view_functions["console.desk.desk"] = lambda: "open"
    agent = Visitor(kestrel.app.test_client())
    agent.sign_in("agnieszka@kestrel.example")

    assert agent.get("/desk").status_code == 403


@pytest.mark.parametrize("member", ["agnieszka", "hannah", "guest"])
def test_every_route_is_closed_to_who_has_no_right_to_its_action(
    kestrel: Company, member: str
) -> None:
    visitor = Visitor(kestrel.app.test_client())
    visitor.sign_in(f"{member}@kestrel.example")
    person = kestrel.accounts.known[member].person

    for rule in kestrel.app.url_map.iter_rules():
        action = action_of(kestrel.app.view_functions[rule.endpoint])
        if action is None:
            continue
        path = re.sub("<(?:[a-z]+:)?[a-z_]+>", "REnone", rule.rule)
        method = visitor.post if "POST" in (rule.methods or set()) else visitor.get
        if rule.endpoint != "console.sign_in.leave":
            refused = method(path).status_code == 403
            assert refused != may_sometimes(person, action), (path, member)


def test_the_page_of_rights_is_what_access_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "stale: run `make docs`"
