"""What the pages show: plain values, filled from the services, and nothing that can act.

Times are aware UTC (the page shows them in the company's zone); numbers are E.164 or None when
withheld. Words people read are not here: `labels` has them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from app.domain.agent import DeviceKind
from app.domain.facts import TimeKind

PresenceKind: TypeAlias = Literal["offline", "ready", "reserved", "on-call", "wrap-up", "away"]
HoldKind: TypeAlias = Literal["", "asked", "held", "retrieving"]
Tone: TypeAlias = Literal["", "ok", "waiting", "ringing", "talking", "hold", "late", "missed"]


@dataclass(frozen=True, slots=True)
class Status:
    """My presence. `automatic`: we set it, not the agent; shown, with a way back (F14)."""

    kind: PresenceKind
    since: datetime | None = None
    reason: str = ""
    next: str | None = None
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Party:
    """The outside party of a call.

    `name` is of the contact, `about` one line of who that is, `note` what agents should know.
    """

    number: str | None
    name: str = ""
    about: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of a timeline: `what` is a key of `labels.TIMELINE`, `facts` fill its words."""

    at: datetime
    what: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way that led here; `kind` is a key of `labels.STEPS`."""

    kind: str
    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """What the agent can ask for now: a verb of `app.domain.verbs`, as the page shows it."""

    verb: str
    label: str
    icon: str
    key: str
    style: Literal["go", "stop", "control"]
    is_local: bool
    connects: bool
    in_strip: bool
    pressed: str
    pressed_icon: str
    opens: str
    takes: Literal["", "target", "number"]
    hint: str


@dataclass(frozen=True, slots=True)
class IfNothing:
    """What will become of an offer that I let pass, and what my status is then.

    The caller waits on at `where`, for me alone on my extension; goes on to `where`; or goes back
    to `agent`, who sent the caller, and to `where` if that agent is not free.
    """

    becomes: Literal["waits", "waits for me", "goes on", "goes back"]
    where: str
    status: Status
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A waiting call presented to me alone, until `until`.

    `device`: where it rings; accepting on the page works wherever that is. `sent_by`: the colleague
    who transferred the caller; `sent_to`: where I sent the caller, who has come back from there.
    """

    call: str
    leg: str
    party: Party
    queue: str
    waiting_since: datetime
    since: datetime
    until: datetime
    path: tuple[Step, ...] = ()
    device: DeviceKind = "desk"
    buttons: tuple[Button, ...] = ()
    sent_by: str = ""
    sent_to: str = ""
    if_nothing: IfNothing = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Line:
    """My conversation. `calling`: I call out, and nobody has answered yet.

    `interrupted_until`: the headset is lost, and is waited for till then.

    `hold`: what is observed ("held", asked for at `held_since`), or what is wanted and not observed
    yet ("asked", "retrieving"). A hold that is forgotten rings until `hold_until`, then the caller
    goes back to the queue; `hold_failed`: the carrier would not put the caller on hold. While the
    headset is lost neither is shown, but whether the caller `hears_music` by now.

    `tab` names the browser tab that has the sound; `leg` its headset's leg. On another `device`
    than the desk the sound is there, and no page has anything to mute or to reconnect.
    """

    call: str
    leg: str
    tab: str
    party: Party
    queue: str
    since: datetime
    connecting: bool = False
    direction: "Direction" = "incoming"
    calling: bool = False
    interrupted_until: datetime | None = None
    recording_since: datetime | None = None
    path: tuple[Step, ...] = ()
    timeline: tuple[Happening, ...] = ()
    note: str = ""
    note_version: str = ""
    note_saved: datetime | None = None
    device: DeviceKind = "desk"
    hold: HoldKind = ""
    held_since: datetime | None = None
    hold_until: datetime | None = None
    hold_failed: bool = False
    hears_music: bool = False
    recording_paused: bool = False
    marks: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class WrapUp:
    """After-call work; no calls come until `until`, then `next` follows (None: ready).

    `goes_on`: the call is not over; `sent_to`: where I sent the caller, whom nobody has taken yet.
    `queue`, with what was waited there, only if that was before my conversation; `outcome`: of a
    call that I made.
    """

    call: str
    party: Party
    since: datetime
    until: datetime
    queue: str = ""
    waited_seconds: int | None = None
    talked_seconds: int = 0
    outcome: str = ""
    path: tuple[Step, ...] = ()
    timeline: tuple[Happening, ...] = ()
    note: str = ""
    note_version: str = ""
    note_saved: datetime | None = None
    goes_on: bool = False
    sent_to: str = ""


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
    colleague: "Colleague | None" = None
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
class Missed:
    """An offer that came to nothing and was not declined; `reason` is a key of `labels.MISSED`.

    `became`: what became of the call since: "waiting", "answered" (by `agent`) or an outcome.
    """

    call: str
    at: datetime
    party: Party
    queue: str
    reason: str
    became: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing rings: what today was like, and what I missed, the newest first.

    `ended`: the offer that was the last thing to happen here.
    """

    calls_today: int = 0
    talked_today_seconds: int = 0
    average_talk_seconds: int | None = None
    recent: tuple["CallRow", ...] = ()
    missed: tuple[Missed, ...] = ()
    ended: Missed | None = None


Moment: TypeAlias = Idle | Offer | Line | WrapUp


@dataclass(frozen=True, slots=True)
class QueueRow:
    name: str
    waiting: int
    longest_since: datetime | None = None
    late: bool = False
    agents: int = 0
    id: str = ""  # the node's name


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A caller waits whose call I did not take; before `until` I am not asked again."""

    queue: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Colleague:
    name: str
    kind: PresenceKind
    since: datetime | None = None
    reason: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """A way to call out; `shows`: the number of ours that is seen there."""

    name: str
    label: str
    shows: str


