"""Writes the register from the stream of saved calls: all by key, so that once is always.

The live call never accumulates its past (S8): each save carries only its own news, and this is
where the news become a timeline, the legs a list and the end a line in the register.
"""

from datetime import datetime

from app.domain.call import CALLER, Call, Ended, Leg
from app.domain.codec import digest
from app.domain.value import value
from app.ports import AppliedEvent, CallRecord, Entry, LegRecord, Register


@value
class Saved:
    """One record of the stream: a call before and after one save, and what the save took in."""

    before: Call | None
    after: Call
    news: AppliedEvent


class Projector:
    def __init__(self, register: Register) -> None:
        self._register = register

    def project(self, saved: Saved) -> None:
        call = saved.after
        state = type(call.state).__name__
        news = saved.news
        entry = Entry(
            rev=call.rev,
            at=news.at,
            event=news.event,
            state=state,
            agents=news.agents,
            saved=digest(call),
            node=call.node or "",
            label=news.label,
            choice=news.choice,
        )
        self._register.put_entry(call.id, entry)
        self._legs(saved)
        if saved.before is None or saved.before.state != call.state:
            self._register.put_head(head_of(call))

    def _legs(self, saved: Saved) -> None:
        before = saved.before.legs if saved.before else ()
        after = {leg.id: leg for leg in saved.after.legs}
        for leg in before:
            if leg.id not in after:
                ended = saved.after.updated
                self._register.put_leg(saved.after.id, _record(saved.after, leg, ended))
        known = {leg.id for leg in before}
        for leg in saved.after.legs:
            if leg.id not in known:
                self._register.put_leg(saved.after.id, _record(saved.after, leg))


def _record(call: Call, leg: Leg, ended: datetime | None = None) -> LegRecord:
    party = call.caller if leg.id == CALLER else leg.id.rpartition(".")[0]
    return LegRecord(leg.id, party, leg.sid, leg.since, ended, leg.device)


def head_of(call: Call) -> CallRecord:
    head = CallRecord(
        id=call.id,
        caller=call.caller,
        name=call.name,
        did=call.did,
        started=call.started,
        agents=tuple(sorted({leg.agent for leg in call.legs if leg.agent})),
        line=call.position.node if call.position else None,
        choices=call.choices,
        plan=call.plan,
    )
    match call.state:
        case Ended(outcome, at, agent, line, waited_seconds, talked_seconds):
            return CallRecord(
                id=call.id,
                caller=call.caller,
                name=call.name,
                did=call.did,
                started=call.started,
                outcome=outcome,
                ended=at,
                agents=(agent,) if agent else (),
                line=line,
                choices=call.choices,
                waited_seconds=waited_seconds,
                talked_seconds=talked_seconds,
                plan=call.plan,
            )
        case _:
            return head
