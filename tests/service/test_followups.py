"""The second performer: what it schedules, in how many requests, and when it schedules nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from app.adapters.memory import MemorySwitch
from app.domain.call import CALLER
from app.domain.commands import Pending, Refresh
from app.domain.events import OutboxDue, TimePassed
from app.domain.states import Ended, InConversation, OnHold, State
from app.ports import CallJob, Job, PoolJob, WriteSet
from app.service.followups import Followups
from app.service.register import Saved
from tests.adapters.contract.switch_stores import (
    NOW,
    POSITION,
    anna,
    applied,
    call,
    offered,
    ready,
    waiting,
)


class Requests:
    """Timers that keep each request."""

    def __init__(self) -> None:
        self.requests: list[list[tuple[datetime, Job]]] = []

    def at(self, when: datetime, job: Job) -> None:
        self.schedule([(when, job)])

    def schedule(self, jobs: Iterable[tuple[datetime, Job]]) -> None:
        if listed := list(jobs):
            self.requests.append(listed)


class Scene:
    def __init__(self) -> None:
        self.switch, self.timers = MemorySwitch(), Requests()
        self._followups = Followups(self.timers, self.switch.board)

    def follows(self, *saves: Saved) -> list[Job]:
        self._followups.schedule(saves)
        return [job for request in self.timers.requests for _, job in request]

    def has_waiting(self) -> None:
        self.switch.save(WriteSet("w1", call=call(), put_waiting=waiting()))

    def has_ready(self) -> None:
        self.switch.save(WriteSet("a1", agents=(anna(1),), put_ready=(ready(),)))


def _saved(rev: int, state: State | None = None, before: Saved | None = None) -> Saved:
    return Saved(before.after if before else None, call(rev, state=state), applied())


def test_a_caller_who_waits_while_nobody_is_ready_needs_no_job() -> None:
    scene = Scene()
    scene.has_waiting()

    assert scene.follows(_saved(1)) == []


def test_a_pair_that_a_crashed_writer_left_is_matched_a_second_later() -> None:
    scene = Scene()
    scene.has_waiting()
    scene.has_ready()

    assert scene.follows(_saved(1)) == [PoolJob("default")]
    ((when, _),) = scene.timers.requests[0]
    assert when == call(1).updated + timedelta(seconds=1)


def test_who_left_the_queue_makes_no_pair_possible() -> None:
    scene = Scene()
    scene.has_waiting()
    scene.has_ready()
    waited = _saved(1)

    assert scene.follows(_saved(2, Ended("abandoned", NOW), before=waited)) == []


def test_an_agent_whose_offer_came_to_nothing_is_matched_with_who_waits() -> None:
    scene = Scene()
    scene.has_waiting()
    scene.has_ready()
    was_offered = Saved(None, offered(1), applied())

    assert scene.follows(_saved(2, Ended("abandoned", NOW), before=was_offered)) == [
        PoolJob("default")
    ]


def test_of_several_saves_of_a_call_the_last_one_says_what_is_left_to_do() -> None:
    scene = Scene()
    left = Pending("1:1:refresh", Refresh(CALLER))
    until = NOW + timedelta(seconds=4)
    commanded = replace(call(2), out=(left,), claim_until=until)
    settled = replace(call(3), state=Ended("hung up", NOW))

    jobs = scene.follows(Saved(call(1), commanded, applied()), Saved(commanded, settled, applied()))

    assert jobs == []


def test_a_caller_who_hears_the_wait_documents_is_a_clock_and_needs_no_second_timer() -> None:
    scene = Scene()

    assert scene.follows(Saved(call(1), offered(2), applied())) == []


def test_a_deadline_for_which_nobody_asks_has_a_second_timer() -> None:
    scene = Scene()
    hold = OnHold(NOW, NOW, NOW + timedelta(seconds=30), is_ringing=True)
    held = InConversation(POSITION, "anna", "anna.1", NOW, hold=hold)

    assert scene.follows(Saved(call(1), call(2, state=held), applied())) == [
        CallJob("c1", TimePassed())
    ]


def test_all_jobs_of_a_batch_are_one_request() -> None:
    scene = Scene()
    scene.has_waiting()
    scene.has_ready()
    left = Pending("1:1:refresh", Refresh(CALLER))
    until = NOW + timedelta(seconds=4)
    first = replace(call(2), out=(left,), claim_until=until)
    second = replace(first, id="c2")

    jobs = scene.follows(Saved(call(1), first, applied()), Saved(call(1, "c2"), second, applied()))

    assert jobs == [
        CallJob("c1", OutboxDue()),
        CallJob("c2", OutboxDue()),
        PoolJob("default"),
    ]
    assert len(scene.timers.requests) == 1
