"""The four moments of a desk: nothing rings, an offer, a conversation, the wrap-up."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, TypeAlias

from app.console.views.register import CallRow
from app.console.views.shared import Direction, Happening, Party, Status
from app.domain.agent import DeviceKind
from app.domain.outcomes import ConsultEnd
from app.domain.recording import RecordingKind
from app.domain.states import SupervisionMode
from app.domain.verb import Style, Takes

HoldKind: TypeAlias = Literal["", "asked", "held", "retrieving"]
OFF: Final = ("asked", "held")  # on hold, or on the way there
HEARING: Final = ("talking", "muting", "muted", "unmuting", "not muted")  # heard by us, or muted
AssistingState: TypeAlias = Literal["connecting", "apart", "held", "together", "muted"]
ConsultKind: TypeAlias = Literal[
    "dialling",
    "ringing",
    "talking",
    "asked",
    "held",
    "retrieving",
    "muting",
    "muted",
    "unmuting",
    "not muted",
]
SpeaksWith: TypeAlias = Literal["", "caller", "consulted", "all"]


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
    style: Style
    is_local: bool
    connects: bool
    in_strip: bool
    pressed: str
    pressed_icon: str
    opens: str
    takes: Takes
    hint: str


@dataclass(frozen=True, slots=True)
class IfNothing:
    """What will become of an offer that I let pass, and what my status is then.

    The caller waits on at `where`, for me alone on my extension; goes on to `where`; or goes back
    to `agent`, who sent the caller, and to `where` if that agent is not free. Asked in vain: by
    `agent`, who has the caller.
    """

    becomes: Literal["waits", "waits for me", "goes on", "goes back", "asked in vain"]
    where: str
    status: Status
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A waiting call presented to me alone, until `until`.

    `device`: where it rings; accepting on the page works wherever that is. `sent_by`: the colleague
    who transferred the caller; `sent_to`: where I sent the caller, who has come back from there;
    `left_with`: so with whom I had consulted; `parked_at`: where, by whoever sent the caller.
    `asked_by`: the colleague who has the caller, and asks me in: it has lasted since
    `waiting_since`.
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
    left_with: Party | None = None
    parked_at: int = 0
    asked_by: str = ""
    if_nothing: IfNothing = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Consulted:
    """Whom I consult, since `since`.

    `state`: what is observed, or what is wanted and not observed yet. A caller's `hold` says the
    same of the other side.
    """

    party: Party
    since: datetime
    state: ConsultKind

    @property
    def is_off(self) -> bool:
        """On hold, or on the way there."""
        return self.state in OFF


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who talks with my caller and me; `state` as that of `Consulted`, and whether they
    are heard. `buttons`: what I may do with them.
    """

    leg: str
    party: Party
    state: ConsultKind
    buttons: tuple[Button, ...] = ()

    @property
    def is_off(self) -> bool:
        """On hold, or on the way there."""
        return self.state in OFF


@dataclass(frozen=True, slots=True)
class ConsultOver:
    """A consultation, or a guest's part, that I did not end: a key of `labels.CONSULT_OVER`."""

    party: Party
    how: ConsultEnd


@dataclass(frozen=True, slots=True)
class RecordingNow:
    """What is recorded of my conversation; `kind` is a key of `labels.RECORDING`.

    `since`: it runs; `resumes`: then it goes on by itself; `not_paused`: I asked for a pause, and
    the carrier would not make it.
    """

    kind: RecordingKind = "off"
    since: datetime | None = None
    resumes: datetime | None = None
    not_paused: bool = False


@dataclass(frozen=True, slots=True)
class Supervised:
    """A supervisor in a conversation. `mode`: what is observed of them; `wanted`: what they asked
    for. `connecting`: their page calls in.
    """

    by: str
    mode: SupervisionMode
    wanted: SupervisionMode
    connecting: bool = False


