"""What must hold after each save, each second and at the end of a world.

A check after a save looks only at what that save changed. Each invariant has a sentence for a name;
a violation says it first.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from app.domain.agent import Agent, Away, OnCall, Reserved, WrapUp
from app.domain.board import WaitingRow
from app.domain.call import CALLER, Call
from app.domain.commands import HangUp
from app.domain.lines import is_left
from app.domain.matching import match_callers, ready_row, waiting_row
from app.domain.states import AtNode, Ended, InConversation, Waiting
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
from infra.local.exchange.ledger import Hearing
from tests.simulation import quiescence_checks
from tests.simulation.audio_checks import AudioChecks
from tests.simulation.colleague_checks import ColleagueChecks
from tests.simulation.consult_audio_checks import ConsultAudioChecks
from tests.simulation.consult_checks import ConsultChecks
from tests.simulation.consultations import Consultations
from tests.simulation.conversation_checks import ConversationChecks
from tests.simulation.deployment import Deployment
from tests.simulation.duration_checks import DurationChecks
from tests.simulation.economy_checks import EconomyChecks
from tests.simulation.hold_checks import HoldChecks
from tests.simulation.misfortunes import judged, judged_agents
from tests.simulation.order_checks import OrderChecks
from tests.simulation.outgoing_checks import OutgoingChecks
from tests.simulation.park_checks import ParkChecks
from tests.simulation.protocol_checks import ProtocolChecks
from tests.simulation.quiescence_checks import Observed
from tests.simulation.recording_checks import RecordingChecks
from tests.simulation.recording_wishes import RecordingWishes
from tests.simulation.register_checks import BY_COMMAND, RegisterChecks
from tests.simulation.sharing_checks import SHOWN, SharingChecks
from tests.simulation.supervision_checks import SupervisionChecks
from tests.simulation.transfer_checks import TransferChecks
from tests.simulation.versions import has_field
from tests.simulation.wish_checks import WishChecks

OUT_AT_MOST = 16
LEGS_AT_MOST = 12
CHECK_SECONDS = 1.0
LATE = timedelta(seconds=2)  # two clocks differ so much at most (W12)


class Invariants:
    """Watches a deployment. `tolerance_seconds`: how long a repair may take with these faults."""

    def __init__(
        self, deployment: Deployment, tolerance_seconds: float, *, is_faultless: bool = True
    ) -> None:
        self._deployment = deployment
        self._world = deployment.world
        self._customers = deployment.customers
        self._tolerance_seconds = tolerance_seconds
        self._is_faultless = is_faultless  # without faults the carrier must not warn either
        self._calls: dict[str, Call] = {}
        self._live: dict[str, Call] = {}  # those that have not ended
        self._agents: dict[str, Agent] = {}
        self._timed: set[str] = set()  # agents whose presence ends by itself
        self._held: dict[str, set[str]] = {}  # by call, the agents that it holds
        self._talked: dict[str, set[str]] = {}  # by caller's leg, the legs that it heard
        self._two_heard_since: dict[str, datetime] = {}  # by leg that hears two others
        self._recordings: dict[str, set[str]] = {}  # by leg, those that run now
        self._recorded_since: dict[str, datetime] = {}  # by call: outside a conversation
        self._pair_since: dict[tuple[str, str], datetime] = {}
        self._no_match_due_since: datetime | None = None  # no job will match when time makes a pair
        self._answering: dict[int, tuple[str, int]] = {}  # by delivery: leg, question number
        self.inbound: dict[str, str] = {}  # each caller's leg, and the number it dialled
        self._protocol_checks = ProtocolChecks(deployment)
        self._audio_checks = AudioChecks(deployment)
        self._consultations = consultations = Consultations(deployment)
        self._consult_checks = ConsultChecks(deployment, consultations)
        self._colleague_checks = ColleagueChecks(deployment, consultations)
        self._consult_audio_checks = ConsultAudioChecks(deployment, consultations)
        wishes = RecordingWishes(deployment)
        self._recording_checks = RecordingChecks(deployment, wishes)
        self._hold_checks = HoldChecks(deployment, wishes)
        TransferChecks(deployment)
        ParkChecks(deployment)
        self._supervision_checks = SupervisionChecks(deployment)
        self._sharing_checks = SharingChecks(deployment)
        WishChecks(deployment)
        self._economy_checks = EconomyChecks(deployment)
        self._economy_checks.is_faultless = is_faultless
        self._conversation_checks = ConversationChecks(deployment, wishes)
        self._duration_checks = DurationChecks(deployment)
        self._order_checks = OrderChecks(deployment, self._duration_checks.is_alive)
        self._outgoing_checks = OutgoingChecks(deployment)
        self.register_checks = RegisterChecks(deployment, self._outgoing_checks, consultations)
        deployment.on_saved.append(self._on_saved)
        deployment.on_heard.append(self._on_heard)
        deployment.exchange.observe(self._on_entry)
        self._world.later(CHECK_SECONDS, "look", self.check_each_second)

    def expects(self, tolerance_seconds: float) -> None:
        """A fault has struck: from now on a repair may take so long."""
        self._tolerance_seconds, self._is_faultless = tolerance_seconds, False
        self._economy_checks.is_faultless = False

    # --- after each step --------------------------------------------------------------------

    def _on_saved(self, write_set: WriteSet) -> None:
        for agent in write_set.agents:
            if self._agent(agent.id).rev + 1 != agent.rev:
                self._violate("each save raises the rev by one", f"{agent.id}: {agent.rev}")
            self._agents[agent.id] = agent
            is_timed = isinstance(agent.presence, Reserved | WrapUp)
            (self._timed.add if is_timed else self._timed.discard)(agent.id)
        if write_set.call is not None:
            self._check_question_numbers(
                self._calls.get(write_set.call.id), write_set.call, write_set.applied
            )
            self._check_call(write_set.call)
        for agent in write_set.agents:
            self._check_held_agent(agent)
            self._check_lost_desk(agent)

    def _check_question_numbers(
        self, before: Call | None, call: Call, news: AppliedEvent | None
    ) -> None:
        """W1: every save raises the rev; a question number changes only when that leg is asked."""
        if before is None or news is None or before.state != call.state:
            return
        own = getattr(news.event, "leg", None)
        for leg in call.legs:
            earlier = before.leg(leg.id)
            if earlier is not None and earlier.question != leg.question and leg.id != own:
                said = f"{type(news.event).__name__}: {earlier.question} became {leg.question}"
                self._violate(
                    "a question number changes only when that leg is asked", f"{leg.id} {said}"
                )

    def _check_call(self, call: Call) -> None:
        before = self._calls.get(call.id)
        self._calls[call.id] = call
        if isinstance(call.state, Ended):
            self._live.pop(call.id, None)
        else:
            self._live[call.id] = call
        name = self._deployment.names.of(call.id)
        if (before.rev if before else 0) + 1 != call.rev:
            self._violate("each save raises the rev by one", f"{name}: {call.rev}")
        if before is not None and isinstance(before.state, Ended) and before.state != call.state:
            self._violate(
                "an ended call stays ended", f"{name}: {before.state} became {call.state}"
            )
        if before is not None and has_field(before) and not has_field(call):
            self._violate("what a newer version wrote is kept", name)
        if before is not None and before.plan != call.plan:
            self._violate("a call keeps its plan", f"{name}: {before.plan[:6]} {call.plan[:6]}")
        if len(call.out) > OUT_AT_MOST or len(call.legs) > LEGS_AT_MOST:
            self._violate("a call's lists are bounded", f"{name}: {len(call.out)} {len(call.legs)}")
        if (before.state if before else None) != call.state:
            self._world.note(f"{name} rev {call.rev} {type(call.state).__name__} {call.agent}")
        held = self._held.pop(call.id, set())
        named = {who for who in (call.agent, *call.colleagues) if who is not None}
        for who in sorted(named):
            if not self._holds(who, call.id):
                self._violate(
                    "an agent that a call names is held by that call",
                    f"{name} names {who}, who is {self._agent(who).presence}",
                )
        for who in sorted(held - named):
            if self._holds(who, call.id):
                self._violate(
                    "an agent is held only by a call that names it",
                    f"{who} is still held by {name}: {call.state}",
                )
        if named:
            self._held[call.id] = named

    def _check_lost_desk(self, agent: Agent) -> None:
        match agent.presence:
            case Away(reason="desk lost") if not agent.needs_page:
                self._violate(
                    "who has a telephone or an app is not away for a page that is gone", agent.id
                )
            case _:
                pass

    def _check_held_agent(self, agent: Agent) -> None:
        for line in agent.lines:
            left = self._calls.get(line)
            if left is None or left.agent != agent.id or not is_left(left):
                self._violate(
                    "an agent's line is a call that they have left on hold",
                    f"{agent.id} has {line}, which is {left and left.state}",
                )
        match agent.presence:
            case Reserved(call=call_id) | OnCall(call=call_id):
                call = self._calls.get(call_id)
                if call is None or agent.id not in call.people:
                    self._violate(
                        "an agent is held only by a call that names it",
                        f"{agent.id} is {agent.presence}, the call is {call and call.state}",
                    )
            case _:
                pass

    def _holds(self, agent_id: str, call_id: str) -> bool:
        """Or it is one of the calls that the agent has left on hold for another."""
        agent = self._agent(agent_id)
        match agent.presence:
            case Reserved(call=held) | OnCall(call=held) if held == call_id:
                return True
            case _:
                return call_id in agent.lines

    def _agent(self, agent_id: str) -> Agent:
        return self._agents.get(agent_id) or Agent(agent_id)

    def _on_heard(self, leg: str, heard: Heard) -> None:
        others = heard.legs if isinstance(heard, Voices) else ()
        if self._is_customer(leg) and others:
            self._talked.setdefault(leg, set()).update(others)
        callers = [one for one in (leg, *others) if self._is_customer(one)]
        outside = [one for one in (leg, *others) if self._is_asked_in(one)]
        consulted = [one for one in outside if not self._is_guest(one)]
        agents = [one for one in (leg, *others) if one not in (*callers, *outside)]
        agents = [one for one in agents if not self._is_taken_over(one)]
        most = max(map(len, (callers, consulted, agents)))
        staying = max(len(callers), *map(len, map(self._not_leaving, (consulted, agents))))
        if most <= 1:
            self._two_heard_since.pop(leg, None)
        elif self._is_faultless or staying > 1:
            names = [self._deployment.names.of(other) for other in others]
            self._violate(
                "a leg hears one caller, one agent, guests, and one who is consulted at most",
                f"{self._deployment.names.of(leg)} hears {names}",
            )
        else:
            self._two_heard_since.setdefault(leg, self._world.now())

    def _is_customer(self, leg: str) -> bool:
        return leg in self.inbound or self._customers.is_called(leg)

    def _is_asked_in(self, leg: str) -> bool:
        """Somebody outside, or a colleague until the call is theirs."""
        one = self._consultations.of_leg(leg)
        is_colleague = one is not None and bool(one.colleague) and one.given is None
        return is_colleague or self._customers.is_consulted(leg)

    def _is_guest(self, leg: str) -> bool:
        one = self._consultations.of_leg(leg)
        return one is not None and (one.is_guest or one.handed_over is not None)

    def _is_taken_over(self, leg: str) -> bool:
        """The agent's whose call a supervisor or a colleague has: it leaves once these are heard
        (R14, R19)."""
        call = self._calls.get(self._customers.taken_over.get(leg, ""))
        mine = next((one for one in call.legs if one.sid == leg), None) if call else None
        return mine is not None and mine.wanted == "out"

    def _not_leaving(self, agents: list[str]) -> list[str]:
        """Without those whose hang-up is commanded: what a fault delayed, a repair performs."""
        leaving = {
            sid
            for call in self._calls.values()
            for pending in call.out
            if isinstance(pending.command, HangUp) and (sid := _sid(call, pending.command.leg))
        }
        return [leg for leg in agents if leg not in leaving]

    def _check_two_headsets(self) -> None:
        """Two headsets of one agent in a room: no longer than a repair may take."""
        for leg, since in sorted(self._two_heard_since.items()):
            seconds = (self._world.now() - since).total_seconds()
            if self._deployment.exchange.leg(leg).over:
                del self._two_heard_since[leg]
            elif seconds > self._tolerance_seconds:
                who = self._deployment.names.of(leg)
                self._violate(
                    "a leg hears one caller, one agent, guests, and one who is consulted at most",
                    f"{who} hears two for {seconds:.1f} s",
                )

    def _on_entry(self, entry: Entry) -> None:
        match entry.news:
            case LegChanged(leg=leg, direction="inbound", caller=caller, called=called):
                if not caller.startswith("client:"):
                    self.inbound.setdefault(leg, called)
            case RecordingChanged(recording=sid, leg=where, status=status):
                self._check_recording(sid, where or "", status)
            case WebhookSent(delivery=delivery, url=url, leg=str(leg)) if "/pressed?q=" in url:
                self._answering[delivery] = (leg, int(url.partition("q=")[2].partition("&")[0]))
            case WebhookAnswered(delivery=delivery) if delivery in self._answering:
                self._check_answer_counts(*self._answering.pop(delivery))
            case Warned(code=code, message=message, leg=where):
                self._world.note(f"warned {code} {self._deployment.names.of(where or '')}")
                if self._is_faultless and code // 1000 in (12, 13):
                    self._violate(
                        "without faults the carrier warns of nothing", f"{code} {message}"
                    )
            case _:
                pass

    def _check_answer_counts(self, leg: str, question: int) -> None:
        """W1: without faults each answer advances the call, or a newer question was asked."""
        call = self._calls.get(self._customers.call_of(leg))
        caller = call.leg(CALLER) if call else None
        if call is None or caller is None or isinstance(call.state, Ended):
            return
        if self._is_faultless and caller.question == question:
            self._violate(
                "without faults each answer to a question counts",
                f"{self._deployment.names.of(leg)}: {question}",
            )

    def _check_recording(self, sid: str, leg: str, status: str) -> None:
        name = self._deployment.names.of(leg)
        self._world.note(f"recording of {name} {status}")
        running = self._recordings.setdefault(leg, set())
        running.discard(sid)
        source = self._deployment.exchange.recordings.recordings[sid].source
        if status in ("in-progress", "paused") and source == BY_COMMAND:
            running.add(sid)
        if len(running) > 1:
            self._violate("a leg is recorded once at a time", name)

    def _violate(self, name: str, detail: str) -> None:
        self._world.violate(name, detail)

    # --- once a second ----------------------------------------------------------------------

    def check_each_second(self) -> None:
        """Waiting callers are offered (F15), nobody sits in silence, every deadline is kept."""
        calls = judged(self._deployment, self._live.values())
        agents = judged_agents(self._deployment, self._agents.values())
        self._check_waiting_are_offered(calls, agents)
        self._check_silence(calls)
        self._check_two_headsets()
        self._audio_checks.check(calls, self._tolerance_seconds, is_faultless=self._is_faultless)
        self._supervision_checks.check(self._tolerance_seconds)
        self._check_deadlines(calls, [one for one in agents if one.id in self._timed])
        self._check_recorded_in_conversation(calls)
        self._protocol_checks.check()
        self._sharing_checks.check(self._tolerance_seconds, is_faultless=self._is_faultless)
        self._duration_checks.check(calls, agents, self._tolerance_seconds)
        self._order_checks.check(calls, agents, self._tolerance_seconds)
        self._conversation_checks.check(calls, self._tolerance_seconds)
        self._hold_checks.check(calls, LATE.total_seconds() + self._tolerance_seconds)
        self._recording_checks.check(
            calls, self._tolerance_seconds, is_faultless=self._is_faultless
        )
        self._outgoing_checks.check(calls, self._tolerance_seconds)
        self._consult_checks.check(calls, self._tolerance_seconds)
        self._colleague_checks.check(
            calls, self._tolerance_seconds, is_faultless=self._is_faultless
        )
        self._consult_audio_checks.check(
            calls, self._tolerance_seconds, is_faultless=self._is_faultless
        )
        if self._deployment.exchange.violations:
            self._violate(
                "the exchange finds no breach of its contract",
                repr(self._deployment.exchange.violations[0]),
            )
        is_strange = ("voice.stranger",) if not self._deployment.dismissed else ()
        for name in ("voice.failed", "voice.unsigned", *is_strange):
            if self._deployment.counts.get(name) and self._is_faultless:
                self._violate("without faults no webhook fails", name)
        self._world.later(CHECK_SECONDS, "look", self.check_each_second)

    def _check_waiting_are_offered(self, calls: list[Call], agents: list[Agent]) -> None:
        rows = (self._waiting_row(call) for call in calls)
        waiting = [row for row in rows if row is not None]
        if not waiting:
            self._pair_since.clear()
            self._no_match_due_since = None
            return
        now = self._world.now()
        far = now + timedelta(hours=1)
        free = (ready_row(agent, far) for agent in agents)
        ready = [row for row in free if row is not None]
        matching = match_callers(ready, waiting, now)
        self._check_match_is_due(matching.wake_at if ready else None, now)
        pairs = {(p.call, p.agent) for p in matching.pairs}
        self._pair_since = {p: self._pair_since.get(p, now) for p in sorted(pairs)}
        for (call_id, agent_id), since in self._pair_since.items():
            if (now - since).total_seconds() > self._tolerance_seconds:
                self._violate(
                    "a waiting caller is offered to a ready agent",
                    f"{self._deployment.names.of(call_id)} and {agent_id} since {since:%H:%M:%S}",
                )

    def _check_match_is_due(self, wake_at: datetime | None, now: datetime) -> None:
        """D1: when time alone will make a pair, a job is due at that time to look for it."""
        due = self._deployment.queues.matches_due
        if wake_at is None or any(now <= when <= wake_at + LATE for when in due):
            self._no_match_due_since = None
            return
        self._no_match_due_since = self._no_match_due_since or now
        if (now - self._no_match_due_since).total_seconds() > self._tolerance_seconds:
            self._violate(
                "a match that time alone makes is looked for in time", f"{wake_at:%H:%M:%S}"
            )

    def _waiting_row(self, call: Call) -> WaitingRow | None:
        is_waiting = isinstance(call.state, Waiting)
        return waiting_row(self._deployment.directory.plan(call.plan), call) if is_waiting else None

    def _check_silence(self, calls: list[Call]) -> None:
        """R3: the silence of a caller who is not asked anything is bounded."""
        for call in calls:
            if isinstance(call.state, AtNode):  # a menu waits in silence for a key
                continue
            leg = call.leg(CALLER)
            if leg is None:
                continue
            last = self._deployment.exchange.ledger.latest(self._customers.leg_of(call.id))
            if last is None or last.hearing is not Hearing.SILENCE:
                continue
            seconds = (self._world.now() - last.since).total_seconds()
            if seconds > 2 + self._tolerance_seconds:
                self._violate(
                    "no waiting caller sits in silence",
                    f"{self._deployment.names.of(call.id)} {seconds:.1f} s: {call.state}",
                )

    def _check_recorded_in_conversation(self, calls: list[Call]) -> None:
        """C6: back in the queue or in a mailbox, a caller is in no conversation."""
        now, still = self._world.now(), dict[str, datetime]()
        for call in calls:
            talks = isinstance(call.state, InConversation)
            if talks or not self._recordings.get(self._customers.leg_of(call.id)):
                continue
            since = still[call.id] = self._recorded_since.get(call.id, now)
            if (now - since).total_seconds() > 2 + self._tolerance_seconds:
                self._violate(
                    "a caller is recorded only in a conversation",
                    f"{self._deployment.names.of(call.id)}: {call.state}",
                )
        self._recorded_since = still

    def _check_deadlines(self, calls: list[Call], agents: list[Agent]) -> None:
        now = self._world.now()
        for agent in agents:  # those whose presence ends by itself
            match agent.presence:
                case Reserved(until=until) if (
                    now - until
                ).total_seconds() > self._tolerance_seconds:
                    self._violate("a reservation ends in time", f"{agent.id}: {agent.presence}")
                case WrapUp(since=since, until=until):
                    late = (now - until).total_seconds() - self._tolerance_seconds
                    if late > 0 and late > self._deployment.queues.resent_seconds(agent.id, since):
                        self._violate("a wrap-up ends in time", f"{agent.id}: {agent.presence}")
                case _:
                    pass
        for call in calls:
            sid = self._customers.leg_of(call.id)
            leg = self._deployment.exchange.leg(sid) if sid else None
            if leg is not None and leg.over and leg.ended_at is not None:
                seconds = (now - leg.ended_at).total_seconds()
                if seconds > self._tolerance_seconds:
                    self._violate(
                        "a call ends when its caller hangs up",
                        f"{self._deployment.names.of(call.id)} {seconds:.1f} s: {call.state}",
                    )

    # --- at the end -------------------------------------------------------------------------

    def check_at_end(self) -> None:
        """All calls are over, and every repair had its time."""
        for name, detail in self.violations_at_end():
            self._violate(name, detail)

    def violations_at_end(self) -> Iterator[tuple[str, str]]:
        """Invariant and detail of each violation, when everything is over."""
        observed = Observed(
            self._calls, self._agents, self.inbound, self._talked, self.register_checks
        )
        shown = self._sharing_checks.difference_at_end()
        if shown:
            yield SHOWN, shown
        yield from quiescence_checks.violations_at_end(
            self._deployment, observed, is_faultless=self._is_faultless
        )


def _sid(call: Call, leg_id: str) -> str:
    leg = call.leg(leg_id)
    return leg.sid if leg else ""