@dataclass(frozen=True, slots=True)
class Desk:
    """`overview`: the version of what all pages share; 0 while it is not known.

    `routes`: mine, to call out; none: I may not.
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


# --- The register --------------------------------------------------------------------------------

Direction: TypeAlias = Literal["incoming", "outgoing", "internal"]


Spent: TypeAlias = Literal["", "waited", "talked", "held"]  # what time was spent on


@dataclass(frozen=True, slots=True)
class CallRow:
    """`ticks`: which of the three goes on now; as if it had begun at `ticks_since`.

    `counts_as`: what goes on now, while the outcome is not known.
    """

    id: str
    started: datetime
    direction: Direction
    party: Party
    queue: str
    agent: str
    waited_seconds: int | None
    talked_seconds: int | None
    outcome: str
    held_seconds: int | None = None
    ticks: Spent = ""
    ticks_since: datetime | None = None
    mailbox: str = ""  # where the caller left a message
    counts_as: TimeKind = "over"


@dataclass(frozen=True, slots=True)
class CallPage:
    """`older`, `newer`: opaque cursors, None at the end."""

    rows: tuple[CallRow, ...]
    older: str | None = None
    newer: str | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    name: str
    device: DeviceKind
    started: datetime
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Recording:
    id: str
    seconds: int
    ready: bool = True
    kind: Literal["conversation", "message"] = "conversation"
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A short signed link to a recording, for the listening that began at `since`."""

    url: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Note:
    author: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class CallDetail:
    row: CallRow
    did: str
    rung: str = ""
    legs: tuple[Leg, ...] = ()
    timeline: tuple[Happening, ...] = ()
    recordings: tuple[Recording, ...] = ()
    notes: tuple[Note, ...] = ()
    my_note: str = ""
    my_note_version: str = ""


# --- Messages ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`name`: of its node, empty for messages that were left while we could not be reached."""

    name: str
    label: str
    open_count: int


@dataclass(frozen=True, slots=True)
class MessageRow:
    """`did_label`: what the company calls the number that was dialled."""

    call: str
    at: datetime
    party: Party
    mailbox: str
    did: str
    did_label: str
    recording: Recording
    done_by: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Messages of the chosen mailbox, open or `done`. `older`, `newer` as in `CallPage`."""

    boxes: tuple[Mailbox, ...]
    chosen: Mailbox | None
    done: bool
    rows: tuple[MessageRow, ...] = ()
    older: str | None = None
    newer: str | None = None
