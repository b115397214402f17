"""Queues: first in, first out, created on demand, kept until deleted (B11, C5, F6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from infra.local.exchange.context import Context
from infra.local.exchange.journal import QueueChanged
from infra.local.exchange.leg import Leg
from infra.local.exchange.wire import Endpoint, Pairs

DEFAULT_SIZE = 1000


@dataclass(slots=True, eq=False)
class Queue:
    sid: str
    name: str
    max_size: int
    created_at: datetime
    updated_at: datetime
    members: list[Member] = field(default_factory=list)

    def average_wait_seconds(self, now: datetime) -> int:
        """The mean of those who wait now."""
        if not self.members:
            return 0
        return sum(member.waited_seconds(now) for member in self.members) // len(self.members)


@dataclass(slots=True, eq=False)
class Member:
    queue: Queue
    leg: Leg
    since: datetime
    dequeue: Callable[[Endpoint], None]
    fail: Callable[[], None]
    context: Context

    def waited_seconds(self, now: datetime) -> int:
        return int((now - self.since).total_seconds())

    @property
    def position(self) -> int:
        return self.queue.members.index(self) + 1

    def wait_parameters(self) -> Pairs:
        """A9, J4: computed anew for each request."""
        now = self.context.now()
        return (
            ("QueueSid", self.queue.sid),
            ("QueuePosition", str(self.position)),
            ("QueueTime", str(self.waited_seconds(now))),
            ("AvgQueueTime", str(self.queue.average_wait_seconds(now))),
            ("CurrentQueueSize", str(len(self.queue.members))),
            ("MaxQueueSize", str(self.queue.max_size)),
        )


class Queues:
    def __init__(self, context: Context) -> None:
        self._context = context
        self.queues: dict[str, Queue] = {}
        self.out_of_order = False  # the carrier's own failure: system-error (A9)

    def named(self, name: str) -> Queue | None:
        return next((queue for queue in self.queues.values() if queue.name == name), None)

    def create(self, name: str, max_size: int = DEFAULT_SIZE) -> Queue:
        now = self._context.now()
        queue = Queue(self._context.sids.make("QU"), name, max_size, now, now)
        self.queues[queue.sid] = queue
        return queue

    def enter(
        self,
        name: str,
        leg: Leg,
        dequeue: Callable[[Endpoint], None],
        fail: Callable[[], None],
    ) -> Member | None:
        """None when the queue is full."""
        queue = self.named(name) or self.create(name)
        if len(queue.members) >= queue.max_size:
            return None
        member = Member(queue, leg, self._context.now(), dequeue, fail, self._context)
        queue.members.append(member)
        self._context.write(QueueChanged(queue.sid, queue.name, leg.sid, "entered"))
        return member

    def leave(self, member: Member, result: str) -> Pairs:
        """Returns the parameters of the Enqueue action (A9)."""
        queue = member.queue
        queue.members.remove(member)
        self._context.write(QueueChanged(queue.sid, queue.name, member.leg.sid, result))
        return (
            ("QueueResult", result),
            ("QueueSid", queue.sid),
            ("QueueTime", str(member.waited_seconds(self._context.now()))),
        )

    def lose(self, leg: str) -> bool:
        """The carrier's own failure while that leg waits: system-error (A9). False: it does not."""
        members = (member for queue in self.queues.values() for member in queue.members)
        found = next((member for member in members if member.leg.sid == leg), None)
        if found is not None:
            found.fail()
        return found is not None

    def member(self, queue: Queue, key: str) -> Member | None:
        """By call sid, or `Front` for the oldest."""
        if key == "Front":
            return queue.members[0] if queue.members else None
        return next((member for member in queue.members if member.leg.sid == key), None)
