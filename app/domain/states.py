"""The states of a call: where its caller is, and what that place has to remember.

Only values here; `app.domain.decide` says what becomes of them.
"""

from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from app.domain.outcomes import CallOutcome, ConsultEnd
from app.domain.value import value


class Memory:
    """What a node keeps of a caller whom it asks, such as the attempt; subclasses are values."""

    __slots__ = ()


@value
class AtNode:
    """At a node of the plan that asks something, says something or takes a message."""

    node: str
    memory: Memory | None = None


COOLDOWN_SECONDS = 60


@value
class CoolDown:
    """An agent who declined or missed this call is left out until then (F13)."""

    agent: str
    until: datetime

    @property
    def since(self) -> datetime:
        return self.until - timedelta(seconds=COOLDOWN_SECONDS)


@value
class QueuePosition:
    """A place in a line. It is kept through offers, so that nobody loses it (F10).

    Who is transferred keeps the age of the place before, and its `priority` where that is more
    urgent than the node's own (T1).
    """

    node: str
    since: datetime
    until: datetime  # then the caller goes on to what the plan says of waiting too long
    cool_downs: tuple[CoolDown, ...] = ()
    priority: int | None = None  # None: that of the node


@value
class Transfer:
    """An agent has sent the caller on, and nobody has talked to the caller since.

    `back_to`: the place before, to which a caller returns whom the person at `target` does not
    take (T2); None: the caller is no person's, or has returned.
    """

    by: str  # the agent
    target: str  # the node of the plan, or the number of whoever was consulted
    back_to: QueuePosition | None = None
    slot: int = 0  # where the agent parked the caller


@value
class Waiting:
    position: QueuePosition


@value
class Parked:
    """At a numbered slot, since `by` left the caller there; at `until` the caller comes back."""

    position: QueuePosition
    slot: int
    by: str  # the agent
    since: datetime
    until: datetime


@value
class Offered:
    """Presented to one agent, as leg `leg`, until `until`: on a screen, or by a telephone.

    `device` counts in the agent's devices. A desk that has not shown the offer by `next_at` gives
    way to the next device; `known`: it is shown, or the telephone rings.
    """

    position: QueuePosition
    leg: str
    agent: str
    until: datetime
    device: int = 0
    next_at: datetime | None = None
    known: bool = False


@value
class Connecting:
    """Accepted: the agent's browser is calling in; the caller still hears the music."""

    position: QueuePosition
    leg: str
    agent: str
    headset: str
    nonce: str
    until: datetime


@value
class OnHold:
    """The agent wants the caller on hold. A hold that is forgotten rings, then ends (F32)."""

    since: datetime
    ring_at: datetime
    until: datetime  # then the caller goes back to the queue
    is_ringing: bool = False


RecordPolicy: TypeAlias = Literal["always", "never", "by hand"]


@value
class RecordingPause:
    """The agent wants nothing recorded, such as a card number, until then at the latest."""

    since: datetime
    until: datetime


@value
class RecordingWish:
    """What is wanted of the recording: what the plan says, and what agents asked for since.

    `policy`: of the place whose conversation it is. `started`: when an agent began it by hand.
    `pause_failed`: the carrier would not pause it, and the agent is told so.
    """

    policy: RecordPolicy = "never"
    started: datetime | None = None
    pause: RecordingPause | None = None
    pause_failed: bool = False

    @property
    def is_wanted(self) -> bool:
        return self.policy == "always" or (self.policy == "by hand" and self.started is not None)


@value
class HeadsetAway:
    """The headset is lost, and the agent's page may come back until then.

    `headset`, `nonce`: of the next generation, once it is let in.
    """

    until: datetime
    headset: str | None = None
    nonce: str | None = None


@value
class OnOtherLine:
    """The agent has left the caller on hold for another call, and comes back by taking this one.

    The headset is out of the room, or on its way out.
    """

    since: datetime


