"""Who may do what: denied by default."""

from __future__ import annotations

from typing import get_args

import pytest

from app.domain.access import (
    RIGHTS,
    ROLES,
    TOPICS,
    Action,
    Person,
    Subject,
    may,
    may_hear,
    may_sometimes,
)
from app.domain.topics import BOARD, CALLS, KINDS, agent_topic, call_topics, calls_topic, person_of

ANNA, PRIYA = Person("anna", "Anna", "agent"), Person("priya", "Priya", "supervisor")
GUEST = Person("anna", "Anna", "guest")
ACTIONS = get_args(Action.__value__ if hasattr(Action, "__value__") else Action)


@pytest.mark.parametrize("action", ACTIONS)
def test_a_role_that_we_do_not_know_may_nothing(action: Action) -> None:
    assert not may(GUEST, action, Subject(("anna",)))
    assert not may_sometimes(GUEST, action)


def test_every_action_says_of_every_role_what_it_may() -> None:
    assert set(RIGHTS) == set(ACTIONS)
    assert all(set(scopes) <= set(ROLES) for scopes in RIGHTS.values())


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", ROLES)
def test_who_may_do_it_to_all_may_do_it_to_some(action: Action, role: str) -> None:
    person = Person("p", "P", role)

    assert may(person, action) <= may(person, action, Subject(("p",)))
    assert may(person, action, Subject(("p",))) <= may_sometimes(person, action)


@pytest.mark.parametrize("action", ["see a call", "hear a recording", "write a note"])
def test_an_agent_sees_and_hears_only_the_calls_of_that_agent(action: Action) -> None:
    assert may(ANNA, action, Subject(("anna",)))
    assert not may(ANNA, action, Subject(("ben",)))
    assert not may(ANNA, action)
    assert may(PRIYA, action, Subject(("ben",)))


def test_nobody_handles_the_call_of_another_agent() -> None:
    assert may(PRIYA, "handle a call", Subject(("priya",)))
    assert not may(PRIYA, "handle a call", Subject(("anna",)))


def test_every_kind_of_topic_has_an_action() -> None:
    assert set(TOPICS) == set(KINDS)


@pytest.mark.parametrize(
    ("person", "topic", "hears"),
    [
        (ANNA, agent_topic("anna"), True),
        (ANNA, agent_topic("ben"), False),
        (PRIYA, agent_topic("anna"), False),
        (ANNA, BOARD, True),
        (GUEST, agent_topic("anna"), False),
        (GUEST, BOARD, False),
        (PRIYA, CALLS, True),
        (ANNA, CALLS, False),
        (ANNA, "calls:anna", True),
        (ANNA, "calls:ben", False),
        (GUEST, "calls:anna", False),
        (PRIYA, "", False),
        (PRIYA, "secrets", False),
    ],
)
def test_a_topic_is_heard_by_whom_it_concerns(person: Person, topic: str, hears: bool) -> None:
    assert may_hear(person, topic) == hears


def test_a_saved_call_is_told_to_its_agents_and_to_whoever_sees_all_calls() -> None:
    topics = call_topics(("anna", "ben"))

    assert [topic for topic in topics if may_hear(ANNA, topic)] == ["calls:anna"]
    assert [topic for topic in topics if may_hear(PRIYA, topic)] == [*topics]


def test_a_personal_topic_names_its_person() -> None:
    assert person_of(agent_topic("anna")) == "anna"
    assert person_of(calls_topic("anna")) == "anna"
