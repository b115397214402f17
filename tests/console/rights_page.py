"""Writes the table of rights: `app.domain.access`, and the routes, verbs and topics that ask it.

`python -m tests.console.rights_page` writes docs/rights.md; a test fails when the page is stale.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from flask import Flask

from app.console.auth import PUBLIC, action_of
from app.domain.access import RIGHTS, ROLES, TOPICS, Action
from app.domain.verbs import TABLE
from tests.console.fakes import company

PAGE = Path(__file__).parents[2] / "docs" / "rights.md"
_HEAD = """# Who may do what

Generated from `app/domain/access.py` and the console's routes by `make docs`; do not edit by hand.
*own*: calls in which the person is an agent, and the person's own desk. *all*: every one. What is
not here is denied: a route without an action is nobody's, and a role without a cell may nothing.

"""


def routes_of(app: Flask) -> dict[Action | None, list[str]]:
    """The routes that ask for each action; under None those that declare none, if there are any."""
    routes: dict[Action | None, list[str]] = defaultdict(list)
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in PUBLIC:
            methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            routes[action_of(app.view_functions[rule.endpoint])].append(f"{methods} {rule.rule}")
    return routes


def page() -> str:
    routes = routes_of(company().app)
    head = " | ".join(("action", *ROLES, "asked by"))
    lines = [f"| {head} |", "|-" * (len(ROLES) + 2) + "|"]
    for action, scopes in RIGHTS.items():
        asked = [f"`{route}`" for route in sorted(routes[action])]
        asked += [f"topic `{topic}`" for topic, needed in TOPICS.items() if needed == action]
        asked += [f"verb *{verb.name}*" for verb in TABLE.values() if verb.action == action]
        cells = (action, *(scopes.get(role, "") for role in ROLES), ", ".join(asked))
        lines.append(f"| {' | '.join(cells)} |")
    return _HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
