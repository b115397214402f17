"""The conversation: the caller with an agent, until one of them ends it or the headset is given up.

    InConversation                 both are in the room, or on their way into it
    InConversation(hold=OnHold)    the agent wants the caller on hold
    InConversation(away=…)         the headset is lost: the page may come back within the grace;
                                   or the agent is on another line (`app.domain.lines`)

Verbs change what is wanted: `HoldRequested`, `RetrieveRequested`, `TransferRequested`,
`AgentHungUp`. What is to be told to the carrier follows from that in `reconcile`. The caller is
nobody's to lose: without the agent, the caller goes back to the queue, to the old position (F10);
transferred, to a node of the plan, and back again if the person there does not take the call. An
agent who is dismissed while they talk finishes the conversation; a caller whom that agent does not
hear then is queued at once, since nobody who is dismissed can take the caller back.
"""

from datetime import timedelta

from app.domain import agent as a
from app.domain import events as e
from app.domain import recording
from app.domain.call import CALLER
from app.domain.commands import Hold, PauseRecording, StopRecording
from app.domain.journey import connect, dismiss
from app.domain.park import park
from app.domain.states import HeadsetAway, InConversation, OnHold, OnOtherLine, Transfer, Waiting
from app.domain.transition import Transition
from app.domain.value import replace

GRACE_SECONDS = 20  # a lost headset may come back
HOLD_RING_SECONDS = 30  # a forgotten hold rings at the agent's desk, then the caller is queued
HOLD_TRIES = 2  # so often the carrier is asked to hold before the agent is told that it failed


def in_conversation(transition: Transition, state: InConversation, event: e.Event) -> None:
    match event:
        case e.HoldRequested(who) if who == state.agent:
            _hold(transition, state)
        case e.RetrieveRequested(who) if who == state.agent and state.hold is not None:
            transition.set_state(replace(state, hold=None, consult_over=None))
        case e.CommandRefused(_, Hold(leg)) if leg == CALLER and state.hold is not None:
            if is_refused_for_good(transition, leg):
                transition.set_state(replace(state, hold=None, hold_failed=True))
        case (
            e.RecordRequested()
            | e.StopRecordingRequested()
            | e.PauseRecordingRequested()
            | e.ResumeRecordingRequested()
        ):
            recording.asked(transition, state, event)
        case e.CommandRefused(_, PauseRecording() | StopRecording()):
            recording.refused(transition, event)
        case e.TransferRequested(who, target) if who == state.agent:
            _transfer(transition, state, target)
        case e.ParkRequested(who, slot) if who == state.agent:
            park(transition, state, slot)
        case e.AgentHungUp(who) if who == state.agent:
            transition.wrap_up()
            transition.hang_up("answered")
        case e.AgentDismissed(who) if who == state.agent:
            dismiss(transition, who)
            if state.hold is not None or state.away is not None:
                _back_to_queue(transition, state, "dismissed")
        case e.HungUp() if event.leg == CALLER:
            _caller_hung_up(transition, state)
        case e.RoomRefused() if event.leg == CALLER and transition.count_bounce(CALLER):
            _goes_on(transition, state)  # with nobody could the caller talk (V9)
        case e.QueueRefused() if _is_held_in(transition, event):
            _goes_on(transition, state)
        case e.TimePassed():
            _time_passed(transition, state)
        case e.Rejoined(who, nonce, tab) if who == state.agent and transition.has(who):
            _rejoin(transition, state, nonce, tab)
        case _:
            _headset_moves(transition, state, event)


def settle_meeting(transition: Transition) -> None:
    """They have met when the second of the two is in the room: that starts it, too.

    Of who is dialled only the own join tells it: until then they ring.
    """
    call, state = transition.call, transition.call.state
    caller = call.leg(CALLER)
    is_started = call.room.started and not call.is_unanswered
    is_there = is_started or (caller is not None and caller.in_room)
    if isinstance(state, InConversation) and not state.met and is_there:
        state = replace(state, met=True)
        if a.is_calling_out(transition.agents.get(state.agent)):  # who was called has answered
            state = replace(state, since=transition.now)
            transition.begin_talk(state.agent)
        transition.set_state(state)
    if isinstance(state, InConversation) and not state.talked and transition.call.is_talking:
        transition.set_state(replace(state, talked=True))
        transition.call = replace(transition.call, transfer=None)


def _hold(transition: Transition, state: InConversation) -> None:
    """Only a caller who is there is held; a second wish keeps the time of the first."""
    if state.hold is not None or state.away is not None or not state.met:
        return
    transition.forget_refusals(CALLER)
    hold = hold_of(transition, state)
    transition.set_state(replace(state, hold=hold, hold_failed=False, consult_over=None))


def hold_of(transition: Transition, state: InConversation) -> OnHold:
    """A hold that begins now, for as long as the plan allows."""
    seconds = transition.plan.wait_point(state.position.node).max_hold_seconds
    ring_at = transition.now + timedelta(seconds=seconds)
    return OnHold(transition.now, ring_at, ring_at + timedelta(seconds=HOLD_RING_SECONDS))


def is_refused_for_good(transition: Transition, leg_id: str) -> bool:
    """The carrier was asked often enough to hold that leg."""
    leg = transition.call.leg(leg_id)
    return leg is not None and leg.refusals >= HOLD_TRIES