@dataclass(frozen=True, slots=True)
class Supervising:
    """I listen to the conversation of `agent` with that party, as `supervised` says.

    `failed`: the carrier would not let me coach, or join in; `with_agent`: the agent's sound is
    there.
    """

    call: str
    leg: str
    tab: str
    agent: str
    party: Party
    queue: str
    since: datetime
    supervised: Supervised
    failed: bool = False
    with_agent: bool = True
    path: tuple[Step, ...] = ()
    timeline: tuple[Happening, ...] = ()
    note: str = ""
    note_version: str = ""
    note_saved: datetime | None = None
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Assisting:
    """I am in the conversation of `agent` with that party, who asked me into it.

    `state`: on the way in; with `agent` alone; on hold, while they speak with the others; or with
    all of them.
    """

    call: str
    leg: str
    tab: str
    agent: str
    party: Party
    queue: str
    since: datetime
    state: AssistingState
    device: DeviceKind = "desk"
    path: tuple[Step, ...] = ()
    timeline: tuple[Happening, ...] = ()
    note: str = ""
    note_version: str = ""
    note_saved: datetime | None = None
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Emergency:
    """I call the emergency services. `address`: where they come to; empty: they do not know it."""

    address: str


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A call of mine that I have left on hold for another, since `since`.

    `key` switches to it. `until`: the hold is forgotten: it rings, and then the caller goes back to
    the queue.
    """

    call: str
    key: str
    party: Party
    queue: str
    since: datetime
    direction: Direction = "incoming"
    until: datetime | None = None
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """My conversation. `calling`: I call out, and nobody has answered yet.

    `interrupted_until`: the headset is lost, and is waited for till then.

    `hold`: what is observed ("held", asked for at `held_since`), or what is wanted and not observed
    yet ("asked", "retrieving"). A hold that is forgotten rings until `hold_until`, then the caller
    goes back to the queue; `not_held`: whom the carrier would not put on hold. While the headset is
    lost neither is shown, but whether the caller `hears_music` by now.

    `lines`: my other calls, on hold. `supervised`: who listens to us. `emergency`: the other is the
    emergency services.

    `consulted`: whom I consult; `consult_over`: whom I consulted last, or which guest has hung up,
    until I wish for something else. `guests`: who talks with us since I joined them.

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
    direction: Direction = "incoming"
    calling: bool = False
    interrupted_until: datetime | None = None
    recording: RecordingNow = RecordingNow()
    path: tuple[Step, ...] = ()
    timeline: tuple[Happening, ...] = ()
    note: str = ""
    note_version: str = ""
    note_saved: datetime | None = None
    device: DeviceKind = "desk"
    hold: HoldKind = ""
    held_since: datetime | None = None
    hold_until: datetime | None = None
    not_held: Literal["", "caller", "consulted"] = ""
    hears_music: bool = False
    marks: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    consulted: Consulted | None = None
    consult_over: ConsultOver | None = None
    guests: tuple[Guest, ...] = ()
    supervised: Supervised | None = None
    emergency: Emergency | None = None
    lines: tuple[HeldLine, ...] = ()

    @property
    def reminds(self) -> bool:
        """A hold is forgotten: of this call, or of another."""
        return self.hold_until is not None or any(line.until for line in self.lines)

    @property
    def is_off(self) -> bool:
        """The caller is on hold, or on the way there."""
        return self.hold in OFF

    @property
    def mutes_somebody(self) -> bool:
        return any(guest.state in ("muted", "unmuting") for guest in self.guests)

    @property
    def is_joined(self) -> bool:
        """I want all to talk together."""
        return bool(self.guests) and self.consulted is None

    @property
    def speaks_with(self) -> SpeaksWith:
        """With whom I speak while we are more than two: what is observed; empty while it changes.

        The guests are with the caller.
        """
        if self.interrupted_until is not None:
            return ""
        are_in = self.hold == "" and all(guest.state in HEARING for guest in self.guests)
        if self.consulted is None:
            return "all" if self.guests and are_in else ""
        match are_in, self.consulted.state == "talking":
            case True, False:
                return "caller"
            case False, True:
                return "consulted"
            case _:
                return ""


@dataclass(frozen=True, slots=True)
class WrapUp:
    """After-call work; no calls come until `until`, then `next` follows (None: ready).

    `goes_on`: the call is not over; `sent_to`: where I sent the caller, whom nobody has taken yet;
    `left_with`: with whom I left the caller; `parked_at`: where I parked the caller, who is there
    until `back_at`.
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
    left_with: tuple[Party, ...] = ()
    parked_at: int = 0
    back_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Missed:
    """An offer that came to nothing and was not declined; `reason` is a key of `labels.MISSED`.

    `became`: what became of the call since: "waiting", "taken" or "answered" (by `agent`), or an
    outcome.
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

    `ended`: the offer that was the last thing to happen here. `lines`: the calls that I have on
    hold, while I speak in none.
    """

    calls_today: int = 0
    talked_today_seconds: int = 0
    average_talk_seconds: int | None = None
    recent: tuple[CallRow, ...] = ()
    missed: tuple[Missed, ...] = ()
    ended: Missed | None = None
    lines: tuple[HeldLine, ...] = ()

    @property
    def reminds(self) -> bool:
        """A hold is forgotten."""
        return any(line.until for line in self.lines)


Moment: TypeAlias = Idle | Offer | Line | Supervising | Assisting | WrapUp
