"""What the register keeps of a call: values, and no rule."""

from datetime import datetime

from app.domain.agent import Agent, DeviceKind
from app.domain.events import Event
from app.domain.value import value


@value
class LegRecord:
    id: str
    party: str  # the caller's number, or the agent's id
    sid: str
    began: datetime
    ended: datetime | None = None
    device: DeviceKind = "desk"


@value
class Entry:
    """One line of a call's timeline: what happened, in which state it left the call, and where.

    The node and what people call it are kept, so that nobody must look for them in a plan of old.
    """

    rev: int
    at: datetime
    event: Event
    state: str
    agents: tuple[Agent, ...] = ()  # those that the decision read (S8)
    saved: str = ""  # a digest of the call as it was saved: what a replay must come to
    node: str = ""  # of the plan, where the caller is
    label: str = ""  # of that node, if it has one
    choice: str = ""  # what the caller chose, as the plan calls it


@value
class CallRecord:
    """The head of a call in the register."""

    id: str
    caller: str
    name: str
    did: str
    started: datetime
    outcome: str = "in progress"
    ended: datetime | None = None
    agents: tuple[str, ...] = ()
    wait_point: str | None = None  # the queue or extension it waited in
    choices: tuple[str, ...] = ()
    waited_seconds: int = 0
    talked_seconds: int = 0
    plan: str = ""


@value
class Note:
    author: str
    text: str
    at: datetime


@value
class RecordingRecord:
    sid: str
    kind: str  # conversation, message
    status: str  # stored, failed, absent
    seconds: int = 0
    channels: int = 1
    sha256: str = ""
    key: str = ""
    at: datetime | None = None


@value
class Listening:
    person: str
    recording: str
    at: datetime


@value
class WholeCall:
    head: CallRecord
    legs: tuple[LegRecord, ...] = ()
    timeline: tuple[Entry, ...] = ()
    notes: tuple[Note, ...] = ()
    recordings: tuple[RecordingRecord, ...] = ()
    listenings: tuple[Listening, ...] = ()


@value
class Page:
    calls: tuple[CallRecord, ...]
    older: str | None = None  # what to ask for next
