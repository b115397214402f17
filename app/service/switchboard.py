"""Applies an event to a call: read, decide, save if unchanged, perform the commands, match callers.

After a lost race it reads and decides again; only the winner performs commands, since its save
holds them. Tries end at a deadline, not after a number (W4), and an event that could not be saved
is scheduled for later, so that no accepted event is lost.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeAlias

from app.domain.access import Refused
from app.domain.agent import Agent
from app.domain.call import Call
from app.domain.commands import Dial, Pending, Ring, StartRecording, StopRecording
from app.domain.decide import begin, decide
from app.domain.dialplan import Plan
from app.domain.events import (
    Arrived,
    CalledOut,
    CommandDone,
    CommandRefused,
    CommandUnsure,
    ConsultRequested,
    Event,
    HungUp,
    OfferMade,
    OutboxDue,
    ParkRequested,
    PickupRequested,
    SupervisionRequested,
)
from app.domain.matching import Pair
from app.domain.observe import CONFIRMED
from app.domain.states import Waiting
from app.domain.transition import Decision
from app.domain.value import replace
from app.ports import (
    Agents,
    CallJob,
    Calls,
    CallSnapshot,
    Carrier,
    CarrierRefused,
    CarrierUnsure,
    Clock,
    Directory,
    Ids,
    Notices,
    Stale,
    Timers,
    Unavailable,
    Unreadable,
)
from app.service.commit import Commit, commit_call, unclaimed_commands
from app.service.distributor import Distributor
from app.service.recent import RecentCall, RecentCalls
from app.service.saving import pauses, save

ANSWER_SECONDS = 4.0  # a document is due by then (W4)
MARGIN_SECONDS = 1.5  # before the claim expires, no command is begun any more (W6)
MARGIN = timedelta(seconds=MARGIN_SECONDS)
RETRY_SECONDS = 1
_DIALLING = (Ring, Dial)  # never blindly repeated (W8)
_RESULT_SAVED = (*CONFIRMED, StartRecording, StopRecording, *_DIALLING)


Check: TypeAlias = Callable[[CallSnapshot], None]


class UnknownCall(LookupError):
    """There is no such call, or it has expired."""


class UnknownNumber(LookupError):
    """The dialled number is not in the plan."""


class Switchboard:
    def __init__(
        self,
        *,
        calls: Calls,
        agents: Agents,
        carrier: Carrier,
        timers: Timers,
        notices: Notices,
        directory: Directory,
        clock: Clock,
        ids: Ids,
        distributor: Distributor,
    ) -> None:
        self._calls = calls
        self._agents = agents
        self._carrier = carrier
        self._timers = timers
        self._notices = notices
        self._directory = directory
        self._clock = clock
        self._ids = ids
        self._distributor = distributor
        self._recent = RecentCalls()
        distributor.set_offer(self.offer)

    # --- events -----------------------------------------------------------------------------

    def arrive(self, call_id: str, sid: str, caller: str, did: str) -> Call:
        """A caller dialled `did`. A repeated arrival is the same call (F33). UnknownNumber."""
        plan = self._directory.head()
        number = plan.number(did)
        if number is None:
            raise UnknownNumber(did)
        contact = self._directory.contact(caller)
        now = self._clock.now()
        name = contact.name if contact else ""
        decision = begin(plan, number, call_id, sid, caller, name, now)
        commit = commit_call(plan, None, decision, Arrived(), self._ids.new(), now)
        self._schedule_jobs(commit)
        known = self._save_first(commit)
        return known.call if known is not None else self._carry_out(commit).call

    def call_out(self, plan: Plan, agent: Agent, decision: Decision, event: CalledOut) -> Call:
        """The call that `agent` begins, saved together with the agent. Raises Stale."""
        now = self._clock.now()
        commit = commit_call(plan, None, decision, event, self._ids.new(), now, agent)
        self._schedule_jobs(commit)
        save(self._calls, self._clock, commit.write_set, self._deadline())
        return self._carry_out(commit).call

    def _save_first(self, commit: Commit) -> CallSnapshot | None:
        """The call as somebody else has saved it, if so. Raises Unavailable after the deadline.

        A save may be refused though there is no such call yet: a transaction was in progress (W3).
        """
        deadline = self._deadline()
        for pause_seconds in pauses():
            try:
                save(self._calls, self._clock, commit.write_set, deadline)
            except Stale as stale:
                with suppress(UnknownCall):
                    return self.load(_saved_call(commit).id, fresh=True)
                if self._clock.now() >= deadline:
                    raise Unavailable(*stale.args) from stale
                self._clock.wait(pause_seconds)
            else:
                break
        return None

    def handle(self, call_id: str, event: Event, check: Check | None = None) -> CallSnapshot:
        """Apply `event`; the call as saved, its commands begun. Raises UnknownCall, SlotTaken.

        `check` gets the call before each decision, and may raise to refuse the event.
        """
        deadline = self._deadline()
        waits, fresh = pauses(), False
        known = self._recent.get(call_id)
        while True:
            remembered, known = known, None
            try:
                if remembered is not None:
                    after = self._save_from_memory(remembered, event, check, deadline)
                    if after is not None:
                        return after
                before = self.load(call_id, fresh=fresh)
                if check is not None:
                    check(before)
                return self._decide_and_save(before, before.agents, event, deadline)
            except (Stale, Unavailable) as lost:
                if self._clock.now() >= deadline:
                    self._retry_later(call_id, event)
                    return self.load(call_id)
                if remembered is not None and isinstance(lost, Stale) and lost.found:
                    known = RecentCall(lost.found, self._clock.now())  # it is read already
                    continue
            self._clock.wait(next(waits))
            fresh = True

    def remembered(self, call_id: str) -> Call | None:
        """As this process saw it last: it may be old. Good enough to choose an event by."""
        recent = self._recent.get(call_id)
        return recent.snapshot.call if recent is not None else None

    def load(self, call_id: str, *, fresh: bool = False) -> CallSnapshot:
        loaded = self._calls.get(call_id, fresh=fresh)
        if loaded is None:
            raise UnknownCall(call_id)
        self._recent.put(loaded, self._clock.now())
        return loaded

    def offer(self, pair: Pair, call: Call | None, agent: Agent | None) -> bool:
        """Commit the pair. False: a row of the board was stale (S3).

        `call` or `agent`, if the caller has just saved it, need not be read again.
        """
        before = CallSnapshot(call) if call else self._calls.get(pair.call)
        free = agent or self._agents.get(pair.agent)
        match before:
            case CallSnapshot(call=Call(state=Waiting(position))) if position.node == pair.node:
                pass
            case _:
                return False
        try:
            after = self._decide_and_save(before, (free,), OfferMade(pair.agent), self._deadline())
        except Stale:
            return False
        return after.call.agent == pair.agent

    # --- saving -----------------------------------------------------------------------------

    def _save_from_memory(
        self, recent: RecentCall, event: Event, check: Check | None, deadline: datetime
    ) -> CallSnapshot | None:
        """None: nothing was saved, so that nothing proves that it is still as remembered."""
        before = recent.snapshot
        try:
            if check is not None:
                check(before)
        except Refused:
            return None
        after = self._decide_and_save(before, before.agents, event, deadline)
        is_saved = after.call is not before.call
        return after if is_saved or recent.answers(event, self._clock.now()) else None

    def _decide_and_save(
        self, before: CallSnapshot, agents: Sequence[Agent], event: Event, deadline: datetime
    ) -> CallSnapshot:
        plan = self._directory.plan(before.call.plan)
        now = self._clock.now()
        by_id = {agent.id: agent for agent in agents}
        decided = decide(plan, before.call, by_id, event, now)
        if decided.asks_for:
            by_id[decided.asks_for] = self._sender(decided.asks_for)
            decided = decide(plan, before.call, by_id, event, now)
        left = unclaimed_commands(before.call, decided.call, now)
        due = bool(left) and isinstance(event, OutboxDue)
        if decided.call == before.call and not decided.agents and not due:
            return replace(before, stale_answer=decided.stale_answer)
        decision = replace(decided, commands=(*left, *decided.commands)) if left else decided
        known = CallSnapshot(before.call, tuple(by_id.values()))
        commit = commit_call(plan, known, decision, event, self._ids.new(), now)
        self._schedule_jobs(commit)
        save(self._calls, self._clock, commit.write_set, deadline)
        return self._carry_out(commit, decision.commands, frozenset(p.key for p in left))

    def _sender(self, agent_id: str) -> Agent:
        """Who sent the caller on, as that agent is now; who cannot be read takes nobody back."""
        try:
            return self._agents.get(agent_id)
        except Unreadable:
            return Agent(agent_id)

    def _schedule_jobs(self, commit: Commit) -> None:
        """Schedule before the save: if the function crashes after it, the timers are set.

        If the save is lost to another writer, the timer has no effect.
        """
        self._timers.schedule(commit.jobs)

    def _carry_out(
        self,
        commit: Commit,
        commands: Sequence[Pending] = (),
        left: frozenset[str] = frozenset(),
    ) -> CallSnapshot:
        call = _saved_call(commit)
        self._recent.put(CallSnapshot(call, commit.write_set.named), self._clock.now())
        for topic in commit.topics:
            self._notices.notify(topic)
        self._perform(call, commands, left)
        if commit.board_changed:
            latest = self.remembered(call.id)  # what the carrier answered may be saved by now
            waiting = latest if latest and isinstance(latest.state, Waiting) else call
            self._distributor.distribute(call=waiting, agents=commit.write_set.agents)
        return CallSnapshot(call, commit.write_set.named)

    def _perform(
        self, call: Call, commands: Sequence[Pending], left: frozenset[str] = frozenset()
    ) -> None:
        """Until the claim's end less what one command may take, however long the save took.

        The next performer begins at that end: it must not find undone what is done after it.
        """
        until = call.claim_until
        for pending in commands:  # in the order of the decision: privacy first (R16)
            if until is None or self._clock.now() >= until - MARGIN:
                return  # it stays in the outbox, until its claim expires
            result = self._perform_one(call, pending, repeated=pending.key in left)
            if result is not None:
                self.handle(call.id, result)

    def _perform_one(self, call: Call, pending: Pending, *, repeated: bool) -> Event | None:
        """Perform one command; the event to save about its result, if any (R9, W7).

        The result of a repeated command is always saved, so that it is settled. Dialling is not
        repeated: the leg that it made is looked up (W8).
        """
        is_saved = repeated or isinstance(pending.command, _RESULT_SAVED)
        try:
            if repeated and isinstance(pending.command, _DIALLING):
                done = self._carrier.find(call, pending)
            else:
                done = self._carrier.perform(call, pending)
        except CarrierRefused as refused:
            if refused.gone:
                return HungUp(pending.command.leg, "gone")
            return CommandRefused(
                pending.key, pending.command, refused.code, is_ours=refused.is_ours
            )
        except CarrierUnsure:  # it stays in the outbox, and is marked as unsure
            in_doubt = isinstance(pending.command, CONFIRMED)
            return CommandUnsure(pending.key, pending.command) if in_doubt else None
        return CommandDone(pending.key, pending.command, done.sid) if is_saved else None

    def _retry_later(self, call_id: str, event: Event) -> None:
        """But a pickup, a park, a supervision or the asking of a colleague: whoever asked is told
        that it failed. Nobody would call in for it; the slot, or the colleague, may be taken then.
        """
        if isinstance(event, PickupRequested | ParkRequested | SupervisionRequested):
            return
        if isinstance(event, ConsultRequested) and event.colleague:
            return
        when = self._clock.now() + timedelta(seconds=RETRY_SECONDS)
        self._timers.at(when, CallJob(call_id, event))

    def _deadline(self) -> datetime:
        return self._clock.now() + timedelta(seconds=ANSWER_SECONDS - MARGIN_SECONDS)


def _saved_call(commit: Commit) -> Call:
    if commit.write_set.call is None:
        raise TypeError("only a call's save is followed here")
    return commit.write_set.call
