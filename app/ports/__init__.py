"""What the services need of the world, and nothing more.

One protocol a port. Each names the contract suite (of tests/adapters/contract) that its memory
adapter and its real one pass, or why there is none. Values crossing a port are frozen.

A port to what is stored or queued may raise `Unavailable` at each call: the caller decides what
that means for a telephone call. Carrier and Recorder raise CarrierRefused and CarrierUnsure
instead; Clock, Ids and Tokens always answer.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from app.domain.agent import Agent
from app.domain.board import ParkedRow, ReadyRow, WaitingRow
from app.domain.call import Call
from app.domain.dialplan import Contact, Plan
from app.domain.events import Event
from app.domain.numbering import OutsideNumber
from app.domain.overview import OverviewChange
from app.domain.value import value
from app.ports.carrier import (
    RECORDED as RECORDED,
    Carrier as Carrier,
    CarrierRefused as CarrierRefused,
    CarrierUnsure as CarrierUnsure,
    DialledIn as DialledIn,
    Done as Done,
    Download as Download,
    Recorded as Recorded,
    Recorder as Recorder,
)
from app.ports.jobs import (
    QUEUE_OF as QUEUE_OF,
    QUEUES as QUEUES,
    AgentJob as AgentJob,
    CallJob as CallJob,
    Job as Job,
    PoolJob as PoolJob,
    QueueName as QueueName,
    ReconcileJob as ReconcileJob,
    RecordingJob as RecordingJob,
    SharedChangeJob as SharedChangeJob,
    SharedJob as SharedJob,
    SweepJob as SweepJob,
    queue_of as queue_of,
)
from app.ports.records import (
    CallRecord as CallRecord,
    CallUpdate as CallUpdate,
    Entry as Entry,
    LegRecord as LegRecord,
    Listening as Listening,
    MailboxMessage as MailboxMessage,
    MessagePage as MessagePage,
    Note as Note,
    Page as Page,
    RecordingRecord as RecordingRecord,
    WholeCall as WholeCall,
    legs_of as legs_of,
)
from app.ports.register import (
    Recordings as Recordings,
    Register as Register,
    Sounds as Sounds,
)
from app.ports.sharing import (
    LISTENERS_REMEMBERED as LISTENERS_REMEMBERED,
    SEND_LOST as SEND_LOST,
    SHARED_PAUSE as SHARED_PAUSE,
    Overviews as Overviews,
    SharedTopics as SharedTopics,
)
from app.ports.unreadable import (
    KEPT_DAYS as KEPT_DAYS,
    Report as Report,
    Unreadable as Unreadable,
    UnreadableItem as UnreadableItem,
    UnreadableItems as UnreadableItems,
    unreported as unreported,
)

WRITE_IDS_KEPT = 8  # saves of one call within the second that a lost answer takes (W3)


class Unavailable(Exception):
    """The thing behind the port did not answer in time, or answered that it cannot now."""


class NotStored(Exception):
    """What is stored is not what was sent: send it again."""


class Stale(Exception):
    """Somebody else saved first: decide again, on `found` if the answer brought it."""

    def __init__(self, reason: str = "", found: "CallSnapshot | None" = None) -> None:
        super().__init__(reason)
        self.found = found  # the call as it is, when it was the call that is not as it was


class SlotTaken(Exception):
    """Another call is parked at that slot: nothing of the save is stored."""


# --- Live state: calls, agents, the board (the `switch` table) -------------------------------


@value
class CallSnapshot:
    """A call, and the agents it names as they were when it was saved (or now, when `fresh`)."""

    call: Call
    agents: tuple[Agent, ...] = ()
    stale_answer: bool = False  # after an event: it answered a question that is no longer asked

    def agent(self, agent_id: str) -> Agent:
        """Offline, with nothing else known, where the call does not name that agent."""
        return next((one for one in self.agents if one.id == agent_id), Agent(agent_id))


@value
class AppliedEvent:
    """What one save took in, so that a replay is possible (S8). Never a secret's digits."""

    event: Event
    at: datetime
    agents: tuple[Agent, ...] = ()  # those that were read, as they were
    choice: str = ""  # what the caller chose with it, as the plan calls it
    label: str = ""  # of the node where that left the caller


