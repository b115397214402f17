"""The demo company: whoever tries it reaches somebody, at any hour, by every number."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from app.adapters.plan import Company, read_company
from app.domain import demo
from app.domain.demo import fingerprint, is_of_the_demo
from app.domain.nodes.base import Node, Visit
from app.domain.nodes.extension import Extension
from app.domain.nodes.hours import Hours
from app.domain.nodes.mailbox import Mailbox
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


def test_every_password_of_the_demo_is_known_as_such(company: Company) -> None:
    hashes = {member.password_hash or "" for member in company.plan.members}

    assert all(is_of_the_demo(password_hash) for password_hash in hashes)
    assert {fingerprint(password_hash) for password_hash in hashes} == demo._FINGERPRINTS


def test_what_only_the_local_box_may_have_is_told_with_its_line_and_what_to_do(
    tmp_path: Path,
) -> None:
    """In a plan that began as a copy of the demo, though its demo_password was taken out."""
    text = (ROOT / "switchroom.yaml").read_text(encoding="utf-8")
    own = PasswordHasher(1, 8, 1).hash("of her own")
    hashes = [line for line in text.splitlines() if "password_hash:" in line]
    text = text.replace(hashes[0], f'    password_hash: "{own}"')
    file = tmp_path / "switchroom.yaml"
    file.write_text(text.replace("demo_password: kestrel", ""), encoding="utf-8")
    shutil.copytree(ROOT / "demo", tmp_path / "demo")
    at = text.splitlines().index(hashes[1]) + 1

    found = read_company(file).demo_parts

    assert len(found) == len(hashes) - 1
    assert found[0].line == at
    assert found[0].message == (
        "everybody knows this password, it is the demo's: give ewa another one."
    )


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


def test_each_mailbox_says_how_a_message_is_finished(company: Company) -> None:
    """Nobody guesses that a key ends it; silence does, too, but a busy street is never silent."""
    hashes = {"en": "press hash", "pl": "nacisnąć krzyżyk", "de": "Rautetaste"}

    prompts = [node.prompt for node in company.plan.nodes.values() if isinstance(node, Mailbox)]

    assert len(prompts) == len(hashes)
    for words in hashes.values():
        assert any(words in prompt.text for prompt in prompts)


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
