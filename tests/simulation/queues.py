"""The queues of jobs: delayed messages, at least once, some late, some repeated, in batches.

A batch is handled as the worker's handler does it (`app/entrypoints/worker.py`): each job alone,
one after the other; what fails comes again by itself, and if the function dies, all of it. A job
that comes before its time, by the clock of whoever has it, is sent on for the rest, as the queue's
adapter does. Where all is in turn, each job is a batch: its faults are planned by its name.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from app.domain.board import POOL
from app.ports import Job, PoolJob, QueueName, Unreadable, queue_of
from tests.simulation.cloud import Instance, InstanceClock
from tests.simulation.fault_profiles import Fault
from tests.simulation.tasks import current

if TYPE_CHECKING:
    from tests.simulation.deployment import Deployment

BATCH: dict[QueueName, int] = {"jobs": 10}  # of one invocation; of the others 1 (serverless.yml)
RESENT_SECONDS = 180  # a message whose handler failed is visible again (infra/aws/storage.yml)
SOON_SECONDS = 0.5
MOST_MATCHES_DUE = 500  # in a world of 50 calls
LATE_SECONDS = 30.0
AGAIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Message:
    """`newer_until`: only newer code can read it before that."""

    name: str
    when: datetime
    job: Job
    newer_until: datetime | None = None


class JobQueue:
    """The queues as one instance has them: a delay is computed from that instance's clock."""

    def __init__(self, queues: Queues, clock: InstanceClock) -> None:
        self._queues = queues
        self._clock = clock

    def at(self, when: datetime, job: Job) -> None:
        self._queues.send((when - self._clock.now()).total_seconds(), when, job)

    def schedule(self, jobs: Iterable[tuple[datetime, Job]]) -> None:
        for when, job in jobs:
            self.at(when, job)


class Queues:
    """`matches_due`: when a job will match callers."""

    def __init__(self, deployment: Deployment) -> None:
        self.matches_due: list[datetime] = []
        self.late_until: dict[str, float] = {}  # by call whose jobs come no sooner
        self._late: dict[str, float] = {}  # by call, agent or board: by how much its jobs came late
        self._deployment = deployment
        self._world = deployment.world
        self._visible: dict[QueueName, deque[Message]] = {}
        self._failed: list[tuple[datetime, str]] = []  # when, and the name of the message

    def send(self, seconds: float, when: datetime, job: Job) -> None:
        who = self._deployment.names.of(_subject(job))
        name = self._world.numbered(f"job/{who}/{type(job).__name__}")
        cloud, choices = self._deployment.cloud, self._world.choices
        cloud.deliveries.append(name)
        if isinstance(job, PoolJob):
            now = self._world.now()
            due = [at for at in self.matches_due if at >= now]
            self.matches_due = [*due, now + timedelta(seconds=seconds)]
            if len(self.matches_due) > MOST_MATCHES_DUE:
                self._world.violate("looks at the board do not multiply", f"{len(due)} are due")
        message = Message(name, when, job)
        if choices.happens(f"delayed/{name}", cloud.profile.delayed / 5):
            late_seconds = cloud.lateness(f"late/{name}", 0.0, LATE_SECONDS)
            self._late[_subject(job)] = self._late.get(_subject(job), 0.0) + late_seconds
            seconds += late_seconds
        self._world.later(seconds, f"due/{name}", partial(self._arrives, message))
        if choices.happens(f"repeated/{name}", cloud.profile.repeated):
            again = seconds + choices.span(f"again/{name}", 0.0, AGAIN_SECONDS)
            repeated = replace(message, name=f"{name}+")
            self._world.later(again, f"{name}+", partial(self._arrives, repeated))

    def late_seconds(self, call_id: str) -> float:
        """How late that call's jobs came, all together: one of them may have been a repair."""
        return self._late.get(call_id, 0.0)

    def resent_seconds(self, agent: str, since: datetime) -> float:
        """How much later a wrap-up may end whose two timers have both failed: they come again."""
        job = f"job/{agent}/AgentJob"
        failed = sum(at >= since and name.startswith(job) for at, name in self._failed)
        return RESENT_SECONDS + LATE_SECONDS if failed > 1 else 0.0

    def puts_newer(self, name: str, until: datetime) -> None:
        """A message of newer code, which older code cannot read until then."""
        self._arrives(Message(name, self._world.now(), PoolJob(POOL), until))

    def _arrives(self, message: Message) -> None:
        """Whoever polls takes what has come by then."""
        late_seconds = self.late_until.get(_subject(message.job), 0.0) - self._world.seconds
        if late_seconds > 0:
            self._world.later(late_seconds, message.name, partial(self._arrives, message))
            return
        queue = queue_of(message.job)
        visible = self._visible.setdefault(queue, deque())
        visible.append(message)
        if len(visible) == 1 or BATCH.get(queue, 1) == 1:
            self._polls(queue, message.name)

    def _polls(self, queue: QueueName, name: str) -> None:
        seconds = self._deployment.cloud.lateness(f"late/{name}", 0.0, SOON_SECONDS)
        self._world.later(seconds, name, partial(self._take, queue))

    def _take(self, queue: QueueName) -> None:
        visible = self._visible[queue]
        if self._deployment.cloud.is_in_turn:
            batch = [visible.popleft()]
        else:
            batch = [visible.popleft() for _ in range(min(len(visible), BATCH.get(queue, 1)))]
        if visible and BATCH.get(queue, 1) > 1:
            self._polls(queue, visible[0].name)
        self._start(batch)

    def _start(self, batch: list[Message]) -> None:
        name, left = batch[0].name, list(batch)
        if len(batch) > 1:
            self._world.note(f"{name} and {len(batch) - 1} more are a batch")

        def done(failed: list[Message] | BaseException) -> None:
            if isinstance(failed, BaseException):
                failed = batch
                for message in left[1:]:  # they were not to blame, and come late all the same
                    self._deployment.cloud.strikes(message.name, Fault.CRASH_BEFORE)
            for message in failed:
                self._failed.append((self._world.now(), message.name))
                again = replace(message, name=f"{message.name}!")
                self._world.later(RESENT_SECONDS, again.name, partial(self._arrives, again))

        self._deployment.cloud.start("worker", name, partial(self._handle, left), done)

    def _handle(self, left: list[Message], instance: Instance) -> list[Message]:
        """Those that failed. `left` are those that have not been handled yet."""
        failed, task = list[Message](), current()
        while left:
            if task is not None:
                task.name = left[0].name
            try:
                self._run(left[0], instance)
            except Exception as error:  # noqa: BLE001 - as the worker does: it comes again
                self._world.note(f"{left[0].name} {type(error).__name__}")
                failed.append(left[0])
            del left[0]
        return failed

    def _run(self, message: Message, instance: Instance) -> None:
        services = instance.services
        until = message.newer_until
        if until is not None and self._world.now() < until and not instance.is_newer:
            name = message.name.rstrip("+!")  # one body, however often it is delivered
            error = Unreadable("job", name, "it is no job of this version", name)
            services.unreadable.report(error)
            raise error
        if services.ports.clock.now() < message.when:
            services.ports.timers.at(message.when, message.job)
            return
        services.job_runner.run(message.job)


def _subject(job: Job) -> str:
    return str(getattr(job, "call", None) or getattr(job, "agent", None) or "pool")
