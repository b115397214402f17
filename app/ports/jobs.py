"""What is put off until later: values, as a queue keeps them, and which queue has each kind.

What takes long has a queue of its own: a batch of it never stands before an offer's timer.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias

from app.domain.events import Event
from app.domain.value import value


@value
class CallJob:
    """Tell the call this event."""

    call: str
    event: Event


@value
class AgentJob:
    agent: str


@value
class PoolJob:
    """Look at the board again (D4).

    `at`: when time alone makes a pair. Each matching before that schedules such a look, and one of
    them is enough: else each would schedule the next ones, and they would be ever more.
    """

    pool: str
    at: datetime | None = None


@value
class RecordingJob:
    """A recording is ready at the carrier (or never will be): fetch it, check it, keep it.

    `is_repeated`: by whoever scheduled it, so that it schedules no retry of its own.
    `agents`: who talked in the call, where it is known that it has ended; None: the register knows.
    """

    call: str
    sid: str
    kind: str  # conversation, message
    status: str  # of RECORDED
    seconds: int
    channels: int
    tries: int = 0
    is_repeated: bool = False
    agents: tuple[str, ...] | None = None


@value
class SweepJob:
    """The next sweep of the chain: compare with the carrier again.

    `missed`: the legs that were not in its list the last time: their sids, or of those without one
    `call/leg`. `turn`: what the lease says while it is this job's turn; one that comes twice finds
    another turn there, and does nothing.
    """

    missed: tuple[str, ...] = ()
    turn: str = ""  # of nobody: it begins a chain, if none goes on


@value
class SharedJob:
    """Send this shared topic to everybody who follows it."""

    topic: str


@value
class SharedChangeJob:
    """Time alone has changed what this shared topic shows."""

    topic: str


@value
class ReconcileJob:
    """Compare the carrier's list of recordings with the register."""


Job: TypeAlias = (
    CallJob
    | AgentJob
    | PoolJob
    | RecordingJob
    | SweepJob
    | ReconcileJob
    | SharedJob
    | SharedChangeJob
)

QueueName: TypeAlias = Literal["jobs", "recordings", "repair", "pages"]

QUEUE_OF: Mapping[type[Job], QueueName] = {
    CallJob: "jobs",
    AgentJob: "jobs",
    PoolJob: "jobs",
    RecordingJob: "recordings",
    SweepJob: "repair",
    ReconcileJob: "repair",
    SharedJob: "pages",  # a gateway that hangs takes seconds of it
    SharedChangeJob: "pages",
}
QUEUES: tuple[QueueName, ...] = tuple(dict.fromkeys(QUEUE_OF.values()))


def queue_of(job: Job) -> QueueName:
    """One that carries fields of a newer version is a job of its kind all the same."""
    return next(queue for cls, queue in QUEUE_OF.items() if isinstance(job, cls))
