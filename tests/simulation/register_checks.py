"""The register against the exchange's own ledger: who talked, how long, and how the call ended.

What a caller did is taken from the exchange alone: it was in a queue, in a room, and heard an agent
who heard it. The register has only what webhooks told and what functions decided, so each stretch
of time may be off by as much as two clocks differ and as a webhook takes; more only where a fault
struck this very call. Sums do not drift.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Literal, TypeAlias

from app.domain.call import SHORTEST_MESSAGE_SECONDS
from app.domain.outcomes import IN_PROGRESS, OUTCOMES, CallOutcome
from app.ports import WholeCall, WriteSet
from infra.local.exchange.interfaces import Heard, Voices
from infra.local.exchange.journal import (
    ConferenceChanged,
    Entry,
    QueueChanged,
    WebhookAnswered,
    WebhookSent,
)
from infra.local.exchange.ledger import Ledger
from tests.simulation.cloud import LONGEST_WAIT_SECONDS, MOST_PAUSED_SECONDS, SKEW_SECONDS
from tests.simulation.consultations import Consultations
from tests.simulation.deployment import Deployment
from tests.simulation.fault_profiles import SWEPT_SECONDS, Accident, Fault, Mishap, repair_seconds
from tests.simulation.outgoing_checks import OutgoingChecks
from tests.simulation.scripts import is_of_a_sweep
from tests.simulation.tasks import Task, current

STRETCH_SECONDS = 2 * SKEW_SECONDS + MOST_PAUSED_SECONDS  # two clocks (W12); a function's turn
REPEATED_SECONDS = 4.5  # a webhook that is not answered is sent again after that (A2, `rt`)
PAGE_MOVES_SECONDS = 25.0  # a page may come back for 20 s, and its headset needs a while
UNNOTICED_SECONDS = 2.0  # a talk so short may be told to be over before it is told to begin (W12)
TAKES_EFFECT_SECONDS = 1  # of a command, after its answer: who is let in may be gone by then
ROUNDED_SECONDS = 0.5  # the register has whole seconds
BY_COMMAND = "StartCallRecordingAPI"  # of a conversation; all others are messages
MAY_HAVE_MESSAGE = ("message left", "announced", "misrouted", "abandoned", "lost in transfer")

Place: TypeAlias = Literal["elsewhere", "queue", "room"]
Span: TypeAlias = tuple[datetime, datetime]


@dataclass(slots=True)
class Visit:
    """Where one caller's leg was, and since when; the last place is open.

    `asked`: when each document that led it into a queue was first asked for, and when it was there.
    """

    changes: list[tuple[datetime, Place]] = field(default_factory=list)
    asked: list[Span] = field(default_factory=list)
    led: datetime | None = None  # when the document was asked for that leads into the queue
    sent: dict[int, datetime] = field(default_factory=dict)  # by delivery of a document, the first
    unanswered: set[int] = field(default_factory=set)  # since the last that came; or at the end

    def stays(self, until: datetime) -> Iterator[tuple[Place, Span]]:
        for (since, place), (end, _) in pairwise([*self.changes, (until, "elsewhere")]):
            yield place, (since, max(since, end))


@dataclass(slots=True)
class Spent:
    """Seconds, by the exchange, and in how many stretches. `asked`: of the documents that led into
    a queue, during which the wait may have begun; `with_whom`: by leg. `unsure`: of what was held,
    since talks that may have gone unnoticed. `held_there`: of what was waited, while an agent who
    had talked with the caller stayed in the room: the caller was on hold there, or sent on.
    """

    waited: float = 0.0
    talked: float = 0.0
    held: float = 0.0
    handed_over: float = 0.0
    asked: float = 0.0
    unsure: float = 0.0
    held_there: float = 0.0
    waits: int = 0
    talks: int = 0
    holds: int = 0
    hand_overs: int = 0
    with_whom: dict[str, float] = field(default_factory=dict)


class RegisterChecks:
    def __init__(
        self, deployment: Deployment, outgoing: OutgoingChecks, consultations: Consultations
    ) -> None:
        self._deployment = deployment
        self._consultations = consultations
        self._outgoing = outgoing
        self.lost_seconds = 0.0  # how long the sweep may take where all callbacks are lost
        self._visits: dict[str, Visit] = {}
        self._asking: dict[int, str] = {}  # by delivery of a document, the leg
        self._hears: dict[str, tuple[str, ...]] = {}  # by leg, whom it hears now
        self._came: dict[str, set[str]] = {}  # by call, the legs that were in its room
        self._met: dict[str, list[tuple[datetime, str]]] = {}  # by leg, when whom who heard it
        self._savers: dict[str, set[str]] = {}  # by call, the tasks that saved it
        self._counted: dict[str, datetime] = {}  # by call, since when its present time counts
        self._tellers: dict[str, set[Task]] = {}  # by call, whose saves began or ended a stretch
        deployment.on_saved.append(self._on_saved)
        deployment.exchange.observe(self._on_entry)
        deployment.on_heard.append(self._on_heard)

    # --- what the exchange shows ------------------------------------------------------------

    def _on_entry(self, entry: Entry) -> None:
        match entry.news:
            case QueueChanged(leg=leg, event="entered"):
                visit = self._moves(leg, entry.at, "queue")
                if visit.led is not None:
                    visit.asked.append((visit.led, entry.at))
                    visit.led = None
            case QueueChanged(leg=leg):
                self._moves(leg, entry.at, "elsewhere")
            case ConferenceChanged(event="participant-join", leg=str(leg), name=room):
                self._moves(leg, entry.at, "room")
                if self._deployment.customers.is_supervisor(leg):
                    return
                call = room.rpartition("-")[0].rpartition("-")[2]  # env-call-number
                self._came.setdefault(call, set()).add(leg)
            case ConferenceChanged(event="participant-leave", leg=str(leg)):
                self._moves(leg, entry.at, "elsewhere")
            case WebhookSent(delivery=delivery, purpose="document", method="POST", leg=str(leg)):
                self._asking[delivery] = leg
                self._visit(leg).sent.setdefault(delivery, entry.at)
                self._visit(leg).unanswered.add(delivery)
            case WebhookAnswered(delivery=delivery, status=status, body=body) if (
                delivery in self._asking
            ):
                self._answers(self._asking[delivery], delivery, body if status == 200 else "")
            case _:
                pass

    def _answers(self, leg: str, delivery: int, document: str) -> None:
        """Empty: there was no document; it is asked for again, or the fallback is heard (M3)."""
        visit = self._visit(leg)
        if document:
            visit.led = visit.sent[delivery] if "<Enqueue" in document else None
        if document and not self._deployment.exchange.leg(leg).over:
            visit.unanswered.clear()

    def _on_saved(self, write_set: WriteSet) -> None:
        call, task = write_set.call, current()
        if call is None or task is None:
            return
        self._savers.setdefault(call.id, set()).add(task.name)
        if self._counted.get(call.id) != call.facts.since:
            self._counted[call.id] = call.facts.since
            self._tellers.setdefault(call.id, set()).add(task)

    def _on_heard(self, leg: str, heard: Heard) -> None:
        """The ledger has no intervals without length; but who met for an instant has met."""
        if self._deployment.customers.is_consulted(leg):
            return  # who talks with whom is of callers and agents
        self._hears[leg] = heard.legs if isinstance(heard, Voices) else ()
        for other in self._hears[leg]:
            if leg in self._hears.get(other, ()):
                now = self._deployment.world.now()
                self._met.setdefault(leg, []).append((now, other))
                self._met.setdefault(other, []).append((now, leg))

    def _visit(self, leg: str) -> Visit:
        return self._visits.setdefault(leg, Visit())

    def _moves(self, leg: str, at: datetime, place: Place) -> Visit:
        visit = self._visit(leg)
        visit.changes.append((at, place))
        return visit

    # --- what is compared -------------------------------------------------------------------

    def check(self, whole: WholeCall) -> Iterator[tuple[str, str]]:
        """Invariant and detail of each violation of that call, when it is over."""
        head, leg = whole.head, self._deployment.customers.leg_of(whole.head.id)
        late = self._late_seconds(whole)
        spent = self.spent(leg, late)
        said = (
            *(head.waited_seconds, head.talked_seconds),
            *(head.held_seconds, head.handed_over_seconds),
        )
        name = self._deployment.names.of(leg)
        detail = f"{name}: {said} and {head.agents}, the exchange has {spent}, {late:.1f} s late"
        theirs = self._has_it_since()
        met = {
            self._agent(other)
            for _, other in self._met.get(leg, ())
            if theirs.get(other, other) is not None
        }
        long = {
            self._agent(other)
            for other, seconds in spent.with_whom.items()
            if seconds > _off(1) + late
        }
        took_over = {self._agent(other) for other, since in theirs.items() if since is not None}
        each = zip(head.agents, head.talked_each_seconds, strict=True)
        met |= {agent for agent, seconds in each if seconds < TAKES_EFFECT_SECONDS}
        if met:  # who takes over, or is given it, has the call from then on, whenever heard
            met |= took_over & set(head.agents)
        if not long <= set(head.agents) <= met:
            yield "the register names who talked with the caller", detail
        if not all(self._agree(whole, spent, late)):
            yield "the register has what the ledger has of each call's time", detail
        yield from self._outgoing.check_at_end(whole, late, _off(1))
        if head.outcome != IN_PROGRESS:
            yield from self._check_outcome(
                head.outcome, spent, leg, detail, late, have_met=bool(met), whole=whole
            )

    def _agree(self, whole: WholeCall, spent: Spent, late: float) -> Iterator[bool]:
        """One function tells that a stretch begins, another that it ends: both may be held up."""
        head, tellers = whole.head, self._tellers.get(whole.head.id, ())
        turns = sorted((task.paused_seconds for task in tellers), reverse=True)

        def off(stretches: int) -> float:
            held_up = sum(turns[: 2 * stretches])
            return _off(stretches) + max(0.0, held_up - stretches * MOST_PAUSED_SECONDS)

        yield abs(head.talked_seconds - spent.talked) <= off(spent.talks) + late
        waited, most = head.waited_seconds - spent.waited, spent.asked + spent.unsure
        there = spent.held_there
        yield -off(spent.waits) - late - there <= waited <= off(spent.waits) + late + most
        handed_over = abs(head.handed_over_seconds - spent.handed_over)
        yield handed_over <= off(spent.hand_overs) + late
        held, least = head.held_seconds - spent.held, spent.unsure
        yield -off(spent.holds) - late - least <= held <= off(spent.holds) + late + there
        both = off(spent.waits + spent.holds) + late
        yield not there or -both - least <= waited + held <= both + most

    def _check_outcome(
        self,
        outcome: CallOutcome,
        spent: Spent,
        leg: str,
        detail: str,
        late: float,
        *,
        have_met: bool,
        whole: WholeCall,
    ) -> Iterator[tuple[str, str]]:
        """By its definition in `app.domain.outcomes`."""
        talked = OUTCOMES[outcome].talked
        kept = self._deployment.exchange.recordings.of_leg(leg)
        is_left = any(
            one.source != BY_COMMAND and one.duration_seconds >= SHORTEST_MESSAGE_SECONDS
            for one in kept
        )
        is_wrong = (
            (talked == "yes" and not have_met)
            or (talked == "no" and spent.talked > _off(spent.talks) + late)
            or (outcome == "message left" and not is_left)
            or (is_left and outcome not in MAY_HAVE_MESSAGE and not is_of_the_fallback(whole))
            or (outcome == "abandoned" and spent.waits == 0)
        )
        if is_wrong:
            yield "each outcome is by its definition", f"{outcome}; {detail}"

    def _agent(self, leg: str) -> str:
        return self._deployment.owner_of(leg)

    def _has_it_since(self) -> dict[str, datetime | None]:
        """By leg of a supervisor, or of a colleague who was consulted: since when the call is
        theirs; None: it never was. Before that they talk in the call of another agent."""
        return {**self._deployment.customers.took_over, **self._consultations.given()}

    def _late_seconds(self, whole: WholeCall) -> float:
        """How late the call's news may be: by the faults that struck it, and no others.

        Those of its own webhooks and jobs, of whatever else saved it, such as a sweep, and of its
        agents' requests while it lived.
        """
        names, customers = self._deployment.names, self._deployment.customers
        leg = customers.leg_of(whole.head.id)
        sids = {leg, *(record.sid for record in whole.legs)}
        own = {names.of(whole.head.id), *sids, *map(names.of, sids)}  # it may not have a name yet
        since, until = self._lived(whole.head.id, leg)
        agents = {*whole.head.rung, customers.made_by(whole.head.id)}
        agents |= self._consultations.colleagues(whole.head.id)
        seconds = self.lost_seconds
        for at, where, what in self._deployment.cloud.struck:
            words = {part for word in where.split("/") for part in (word, word.rpartition("~")[0])}
            is_agents = since <= at <= until and not words.isdisjoint(agents)
            has_saved = where in self._savers.get(whole.head.id, ())
            is_own = has_saved or ("stream" not in words and not words.isdisjoint(own))
            seconds += _late_by(what) if is_agents or is_own else 0.0
            if self.lost_seconds and is_of_a_sweep(where):  # nobody else tells: the next one does
                seconds += SWEPT_SECONDS
        if seconds > 0.0:  # what repairs it is a job, and may itself come late
            seconds += self._deployment.queues.late_seconds(whole.head.id)
        return seconds

    def _lived(self, call_id: str, leg: str) -> Span:
        """From the first save or the customer's leg, to the end of that leg."""
        carried = self._deployment.exchange.leg(leg) if leg else None
        since = self._outgoing.begun(call_id) or (carried and carried.created_at)
        end = carried.ended_at if carried else self._outgoing.ended(call_id)
        now = self._deployment.world.now()
        return since or now, end or now

    def spent(self, leg: str, late: float) -> Spent:
        """A room is waited in until it is first talked in; on the way between two it is waited.

        Who comes from a room with a talk, and from no queue, is still in that conversation, or in
        the next: until they talk again, it is held or waited.
        """
        if not leg:  # an agent called out, and nobody was dialled
            return Spent()
        exchange = self._deployment.exchange
        end = exchange.leg(leg).ended_at or self._deployment.world.now()
        visit = self._visit(leg)
        customers = self._deployment.customers
        others = {one for item in exchange.ledger.intervals(leg) for one in item.legs}
        others = {one for one in others if not customers.is_supervisor(one)}
        agents = sorted(one for one in others if not customers.is_consulted(one))
        theirs = self._has_it_since()
        found = {
            other: list(_from(_mutual(exchange.ledger, leg, other, end), theirs, other))
            for other in agents
        }
        instants = [
            (at, at) for at, other in self._met.get(leg, ()) if theirs.get(other, at) is not None
        ]
        talks = _united([*instants, *(span for spans in found.values() for span in spans)])
        spent = Spent(
            talked=sum(map(_seconds, talks)),
            asked=sum(map(_seconds, visit.asked)) + self._on_the_way(visit, end),
            talks=len(talks),
            with_whom={other: sum(map(_seconds, spans)) for other, spans in found.items() if spans},
        )
        present = list(self._present(leg, found, end))
        left = list(self._left_together(leg, end))
        spent.handed_over = sum(map(_seconds, left))
        spent.hand_overs = len(left) + self._is_handed_over(leg)  # it may be told in vain
        stays, goes_on = list(visit.stays(end)), False
        for number, (place, (since, until)) in enumerate(stays):
            match place:
                case "queue":
                    spent.waited += _seconds((since, until))
                    spent.held_there += sum(_overlap((since, until), one) for one in present)
                    spent.waits += 1
                    goes_on = False
                case "elsewhere" if number + 1 < len(stays):  # to a room, or back to a queue
                    if stays[number - 1][0] == "queue" and stays[number + 1][0] == "queue":
                        continue
                    spent.waited += _seconds((since, until))
                    spent.held_there += sum(_overlap((since, until), one) for one in present)
                case "room":
                    stay = (since, until)
                    goes_on = self._add_room(spent, stay, talks, late, goes_on) or goes_on
                    spent.held -= sum(_overlap(stay, span) for span in left)
                    spent.holds += spent.hand_overs
                case _:
                    pass
        if (
            spent.talks or spent.asked or late
        ):  # there was a wait, however short: perhaps it was seen by us alone
            spent.waits = max(spent.waits, 1)
        return spent

    def _present(
        self, leg: str, talked: Mapping[str, Sequence[Span]], end: datetime
    ) -> Iterator[Span]:
        """When an agent who had talked with the caller was in the room, on whichever headset; or
        away from it for so short that the page may have moved."""
        agents = {self._agent(other) for other, spans in talked.items() if spans}
        call = self._deployment.customers.call_of(leg)
        others = self._came.get(call, set()) - {leg}
        here = {other for other in others if not self._deployment.customers.is_consulted(other)}
        theirs = [other for other in here if self._agent(other) in agents]
        spans = sorted(
            span
            for other in theirs
            for place, span in self._visit(other).stays(end)
            if place == "room"
        )
        for (_, until), (since, _) in pairwise(spans):
            if _seconds((until, since)) < PAGE_MOVES_SECONDS:
                yield until, max(until, since)
        yield from _united(spans)

    def _is_handed_over(self, leg: str) -> bool:
        consulted = self._consultations.of_call(self._deployment.customers.call_of(leg))
        return any(one.handed_over is not None for one in consulted)

    def _left_together(self, leg: str, end: datetime) -> list[Span]:
        """When the caller heard a guest, since the agent had left them."""
        spans = list[Span]()
        for one in self._consultations.of_call(self._deployment.customers.call_of(leg)):
            if one.handed_over is None or not one.leg:
                continue
            for since, until in _mutual(self._deployment.exchange.ledger, leg, one.leg, end):
                if until > one.handed_over:
                    spans.append((max(since, one.handed_over), until))
        return _merged(spans)

    def _add_room(
        self, spent: Spent, stay: Span, talks: Sequence[Span], late: float, goes_on: bool
    ) -> bool:
        """Whether somebody talked there. `goes_on`: so it was in the room before this one."""
        since, until = stay
        here = [talk for talk in talks if since <= talk[0] < until or since < talk[1] <= until]
        first = since if goes_on else max(since, here[0][0]) if here else until
        spent.waited += _seconds((since, first))
        spent.held += _seconds((first, until)) - sum(_overlap(stay, talk) for talk in here)
        long = (one[0] for one in here if _seconds(one) > UNNOTICED_SECONDS + late)
        sure = next(long, until)
        if here or goes_on:
            spent.unsure += _seconds((first, sure)) - sum(_overlap((first, sure), t) for t in here)
        spent.holds += len(here) + goes_on
        spent.waits += not here or goes_on
        return bool(here)

    def _on_the_way(self, visit: Visit, end: datetime) -> float:
        """A document that was asked for before the end, and was never followed."""
        begun = [visit.sent[delivery] for delivery in visit.unanswered]
        begun += [visit.led] if visit.led is not None else []
        return max((_seconds((at, end)) for at in begun if at < end), default=0.0)


