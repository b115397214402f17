"""A consultation: the agent asks somebody outside while the caller is on hold, then decides (R11).

Whoever is consulted is dialled into the caller's room, once the carrier has confirmed the caller's
hold (privacy gate). So no leg moves when the agent decides, and nobody hears a gap.

    the agent speaks with    the caller    the one consulted    the next is
    consulted                on hold       talks, or rings      swap, join, complete, cancel
    caller                   talks         on hold              swap, join, complete, cancel
    both                     talks         talks                complete, cancel

    what happens                           what becomes of it
    busy, no answer, or they hang up       the consultation is over; the caller stays where they are
    the caller cannot be put on hold       nobody is dialled; the agent is told
    the one on hold in a swap cannot be    as before the swap; the agent is told
    the caller hangs up                    the call ends, for the one consulted, too
    the agent ends a call of three         it ends for all; with somebody on hold that is no wish
    the agent's telephone hangs up         speaks with both: complete; else as `conversation` says
    the headset does not come back         speaks with both: complete; else the caller is queued
    complete                               HandedOver: no agent has the call (T3)

Handed over, the call ends with either of the two. Whoever was consulted and leaves before the two
have heard each other leaves the caller on the way back: to the agent, if free, else to the old
place in the queue (T2). A hang-up is told late, so that is sure only after some seconds together.
"""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from app.domain import agent as a
from app.domain import call, conversation
from app.domain import events as e
from app.domain.call import CALLER, Leg
from app.domain.commands import Dial, Hold
from app.domain.outcomes import ConsultEnd
from app.domain.states import (
    Consult,
    ConsultOver,
    HandedOver,
    HeadsetAway,
    InConversation,
    SpeaksWith,
    Transfer,
)
from app.domain.transition import Transition
from app.domain.value import replace

HEARD = timedelta(seconds=4)  # two clocks (W12), and a hang-up that is on its way
RING_SECONDS = 30  # then nobody answers: the caller is on hold all that time
ENDS: Final[Mapping[str, ConsultEnd]] = MappingProxyType(
    {
        "busy": "busy",
        "no-answer": "not answered",
        "completed": "hung up",
        "participant_hung_up": "hung up",
    }
)


def in_conversation(transition: Transition, state: InConversation, event: e.Event) -> None:
    match state.consult, event:
        case None, e.ConsultRequested(who):
            is_there = who == state.agent and state.met and state.away is None
            if is_there and not transition.call.has_consulted:
                _begin(transition, state, event)
        case None, _:
            conversation.in_conversation(transition, state, event)
        case consult, _:
            _consulting(transition, state, consult, event)


def _begin(transition: Transition, state: InConversation, event: e.ConsultRequested) -> None:
    """The caller on hold first, then the number is dialled: by `reconcile`, in that order."""
    leg = str(transition.call.next_leg)
    dial = Dial(leg, event.number, event.shows, RING_SECONDS)
    dialled = Leg(leg, "", transition.now, role="consulted", wanted="talk", observed="away")
    call = transition.call.with_leg(replace(dialled, ring=dial, number=event.number))
    transition.call = replace(call, next_leg=call.next_leg + 1)
    if transition.has(state.agent):
        agent = transition.agents[state.agent]
        transition.save_agent(a.counts_call_out(agent, transition.now))
    consult = Consult(leg, event.number, event.name, transition.now)
    _speak_with(transition, state, consult, "consulted")


def _consulting(
    transition: Transition, state: InConversation, consult: Consult, event: e.Event
) -> None:
    match event:
        case e.JoinedRoom(leg) if leg == consult.leg:
            joined = transition.call.leg(leg)
            if joined is not None and joined.in_room:
                transition.set_state(replace(state, consult=replace(consult, answered=True)))
        case e.HungUp(leg, reason) if leg == consult.leg:
            _over(transition, state, consult, end_of(reason, answered=consult.answered))
        case e.CommandRefused(_, Dial(leg)) if leg == consult.leg:
            transition.call = transition.call.without_leg(leg)
            _over(transition, state, consult, "not reached")
        case e.RoomRefused(leg) if leg == consult.leg:
            if transition.count_bounce(leg):
                _over(transition, state, consult, "hung up")
        case e.CommandRefused(_, Hold(leg)) if conversation.is_refused_for_good(transition, leg):
            _cannot_hold(transition, state, consult, leg)
        case e.HungUp() | e.LeftRoom(hung_up=True) if event.leg == state.headset:
            _headset_hung_up(transition, state, consult, event)
        case e.TimePassed():
            _time_passed(transition, state, consult, event)
        case e.ConsultRequested() | e.TransferRequested():
            pass  # one at a time
        case e.HoldRequested() | e.RetrieveRequested():
            pass  # the swap says who is on hold
        case e.AgentHungUp() if consult.speaks_with != "both":
            pass  # somebody is on hold: whom the agent means is not said
        case _ if _decides(transition, state, consult, event):
            pass
        case _:
            conversation.in_conversation(transition, state, event)


def _decides(
    transition: Transition, state: InConversation, consult: Consult, event: e.Event
) -> bool:
    """Whether the agent says with the event how the consultation goes on."""
    match event:
        case e.ConsultCancelRequested(who):
            if who == state.agent and state.away is None:
                transition.set_state(replace(state, hold=None, consult=None))
        case e.SwapToCallerRequested(who):
            if _may(state, consult, who) and consult.speaks_with == "consulted":
                _speak_with(transition, state, consult, "caller")
        case e.SwapToConsultedRequested(who):
            if _may(state, consult, who) and consult.speaks_with == "caller":
                _speak_with(transition, state, consult, "consulted")
        case e.ConsultJoinRequested(who):
            if _may(state, consult, who):
                _speak_with(transition, state, consult, "both")
        case e.ConsultCompleteRequested(who):
            if _may(state, consult, who):
                transition.wrap_up()
                _hand_over(transition, state, consult)
        case _:
            return False
    return True


