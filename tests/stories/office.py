"""What a story is told in: one company on one exchange, in virtual time.

The same words in two environments: in memory (the product called in process, state in dicts) and
on the wire (HTTP to and from the exchange, state in a real database API).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from app.adapters.memory import MemoryTimers
from app.bootstrap.services import Services
from app.domain.agent import OnCall, Reserved
from app.domain.dialplan import Plan
from app.domain.states import Ended
from app.domain.topics import person_of
from app.ports import Entry
from app.service.desk import Grant
from app.service.dismissals import settle_people
from infra.local.exchange.clock import VirtualClock
from infra.local.exchange.faults import FaultInjector, Faults, RestFault
from infra.local.exchange.journal import LegChanged, RestCalled, WebhookAnswered, WebhookSent
from infra.local.exchange.latency import Span
from infra.local.exchange.phones import OnRing
from infra.local.exchange.virtual import VirtualExchange
from tests.stories.gateway import Gateway
from tests.stories.people import AgentPerson, CalledPerson, Caller
from tests.support.items import LARGEST_CALL_BYTES

BEAT_SECONDS = 30


class ExchangeClock:
    """The product's clock, told by the exchange's; a pause between tries moves only this one."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._ahead = timedelta()

    def now(self) -> datetime:
        now = self._clock.now() + self._ahead
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def wait(self, seconds: float) -> None:
        self._ahead += timedelta(milliseconds=max(1, round(seconds * 1000)))


class LosesOneRequest(FaultInjector):
    """The next request to the carrier is lost on its way; after it all is as it was."""

    def __init__(self, faults: Faults, random: Random, before: FaultInjector) -> None:
        super().__init__(faults, random)
        self._before = before
        self._lost = False

    def request_fault(self) -> RestFault | None:
        if self._lost:
            return self._before.request_fault()
        self._lost = True
        return RestFault.REQUEST_LOST


