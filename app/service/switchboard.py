"""Where deciding meets doing: read, decide, save if nobody has since, perform, and look around.

A lost race reads and decides again; only the winner performs commands (they are in the very save
that won). The deadline ends the tries, never a count of them (W4), and what could not be saved is
told again later: nothing already accepted is lost.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias

from app.domain.agent import Agent
from app.domain.call import (
    Call,
    Pending,
    Ring,
    StartRecording,
    StopRecording,
)
from app.domain.decide import begin, decide
from app.domain.events import (
    Arrived,
    CommandDone,
    CommandRefused,
    CommandUnsure,
    Event,
    HungUp,
    OfferMade,
    OutboxDue,
)
from app.domain.matching import Pair
from app.domain.observe import CONFIRMED
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
)
from app.service.commit import CLAIM_SECONDS, Commit, commit_call, left_over
from app.service.distributor import Distributor
from app.service.saving import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, save

ANSWER_SECONDS = 4.0  # a document is due by then (W4)
SAFE_SECONDS = 1.5  # no command is begun with less left before somebody else may take over (W6)
TRY_AGAIN_SECONDS = 1
_WRITTEN = (*CONFIRMED, StartRecording, StopRecording, Ring)


Check: TypeAlias = Callable[[CallSnapshot], None]


class UnknownCall(LookupError):
    """News of a call that we never began, or have forgotten."""


class UnknownNumber(LookupError):
    """Somebody dialled a number that the plan does not have."""


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
        distributor.offers_with(self.offer)

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
        self._arms(commit)
        try:
            save(self._calls, self._clock, commit.write_set, self._deadline())
        except Stale:
            return self.load(call_id).call
        return self._follow(commit).call

    def handle(self, call_id: str, event: Event, check: Check | None = None) -> CallSnapshot:
        """The call after `event`, saved, its commands begun. UnknownCall.

        `check` looks at the call each time before it is decided, and raises what is to be raised.
        """
        deadline = self._deadline()
        pause, fresh = FIRST_PAUSE_SECONDS, False
        while True:
            try:
                before = self.load(call_id, fresh=fresh)
                if check is not None:
                    check(before)
                return self._decide_and_save(before, before.agents, event, deadline)
            except (Stale, Unavailable):
                if self._clock.now() >= deadline:
                    self._tell_later(call_id, event)
                    return self.load(call_id)
            self._clock.wait(pause)
            pause, fresh = min(pause * 2, LONGEST_PAUSE_SECONDS), True

    def load(self, call_id: str, *, fresh: bool = False) -> CallSnapshot:
        loaded = self._calls.get(call_id, fresh=fresh)
        if loaded is None:
            raise UnknownCall(call_id)
        return loaded

    def offer(self, pair: Pair, call: Call | None, agent: Agent | None) -> bool:
        """Commit the pair. False: one of the two was not what the board said (S3).

        `call` or `agent`, as just saved by whoever triggered this, spares reading it again.
        """
        before = CallSnapshot(call) if call else self._calls.get(pair.call)
        free = agent or self._agents.get(pair.agent)
        if before is None:
            return False
        try:
            after = self._decide_and_save(before, (free,), OfferMade(pair.agent), self._deadline())
        except Stale:
            return False
        return after.call.agent == pair.agent

    # --- saving -----------------------------------------------------------------------------

    def _decide_and_save(
        self, before: CallSnapshot, agents: Sequence[Agent], event: Event, deadline: datetime
    ) -> CallSnapshot:
        plan = self._directory.plan(before.call.plan)
        now = self._clock.now()
        by_id = {agent.id: agent for agent in agents}
        decided = decide(plan, before.call, by_id, event, now)
        left = left_over(before.call, decided.call, now)
        due = bool(left) and isinstance(event, OutboxDue)
        if decided.call == before.call and not decided.agents and not due:
            return replace(before, stale_answer=decided.stale_answer)
        decision = replace(decided, commands=(*left, *decided.commands))
        known = CallSnapshot(before.call, tuple(agents))
        commit = commit_call(plan, known, decision, event, self._ids.new(), now)
        self._arms(commit)
        save(self._calls, self._clock, commit.write_set, deadline)
        return self._follow(commit, decision.commands, frozenset(p.key for p in left))

    def _arms(self, commit: Commit) -> None:
        """Before the save: who vanishes after it leaves nothing that no timer ends.

        A save that is lost to somebody else leaves a timer that finds nothing to do.
        """
        for when, job in commit.jobs:
            self._timers.at(when, job)

    def _follow(
        self,
        commit: Commit,
        commands: Sequence[Pending] = (),
        left: frozenset[str] = frozenset(),
    ) -> CallSnapshot:
        call = commit.write_set.call
        if call is None:
            raise TypeError("only a call's save is followed here")
        for topic in commit.topics:
            self._notices.poke(topic)
        self._perform(call, commands, left)
        if commit.moves_board:
            self._distributor.look(call=call, agents=commit.write_set.agents)
        return CallSnapshot(call, commit.write_set.named)

    def _perform(
        self, call: Call, commands: Sequence[Pending], left: frozenset[str] = frozenset()
    ) -> None:
        limit = self._clock.now() + timedelta(seconds=CLAIM_SECONDS - SAFE_SECONDS)
        for pending in commands:  # in the order of the decision: privacy first (R16)
            if self._clock.now() >= limit:
                return  # it stays in the outbox, for the second performer
            result = self._do(call, pending, again=pending.key in left)
            if result is not None:
                self.handle(call.id, result)

    def _do(self, call: Call, pending: Pending, *, again: bool) -> Event | None:
        """Perform it; what must be written down of the answer is an event (R9, W7).

        What somebody else may have performed already is always written down, so that it ends here;
        and dialling is never repeated, only looked for (W8).
        """
        writes = again or isinstance(pending.command, _WRITTEN)
        try:
            if again and isinstance(pending.command, Ring):
                done = self._carrier.find(call, pending)
            else:
                done = self._carrier.do(call, pending)
        except CarrierRefused as refused:
            if refused.gone:
                return HungUp(pending.command.leg, "gone")
            return CommandRefused(
                pending.key, pending.command, refused.code, is_ours=refused.is_ours
            )
        except CarrierUnsure:  # it stays in the outbox, and is known to be in doubt
            in_doubt = isinstance(pending.command, CONFIRMED)
            return CommandUnsure(pending.key, pending.command) if in_doubt else None
        return CommandDone(pending.key, pending.command, done.sid) if writes else None

    def _tell_later(self, call_id: str, event: Event) -> None:
        when = self._clock.now() + timedelta(seconds=TRY_AGAIN_SECONDS)
        self._timers.at(when, CallJob(call_id, event))

    def _deadline(self) -> datetime:
        return self._clock.now() + timedelta(seconds=ANSWER_SECONDS - SAFE_SECONDS)
