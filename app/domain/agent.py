"""An agent: presence, the one headset, and what becomes of both.

The machine for what concerns the agent alone. What concerns a call too (reserved, on call,
released) is decided in `decide`, by the functions at the end of this page, so that both change in
one transaction. A wrap-up is a stored deadline that never moves (F17).
"""

from datetime import datetime, timedelta
from typing import Literal, TypeAlias, assert_never

from app.domain.value import replace, value

# --- Presence -----------------------------------------------------------------------------------


@value
class Offline:
    pass


@value
class Ready:
    since: datetime


@value
class Reserved:
    """One waiting call is presented to this agent alone, until the lease runs out (F2, F4)."""

    call: str
    leg: str
    until: datetime
    idle_since: datetime


@value
class OnCall:
    """`has_begun`: the conversation; not yet where the agent calls out and nobody has answered.

    `supervises`: a colleague has the conversation, and this one listens to it; `consulted`: … and
    has asked this one into it.
    """

    call: str
    since: datetime
    has_begun: bool = True
    supervises: bool = False
    consulted: bool = False


@value
class Holding:
    """Each call of this agent is on hold: between two of them, or after one (R6)."""

    since: datetime


@value
class WrapUp:
    call: str
    since: datetime
    until: datetime


@value
class Away:
    reason: str
    since: datetime
    automatic: bool = False  # we did it, not the agent: shown, with a way back (F14)


Presence: TypeAlias = Offline | Ready | Reserved | OnCall | Holding | WrapUp | Away


DeviceKind: TypeAlias = Literal["desk", "client", "phone"]


@value
class Device:
    """Where an agent takes calls: the desk's page, a client or a telephone that is dialled."""

    kind: DeviceKind = "desk"
    address: str = ""  # of a client its identity, of a telephone its E.164 number


@value
class Headset:
    """The one carrier leg of an agent. `{agent}.{gen}`; two generations never coexist."""

    gen: int
    call: str
    nonce: str  # proves that the browser that calls in is the one that was let in
    tab: str
    sid: str | None = None


@value
class Today:
    """An agent's counts of the last day with a conversation; on any later day they count as zero.

    A conversation belongs to the day on which it begins.
    """

    day: str = ""  # ISO 8601, in the company's zone
    calls: int = 0
    talk_seconds: int = 0


MISSED_KEPT = 4
CALLS_KEPT = 12  # within that time: they stand in the items of the agent's calls, too (S1)
CALLS_WITHIN = timedelta(minutes=10)

Missed: TypeAlias = Literal[
    "missed a call",  # not answered in time
    "caller gave up",
    "caller went on",  # the queue sent the caller away while it rang
    "no connection",
    "cannot be called",
    "line full",  # a limit of ours: the telephone was not called
    "picked up",  # by a colleague, while it rang
    "asked in vain",  # a colleague wanted to consult this agent, who did not answer
]


@value
class MissedOffer:
    """A call that was offered to the agent and came to nothing, but was not declined.

    Who called, and what became of the call since, is known of the call.
    """

    call: str
    at: datetime
    reason: Missed


@value
class StatusSetBy:
    """A supervisor, `by`, and not the agent, set this status: for now or for after the call."""

    by: str
    status: str  # as `Agent.status`
    at: datetime


@value
class Agent:
    id: str
    rev: int = 0
    presence: Presence = Offline()
    queues: tuple[str, ...] = ()
    pool: str = "default"
    next: str | None = None  # ready, offline or an away reason: after this call
    gen: int = 0
    headset: Headset | None = None
    devices: tuple[Device, ...] = (Device(),)  # in the order in which they are tried
    available_at: datetime | None = None  # when the agent last became ready by asking for it
    offered_at: datetime | None = None  # when the agent was last offered a call
    today: Today = Today()
    missed: tuple[MissedOffer, ...] = ()  # the last ones, each call once, the newest last
    called_out: tuple[datetime, ...] = ()  # when the agent called lately, the newest last
    set_by: StatusSetBy | None = None  # until the agent, or somebody else, sets a status
    lines: tuple[str, ...] = ()  # calls that the agent has left on hold for another, oldest first

    @property
    def status(self) -> str:
        """Without a call, or after it: ready, offline or an away reason; none if we set it."""
        match self.presence:
            case Ready():
                return "ready"
            case Offline():
                return "offline"
            case Away(reason=reason, automatic=automatic):
                return "" if automatic else reason
            case _:
                return self.next or "ready"

    @property
    def needs_page(self) -> bool:
        """Nothing of this agent's can ring but an open page: without one, no call is offered."""
        return all(device.kind == "desk" for device in self.devices)

    @property
    def telephone(self) -> int | None:
        """Which of the devices is the first telephone; None: there is none."""
        kinds = [device.kind for device in self.devices]
        return kinds.index("phone") if "phone" in kinds else None


