"""The demo company: whoever tries it reaches somebody, at any hour, by every number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.adapters.plan import Company, read_company
from app.domain.nodes.base import Node, Visit
from app.domain.nodes.extension import Extension
from app.domain.nodes.hours import Hours
from app.domain.nodes.queue import Queue

ROOT = Path(__file__).parents[3]
WEEK = tuple(datetime(2026, 12, 21, tzinfo=UTC) + timedelta(hours=hour) for hour in range(168))


@pytest.fixture(scope="module")
def company() -> Company:
    return read_company(ROOT / "switchroom.yaml")


def test_it_is_right(company: Company) -> None:
    assert [number.language for number in company.plan.numbers] == ["en", "pl", "de"]
    assert {member.role for member in company.plan.members} == {"agent", "supervisor", "admin"}
    assert company.demo_password == "kestrel"
    assert all(member.password_hash for member in company.plan.members)


@pytest.mark.parametrize("number", ["+442079460800", "+48220000140", "+493023125040"])
def test_each_number_reaches_an_agent_at_any_hour(number: str, company: Company) -> None:
    for at in WEEK:  # the week of Christmas, holidays included
        assert _reached_agents(company, number, at), f"{number} at {at}"


def test_each_agent_is_reached_at_any_hour(company: Company) -> None:
    agents = {member.id for member in company.plan.members if member.role == "agent"}

    for at in WEEK:
        reached = {
            agent
            for number in company.plan.numbers
            for agent in _reached_agents(company, number.e164, at)
        }
        assert agents <= reached, f"at {at}: {agents - reached}"


def test_each_queue_has_somebody(company: Company) -> None:
    queues = {name for name, node in company.plan.nodes.items() if isinstance(node, Queue)}

    assert queues == {queue for member in company.plan.members for queue in member.queues}


def _reached_agents(company: Company, number: str, at: datetime) -> set[str]:
    """Whose telephone may ring, whatever the caller presses at that time."""
    start = company.plan.number(number)
    assert start is not None
    agents: set[str] = set()
    for name, node in _passed(company, start.entry, at):
        if isinstance(node, Extension):
            agents.add(node.agent)
        agents |= {member.id for member in company.plan.members if name in member.queues}
    return agents


def _passed(company: Company, entry: str, at: datetime) -> Iterator[tuple[str, Node]]:
    """All nodes that a caller may come to before waiting too long, by hours as they are then."""
    left, seen = [entry], set[str]()
    while left:
        name = left.pop()
        if name in seen:
            continue
        seen.add(name)
        node = company.plan.nodes[name]
        yield name, node
        if isinstance(node, Hours):
            visit = Visit("", "", "en", company.plan.zone, at, 0)
            left.append(node.opened if node.is_open(visit) else node.closed)
        elif not isinstance(node, Queue | Extension):
            left.extend(successor.name for successor in node.successors())
