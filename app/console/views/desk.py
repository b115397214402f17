"""The desk: my status, my moment, and what goes on around me."""

from dataclasses import dataclass
from datetime import datetime

from app.console.views.moments import Button, Moment
from app.console.views.shared import Party, PresenceKind, Status
from app.domain.agent import DeviceKind


@dataclass(frozen=True, slots=True)
class Colleague:
    name: str
    kind: PresenceKind
    since: datetime | None = None
    reason: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class TargetRow:
    """Where I may send my caller; `kind` is a key of `labels.TARGETS`.

    Of a colleague's extension `colleague` says what that person does; of a queue `waiting` says how
    many callers wait there.
    """

    node: str
    label: str
    kind: str
    detail: str = ""  # of an extension its number
    colleague: Colleague | None = None
    waiting: int = 0

    @property
    def is_open(self) -> bool:
        return self.colleague is None or self.colleague.kind not in ("offline", "away")


@dataclass(frozen=True, slots=True)
class Targets:
    """What was found; `more`: how many others there are."""

    rows: tuple[TargetRow, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class QueueRow:
    """`answered`, `soon` (of these, within 20 s) and `gave_up`: of today's calls that are over."""

    name: str
    waiting: int
    longest_since: datetime | None = None
    late: bool = False
    agents: int = 0
    id: str = ""  # the node's name
    answered: int = 0
    soon: int = 0
    gave_up: int = 0

    @property
    def soon_percent(self) -> int | None:
        return percent(self.soon, self.answered)


@dataclass(frozen=True, slots=True)
class ToTake:
    """A call that I may pick up; `rings_at`: the colleague at whom it rings. Empty: it waits.

    `parked_at`: the slot where it is parked, `parked_by`: by that colleague, since `since`.
    """

    call: str
    party: Party
    queue: str
    since: datetime
    rings_at: str = ""
    parked_at: int = 0
    parked_by: str = ""


@dataclass(frozen=True, slots=True)
class LiveCall:
    """A conversation that goes on, since `since`, as it was when the page asked for it.

    `agent`: who has it. `listener`: who listens.
    """

    call: str
    agent: str
    party: Party
    queue: str
    since: datetime
    listener: str = ""
    button: Button | None = None  # to listen, if I can


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A caller waits whose call I did not take; before `until` I am not asked again."""

    queue: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Route:
    """A way to call out; `shows`: the number of ours that is seen there."""

    name: str
    label: str
    shows: str


@dataclass(frozen=True, slots=True)
class Desk:
    """`overview`: the version of what all pages share; 0 while it is not known.

    `routes`: mine, to call out; none: I may not. `to_take`: who has waited longest comes first;
    `more_to_take`: how many others there are.
    """

    status: Status
    moment: Moment
    away_reasons: tuple[str, ...] = ()
    overview: int = 0
    queues: tuple[QueueRow, ...] = ()
    held_back: tuple[HeldBack, ...] = ()
    colleagues: tuple[Colleague, ...] = ()
    open_messages: int = 0  # in the mailboxes that are mine
    devices: tuple[DeviceKind, ...] = ("desk",)  # where I am rung, in the order of trying
    routes: tuple[Route, ...] = ()
    may_dial: bool = False  # by these, or emergency numbers alone
    askable: tuple[str, ...] = ()  # the names of the colleagues whom I may consult
    to_take: tuple[ToTake, ...] = ()
    more_to_take: int = 0
    may_supervise: bool = False
    live_calls: tuple[LiveCall, ...] = ()
    more_live_calls: int = 0
    all_queues: tuple[QueueRow, ...] = ()

    @property
    def waiting(self) -> int:
        """Callers, in all queues."""
        return sum(queue.waiting for queue in self.all_queues)

    @property
    def longest(self) -> QueueRow | None:
        """The queue in which somebody has waited longest."""
        found = (queue for queue in self.all_queues if queue.longest_since is not None)
        return min(found, key=lambda queue: (queue.longest_since, queue.id), default=None)

    @property
    def answered(self) -> int:
        return sum(queue.answered for queue in self.all_queues)

    @property
    def soon_percent(self) -> int | None:
        return percent(sum(queue.soon for queue in self.all_queues), self.answered)

    @property
    def gave_up(self) -> int:
        return sum(queue.gave_up for queue in self.all_queues)


def percent(part: int, whole: int) -> int | None:
    """None: of nothing."""
    return round(100 * part / whole) if whole else None