# --- What a person asks for, and what time does -------------------------------------------------

# `by`: the supervisor who asks for it; none: the agent does.


@value
class WentReady:
    queues: tuple[str, ...]
    devices: tuple[Device, ...] = (Device(),)
    by: str = ""


@value
class WentAway:
    reason: str
    by: str = ""


@value
class WentOffline:
    by: str = ""


@value
class DeskLost:
    """No sign of life from the agent's desk (F20). A telephone or an app needs no desk."""


@value
class TimeOver:
    """Look at the clock: a wrap-up may be over."""


AgentEvent: TypeAlias = WentReady | WentAway | WentOffline | DeskLost | TimeOver


FOR_AN_EMERGENCY = "emergency call"  # why an agent is away who was rung when they began one


def change(agent: Agent, event: AgentEvent, now: datetime) -> Agent:
    """The agent after that, whoever asks for it; and who did, where it was not the agent."""
    after = _changed(agent, event, now)
    match event:
        case WentReady(by=by) | WentAway(by=by) | WentOffline(by=by):
            return _said_by(by, agent, after, now)
        case DeskLost() | TimeOver():
            return after
        case _:
            assert_never(event)


def _said_by(by: str, before: Agent, after: Agent, now: datetime) -> Agent:
    """What is so already, a supervisor has not set."""
    if not by:
        return replace(after, set_by=None)
    if (after.presence, after.next) == (before.presence, before.next):
        return after
    return replace(after, set_by=StatusSetBy(by, after.status, now))


def _changed(agent: Agent, event: AgentEvent, now: datetime) -> Agent:
    """During a call a wish is kept as `next`, and can be undone (F19)."""
    busy = isinstance(agent.presence, Reserved | OnCall | Holding)
    match event:
        case WentReady(queues=queues, devices=devices) if busy:
            return replace(agent, queues=queues, devices=devices, next=None)
        case WentReady(queues=queues, devices=devices) if isinstance(agent.presence, Ready):
            return replace(agent, queues=queues, devices=devices)
        case WentReady(queues=queues, devices=devices):
            ready = replace(agent, presence=Ready(now), available_at=now, next=None)
            return replace(ready, queues=queues, devices=devices)
        case WentAway(reason=reason) if busy:
            return replace(agent, next=reason)
        case WentAway(reason=reason) if _is_away_for(agent, reason):
            return agent
        case WentAway(reason=reason):
            return replace(agent, presence=Away(reason, now), next=None)
        case WentOffline() if busy:
            return replace(agent, next="offline")
        case WentOffline():
            return replace(agent, presence=Offline(), next=None)
        case DeskLost() if agent.needs_page and isinstance(agent.presence, Ready | WrapUp):
            return replace(agent, presence=Away("desk lost", now, automatic=True), next=None)
        case DeskLost():
            return agent
        case TimeOver():
            match agent.presence:
                case WrapUp(until=until) if until <= now:
                    return replace(agent, presence=_next_of(agent, now), next=None)
                case _:
                    return agent
        case _:
            assert_never(event)


def _is_away_for(agent: Agent, reason: str) -> bool:
    match agent.presence:
        case Away(reason=present, automatic=False):
            return present == reason
        case _:
            return False


def _next_of(agent: Agent, now: datetime) -> Presence:
    match agent.next:
        case None | "ready":
            return Ready(now)
        case "offline":
            return Offline()
        case reason:
            return Away(reason, now)


# --- What a call does to its agent --------------------------------------------------------------


def reserved(agent: Agent, call: str, leg: str, until: datetime, now: datetime) -> Agent:
    """Another device of who is reserved already is no other place among the idle."""
    match agent.presence:
        case Ready(since=since) | Reserved(idle_since=since):
            pass
        case _:
            since = now
    return replace(agent, presence=Reserved(call, leg, until, since), offered_at=now)


