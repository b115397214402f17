"""A conference: the caller, the agent and guests from outside, who were consulted and joined (R12).

Who is in it hears everybody. To add somebody the agent consults them: meanwhile caller and guests
are on hold, each for themselves, and after a consultation that failed until the agent retrieves
them. A guest stays in the caller's room, so no leg moves. The agent may mute a guest, who hears
everybody then; once the agent has left, everybody is heard again.

    what happens                               what becomes of it
    a guest hangs up, or is removed            the others talk on; with the last it is as before
    the agent leaves                           HandedOver: the others talk on without an agent; the
                                               call is that of the first guest who is a colleague
    the agent ends it                          it ends for all
    the caller hangs up                        it ends for all
    the agent's telephone hangs up             as if the agent left; who is still consulted is gone
    the headset does not come back             so, too
    the agent forgets them on hold             so, too
    the agent is dismissed, and cannot speak   so, too
"""

from app.domain import colleague
from app.domain import events as e
from app.domain.commands import Mute
from app.domain.conversation import is_refused_for_good
from app.domain.handover import hand_over, without
from app.domain.journey import dismiss
from app.domain.states import ConsultOver, HeadsetAway, InConversation, is_among
from app.domain.transition import Transition
from app.domain.value import replace


def in_conversation(transition: Transition, state: InConversation, event: e.Event) -> None:
    match event:
        case _ if not state.guests:
            colleague.in_conversation(transition, state, event)
        case e.HungUp(leg) if is_among(state.guests, leg):
            _leaves(transition, state, leg)
        case _ if leg := _colleague_who_left(transition, state, event):
            _leaves(transition, state, leg)
        case e.RoomRefused(leg) if is_among(state.guests, leg):
            if transition.count_bounce(leg):
                _leaves(transition, state, leg)
        case e.GuestRemoveRequested(who, leg) if who == state.agent:
            transition.set_state(replace(state, guests=without(state.guests, leg)))
        case e.GuestMuteRequested(who, leg) if who == state.agent:
            _mute(transition, state, leg, muted=True)
        case e.GuestUnmuteRequested(who, leg) if who == state.agent:
            _mute(transition, state, leg, muted=False)
        case e.CommandRefused(_, Mute(leg)) if is_among(state.guests, leg):
            if is_refused_for_good(transition, leg):
                _mute(transition, state, leg, muted=False, mute_failed=True)
        case e.LeaveRequested(who):
            if who == state.agent and state.consult is None and state.away is None:
                transition.wrap_up()
                hand_over(transition, state, state.guests)
        case e.HoldRequested() | e.TransferRequested() | e.ParkRequested():
            pass  # whom of them the agent means is not said
        case e.AgentDismissed(who) if any(who == guest.agent for guest in state.guests):
            dismiss(transition, who)
        case e.AgentDismissed(who) if who == state.agent:
            dismiss(transition, who)
            if state.hold is not None or state.away is not None:
                _gives_up(transition, state, "dismissed")
        case e.HungUp(leg) | e.LeftRoom(leg, hung_up=True) if leg == state.headset:
            if transition.was_dialled(leg) and transition.is_of_this_room(event):
                transition.wrap_up()
                hand_over(transition, state, state.guests)
            else:
                colleague.in_conversation(transition, state, event)
        case e.TimePassed() if reason := _overdue(transition, state):
            _gives_up(transition, state, reason)
        case _:
            colleague.in_conversation(transition, state, event)


def _leaves(transition: Transition, state: InConversation, leg: str) -> None:
    """The agent is told, until there is another wish."""
    guest = next(guest for guest in state.guests if guest.leg == leg)
    over = ConsultOver(guest.number, guest.name, "hung up")
    guests = without(state.guests, leg)
    transition.set_state(replace(state, guests=guests, consult_over=over))


def _mute(
    transition: Transition,
    state: InConversation,
    leg: str,
    *,
    muted: bool,
    mute_failed: bool = False,
) -> None:
    guests = tuple(
        replace(guest, muted=muted, mute_failed=mute_failed) if guest.leg == leg else guest
        for guest in state.guests
    )
    if guests != state.guests:
        transition.forget_refusals(leg)
        transition.set_state(replace(state, guests=guests))


def _colleague_who_left(transition: Transition, state: InConversation, event: e.Event) -> str:
    """The leg of a guest who is a colleague, and has left; empty: none has."""
    colleagues = (guest for guest in state.guests if guest.agent)
    gone = (
        guest.leg
        for guest in colleagues
        if colleague.has_left(transition, event, guest.agent, guest.leg)
    )
    return next(gone, "")


def _overdue(transition: Transition, state: InConversation) -> str:
    """Why the agent counts as gone; empty: the agent does not."""
    if isinstance(state.away, HeadsetAway):
        return "device lost" if state.away.until <= transition.now else ""
    is_forgotten = state.hold is not None and state.hold.until <= transition.now
    return "forgot a caller on hold" if is_forgotten else ""


def _gives_up(transition: Transition, state: InConversation, reason: str) -> None:
    transition.set_aside(state.agent, reason)
    hand_over(transition, state, state.guests)
