"""Writes the register from the stream of saved calls: all by key, so that it may be repeated.

The live call does not hold its past (S8): each save carries only the event it applied. Here the
events become the timeline, with the legs that began or ended, and the call becomes its head.
What changed, the record itself says, for it has the call before and after. The one thing that is
read is the plan of a call that ended: the day on which it counts is one of the company's zone.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.call import CALLER, Call, Leg, agent_of
from app.domain.codec import digest
from app.domain.figures import CountedCall
from app.domain.outcomes import IN_PROGRESS
from app.domain.states import Ended
from app.domain.value import value
from app.ports import (
    AppliedEvent,
    CallRecord,
    CallUpdate,
    Directory,
    Entry,
    LegRecord,
    Register,
    Unavailable,
    Unreadable,
)
from app.service.figures import counted, counts


@value
class Saved:
    """One record of the stream: a call before and after one save, and the event it applied."""

    before: Call | None
    after: Call
    applied: AppliedEvent

    @property
    def ended_call(self) -> bool:
        """Whether the call was over with this save, and not before."""
        was_over = self.before is not None and isinstance(self.before.state, Ended)
        return isinstance(self.after.state, Ended) and not was_over


class RegisterWriter:
    def __init__(self, register: Register, directory: Directory) -> None:
        self._register = register
        self._directory = directory

    def write(self, saves: Sequence[Saved]) -> None:
        """All that these saves add, together.

        Where a call's plan cannot be read, all is written but that the call counts, and the error
        is raised: the save comes again, and then the call counts.
        """
        updates: list[CallUpdate] = []
        unread: list[Exception] = []
        for saved in saves:
            try:
                updates.append(update_of(saved, self._counted(saved)))
            except (LookupError, Unreadable, Unavailable) as error:
                updates.append(update_of(saved, None))
                unread.append(error)
        self._register.put_updates(updates)
        if unread:
            raise unread[0]

    def _counted(self, saved: Saved) -> CountedCall | None:
        """By the zone of the call's own plan, which is the same whenever this is done again."""
        head = head_of(saved.after)
        if not saved.ended_call or not counts(head):
            return None
        return counted(head, ZoneInfo(self._directory.plan(saved.after.plan).zone))


def update_of(saved: Saved, in_figures: CountedCall | None) -> CallUpdate:
    before, call, applied = saved.before, saved.after, saved.applied
    was, head = head_of(before) if before else None, head_of(call)
    entry = Entry(
        rev=call.rev,
        at=applied.at,
        event=applied.event,
        state=call.phase,
        agents=applied.agents,
        saved=digest(call),
        node=call.node or "",
        label=applied.label,
        choice=applied.choice,
        legs=tuple(_changed_legs(saved)),
    )
    known = was.people if was else ()
    joined = tuple(agent for agent in head.people if agent not in known)
    return CallUpdate(call.id, entry, head if head != was else None, joined, in_figures)


def _changed_legs(saved: Saved) -> Iterator[LegRecord]:
    call = saved.after
    before = {leg.id: leg for leg in saved.before.legs} if saved.before else {}
    after = {leg.id: leg for leg in call.legs}
    for leg_id, leg in before.items():
        if leg_id not in after:
            yield _record(call, leg, call.updated)
    for leg_id, leg in after.items():
        if leg_id not in before:
            yield _record(call, leg)


def _record(call: Call, leg: Leg, ended: datetime | None = None) -> LegRecord:
    party = call.caller if leg.id == CALLER else agent_of(leg.id) or leg.number
    return LegRecord(leg.id, party, leg.sid, leg.since, ended, leg.device)


def head_of(call: Call) -> CallRecord:
    facts, end = call.facts, call.state if isinstance(call.state, Ended) else None
    message = call.message
    return CallRecord(
        id=call.id,
        caller=call.caller,
        name=call.name,
        did=call.did,
        started=call.started,
        outcome=call.outcome or IN_PROGRESS,
        ended=end.at if end else None,
        agents=facts.agents,
        rung=facts.rung,
        wait_point=facts.wait_point or None,
        choices=call.choices,
        waited_seconds=_seconds(facts.waited_ms + facts.rung_ms),
        rung_seconds=_seconds(facts.rung_ms),
        dialled_seconds=_seconds(facts.dialled_ms),
        talked_seconds=_seconds(facts.talked_ms),
        talked_each_seconds=tuple(_seconds(spent) for spent in facts.talked_each_ms),
        held_seconds=_seconds(facts.held_ms),
        handed_over_seconds=_seconds(facts.handed_over_ms),
        counts_as=call.counts_as,
        counts_since=None if end else facts.since,
        plan=call.plan,
        mailbox=message.mailbox if message else "",
        message=message.recording if message else "",
        replaced=message.takes[:-1] if message else (),
        placed_by=call.placed_by,
    )


def _seconds(milliseconds: int) -> int:
    return round(milliseconds / 1000)