def holds(agent: Agent | None, call: str) -> bool:
    """Whether this agent is this call's: nobody is released from a call that is not theirs."""
    return agent is not None and (
        isinstance(agent.presence, Reserved | OnCall) and agent.presence.call == call
    )


def has_line(agent: Agent | None, call: str) -> bool:
    """Whether this agent has left that call on hold for another."""
    return agent is not None and call in agent.lines


def leaves_line(agent: Agent, call: str, now: datetime) -> Agent:
    """The agent's call is on hold, and the headset leaves it for another."""
    lines = (*agent.lines, call)
    return replace(_after_talk(agent, now), presence=Holding(now), headset=None, lines=lines)


def may_take_line(agent: Agent, call: str) -> bool:
    """No headset is up, or on its way: the line that the agent had is left first."""
    return isinstance(agent.presence, Holding) and has_line(agent, call)


def takes_line(agent: Agent, call: str, nonce: str, tab: str, now: datetime) -> Agent:
    """Back to that call: the browser may call in, as the next generation of the headset."""
    gen = agent.gen + 1
    taken = replace(agent, presence=OnCall(call, now), lines=_without(agent.lines, call))
    return replace(taken, gen=gen, headset=Headset(gen, call, nonce, tab))


def drops_line(agent: Agent, call: str) -> Agent:
    """That call is this agent's no more."""
    return replace(agent, lines=_without(agent.lines, call))


def is_done(agent: Agent) -> bool:
    """The last of the lines is gone, and the agent is in no call."""
    return isinstance(agent.presence, Holding) and not agent.lines


def _without(lines: tuple[str, ...], call: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line != call)


def can_take_back(agent: Agent | None, call: str) -> bool:
    """Whether this agent, who has handed that call on, is free for it: in its wrap-up, too."""
    match agent:
        case Agent(presence=Ready()):
            return True
        case Agent(presence=WrapUp(call=wrapped)):
            return wrapped == call
        case _:
            return False


def is_dialled(agent: Agent, call: str) -> Agent:
    """One of the agent's telephones is dialled: the next generation of the headset."""
    gen = agent.gen + 1
    return replace(agent, gen=gen, headset=Headset(gen, call, nonce="", tab=""))


def lets_in(agent: Agent, call: str, nonce: str, tab: str, until: datetime) -> Agent:
    """The agent's browser may call in with this nonce, as the next generation of the headset."""
    presence = agent.presence
    if isinstance(presence, Reserved):
        presence = replace(presence, until=until)
    gen = agent.gen + 1
    return replace(agent, presence=presence, gen=gen, headset=Headset(gen, call, nonce, tab))


def may_pick_up(agent: Agent) -> bool:
    """No call holds this agent, who is at work; a wrap-up is given up for a new call."""
    return isinstance(agent.presence, Ready | Holding | WrapUp | Away)


def picks_up(
    agent: Agent, call: str, leg: str, nonce: str, tab: str, until: datetime, now: datetime
) -> Agent:
    """A call that the agent takes without being asked, and after it the presence of before.

    The agent's browser may call in with this nonce, as the next generation of the headset.
    """
    after = _after_own_call(agent)
    taken = replace(reserved(agent, call, leg, until, now), next=after)
    return lets_in(taken, call, nonce, tab, until)


def _after_own_call(agent: Agent) -> str | None:
    match agent.presence:
        case Offline():
            return "offline"
        case Away(reason=reason):
            return reason
        case _:
            return agent.next


def calls_out(agent: Agent, call: str, nonce: str, tab: str, now: datetime) -> Agent:
    """The agent's own call, from which the agent comes back to the presence of before.

    The agent's browser may call in with this nonce, as the next generation of the headset.
    """
    calling = _connects(agent, OnCall(call, now, has_begun=False), nonce, tab)
    return counts_call_out(calling, now)


def supervises(agent: Agent, call: str, nonce: str, tab: str, now: datetime) -> Agent:
    """Listens to a colleague's call, and comes back from it to the presence of before.

    The supervisor's browser may call in with this nonce, as the next generation of the headset.
    """
    return _connects(agent, OnCall(call, now, has_begun=False, supervises=True), nonce, tab)


