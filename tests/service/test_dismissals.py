"""Whom a new plan concerns: sessions end, offers go on; one failure keeps nobody else from it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from app.adapters.memory import MemoryDirectory
from app.bootstrap.deployment import Deployment
from app.domain.dialplan import Member, Plan
from app.entrypoints.company import _swap_head
from app.ports import Unavailable
from app.service.dismissals import settle_people
from tests.stories.company import PLAN


def plan(sha: str, **passwords: str) -> Plan:
    members = tuple(
        Member(name, name.title(), f"{name}@kestrel.example", "agent", password_hash=password)
        for name, password in passwords.items()
    )
    return replace(PLAN, sha=sha, members=members)


BEFORE = plan("before", anna="one", ben="two", cleo="three")
AFTER = plan("after", anna="one", ben="another", dora="four")


class Told:
    def __init__(self, failing: str = "") -> None:
        self.dismissed: list[str] = []
        self.signed_out: list[str] = []
        self._failing = failing

    def dismiss(self, member: str) -> None:
        self.dismissed.append(member)

    def end_sessions(self, member: str) -> None:
        if member == self._failing:
            raise Unavailable
        self.signed_out.append(member)


def test_who_left_is_dismissed_and_so_signed_out_as_is_who_has_another_password() -> None:
    told = Told()

    failed = settle_people(BEFORE, AFTER, dismiss=told.dismiss, end_sessions=told.end_sessions)

    assert told.signed_out == ["ben", "cleo"]
    assert told.dismissed == ["cleo"]
    assert failed == ()


def test_one_who_cannot_be_told_of_keeps_nobody_else_in() -> None:
    told = Told(failing="ben")

    failed = settle_people(BEFORE, AFTER, dismiss=told.dismiss, end_sessions=told.end_sessions)

    assert told.signed_out == ["cleo"]
    assert failed == ("ben",)


def published(told: Told, directory: MemoryDirectory, after: Plan) -> tuple[str, ...]:
    desk = SimpleNamespace(dismiss=told.dismiss)
    services: Any = SimpleNamespace(ports=SimpleNamespace(directory=directory), desk=desk)
    deployment: Any = SimpleNamespace(services=services, end_sessions=told.end_sessions)
    return _swap_head(cast(Deployment, deployment), after)


def test_publishing_a_plan_settles_its_people() -> None:
    told, directory = Told(), MemoryDirectory()

    first = published(told, directory, BEFORE)
    again = published(told, directory, BEFORE)
    assert told.signed_out == []
    second = published(told, directory, AFTER)

    assert first == again == second == ()
    assert directory.head() == AFTER
    assert told.signed_out == ["ben", "cleo"]
    assert told.dismissed == ["cleo"]