def handed_over(transition: Transition, state: HandedOver, event: e.Event) -> None:
    match event:
        case e.HungUp(leg) if leg == CALLER:
            _forget_transfer(transition, is_over=state.talked)
            transition.end("answered" if state.talked else "abandoned")
        case e.HungUp(leg) if leg == state.leg:
            _leaves(transition)
        case e.RoomRefused(leg) if leg == state.leg and transition.count_bounce(leg):
            _leaves(transition)
        case e.RoomRefused(leg) if leg == CALLER and transition.count_bounce(CALLER):
            _forget_transfer(transition, is_over=state.talked)
            transition.forget_way_back()  # with nobody could the caller talk (V9)
            transition.enter(transition.plan.wait_point(state.position.node).otherwise)
        case _:
            pass  # late or repeated


def _leaves(transition: Transition) -> None:
    """Whoever was consulted is gone."""
    _forget_transfer(transition, is_over=_have_surely_talked(transition))
    if not transition.takes_back():
        transition.hang_up("answered")


def settle_hand_over(transition: Transition) -> None:
    call, state = transition.call, transition.call.state
    if isinstance(state, HandedOver) and not state.talked and call.is_handed_over:
        transition.set_state(replace(state, talked=True))


def _have_surely_talked(transition: Transition) -> bool:
    """Long enough, though whoever hangs up now may have been gone for a moment."""
    call, facts = transition.before, transition.before.facts
    present = transition.now - facts.since if call.is_handed_over else timedelta()
    return timedelta(milliseconds=facts.handed_over_ms) + present >= HEARD


def _forget_transfer(transition: Transition, *, is_over: bool) -> None:
    """The caller has talked to whom the agent has left them with."""
    if is_over:
        transition.call = replace(transition.call, transfer=None)


def _may(state: InConversation, consult: Consult, who: str) -> bool:
    return who == state.agent and state.away is None and consult.answered


def end_of(reason: str, *, answered: bool) -> ConsultEnd:
    """What became of a consultation whose leg the carrier ended for that reason."""
    return "hung up" if answered else ENDS.get(reason, "not reached")


def _speak_with(
    transition: Transition, state: InConversation, consult: Consult, whom: SpeaksWith
) -> None:
    transition.forget_refusals(CALLER)
    transition.forget_refusals(consult.leg)
    hold = None
    if whom == "consulted":
        hold = state.hold or conversation.hold_of(transition, state)
    consult = replace(consult, speaks_with=whom)
    changed = replace(state, hold=hold, consult=consult, hold_failed=False, consult_over=None)
    transition.set_state(changed)


def _over(transition: Transition, state: InConversation, consult: Consult, how: ConsultEnd) -> None:
    """Who could not be put on hold for a swap is out of the way: the agent has the caller back."""
    over = ConsultOver(consult.number, consult.name, how)
    is_swap = state.hold_failed and consult.answered and consult.speaks_with == "consulted"
    hold = None if is_swap else state.hold
    transition.set_state(
        replace(state, hold=hold, consult=None, consult_over=over, hold_failed=False)
    )


def _cannot_hold(transition: Transition, state: InConversation, consult: Consult, leg: str) -> None:
    """As it was: nobody hears what is not meant for them, and the agent is told."""
    match leg, consult.speaks_with:
        case _, "both":
            return  # somebody left the room, and whoever is alone in it is held for comfort
        case call.CALLER, "consulted" if not consult.answered:
            over = ConsultOver(consult.number, consult.name, "not called")
            state = replace(state, hold=None, consult=None, consult_over=over)
        case call.CALLER, "consulted":
            state = replace(state, hold=None, consult=replace(consult, speaks_with="caller"))
        case consult.leg, "caller":
            consult = replace(consult, speaks_with="consulted")
            state = replace(state, hold=conversation.hold_of(transition, state), consult=consult)
        case _:
            return
    transition.set_state(replace(state, hold_failed=True))


def _headset_hung_up(
    transition: Transition, state: InConversation, consult: Consult, event: e.Event
) -> None:
    is_gesture = transition.was_dialled(state.headset) and transition.is_of_this_room(event)
    if is_gesture and consult.speaks_with == "both":
        transition.wrap_up()
        _hand_over(transition, state, consult)
    else:
        conversation.in_conversation(transition, state, event)


def _time_passed(
    transition: Transition, state: InConversation, consult: Consult, event: e.TimePassed
) -> None:
    match state.away:
        case HeadsetAway(until=until) if until <= transition.now and consult.speaks_with == "both":
            transition.set_aside(state.agent, "device lost")
            _hand_over(transition, state, consult)
        case _:
            conversation.in_conversation(transition, state, event)


def _hand_over(transition: Transition, state: InConversation, consult: Consult) -> None:
    """The caller with the one consulted; the agent out, and named for the way back."""
    transition.want_no_headset()
    transfer = Transfer(state.agent, consult.number, state.position)
    transition.call = replace(transition.call, transfer=transfer)
    transition.set_state(
        HandedOver(state.position, consult.leg, consult.number, consult.name, transition.now)
    )