@value
class WriteSet:
    """One atomic save. Revs are those *after* it; rows follow from the states.

    `write_id` is the save's own id, by which a writer recognises its own save (W3).
    """

    write_id: str
    call: Call | None = None
    agents: tuple[Agent, ...] = ()
    applied: AppliedEvent | None = None
    put_waiting: WaitingRow | None = None
    drop_waiting: WaitingRow | None = None
    put_parked: ParkedRow | None = None
    drop_parked: ParkedRow | None = None
    put_ready: tuple[ReadyRow, ...] = ()
    drop_ready: tuple[str, ...] = ()
    named: tuple[Agent, ...] = ()  # agents the call names that did not change: kept beside it


class Calls(Protocol):
    """Suites: test_calls, test_races, test_newer_versions."""

    def get(self, call_id: str, *, fresh: bool = False) -> CallSnapshot | None:
        """Strongly consistent: one read; `fresh` reads the named agents too, one read more.

        Raises Unreadable. What a newer version wrote beside is carried through the next save.
        """

    def live(self) -> Sequence[str]:
        """The ids of calls that may still change; a moment behind the truth."""

    def read_all(self, call_ids: Sequence[str]) -> Sequence[Call]:
        """Those that are there and can be read; one read for each 100 of them.

        In any order, and a moment behind the truth: for who only looks for what is overdue.
        """

    def save(self, write_set: WriteSet) -> None:
        """All of it or nothing, if every rev is one less in store (or absent for rev 1).

        Raises SlotTaken where a row of another call is at the slot of `put_parked`, unless it is
        an hour overdue: it was left behind.

        Raises Stale, with the call as it is if its rev is another one: this save is not in store. A
        repeated save of the same `write_id` is one save: no error, no second effect, as long as
        fewer than `WRITE_IDS_KEPT` others came between.
        """


class Agents(Protocol):
    """Suites: test_calls, test_newer_versions."""

    def get(self, agent_id: str) -> Agent:
        """Strongly consistent. An agent never saved is offline, at rev 0. Raises Unreadable."""

    def get_all(self, agent_ids: Sequence[str]) -> Sequence[Agent]:
        """Each of them, in requests of a hundred; who cannot be read is left out."""


class Board(Protocol):
    """Who waits, who is parked and who is ready, in one pool. Hints: rows may be stale for a
    moment (S3), but for the slots: a row of one is written and removed with its call.

    A row that cannot be read is reported and dropped. Each row ends by itself, long after it could
    be right: what is forgotten for ever would be read at each match.

    Suites: test_board, test_slots.

    `limit`: no more rows than that are read; fewer come only if there are no more.
    """

    def ready(self, pool: str, limit: int | None = None) -> Sequence[ReadyRow]: ...

    def waiting(self, pool: str, limit: int | None = None) -> Sequence[WaitingRow]:
        """In the order in which they are served, whatever the limit."""

    def parked(self, pool: str) -> Sequence[ParkedRow]:
        """By slot; no more than there are slots. One that cannot be read is reported, and keeps its
        slot: its call is parked there still.
        """

    def beat(self, pool: str, agent_id: str, alive_until: datetime) -> bool:
        """Prolong a ready row (S10). False: there is none, and none is made."""

    def drop(self, pool: str, row: WaitingRow | ParkedRow | ReadyRow) -> None:
        """Remove a row that a transaction has proven stale, or whose party cannot be read."""

    def put(self, pool: str, row: WaitingRow | ParkedRow | ReadyRow) -> None:
        """Put a row again that was dropped though it was right: its party can be read again."""


# --- Time ---------------------------------------------------------------------------------------


class Clock(Protocol):
    """Suite: test_clock."""

    def now(self) -> datetime:
        """Aware UTC, whole milliseconds."""

    def wait(self, seconds: float) -> None:
        """Between two tries of one save; never longer than the deadline allows."""


class Timers(Protocol):
    """Suite: test_timers."""

    def at(self, when: datetime, job: Job) -> None:
        """At least once, not before `when`; in the queue of its kind (`QUEUE_OF`)."""

    def schedule(self, jobs: Iterable[tuple[datetime, Job]]) -> None:
        """Each of these, as `at` does; ten are one request. Unavailable: perhaps not all."""


