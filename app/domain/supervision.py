"""Supervision: a supervisor listens to a conversation, and may speak in it or take it over (R14).

The supervisor's page calls in as a leg of its own, which each document lets in muted. What the
carrier is told after that follows from the mode, in `reconcile`.

    mode      who hears the supervisor
    listen    nobody
    coach     the agent; whoever else is there does not
    barge     everybody in the conversation who is not on hold

    what happens                               what becomes of it
    the supervisor's page does not call in     it is over after some seconds
    the supervisor stops, hangs up, or is lost it is over
    the conversation is over, in any way       so is this
    the agent's headset is lost                the supervisor listens, until it is back
    the carrier refuses to coach or to barge   the supervisor listens, and is told
    the carrier refuses to mute                it is over: the supervisor is hung up
    take over                                  the supervisor has the call, the agent a wrap-up

One supervisor at a time. After it the supervisor is as before it: the presence is the old one.
"""

from datetime import timedelta

from app.domain import agent as a
from app.domain import conference
from app.domain import events as e
from app.domain.commands import Barge, Coach, Mute
from app.domain.conversation import is_refused_for_good
from app.domain.handover import passes_to
from app.domain.journey import CONNECT_SECONDS, dismiss
from app.domain.states import InConversation, Supervision, SupervisionMode, colleagues_of
from app.domain.transition import Transition
from app.domain.value import replace


def in_conversation(transition: Transition, state: InConversation, event: e.Event) -> None:
    match state.supervision, event:
        case None, e.SupervisionRequested():
            _begin(transition, state, event)
        case None, _:
            conference.in_conversation(transition, state, event)
        case supervision, _:
            if not _supervised(transition, state, supervision, event):
                changed = transition.call.state
                if isinstance(changed, InConversation):
                    conference.in_conversation(transition, changed, event)


def can_begin(state: InConversation, who: str) -> bool:
    is_up = state.met and state.away is None
    is_in_it = who in (state.agent, *colleagues_of(state))
    return is_up and state.supervision is None and not is_in_it


def can_take_over(state: InConversation, who: str) -> bool:
    """Whom the agent has consulted nobody but that agent can deal with."""
    supervision = state.supervision
    is_there = supervision is not None and supervision.by == who and supervision.until is None
    return is_there and state.consult is None


def _begin(transition: Transition, state: InConversation, event: e.SupervisionRequested) -> None:
    who = event.agent
    supervisor = transition.agents.get(who)
    if supervisor is None:
        transition.asks_for = who
        return
    if not a.may_call_out(supervisor) or not can_begin(state, who):
        return
    now, call = transition.now, transition.call.id
    transition.save_agent(a.supervises(supervisor, call, event.nonce, event.tab, now))
    until = now + timedelta(seconds=CONNECT_SECONDS)
    headset = transition.headset_of(who)
    supervision = Supervision(who, headset, event.nonce, now, until)
    transition.set_state(replace(state, supervision=supervision))


def _supervised(
    transition: Transition, state: InConversation, supervision: Supervision, event: e.Event
) -> bool:
    """Whether the event is the supervision's alone. Time, too, may end it."""
    who, headset = supervision.by, supervision.headset
    match event:
        case e.HeadsetConnected(leg, nonce, sid) if leg == headset:
            if nonce == supervision.nonce:
                _connect(transition, supervision, sid)
        case e.JoinedRoom(leg) if leg == headset:
            if _is_in_room(transition, headset):
                _set(transition, state, replace(supervision, until=None))
        case e.HungUp(leg) | e.HeadsetLost(leg) if leg == headset:
            _over(transition, state)
        case e.LeftRoom(leg, hung_up=True) if leg == headset:
            if transition.is_of_this_room(event):
                _over(transition, state)
        case e.RoomRefused(leg) if leg == headset:
            if transition.count_bounce(leg):
                _over(transition, state)
        case e.CommandRefused(_, Mute(leg) | Coach(leg) | Barge(leg)) if leg == headset:
            _refused(transition, state, supervision, event)
        case e.ListenRequested(asked) if asked == who:
            _set_mode(transition, state, supervision, "listen")
        case e.CoachRequested(asked) if asked == who:
            _set_mode(transition, state, supervision, "coach")
        case e.BargeRequested(asked) if asked == who:
            _set_mode(transition, state, supervision, "barge")
        case e.SupervisionEndRequested(asked) if asked == who:
            _over(transition, state)
        case e.TakeOverRequested(asked) if asked == who:
            if can_take_over(state, who) and transition.has(who):
                _take_over(transition, state, supervision)
        case e.AgentDismissed(asked) if asked == who:
            dismiss(transition, who)
            _over(transition, state)
        case e.TimePassed() if supervision.until and supervision.until <= transition.now:
            _over(transition, state)
            return False
        case _:
            return False
    return True


def _connect(transition: Transition, supervision: Supervision, sid: str) -> None:
    if transition.call.leg(supervision.headset) is None:
        transition.add_supervisor(supervision.headset, supervision.by)
        transition.bind_sid(supervision.headset, sid)


def _is_in_room(transition: Transition, leg_id: str) -> bool:
    leg = transition.call.leg(leg_id)
    return leg is not None and leg.in_room


def _set(transition: Transition, state: InConversation, supervision: Supervision) -> None:
    transition.set_state(replace(state, supervision=supervision))


def _set_mode(
    transition: Transition, state: InConversation, supervision: Supervision, mode: SupervisionMode
) -> None:
    if supervision.until is None:
        transition.forget_refusals(supervision.headset)
        _set(transition, state, replace(supervision, mode=mode, failed=False))


def _over(transition: Transition, state: InConversation) -> None:
    transition.set_state(replace(state, supervision=None))


def _refused(
    transition: Transition, state: InConversation, supervision: Supervision, event: e.CommandRefused
) -> None:
    """Nobody is heard whose screen says that they are not: who cannot be muted is hung up."""
    if not is_refused_for_good(transition, supervision.headset):
        return
    if isinstance(event.command, Mute):
        _over(transition, state)
    elif supervision.mode != "listen":
        transition.forget_refusals(supervision.headset)
        _set(transition, state, replace(supervision, mode="listen", failed=True))


def _take_over(transition: Transition, state: InConversation, supervision: Supervision) -> None:
    """The agent's headset leaves once the supervisor is heard: the caller hears no gap."""
    transition.wrap_up()
    transition.set_state(passes_to(transition, state, supervision.by, supervision.headset))