@dataclass
class Office:
    network: VirtualExchange
    gateway: Gateway
    services: Services
    timers: MemoryTimers
    application_sid: str
    project: Callable[[], object]  # the stream of saved calls into the register
    largest_bytes: Callable[[], int] = lambda: 0  # on the wire: of a call's item, without guests
    conditional_writes: Callable[[], int] = lambda: 0  # on the wire: that the database made
    people: dict[str, AgentPerson] = field(default_factory=dict)
    called_out: list[str] = field(default_factory=list)  # the calls that agents made, by id
    _beaten: datetime | None = None

    # --- people -----------------------------------------------------------------------------

    def caller(self, number: str = "+447700900361") -> Caller:
        return Caller(self, number)

    def outside(self, number: str, on_ring: OnRing = OnRing.IGNORE) -> CalledPerson:
        return CalledPerson(self, number, on_ring)

    def agent(self, agent_id: str) -> AgentPerson:
        return self.people.setdefault(agent_id, AgentPerson(self, agent_id))

    def is_page_open(self, topic: str) -> bool:
        """Of the agent whose personal topic that is."""
        person = self.people.get(person_of(topic))
        return person is not None and person.at_desk

    def connects(self, identity: str, grant: Grant) -> str:
        """An agent's browser calls in; the sid of its leg."""
        said = {"call": grant.call, "headset": grant.headset, "nonce": grant.nonce}
        return self.network.connect(identity, self.application_sid, said)

    def publishes(self, plan: Plan) -> None:
        """A changed plan; 31 s later no cache of the head (30 s) has the old one."""
        directory = self.services.ports.directory
        directory.publish(plan, previous=directory.head().sha)
        self.passes(31)

    def promotes(self, agent_id: str) -> None:
        """Published: that person is a supervisor from now on."""
        before = self.services.ports.directory.head()
        members = tuple(
            replace(member, role="supervisor") if member.id == agent_id else member
            for member in before.members
        )
        self.publishes(replace(before, sha=f"promotes-{agent_id}", members=members))

    def dismisses(self, agent_id: str) -> None:
        """The plan is published without that person, by a process that lives on."""
        directory = self.services.ports.directory
        before = directory.head()
        members = tuple(member for member in before.members if member.id != agent_id)
        after = replace(before, sha=f"without-{agent_id}", members=members)
        directory.publish(after, previous=before.sha)
        desk = self.services.desk
        settle_people(before, after, dismiss=desk.dismiss, end_sessions=lambda _: None)
        self.settles()

    def rents(self, number: str) -> None:
        """A number at the carrier that rings here, though the plan does not know it."""
        here = self.services.ports.directory.head()
        with self.network.locked() as exchange:
            known = exchange.context.inventory.number(here.numbers[0].e164)
            assert known is not None
            one_more = replace(known, sid="PN" + "9" * 32, phone_number=number)
            exchange.context.inventory.numbers[one_more.sid] = one_more

    def loses_all_callbacks(self) -> None:
        """From now on the carrier tells nothing by itself."""
        self.network.inject_faults(Faults(callback_lost=1.0))

    def hears_late_of_what_happens(self, seconds: float) -> None:
        """From now on the carrier's callbacks come so much later."""
        late = Span(seconds, seconds)
        before = self.network.exchange.context.fault_injector.faults
        self.network.inject_faults(replace(before, callback_late=1.0, late=late))

    @contextmanager
    def loses_the_carriers_answers(self) -> Iterator[None]:
        """What we command meanwhile is done, and we never hear of it."""
        fault_injector = self.network.exchange.context.fault_injector
        before = fault_injector.faults
        self.network.inject_faults(replace(before, rest_answer_lost=1.0))
        yield
        self.network.inject_faults(before)

    def loses_our_next_request(self) -> None:
        """Our next request is lost on its way to the carrier, without an error from it."""
        context = self.network.exchange.context
        before = context.fault_injector
        context.fault_injector = LosesOneRequest(before.faults, context.random, before)

    def delivers_what_was_kept_back(self) -> None:
        with self.network.locked():
            self.gateway.delivers()
        self.settles()

    def limits_the_account(self, calls: int) -> None:
        """The carrier carries no more calls at once for us than that (M1)."""
        with self.network.locked() as exchange:
            context = exchange.context
            context.limits = replace(context.limits, concurrent_calls=calls)

    def breaks_the_carriers_queues(self) -> None:
        """From now on no caller can be enqueued."""
        with self.network.locked() as exchange:
            exchange.queues.out_of_order = True

    def limits_the_queue(self, node: str, callers: int) -> None:
        """The carrier's queue of that node takes no more callers than that."""
        with self.network.locked() as exchange:
            queue = exchange.queues.named(f"story-{node}")
            assert queue is not None
            queue.max_size = callers

    def is_swept(self) -> None:
        """A minute passes, and the schedule comes."""
        self.passes(60)
        self.services.sweep.run_scheduled()
        self.settles()

    @property
    def entries(self) -> int:
        """How many the exchange's journal has by now."""
        return len(self.network.exchange.journal.entries())

    def asked_of_the_carrier(self, before: int) -> list[str]:
        """The paths of our requests after so many entries, but those about recordings."""
        entries = (entry.news for entry in self.network.exchange.journal.entries()[before:])
        asked = [news.path for news in entries if isinstance(news, RestCalled)]
        return [path for path in asked if "Recordings" not in path]

    # --- the end ----------------------------------------------------------------------------

    def closes(self) -> None:
        """Ends every call that the story left open; then no leg, command or held agent is left."""
        for leg in self.network.exchange.live():
            self.network.hang_up(leg.sid)
        self.passes(60)
        assert self.network.exchange.violations == ()
        assert self.network.exchange.live() == ()
        assert not self.network.sound.tapes, "still recording"
        calls = [self.services.switchboard.load(call_id).call for call_id in self._calls()]
        for call in calls:
            assert isinstance(call.state, Ended), call
            assert (call.legs, call.out) == ((), ()), call
        for person in self.people.values():
            held = isinstance(person.presence, Reserved | OnCall)
            assert not held, f"{person.id} is still {person.presence}"

    def was_on_the_wire(self) -> None:
        """At least one signed HTTP request was answered, and at least one save was conditional."""
        entries = [entry.news for entry in self.network.exchange.journal.entries()]
        signed = {n.delivery for n in entries if isinstance(n, WebhookSent) and n.signature}
        answered = {
            n.delivery for n in entries if isinstance(n, WebhookAnswered) and n.status < 300
        }
        assert signed & answered, "no signed request was answered"
        if self._calls():
            assert self.conditional_writes() > 0, "the database made no conditional write"
            assert self.largest_bytes() <= LARGEST_CALL_BYTES  # S1

    @property
    def trace(self) -> tuple[str, ...]:
        """What happened to all calls, without names and times: stories of one trace are one."""
        lines: list[str] = []
        for call_id in self._calls():
            whole = self.services.ports.register.get(call_id)
            assert whole is not None
            lines += [f"{type(e.event).__name__}>{_where(e)}" for e in whole.timeline]
            lines.append(f"{whole.head.outcome} {whole.head.choices}")
        return tuple(lines)

    def _calls(self) -> list[str]:
        entries = (entry.news for entry in self.network.exchange.journal.entries())
        inbound = {
            news.leg
            for news in entries
            if isinstance(news, LegChanged) and not news.caller.startswith("client:")
        }
        known = self.services.ports.register
        ids = (*(sid[2:] for sid in sorted(inbound)), *self.called_out)
        found = {call_id: known.get(call_id) for call_id in ids}
        return [call_id for call_id, whole in found.items() if whole and whole.timeline]

    # --- time -------------------------------------------------------------------------------

    def settles(self) -> None:
        """Runs what is due at this instant."""
        self.passes(0)

    def passes(self, seconds: float) -> None:
        until = self._now() + timedelta(seconds=seconds)
        while True:
            self.network.settle(0)
            self.project()  # the stream is faster than what a queue brings
            woken = self.timers.due(self._now())
            for job in woken:
                self.services.job_runner.run(job)
            self._beat()
            if woken:
                continue
            if self._now() >= until:
                return
            self.network.advance(self._step(until))

    def _step(self, until: datetime) -> float:
        """To the next instant at which the exchange, a timer or a desk has something to do."""
        coming = (until, self.timers.next_at, self.network.clock.next_due(), self._next_beat())
        due = min(when for when in coming if when is not None)
        return max((due - self._now()).total_seconds(), 0.001)

    def _next_beat(self) -> datetime | None:
        return self._beaten + timedelta(seconds=BEAT_SECONDS) if self._beaten else None

    def _beat(self) -> None:
        """Each desk shows that it is alive (S10)."""
        now, due = self._now(), self._next_beat()
        if due and now < due:
            return
        self._beaten = now
        for person in self.people.values():
            if person.at_desk:
                self.services.desk.heartbeat(person.id)

    def _now(self) -> datetime:
        return self.network.clock.now()


def _where(entry: Entry) -> str:
    return entry.node if entry.state == "AtNode" else entry.state