class Leases(Protocol):
    """Who does what only one may do at a time. Suite: test_leases."""

    def take(self, name: str, holder: str, until: datetime, *, held_by: str = "") -> bool:
        """Make it the holder's until then, if it is over, or is held by `held_by` or `holder`.

        One conditional write: of several who take it from the same holder, one gets it. So a
        holder's name is new each time.
        """


class Ids(Protocol):
    """Suite: test_ids."""

    def new(self) -> str:
        """Unique, of [a-z0-9]; unguessable, but in memory, where every run is the same."""


# --- People -------------------------------------------------------------------------------------


class Notices(Protocol):
    """Telling never raises, and what is told may be lost: pages look again by themselves.

    Suite: test_notices.
    """

    def is_heard(self, topic: str) -> bool:
        """Whether a page is open that is told of this personal topic. May raise Unavailable.

        A page that broke off without a goodbye counts until the gateway knows of it.
        """

    def notify(self, *topics: str) -> None:
        """Something of them changed: a personal topic is told now, a shared one by the worker.

        It costs a caller the same however many pages are open.
        """

    def send(self, topic: str, version: int, change: OverviewChange | None = None) -> None:
        """Tell everybody who follows the shared `topic`, now; with what changed, if that is known.

        A page that has the version before it need not fetch then.
        """


# --- Facts that end by themselves ---------------------------------------------------------------


class Expiring(Protocol):
    """Sessions, single-use tickets, counts of tries: stored, for the next process to know them.

    `take` and `count` are atomic: that is what makes a ticket single-use. Suite: test_expiring.
    """

    def put(self, key: str, value: str, until: datetime, *, group: str = "") -> None:
        """`group`: what it can be forgotten with, from that very moment."""

    def get(self, key: str) -> str | None: ...

    def take(self, key: str) -> str | None:
        """Remove it and answer it, once."""

    def count(self, key: str, until: datetime) -> int:
        """Add one and answer the sum. The first one sets the end; it never moves."""

    def forget(self, key: str) -> None: ...

    def forget_group(self, group: str) -> tuple[str, ...]:
        """Forget all that was put with that group; their keys, some of which were over before."""


class Tagged(Protocol):
    """Texts by name, found by their tags: who is connected. Suite: test_expiring."""

    def put(self, name: str, body: str, tags: tuple[str, ...]) -> None:
        """All of it or nothing."""

    def remove(self, name: str) -> None:
        """One that is not there is removed."""

    def tagged(self, tag: str) -> Sequence[str]:
        """The texts under a tag."""


# --- The directory ------------------------------------------------------------------------------


class Directory(Protocol):
    """What is configured. Plans are immutable and found by their content's hash.

    Suite: test_directory.
    """

    def head(self, *, fresh: bool = False) -> Plan:
        """The plan that new calls begin on; without `fresh`, as it was at most 30 s ago."""

    def plan(self, sha: str) -> Plan: ...

    def contact(self, phone: str) -> Contact | None: ...

    def put_contact(self, contact: Contact) -> None: ...

    def publish(self, plan: Plan, *, previous: str | None) -> None:
        """Make it the head if the head is still `previous`. Raises Stale."""


class NotANumber(Exception):
    """What was typed is no telephone number; the text says why, in words for who typed it."""


class Numbers(Protocol):
    """What people type, read with the numbering metadata.

    No suite: there is one adapter. tests/adapters/test_numbers has what it reads.
    """

    def read(self, typed: str, country: str) -> OutsideNumber:
        """`country`: where it is typed (ISO 3166), for a number without one. Raises NotANumber."""

    def country_of(self, e164: str) -> str:
        """ISO 3166; of a number that no country has, 001."""


class Tokens(Protocol):
    """No suite: what a token says is the carrier's. The real one's is read as the carrier reads it.

    tests/adapters/twilio/test_tokens has that.
    """

    def voice(self, identity: str, ttl_seconds: int) -> str:
        """What the browser's telephone signs in with, as `identity` ([A-Za-z0-9_])."""