def _transfer(transition: Transition, state: InConversation, target: str) -> None:
    """The caller goes on at that node with the age of the place before; the agent is done (T1)."""
    if state.away is not None or not state.met or target not in transition.plan.nodes:
        return
    before, line = state.position, transition.plan.wait_point(state.position.node)
    transition.want_no_headset()
    transition.wrap_up()
    transition.call = replace(transition.call, transfer=Transfer(state.agent, target))
    transition.enter(target)
    match transition.call.state:
        case Waiting(place):
            there = transition.plan.wait_point(place.node)
            urgent = min(before.priority or line.priority, there.priority)
            priority = urgent if urgent != there.priority else None
            place = replace(place, since=before.since, priority=priority)
            transition.wait_again(place, state.agent)
            if there.only_agent is not None:
                transfer = Transfer(state.agent, target, before)
                transition.call = replace(transition.call, transfer=transfer)
        case _:
            pass


def _is_held_in(transition: Transition, event: e.QueueRefused) -> bool:
    """Who is to be held, and asked for a document, was sent into that queue (R11).

    What the queue refused before the conversation is told late: of an older document.
    """
    leg = transition.call.leg(event.leg)
    if leg is None or leg.wanted != "hold" or event.node != transition.position.node:
        return False
    return event.document is None or event.document >= leg.document


def _goes_on(transition: Transition, state: InConversation) -> None:
    """The carrier lets the caller in nowhere: on to where who waited too long goes."""
    if not state.met:
        transition.note_missed("no connection")
    transition.release_agent()
    transition.want_no_headset()
    transition.forget_way_back()
    transition.enter(transition.plan.wait_point(state.position.node).otherwise)


def _caller_hung_up(transition: Transition, state: InConversation) -> None:
    if not state.met:  # on the way into the room: nobody was talked to (F8, F9)
        transition.note_missed("caller gave up")
        transition.release_agent()
        transition.end("abandoned")
    else:
        transition.wrap_up()
        transition.end("answered")


def _time_passed(transition: Transition, state: InConversation) -> None:
    now = transition.now
    if isinstance(state.away, HeadsetAway):
        if state.away.until <= now:
            _back_to_queue(transition, state, "device lost")
    elif state.hold is not None and state.hold.until <= now:
        _back_to_queue(transition, state, "forgot a caller on hold")
    elif state.hold is not None and state.hold.ring_at <= now:
        transition.set_state(replace(state, hold=replace(state.hold, is_ringing=True)))


def _back_to_queue(transition: Transition, state: InConversation, reason: str) -> None:
    transition.want_no_headset()
    transition.set_aside(state.agent, reason)
    transition.wait_again(transition.restart_wait(state.position), state.agent)


# --- The headset --------------------------------------------------------------------------------


def _headset_moves(transition: Transition, state: InConversation, event: e.Event) -> None:
    match state.away:
        case None:
            _headset_leaves(transition, state, event)
        case HeadsetAway() as away:
            _headset_comes_back(transition, state, away, event)
        case OnOtherLine():
            pass  # it has left, or is on its way out


def _headset_leaves(transition: Transition, state: InConversation, event: e.Event) -> None:
    match event:
        case e.HungUp(gone) | e.LeftRoom(gone, hung_up=True) if gone == state.headset:
            if transition.is_of_this_room(event):
                _headset_hung_up(transition, state)
        case e.HeadsetLost(gone) | e.LeftRoom(gone) if gone == state.headset:
            if transition.is_of_this_room(event):
                _headset_lost(transition, state)
        case e.RoomRefused(leg) if leg == state.headset and transition.count_bounce(leg):
            restarted = transition.restart_wait(state.position)
            transition.miss_offer(restarted, state.agent, "no connection")
        case _:
            pass  # late or repeated


def _headset_hung_up(transition: Transition, state: InConversation) -> None:
    """On a telephone that is a gesture: it ends the conversation, but never a held caller (R10).

    Who was sent to this agent and has not heard them goes back to the sender (T2).
    """
    if not transition.was_dialled(state.headset):
        _headset_lost(transition, state)
    elif state.hold is None:
        transition.wrap_up()
        transition.hang_up("answered")
    else:  # the caller on hold rings back: first in the queue, and the agent is free
        transition.want_no_headset()
        transition.free(state.agent)
        if not transition.takes_back():
            transition.set_state(Waiting(transition.restart_wait(state.position)))


def _headset_lost(transition: Transition, state: InConversation) -> None:
    until = transition.now + timedelta(seconds=GRACE_SECONDS)
    transition.set_state(replace(state, away=HeadsetAway(until)))


def _rejoin(transition: Transition, state: InConversation, nonce: str, tab: str) -> None:
    """The page is back: the old headset counts as lost, and the next generation may come in."""
    if isinstance(state.away, HeadsetAway) and state.away.nonce == nonce:
        return
    agent, now = transition.agents[state.agent], transition.now
    transition.save_agent(a.lets_in(agent, transition.call.id, nonce, tab, now))
    transition.lose(state.headset)
    until = now + timedelta(seconds=GRACE_SECONDS)
    away = HeadsetAway(until, transition.headset_of(state.agent), nonce)
    transition.set_state(replace(state, away=away))


def _headset_comes_back(
    transition: Transition, state: InConversation, away: HeadsetAway, event: e.Event
) -> None:
    match event:
        case e.HeadsetConnected(leg, nonce, sid) if (leg, nonce) == (away.headset, away.nonce):
            connect(transition, state.agent, leg, sid)
        case e.JoinedRoom(leg) if leg == away.headset:
            transition.set_state(replace(state, headset=leg, away=None))
        case e.HungUp(gone) | e.HeadsetLost(gone) if gone == away.headset:
            transition.set_state(replace(state, away=HeadsetAway(away.until)))
        case e.RoomRefused(leg) if leg == away.headset and transition.count_bounce(leg):
            transition.want_no_headset()
            transition.set_state(replace(state, away=HeadsetAway(away.until)))
        case _:
            pass  # late or repeated
