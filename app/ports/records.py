"""What the register keeps of a call: values, and no rule."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from app.domain.agent import Agent, DeviceKind
from app.domain.call import Direction
from app.domain.events import Event
from app.domain.facts import TimeKind
from app.domain.figures import CountedCall
from app.domain.outcomes import IN_PROGRESS, CallOutcome
from app.domain.value import value


@value
class LegRecord:
    id: str
    party: str  # the number of the caller or of who was consulted, or the agent's id
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
    legs: tuple[LegRecord, ...] = ()  # those that began or ended with it, as they are since


def legs_of(timeline: Iterable[Entry]) -> tuple[LegRecord, ...]:
    """The legs of a call by id, each as the newest entry that tells of it says."""
    told = {leg.id: leg for entry in timeline for leg in entry.legs}
    return tuple(told[leg_id] for leg_id in sorted(told))


@value
class CallRecord:
    """The head of a call in the register: its facts, up to `counts_since` while it goes on.

    `agents` talked with the caller, `rung` were offered the call; both in order.
    """

    id: str
    caller: str
    name: str
    did: str
    started: datetime
    outcome: CallOutcome | Literal["in progress"] = IN_PROGRESS
    ended: datetime | None = None
    agents: tuple[str, ...] = ()
    rung: tuple[str, ...] = ()
    wait_point: str | None = None  # the queue or extension it waited in
    choices: tuple[str, ...] = ()
    waited_seconds: int = 0
    rung_seconds: int = 0  # of what it waited
    dialled_seconds: int = 0  # until whoever was called answered, or did not
    talked_seconds: int = 0
    talked_each_seconds: tuple[int, ...] = ()  # of `agents`, each
    held_seconds: int = 0
    handed_over_seconds: int = 0  # with whom an agent consulted, after that agent had left
    counts_as: TimeKind = "over"  # what the time since then is spent on
    counts_since: datetime | None = None
    plan: str = ""
    mailbox: str = ""  # the node of the plan, of a caller who came to one
    message: str = ""  # the recording that is the message left there
    replaced: tuple[str, ...] = ()  # what that caller recorded before, and over
    placed_by: str = ""  # the agent who called out; empty: the call came in

    @property
    def direction(self) -> Direction:
        return "out" if self.placed_by else "in"

    @property
    def people(self) -> tuple[str, ...]:
        """The agents whose call it is: who placed it, who talked."""
        placed = (self.placed_by,) if self.placed_by and self.placed_by not in self.agents else ()
        return (*placed, *self.agents)


@value
class CallUpdate:
    """What one save of a call adds to the register: by call and rev, so it is never another."""

    call: str
    entry: Entry
    head: CallRecord | None = None  # as it is since; None: it did not change
    joined: tuple[str, ...] = ()  # the agents whose call it is since
    counted: CountedCall | None = None  # how it counts in the figures, if this save ended it


@value
class Note:
    """An author's note on a call. `version` names this very text, as the page that wrote it did."""

    author: str
    text: str
    at: datetime
    version: str


@value
class RecordingRecord:
    sid: str
    kind: str  # conversation, message
    status: str  # stored, failed, absent, empty
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
class MailboxMessage:
    """A message as people of a mailbox work on it: open until somebody is done with it."""

    call: str
    mailbox: str  # the node of the plan; empty: left while nobody could be asked which
    caller: str
    name: str
    did: str
    at: datetime  # when the call began
    recording: str
    seconds: int
    done_by: str = ""  # a person; empty: it is open
    done_at: datetime | None = None


@value
class MessagePage:
    messages: tuple[MailboxMessage, ...]
    older: str | None = None  # what to ask for next


@value
class WholeCall:
    head: CallRecord
    legs: tuple[LegRecord, ...] = ()
    timeline: tuple[Entry, ...] = ()
    notes: tuple[Note, ...] = ()
    recordings: tuple[RecordingRecord, ...] = ()
    listenings: tuple[Listening, ...] = ()
    message: MailboxMessage | None = None


@value
class Page:
    calls: tuple[CallRecord, ...]
    older: str | None = None  # what to ask for next
