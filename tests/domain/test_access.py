"""Who may do what: denied by default."""

from __future__ import annotations

from typing import get_args

import pytest

from app.domain.access import Action, Person, Subject, may

ANNA, PRIYA = Person("anna", "Anna", "agent"), Person("priya", "Priya", "supervisor")
ACTIONS = get_args(Action.__value__ if hasattr(Action, "__value__") else Action)


@pytest.mark.parametrize("action", ACTIONS)
def test_a_role_that_we_do_not_know_may_nothing(action: Action) -> None:
    assert not may(Person("x", "X", "guest"), action, Subject(("x",)))


@pytest.mark.parametrize("action", ["see a call", "hear a recording", "write a note"])
def test_an_agent_sees_and_hears_only_the_calls_of_that_agent(action: Action) -> None:
    assert may(ANNA, action, Subject(("anna",)))
    assert not may(ANNA, action, Subject(("ben",)))
    assert not may(ANNA, action)
    assert may(PRIYA, action, Subject(("ben",)))