def is_of_the_fallback(whole: WholeCall) -> bool:
    """Its message was taken by the carrier's fallback (M3), maybe while an agent was rung."""
    return whole.message is not None and not whole.message.mailbox


def _late_by(what: Fault | Mishap | Accident) -> float:
    """How much later, in seconds, a call may hear of something for that, or the carrier of it."""
    match what:
        case Mishap.UNANSWERED:
            return REPEATED_SECONDS
        case Fault.OTHERS_FIRST:
            return LONGEST_WAIT_SECONDS
        case Fault.CONFLICT | Fault.STALE | Fault.REFUSED:
            return 0.0  # saved again at once; a list tells nothing; who is not held, talks
        case _:
            return repair_seconds(what)


def _off(stretches: int) -> float:
    return stretches * STRETCH_SECONDS + ROUNDED_SECONDS


def _united(spans: Iterable[Span]) -> list[Span]:
    united: list[Span] = []
    for since, until in sorted(spans):
        if united and since <= united[-1][1]:
            united[-1] = (united[-1][0], max(until, united[-1][1]))
        else:
            united.append((since, until))
    return united


def _from(spans: Iterable[Span], theirs: Mapping[str, datetime | None], leg: str) -> Iterator[Span]:
    """Without what they talked whose call it was later, or never: another agent had it then."""
    begun = theirs.get(leg)
    if leg in theirs and begun is None:
        return
    for since, until in spans:
        if begun is None or begun <= since:
            yield since, until
        elif begun < until:
            yield begun, until


def _mutual(ledger: Ledger, leg: str, other: str, end: datetime) -> Iterator[Span]:
    for mine in _hearing(ledger, leg, other, end):
        for theirs in _hearing(ledger, other, leg, end):
            since, until = max(mine[0], theirs[0]), min(mine[1], theirs[1])
            if since < until:
                yield since, until


def _hearing(ledger: Ledger, leg: str, other: str, end: datetime) -> Iterable[Span]:
    return [(item.since, item.until or end) for item in ledger.intervals(leg) if other in item.legs]


def _overlap(one: Span, other: Span) -> float:
    since, until = max(one[0], other[0]), min(one[1], other[1])
    return max(0.0, (until - since).total_seconds())


def _seconds(span: Span) -> float:
    return (span[1] - span[0]).total_seconds()


def _merged(spans: list[Span]) -> list[Span]:
    """The same time, in spans that do not overlap."""
    merged = list[Span]()
    for since, until in sorted(spans):
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        else:
            merged.append((since, until))
    return merged