SpeaksWith: TypeAlias = Literal["consulted", "caller"]


@value
class ConsultOffer:
    """A colleague is asked to come into the call, reserved for it, and not in the room yet (R19).

    `begun`: who is on hold hears nobody, so it rings: like an `Offered` one. `accepted`: the
    colleague is on the way into the room, by `until`; a page calls in with the nonce.
    """

    leg: str  # as it is presented
    until: datetime
    device: int = 0
    next_at: datetime | None = None
    known: bool = False
    begun: bool = False
    accepted: bool = False
    nonce: str = ""


@value
class Consult:
    """The agent consults somebody (R11). Whom the agent does not speak with is on hold: the caller
    and the guests, while the agent `speaks_with` the other.

    `agent`: the colleague who is consulted; empty: somebody outside, at `number`.
    """

    leg: str  # of who is consulted
    number: str  # E.164
    name: str
    since: datetime
    answered: bool = False
    speaks_with: SpeaksWith = "consulted"
    agent: str = ""
    offer: ConsultOffer | None = None  # of a colleague who is not in the room yet


@value
class ConsultOver:
    """A consultation that the agent did not end, and what became of it."""

    number: str
    name: str
    how: ConsultEnd


@value
class Guest:
    """Who talks with the caller: consulted, then joined, or left with them.

    `agent`: the colleague who it is; empty: somebody outside, at `number`. `muted`: the agent wants
    nobody to hear them; `mute_failed`: the carrier would not mute them, and the agent is told so.
    """

    leg: str
    number: str  # E.164
    name: str
    agent: str = ""
    muted: bool = False
    mute_failed: bool = False


def is_among(guests: tuple[Guest, ...], leg: str) -> bool:
    return any(guest.leg == leg for guest in guests)


SupervisionMode: TypeAlias = Literal["listen", "coach", "barge"]


@value
class Supervision:
    """A supervisor hears the conversation (R14). `mode`: who is to hear the supervisor: nobody, the
    agent alone, or everybody.

    `until`: by then the supervisor's page has called in; None: it has. `failed`: the carrier would
    not change it, and the supervisor is told so.
    """

    by: str  # the supervisor, as an agent
    headset: str  # their leg
    nonce: str
    since: datetime
    until: datetime | None
    mode: SupervisionMode = "listen"
    failed: bool = False


@value
class InConversation:
    """With an agent: the headset came into the room, and the caller follows, or is there (`met`).

    Who is in the room, and who should be, is said by the legs. `talked`: the two have heard each
    other. `hold_failed`: the carrier would not put the caller on hold, and the agent is told so.
    `consult_over`: so is the agent of the last consultation, until there is another wish.
    `guests`: in the order in which they joined; they are on hold when the caller is.
    `supervision`: who listens to it.
    """

    position: QueuePosition
    agent: str
    headset: str
    since: datetime
    met: bool = False
    talked: bool = False
    hold: OnHold | None = None
    away: HeadsetAway | OnOtherLine | None = None
    hold_failed: bool = False
    consult: Consult | None = None
    consult_over: ConsultOver | None = None
    guests: tuple[Guest, ...] = ()
    supervision: Supervision | None = None


def colleagues_of(state: InConversation) -> tuple[str, ...]:
    """The agents who were asked into it, and are there or on the way."""
    asked = (*state.guests, *((state.consult,) if state.consult else ()))
    return tuple(one.agent for one in asked if one.agent)


@value
class HandedOver:
    """The agent has left the caller with the guests: no agent has this call.

    `talked`: the caller and a guest have heard each other without the agent.
    """

    position: QueuePosition
    guests: tuple[Guest, ...]
    since: datetime
    talked: bool = False


@value
class Ended:
    """Final. What happened on the way here is in the call's facts."""

    outcome: CallOutcome
    at: datetime


State: TypeAlias = (
    AtNode | Waiting | Parked | Offered | Connecting | InConversation | HandedOver | Ended
)
