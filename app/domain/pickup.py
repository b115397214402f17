"""Pickup: an agent who is free takes a call that waits, is parked, or rings at a colleague.

    the call      it becomes    of the picker                 of who was rung
    Waiting       Connecting    reserved, the headset let in  –
    Parked        Connecting    the same                      –
    Offered       Connecting    the same                      free in the old place

What comes after it is as after an accepted offer. The place in the queue is kept, so a headset that
does not come costs the caller nothing. Who was rung is neither set aside nor left out of this call.
Which calls are whose to take: `may_take`. Rules: docs/rules.md, D12 to D14.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from app.domain import agent as a
from app.domain import events as e
from app.domain.access import Person, Subject, may
from app.domain.board import ParkedRow, WaitingRow
from app.domain.call import Call
from app.domain.dialplan import Plan
from app.domain.journey import CONNECT_SECONDS
from app.domain.nodes.base import WaitPoint
from app.domain.states import Connecting, Offered, Parked, Waiting
from app.domain.transition import Transition
from app.domain.value import value

SHOWN_OF_EACH = 10  # callers who wait in one queue: the first of them are listed


@value
class CallToTake:
    """A call that an agent may pick up, as it is listed."""

    call: str
    node: str  # where the caller waits
    caller: str
    since: datetime  # since when the caller has waited
    name: str = ""
    rings_at: str = ""  # the agent at whom it rings; empty: it waits
    slot: int = 0  # where it is parked
    parked_by: str = ""  # the agent who did


def pick_up(
    transition: Transition, state: Waiting | Parked | Offered, event: e.PickupRequested
) -> None:
    """Nothing, where the agent is not free: whoever asked reads that in what becomes of it."""
    who = event.agent
    picker = transition.agents.get(who)
    if picker is None:
        transition.asks_for = who
        return
    if not a.may_pick_up(picker):
        return
    transition.note_missed("picked up")
    transition.release_agent()
    transition.want_no_headset()
    leg = transition.next_leg()
    until = transition.now + timedelta(seconds=CONNECT_SECONDS)
    call = transition.call.id
    transition.save_agent(
        a.picks_up(picker, call, leg, event.nonce, event.tab, until, transition.now)
    )
    headset = transition.headset_of(who)
    # The time at a slot is none of those that the caller waits in vain.
    is_parked = isinstance(state, Parked)
    position = transition.restart_wait(state.position) if is_parked else state.position
    transition.set_state(Connecting(position, leg, who, headset, event.nonce, until))


# --- Whose it is to take ------------------------------------------------------------------------


def takers(plan: Plan, node: str) -> tuple[str, ...]:
    """The agents whose calls of that queue or extension are to take, by `plan` as it is now.

    A queue's: its members. An extension's: its person, and whoever shares a queue with them.
    """
    line = plan.nodes.get(node)
    if not isinstance(line, WaitPoint):
        return ()
    if line.only_agent is None:
        return tuple(member.id for member in plan.members if node in member.queues)
    owner = plan.member(line.only_agent)
    shared = set(owner.queues) if owner else set()
    return tuple(
        member.id
        for member in plan.members
        if member.id == line.only_agent or shared & set(member.queues)
    )


def may_take(plan: Plan, person: Person, node: str, slot: int = 0) -> bool:
    """A parked call is announced to anybody, so it is everybody's to take (D15)."""
    if slot:
        return may(person, "take a parked call")
    return may(person, "pick up a call", Subject(takers(plan, node)))


def longest_first(found: Iterable[CallToTake]) -> list[CallToTake]:
    """The order of the list, and of "any"."""
    return sorted(found, key=lambda one: (one.since, one.call))


# --- The list -----------------------------------------------------------------------------------


def calls_to_take(
    rows: Iterable[WaitingRow], rung: Iterable[Call], parked: Iterable[ParkedRow] = ()
) -> tuple[CallToTake, ...]:
    """Of `rung`, calls that were read of late, those that still ring."""
    waiting = {row.call: row for row in _first_of_each(rows)}
    ringing = {call.id: call for call in rung if isinstance(call.state, Offered)}
    listed = [_waits(row) for row in waiting.values() if row.call not in ringing]
    listed += [_rings(call) for call in ringing.values()]
    listed += [_is_parked(row) for row in parked]
    return tuple(longest_first(listed))


def _first_of_each(rows: Iterable[WaitingRow]) -> Iterator[WaitingRow]:
    listed: dict[str, int] = {}
    for row in sorted(rows, key=lambda one: one.order):
        listed[row.node] = listed.get(row.node, 0) + 1
        if listed[row.node] <= SHOWN_OF_EACH:
            yield row


def _waits(row: WaitingRow) -> CallToTake:
    return CallToTake(row.call, row.node, row.caller, row.waiting_since or row.since, row.name)


def _is_parked(row: ParkedRow) -> CallToTake:
    return CallToTake(
        row.call, row.node, row.caller, row.since, row.name, slot=row.slot, parked_by=row.by
    )


def _rings(call: Call) -> CallToTake:
    node = call.position.node if call.position else ""
    return CallToTake(call.id, node, call.caller, call.waiting_since, call.name, call.agent or "")
