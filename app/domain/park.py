"""Park: the agent leaves a caller at a numbered slot, for a colleague to take, and is free (T6).

    Parked                        no agent has the call; the caller hears the music of the queue
    an agent takes it             Connecting, as with any pickup (`app.domain.pickup`)
    nobody does within the time   Offered to whoever parked it, if free; else Waiting, the old place
    the queue refuses the caller  on, to where who waited too long goes
    the caller hangs up           Ended

A slot has one call at a time: the save that parks a call takes its row on the board, or nothing
happens. It is announced by word of mouth ("a call for you at 701"), so any agent may take it, and
no queue offers it meanwhile.
"""

from datetime import timedelta
from typing import Final

from app.domain import events as e
from app.domain.board import ParkedRow
from app.domain.call import CALLER, Call
from app.domain.states import InConversation, Parked, Transfer
from app.domain.transition import Transition
from app.domain.value import replace

SLOTS: Final = tuple(range(701, 710))


def park(transition: Transition, state: InConversation, slot: int) -> None:
    """The age of the place is kept; the agent is done with the call, as after a transfer."""
    if state.away is not None or not state.met:
        return
    place = transition.restart_wait(state.position)
    seconds = transition.plan.wait_point(place.node).park_seconds
    until = transition.now + timedelta(seconds=seconds)
    transition.want_no_headset()
    transition.wrap_up()
    sent_on = Transfer(state.agent, place.node, slot=slot)
    transition.call = replace(transition.call, transfer=sent_on)
    transition.set_state(Parked(place, slot, state.agent, transition.now, until))


def parked(transition: Transition, state: Parked, event: e.Event) -> None:
    match event:
        case e.TimePassed() | e.AskedWhileWaiting() if state.until <= transition.now:
            transition.returns_to(state.by, transition.restart_wait(state.position))
        case e.QueueRefused(node=node) if node == state.position.node:
            transition.enter(transition.plan.wait_point(node).otherwise)
        case e.HungUp() if event.leg == CALLER:
            transition.end("abandoned")
        case _:
            pass  # late or repeated


def parked_row(call: Call) -> ParkedRow | None:
    """The row of a call on the board, while it is parked."""
    match call.state:
        case Parked(position, slot, by, since, until):
            return ParkedRow(slot, call.id, position.node, call.caller, since, until, by, call.name)
        case _:
            return None
