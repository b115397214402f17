"""What must hold after each step, and what at rest. Incremental: a step costs what it changed.

Each invariant has a name in plain words; a violation says that name first.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from app.domain.agent import Agent, OnCall, Reserved, WrapUp
from app.domain.board import WaitingRow
from app.domain.call import (
    CALLER,
    AtNode,
    Call,
    Ended,
    HangUp,
    InConversation,
    Waiting,
)
from app.domain.matching import match_callers, ready_row, waiting_row
from app.ports import AppliedEvent, WriteSet
from infra.local.exchange.interfaces import Heard, Voices
from infra.local.exchange.journal import (
    Entry,
    LegChanged,
    RecordingChanged,
    Warned,
    WebhookAnswered,
    WebhookSent,
)
from tests.simulation import audio_checks, quiescence_checks
from tests.simulation.deployment import Deployment
from tests.simulation.hold_checks import HoldChecks
from tests.simulation.protocol_checks import Conduct
from tests.simulation.quiescence_checks import Seen

OUT_AT_MOST = 16
LEGS_AT_MOST = 12
LOOK_SECONDS = 1.0
LATE = timedelta(seconds=2)  # two clocks differ so much at most (W12)


BY_COMMAND = "StartCallRecordingAPI"  # a message at the beep is another matter


class Invariants:
    """Watches a site. `tolerance_seconds`: how long a repair may take with these faults."""

    def __init__(
        self, deployment: Deployment, tolerance_seconds: float, *, is_faultless: bool = True
    ) -> None:
        self._site = deployment
        self._world = deployment.world
        self._tolerance_seconds = tolerance_seconds
        self._is_faultless = is_faultless  # nothing goes wrong: then nothing may be complained of
        self._calls: dict[str, Call] = {}
        self._live: dict[str, Call] = {}  # those that have not ended
        self._agents: dict[str, Agent] = {}
        self._held: dict[str, str] = {}  # the agent whom a call holds
        self._talked: dict[str, set[str]] = {}  # caller's leg: the legs that it heard
        self._crowded: dict[str, datetime] = {}  # who hears two, since when
        self._recordings: dict[str, set[str]] = {}  # running now, of each leg
        self._kept_on: dict[str, datetime] = {}  # who is recorded outside a conversation
        self._idle_beside: dict[tuple[str, str], datetime] = {}
        self._unarmed_since: datetime | None = None  # nobody will look when time makes a pair
        self._asked: dict[int, tuple[str, int]] = {}  # who answers which question now
        self.inbound: dict[str, str] = {}  # each caller's leg, and the number it dialled
        self._conduct, self._heard_by = Conduct(deployment), audio_checks.Heard(deployment)
        self._holds = HoldChecks(deployment)
        deployment.on_saved.append(self._saved)
        deployment.on_heard.append(self._heard)
        deployment.exchange.observe(self._noticed)
        self._world.later(LOOK_SECONDS, "look", self.looks)

    def expects(self, tolerance_seconds: float) -> None:
        """From now on something has gone wrong, and may take so long until it is repaired."""
        self._tolerance_seconds, self._is_faultless = tolerance_seconds, False

    # --- after each step --------------------------------------------------------------------

    def _saved(self, write_set: WriteSet) -> None:
        for agent in write_set.agents:
            if self._agent(agent.id).rev + 1 != agent.rev:
                self._violate("revs move by one", f"{agent.id}: {agent.rev}")
            self._agents[agent.id] = agent
        if write_set.call is not None:
            self._questions(self._calls.get(write_set.call.id), write_set.call, write_set.applied)
            self._call(write_set.call)
        for agent in write_set.agents:
            self._lease(agent)

    def _questions(self, before: Call | None, call: Call, news: AppliedEvent | None) -> None:
        """W1: the version moves with every save, a number only when that leg is asked."""
        if before is None or news is None or before.state != call.state:
            return
        own = getattr(news.event, "leg", None)
        for leg in call.legs:
            earlier = before.leg(leg.id)
            if earlier is not None and earlier.question != leg.question and leg.id != own:
                said = f"{type(news.event).__name__}: {earlier.question} became {leg.question}"
                self._violate("a question keeps its number", f"{leg.id} {said}")

    def _call(self, call: Call) -> None:
        before = self._calls.get(call.id)
        self._calls[call.id] = call
        if isinstance(call.state, Ended):
            self._live.pop(call.id, None)
        else:
            self._live[call.id] = call
        name = self._site.names.of(call.id)
        if (before.rev if before else 0) + 1 != call.rev:
            self._violate("revs move by one", f"{name}: {call.rev}")
        if before is not None and isinstance(before.state, Ended) and before.state != call.state:
            self._violate("the end is final", f"{name}: {before.state} became {call.state}")
        if before is not None and before.plan != call.plan:
            self._violate("a call keeps its plan", f"{name}: {before.plan[:6]} {call.plan[:6]}")
        if len(call.out) > OUT_AT_MOST or len(call.legs) > LEGS_AT_MOST:
            self._violate("lists are bounded", f"{name}: {len(call.out)} {len(call.legs)}")
        if (before.state if before else None) != call.state:
            self._world.note(f"{name} rev {call.rev} {type(call.state).__name__} {call.agent}")
        if call.agent is not None and not self._has(call.agent, call.id):
            self._violate(
                "a call's agent is that call's",
                f"{name} names {call.agent}, who is {self._agent(call.agent).presence}",
            )
        held = self._held.pop(call.id, None)
        if held is not None and held != call.agent and self._has(held, call.id):
            self._violate(
                "a lease implies a live leg", f"{held} is still held by {name}: {call.state}"
            )
        if call.agent is not None:
            self._held[call.id] = call.agent

    def _lease(self, agent: Agent) -> None:
        match agent.presence:
            case Reserved(call=call_id) | OnCall(call=call_id):
                call = self._calls.get(call_id)
                if call is None or call.agent != agent.id:
                    self._violate(
                        "a lease implies a live leg",
                        f"{agent.id} is {agent.presence}, the call is {call and call.state}",
                    )
            case _:
                pass

    def _has(self, agent_id: str, call_id: str) -> bool:
        match self._agent(agent_id).presence:
            case Reserved(call=held) | OnCall(call=held):
                return held == call_id
            case _:
                return False

    def _agent(self, agent_id: str) -> Agent:
        return self._agents.get(agent_id) or Agent(agent_id)

    def _heard(self, leg: str, heard: Heard) -> None:
        others = heard.legs if isinstance(heard, Voices) else ()
        if leg in self.inbound and others:
            self._talked.setdefault(leg, set()).update(others)
        callers = [one for one in (leg, *others) if one in self.inbound]
        agents = [one for one in (leg, *others) if one not in self.inbound]
        if len(callers) <= 1 and len(agents) <= 1:
            self._crowded.pop(leg, None)
        elif self._is_faultless or len(callers) > 1 or len(self._staying(agents)) > 1:
            names = [self._site.names.of(other) for other in others]
            self._violate("one caller, one agent", f"{self._site.names.of(leg)} hears {names}")
        else:
            self._crowded.setdefault(leg, self._world.now())

    def _staying(self, agents: list[str]) -> list[str]:
        """Without those whose hang-up is commanded: that went wrong, and will be repaired."""
        leaving = {
            sid
            for call in self._live.values()
            for pending in call.out
            if isinstance(pending.command, HangUp) and (sid := _sid(call, pending.command.leg))
        }
        return [leg for leg in agents if leg not in leaving]

    def _nobody_is_crowded(self) -> None:
        """Two headsets of one agent in a room: no longer than a repair may take."""
        for leg, since in sorted(self._crowded.items()):
            seconds = (self._world.now() - since).total_seconds()
            if self._site.exchange.leg(leg).over:
                del self._crowded[leg]
            elif seconds > self._tolerance_seconds:
                who = self._site.names.of(leg)
                self._violate("one caller, one agent", f"{who} hears two for {seconds:.1f} s")

    def _noticed(self, entry: Entry) -> None:
        match entry.news:
            case LegChanged(leg=leg, direction="inbound", caller=caller, called=called):
                if not caller.startswith("client:"):
                    self.inbound.setdefault(leg, called)
            case RecordingChanged(recording=sid, leg=where, status=status):
                self._recording(sid, where or "", status)
            case WebhookSent(delivery=delivery, url=url, leg=str(leg)) if "/pressed?q=" in url:
                self._asked[delivery] = (leg, int(url.partition("q=")[2].partition("&")[0]))
            case WebhookAnswered(delivery=delivery) if delivery in self._asked:
                self._counts(*self._asked.pop(delivery))
            case Warned(code=code, message=message, leg=where):
                self._world.note(f"warned {code} {self._site.names.of(where or '')}")
                if self._is_faultless and code // 1000 in (12, 13):
                    self._violate("nothing to complain of", f"{code} {message}")
            case _:
                pass

    def _counts(self, leg: str, question: int) -> None:
        """W1: nothing goes wrong, so each answer counts, or something newer is asked."""
        call = self._calls.get(leg[2:])
        caller = call.leg(CALLER) if call else None
        if self._is_faultless and caller is not None and caller.question == question:
            self._violate("each answer counts", f"{self._site.names.of(leg)}: {question}")

    def _recording(self, sid: str, leg: str, status: str) -> None:
        name = self._site.names.of(leg)
        self._world.note(f"recording of {name} {status}")
        running = self._recordings.setdefault(leg, set())
        running.discard(sid)
        source = self._site.exchange.recordings.recordings[sid].source
        if status == "in-progress" and source == BY_COMMAND:
            running.add(sid)
        if len(running) > 1:
            self._violate("recorded once at a time", name)

    def _violate(self, name: str, detail: str) -> None:
        self._world.violate(name, detail)

    # --- once a second ----------------------------------------------------------------------

    def looks(self) -> None:
        """Nobody waits beside somebody ready (F15), nobody sits in silence, nothing hangs."""
        self._nobody_waits_in_vain()
        self._nobody_sits_in_silence()
        self._nobody_is_crowded()
        self._heard_by.looks(
            self._live.values(), self._tolerance_seconds, is_faultless=self._is_faultless
        )
        self._nothing_is_overdue()
        self._nobody_is_recorded_alone()
        self._conduct.looks()
        self._holds.looks(self._live.values(), LATE.total_seconds() + self._tolerance_seconds)
        if self._site.exchange.violations:
            self._violate("the carrier has no complaint", repr(self._site.exchange.violations[0]))
        for name in ("voice.failed", "voice.unsigned", "voice.stranger"):
            if self._site.counts.get(name) and self._is_faultless:
                self._violate("no webhook fails", name)
        self._world.later(LOOK_SECONDS, "look", self.looks)

    def _nobody_waits_in_vain(self) -> None:
        rows = (self._waits(call) for call in self._live.values())
        waiting = [row for row in rows if row is not None]
        if not waiting:
            self._idle_beside.clear()
            self._unarmed_since = None
            return
        now = self._world.now()
        far = now + timedelta(hours=1)
        free = (ready_row(agent, far) for agent in self._agents.values())
        ready = [row for row in free if row is not None]
        matching = match_callers(ready, waiting, now)
        self._somebody_will_look(matching.wake_at if ready else None, now)
        pairs = {(p.call, p.agent) for p in matching.pairs}
        self._idle_beside = {p: self._idle_beside.get(p, now) for p in sorted(pairs)}
        for (call_id, agent_id), since in self._idle_beside.items():
            if (now - since).total_seconds() > self._tolerance_seconds:
                self._violate(
                    "who waits beside somebody ready is offered",
                    f"{self._site.names.of(call_id)} and {agent_id} since {since:%H:%M:%S}",
                )

    def _somebody_will_look(self, wake_at: datetime | None, now: datetime) -> None:
        """D1: when time alone will make a pair, a look at the board is armed for that time."""
        due = self._site.looks_due
        if wake_at is None or any(now <= when <= wake_at + LATE for when in due):
            self._unarmed_since = None
            return
        self._unarmed_since = self._unarmed_since or now
        if (now - self._unarmed_since).total_seconds() > self._tolerance_seconds:
            self._violate("who may be offered later is looked at then", f"{wake_at:%H:%M:%S}")

    def _waits(self, call: Call) -> WaitingRow | None:
        is_waiting = isinstance(call.state, Waiting)
        return waiting_row(self._site.directory.plan(call.plan), call) if is_waiting else None

    def _nobody_sits_in_silence(self) -> None:
        """R3, for callers who are in the middle of it: silence is bounded."""
        for call in self._live.values():
            if isinstance(call.state, AtNode):  # it is the caller's turn
                continue
            leg = call.leg(CALLER)
            if leg is None:
                continue
            last = self._site.exchange.ledger.intervals(leg.sid)[-1:]
            for interval in last:
                seconds = (self._world.now() - interval.since).total_seconds()
                if interval.hearing == "silence" and seconds > 2 + self._tolerance_seconds:
                    self._violate(
                        "nobody sits in silence",
                        f"{self._site.names.of(call.id)} {seconds:.1f} s: {call.state}",
                    )

    def _nobody_is_recorded_alone(self) -> None:
        """C6: who goes back to the queue or to a mailbox is in a conversation no more."""
        now, still = self._world.now(), dict[str, datetime]()
        for call in self._live.values():
            talks = isinstance(call.state, InConversation)
            if talks or not self._recordings.get(f"CA{call.id}"):
                continue
            since = still[call.id] = self._kept_on.get(call.id, now)
            if (now - since).total_seconds() > 2 + self._tolerance_seconds:
                self._violate(
                    "nobody is recorded alone", f"{self._site.names.of(call.id)}: {call.state}"
                )
        self._kept_on = still

    def _nothing_is_overdue(self) -> None:
        now = self._world.now()
        for agent in self._agents.values():
            match agent.presence:
                case Reserved(until=until) if (
                    now - until
                ).total_seconds() > self._tolerance_seconds:
                    self._violate("a lease expires", f"{agent.id}: {agent.presence}")
                case WrapUp(until=until) if (now - until).total_seconds() > self._tolerance_seconds:
                    self._violate("a wrap-up ends", f"{agent.id}: {agent.presence}")
                case _:
                    pass
        for call in self._live.values():
            leg = self._site.exchange.leg(f"CA{call.id}")
            if leg.over and leg.ended_at is not None:
                seconds = (now - leg.ended_at).total_seconds()
                if seconds > self._tolerance_seconds:
                    self._violate(
                        "a call ends with its caller",
                        f"{self._site.names.of(call.id)} {seconds:.1f} s: {call.state}",
                    )

    # --- at rest ----------------------------------------------------------------------------

    def rests(self) -> None:
        """Everybody is gone, and everything had its time."""
        for name, detail in self.unrest():
            self._violate(name, detail)

    def unrest(self) -> Iterator[tuple[str, str]]:
        """What is not as it must be when everything is over: invariant and detail."""
        seen = Seen(self._calls, self._agents, self.inbound, self._talked)
        return quiescence_checks.unrest(self._site, seen, is_faultless=self._is_faultless)


def _sid(call: Call, leg_id: str) -> str:
    leg = call.leg(leg_id)
    return leg.sid if leg else ""