def _connects(agent: Agent, presence: OnCall, nonce: str, tab: str) -> Agent:
    """In a call that the agent asked for: the next generation of the headset, and a way back."""
    after, gen = _after_own_call(agent), agent.gen + 1
    headset = Headset(gen, presence.call, nonce, tab)
    return replace(agent, presence=presence, next=after, gen=gen, headset=headset)


def counts_call_out(agent: Agent, now: datetime) -> Agent:
    """The agent calls a number, which counts for the limit of the route."""
    lately = tuple(at for at in agent.called_out if at > now - CALLS_WITHIN)
    return replace(agent, called_out=(*lately, now)[-CALLS_KEPT:])


def may_call_out(agent: Agent) -> bool:
    """No call holds this agent; a wrap-up is given up for a new call."""
    return isinstance(agent.presence, Offline | Ready | Holding | WrapUp | Away)


def called_lately(agent: Agent, now: datetime) -> int:
    """How often this agent has called somebody within `CALLS_WITHIN`, up to `CALLS_KEPT`."""
    return sum(at > now - CALLS_WITHIN for at in agent.called_out)


def is_calling_out(agent: Agent | None) -> bool:
    """In a call of their own, which nobody has answered yet."""
    return agent is not None and (
        isinstance(agent.presence, OnCall)
        and not agent.presence.has_begun
        and not (agent.presence.supervises or agent.presence.consulted)
    )


def is_consulted(agent: Agent, call: str, now: datetime) -> Agent:
    """In a colleague's call, which asked for this agent; after it the presence of before."""
    return replace(agent, presence=OnCall(call, now, has_begun=False, consulted=True))


def misses(agent: Agent, call: str, reason: Missed, now: datetime) -> Agent:
    """The offer of this call is over, without the agent's doing."""
    others = tuple(offer for offer in agent.missed if offer.call != call)
    return replace(agent, missed=(*others, MissedOffer(call, now, reason))[-MISSED_KEPT:])


def talks(agent: Agent, call: str, day: str, now: datetime) -> Agent:
    """The conversation begins, on that `day` (ISO 8601, in the company's zone)."""
    agent = replace(agent, missed=tuple(offer for offer in agent.missed if offer.call != call))
    today = agent.today if agent.today.day == day else Today(day)
    today = replace(today, calls=today.calls + 1)
    return replace(agent, presence=OnCall(call, now), today=today, set_by=_set_for_later(agent))


def _set_for_later(agent: Agent) -> StatusSetBy | None:
    """Who was made available has taken a call: that is over, and told no more."""
    set_by = agent.set_by
    return set_by if set_by is not None and set_by.status != "ready" else None


def freed(agent: Agent, now: datetime) -> Agent:
    """Released without having talked: the old place among the idle, and no wrap-up (F9)."""
    since = agent.presence.idle_since if isinstance(agent.presence, Reserved) else now
    presence = Ready(since) if agent.next is None else _next_of(agent, now)
    return _released(agent, presence, now)


def set_aside(agent: Agent, reason: str, now: datetime) -> Agent:
    """Missed a call or lost the device: away by our doing, visible and reversible (F14)."""
    presence: Presence = Away(reason, now, automatic=True)
    if agent.next == "offline":
        presence = Offline()
    return _released(agent, presence, now)


def wraps_up(agent: Agent, call: str, wrap_up_seconds: int, now: datetime) -> Agent:
    if wrap_up_seconds <= 0 or agent.lines:
        return _released(agent, _next_of(agent, now), now)
    until = now + timedelta(seconds=wrap_up_seconds)
    return replace(_after_talk(agent, now), presence=WrapUp(call, now, until), headset=None)


def _released(agent: Agent, presence: Presence, now: datetime) -> Agent:
    """In no call; but callers who are on hold come first, and what the agent wished for waits."""
    agent = replace(_after_talk(agent, now), headset=None)
    if agent.lines:
        return replace(agent, presence=Holding(now))
    return replace(agent, presence=presence, next=None)


def _after_talk(agent: Agent, now: datetime) -> Agent:
    """The time in conversation is counted when it is over, in the save that ends it."""
    if not isinstance(agent.presence, OnCall) or not agent.presence.has_begun:
        return agent
    seconds = round((now - agent.presence.since).total_seconds())
    today = replace(agent.today, talk_seconds=agent.today.talk_seconds + seconds)
    return replace(agent, today=today)
