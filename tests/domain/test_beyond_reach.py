"""What the rules are ready for, and no call brings about.

The simulation leaves it out of what its worlds must reach (tests/simulation/coverage.py). When
something brings it about, this fails, and the worlds must go there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta

from app.domain import events as e
from app.domain.call import CALLER, Call
from app.domain.nodes.base import WaitPoint
from app.domain.parties import parties_of
from app.domain.replies import HoldTheLine
from app.domain.states import InConversation, OnHold
from app.domain.transition import BOUNCES
from app.domain.value import replace
from app.domain.view import view
from tests.domain.world import PLAN, Point, Step, comes_back, walk


def _calls() -> Iterator[Call]:
    return (point.call for point in walk().places())


def test_nobody_who_is_wanted_on_hold_rings() -> None:
    """Only who has answered is held: a caller, or whoever is consulted."""
    for call in _calls():
        for party in parties_of(call):
            assert (party.wanted, party.observed) != ("hold", "ringing"), call


# --- No room takes the caller, and the hold rings -------------------------------------------------
# The caller goes on at the third return from the room within some seconds. On hold only the first
# return counts, and when the hold rings, the two before the hold are too old.


def test_no_document_leads_a_caller_on_hold_into_the_room() -> None:
    for call in _calls():
        if _hold(call) is not None:
            assert isinstance(view(PLAN, call, CALLER), HoldTheLine), call


def test_a_document_from_which_a_caller_on_hold_came_back_counts_no_more() -> None:
    for step in walk():
        if _hold(step.before.call) is not None and _is_return(step):
            assert _document(step.after.call) > _document(step.before.call), step


def test_a_hold_begins_when_the_caller_is_wanted_on_hold_and_keeps_that_time() -> None:
    for step in walk():
        before, after = _hold(step.before.call), _hold(step.after.call)
        if after is not None:
            since = step.after.call.updated if before is None else before.since

            assert after.since == since, step


def test_when_a_hold_rings_the_returns_before_it_are_too_old_to_count() -> None:
    """However briefly a plan lets the caller be on hold."""
    for point in walk().places():
        hold = _hold(point.call)
        if hold is not None and hold.is_ringing:
            after = _returned_before(point, hold)

            assert isinstance(after.call.state, InConversation), point


def _returned_before(point: Point, hold: OnHold) -> Point:
    """The next return, after as many as may be, the last of them as late as can be."""
    caller = point.call.leg(CALLER)
    assert caller is not None
    returned = replace(caller, bounces=BOUNCES - 1, bounced=hold.since)
    call = replace(point.call.with_leg(returned), updated=hold.since)
    rings = hold.since + timedelta(seconds=_least_hold_seconds())
    after, _ = replace(point, call=call).after(comes_back(call, CALLER), rings)
    return after


def _least_hold_seconds() -> int:
    fields = {field.name: field for field in dataclasses.fields(WaitPoint)}
    seconds: int = fields["max_hold_seconds"].metadata["ge"]
    return seconds


def _document(call: Call) -> int:
    """The number of the caller's newest one."""
    caller = call.leg(CALLER)
    assert caller is not None
    return caller.document


def _hold(call: Call) -> OnHold | None:
    return call.state.hold if isinstance(call.state, InConversation) else None


def _is_return(step: Step) -> bool:
    """Of the caller, from the newest document: what is told late of another is no return."""
    is_callers = isinstance(step.event, e.RoomRefused) and step.event.leg == CALLER
    return is_callers and not step.decision.stale_answer
