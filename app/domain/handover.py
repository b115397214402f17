"""Handed over: the agent has left the caller with guests from outside, and no agent has the call.

Left with a colleague, the call is the colleague's: a conversation as before, with another agent.

    what happens                           what becomes of it
    it rings at a guest still              the caller, on hold, hears music until they answer
    a guest hangs up, others stay          they talk on
    the last guest hangs up, is busy,      the call ends with them, or the caller is on the way back
    or does not answer
    the caller hangs up                    the call ends, for the guests, too
    no room takes a guest                  as if they had hung up (V9)
    no room takes the caller               the plan goes on as after too long a wait (V9)

If the last guest leaves before the caller and a guest have heard each other without the agent, the
caller is on the way back: to the agent, if free, else to the old place in the queue (T2). A hang-up
is told late, so that is sure only after some seconds together (T3).
"""

from datetime import timedelta

from app.domain import events as e
from app.domain.call import CALLER
from app.domain.commands import Dial
from app.domain.states import Guest, HandedOver, InConversation, Transfer, is_among
from app.domain.transition import Transition
from app.domain.value import replace

HEARD = timedelta(seconds=4)  # two clocks (W12), and a hang-up that is on its way


def hand_over(transition: Transition, state: InConversation, guests: tuple[Guest, ...]) -> None:
    """The caller with the guests; the agent out, and named for the way back.

    With a colleague among them the call is that colleague's.
    """
    colleague = next((guest for guest in guests if guest.agent), None)
    if colleague is not None:
        give(transition, state, colleague, without(guests, colleague.leg))
        return
    transition.want_no_headset()
    transfer = Transfer(state.agent, guests[-1].number, state.position)
    transition.call = replace(transition.call, transfer=transfer)
    transition.set_state(HandedOver(state.position, guests, transition.now))


def give(
    transition: Transition, state: InConversation, to: Guest, guests: tuple[Guest, ...]
) -> None:
    """The call is that colleague's from now on. The headset of the agent leaves once the colleague
    is heard: the caller hears no gap. Whoever supervised the agent does so no more.
    """
    given = passes_to(transition, state, to.agent, to.leg)
    transition.set_state(replace(given, guests=guests, hold=None, consult=None))


def passes_to(
    transition: Transition, state: InConversation, agent_id: str, headset: str
) -> InConversation:
    """The conversation as another agent has it, who is in the room as that leg: not set yet."""
    transition.want_no_headset()
    if leg := transition.call.leg(headset):
        transition.call = transition.call.with_leg(replace(leg, role="agent", wanted="talk"))
    transition.forget_refusals(headset)
    if transition.has(agent_id):
        transition.begin_talk(agent_id)
    passed = replace(state, agent=agent_id, headset=headset, since=transition.now, away=None)
    return replace(passed, hold_failed=False, consult_over=None, supervision=None)


def handed_over(transition: Transition, state: HandedOver, event: e.Event) -> None:
    match event:
        case e.HungUp(leg) if leg == CALLER:
            _forget_transfer(transition, is_over=state.talked)
            transition.end("answered" if state.talked else "abandoned")
        case e.HungUp(leg) if is_among(state.guests, leg):
            _leaves(transition, state, leg)
        case e.CommandRefused(_, Dial(leg)) if is_among(state.guests, leg):
            transition.call = transition.call.without_leg(leg)
            _leaves(transition, state, leg)
        case e.RoomRefused(leg) if is_among(state.guests, leg) and transition.count_bounce(leg):
            _leaves(transition, state, leg)
        case e.RoomRefused(leg) if leg == CALLER and transition.count_bounce(CALLER):
            _forget_transfer(transition, is_over=state.talked)
            transition.forget_way_back()  # with nobody could the caller talk (V9)
            transition.enter(transition.plan.wait_point(state.position.node).otherwise)
        case _:
            pass  # late or repeated


def without(guests: tuple[Guest, ...], leg: str) -> tuple[Guest, ...]:
    return tuple(guest for guest in guests if guest.leg != leg)


def settle_hand_over(transition: Transition) -> None:
    call, state = transition.call, transition.call.state
    if isinstance(state, HandedOver) and not state.talked and call.is_handed_over:
        transition.set_state(replace(state, talked=True))


def _leaves(transition: Transition, state: HandedOver, leg: str) -> None:
    if others := without(state.guests, leg):
        transition.set_state(replace(state, guests=others))
        return
    _forget_transfer(transition, is_over=_have_surely_talked(transition))
    if not transition.takes_back():
        transition.hang_up("answered")


def _have_surely_talked(transition: Transition) -> bool:
    """Long enough, though whoever hangs up now may have been gone for a moment."""
    call, facts = transition.before, transition.before.facts
    present = transition.now - facts.since if call.is_handed_over else timedelta()
    return timedelta(milliseconds=facts.handed_over_ms) + present >= HEARD


def _forget_transfer(transition: Transition, *, is_over: bool) -> None:
    """The caller has talked to whom the agent has left them with."""
    if is_over:
        transition.call = replace(transition.call, transfer=None)
