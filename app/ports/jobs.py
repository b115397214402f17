"""What is put off until later: values, as a queue keeps them."""

from typing import TypeAlias

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
    """Look at the board again (D4)."""

    pool: str


@value
class RecordingJob:
    """A recording is ready at the carrier (or never will be): fetch it, check it, keep it."""

    call: str
    sid: str
    kind: str  # conversation, message
    status: str  # of RECORDED
    seconds: int
    channels: int
    tries: int = 0


@value
class SweepJob:
    """Compare with the carrier again; these sids were not among its living the last time."""

    missed: tuple[str, ...] = ()


@value
class SharedJob:
    """Send this shared topic to everybody who follows it."""

    topic: str


Job: TypeAlias = CallJob | AgentJob | PoolJob | RecordingJob | SweepJob | SharedJob
