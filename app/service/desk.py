"""Requests of agents at their desks. A request may be refused, with a reason in plain words.

Presence is the agent's alone; the verbs of `app.domain.verbs` are events of the call, so that call
and agent change together.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from app.domain.access import Person, Refused, Subject, may
from app.domain.agent import (
    FOR_AN_EMERGENCY,
    Agent,
    AgentEvent,
    Away,
    Device,
    MissedOffer,
    Offline,
    OnCall,
    Ready,
    Reserved,
    TimeOver,
    WentAway,
    WentOffline,
    WentReady,
    WrapUp,
    change,
    may_call_out,
)
from app.domain.board import POOL
from app.domain.call import Call, agent_of
from app.domain.dialplan import Member
from app.domain.events import (
    AgentDismissed,
    Event,
    HeadsetLost,
    HoldRequested,
    LineLeft,
    OfferShown,
)
from app.domain.lines import LINES_AT_MOST, is_left, may_be_left, why_not_left
from app.domain.park import SLOTS
from app.domain.states import (
    Connecting,
    Consult,
    ConsultOffer,
    HeadsetAway,
    InConversation,
    Supervision,
)
from app.domain.targets import Target, target_of, targets
from app.domain.value import replace, value
from app.domain.verb import Request, Verb
from app.ports import (
    Agents,
    Board,
    Calls,
    CallSnapshot,
    Clock,
    Directory,
    Ids,
    Notices,
    PoolJob,
    SlotTaken,
    Stale,
    Timers,
    Unreadable,
)
from app.service.commit import ALIVE_SECONDS, BACKUP_DELAY, commit_agent
from app.service.distributor import Distributor
from app.service.saving import save
from app.service.switchboard import Check, Switchboard, UnknownCall

PATIENCE_SECONDS = 2.5
PAUSE_SECONDS = 0.02


@value
class Grant:
    """Permits the agent's browser to call in, with the parameters that it must send."""

    call: str
    headset: str
    nonce: str


@value
class DeskState:
    """`lines`: the calls that the agent has left on hold for another, the oldest first."""

    agent: Agent
    call: Call | None = None  # offered, connecting, talking or being wrapped up
    lines: tuple[Call, ...] = ()


class Desk:
    def __init__(
        self,
        *,
        switchboard: Switchboard,
        distributor: Distributor,
        calls: Calls,
        agents: Agents,
        board: Board,
        directory: Directory,
        timers: Timers,
        notices: Notices,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._switchboard = switchboard
        self._distributor = distributor
        self._calls = calls
        self._agents = agents
        self._board = board
        self._directory = directory
        self._timers = timers
        self._notices = notices
        self._clock = clock
        self._ids = ids

    # --- reading ----------------------------------------------------------------------------

    def state(self, agent_id: str) -> DeskState:
        """One read, and one for each call of the agent: at most `LINES_AT_MOST`."""
        agent = self._agents.get(agent_id)
        held = (self._call(call_id) for call_id in agent.lines)
        lines = tuple(call for call in held if call is not None)
        match agent.presence:
            case Reserved(call=call_id) | OnCall(call=call_id) | WrapUp(call=call_id):
                return DeskState(agent, self._call(call_id), lines)
            case _:
                return DeskState(agent, lines=lines)

    def missed(self, agent: Agent) -> tuple[tuple[MissedOffer, Call], ...]:
        """The offers that came to nothing, the newest first, with the calls as they are now."""
        found = ((offer, self._call(offer.call)) for offer in reversed(agent.missed))
        return tuple((offer, call) for offer, call in found if call is not None)

    def _call(self, call_id: str) -> Call | None:
        """None, too, for one that cannot be read: the agent's page shows the rest.

        The switchboard remembers it: what the page is asked for next is decided on that (ADR 7).
        """
        try:
            return self._switchboard.load(call_id).call
        except (UnknownCall, Unreadable):
            return None

    # --- presence ---------------------------------------------------------------------------

    def set_status(self, agent_id: str, wish: str, *, by: str = "") -> Agent:
        """`wish`: ready, offline or an away reason; in a call it is what comes next.

        `by`: the supervisor who asks for it, and has just read the plan (`Staff`).
        """
        match wish:
            case "ready":
                return self.set_ready(agent_id, by=by)
            case "offline":
                return self.set_offline(agent_id, by=by)
            case reason:
                return self.set_away(agent_id, reason, by=by)

    def set_ready(self, agent_id: str, *, by: str = "") -> Agent:
        member = self._directory.head(fresh=not by).member(agent_id)
        if member is None:
            raise Refused("You are not in this company's plan any more.")
        return self._change(agent_id, WentReady(member.queues, _devices(member), by))

    def set_away(self, agent_id: str, reason: str, *, by: str = "") -> Agent:
        if reason not in self._directory.head().away_reasons:
            raise Refused(f"“{reason}” is not one of the reasons to be away.")
        return self._change(agent_id, WentAway(reason, by))

    def set_offline(self, agent_id: str, *, by: str = "") -> Agent:
        return self._change(agent_id, WentOffline(by))

    def set_away_for_an_emergency(self, agent_id: str) -> Agent:
        """Nobody is offered to the agent, also when the offer is declined that there is now."""
        return self._change(agent_id, WentAway(FOR_AN_EMERGENCY))

    def dismiss(self, agent_id: str) -> None:
        """The agent is not in the plan any more: no call is offered to them from now on.

        A call that rings for the agent, or whose caller waits for the agent to come back, is
        offered on; a conversation is not cut. Repeatable.
        """
        agent = self.set_offline(agent_id)
        calls = list(agent.lines)
        match agent.presence:
            case Reserved(call=call_id) | OnCall(call=call_id):
                calls.append(call_id)
            case _:
                pass
        for call_id in calls:
            with suppress(UnknownCall):
                self._switchboard.handle(call_id, AgentDismissed(agent_id))

    def heartbeat(self, agent_id: str) -> None:
        """Prolong the agent's ready row; put it again if it was lost (S10, F20)."""
        until = self._clock.now() + timedelta(seconds=ALIVE_SECONDS)
        if self._board.beat(POOL, agent_id, until):
            return
        agent = self._agents.get(agent_id)
        if isinstance(agent.presence, Ready):
            rowless = Agent(agent_id, rev=agent.rev)
            self._save(rowless, agent, self._deadline())

    def end_due_wrap_up(self, agent_id: str) -> Agent:
        """End the wrap-up, if its time is over."""
        return self._change(agent_id, TimeOver(), by_person=False)

    # --- calls ------------------------------------------------------------------------------

    def do(
        self,
        person: Person,
        call_id: str,
        verb: Verb,
        *,
        leg: str = "",
        tab: str = "",
        target: str = "",
    ) -> Grant | None:
        """Perform a verb; a verb that connects returns a grant. Raises Refused.

        `target`: of a verb that takes one, a node of the call's plan.

        A repeated request is not refused: both clicks of a double click succeed. Of two agents who
        accept, exactly one does (F1). A verb that takes a number is `Outgoing`'s, which reads it.
        """
        if verb.takes == "number":
            raise Refused("Say which number is to be called.")
        nonce = self._ids.new() if verb.connects else ""
        request = Request(person.id, leg, nonce, tab, mark=verb.name, target=target)

        def check(before: CallSnapshot) -> None:
            if not may_do(person, verb, request, before):
                return
            if verb.takes == "target":
                self._check_target(person, before.call, target)
            if verb.needs_no_call and not may_call_out(self._agents.get(person.id)):
                raise Refused("You have a call already: end it first.")

        if verb.changes_line:
            self._leave_for(person, call_id, verb, request)
        if verb.takes == "slot":
            self._park(call_id, verb, request, check)
            return None
        call = self._handle(call_id, verb.event(request), check).call
        return _grant(call, request, verb) if verb.connects else None

    def _leave_for(self, person: Person, call_id: str, verb: Verb, request: Request) -> None:
        """What is asked for is still there: only then is the agent's call put on hold for it."""
        try:
            wanted = self._switchboard.load(call_id)
        except UnknownCall:
            raise Refused("There is no such call any more.") from None
        if may_do(person, verb, request, wanted):
            self.leave_line(self._agents.get(person.id))
            self._switchboard.load(call_id, fresh=True)  # its copy of the agent is older (S1)

    def leave_line(self, agent: Agent) -> None:
        """Put the agent's conversation on hold and leave it: another call may be had then (R6).

        Two saves, and what the carrier answers to the hold; one, where the caller is on hold;
        none, where the agent talks in no call. Raises Refused.
        """
        match agent.presence:
            case OnCall(call=call_id, has_begun=True):
                pass
            case _:
                return
        if len(agent.lines) + 2 > LINES_AT_MOST:
            raise Refused(f"You have {len(agent.lines) + 1} calls already: end one first.")

        def check(before: CallSnapshot) -> None:
            if reason := why_not_left(before.call):
                raise Refused(reason)

        after = self._handle(call_id, HoldRequested(agent.id), check).call
        if not may_be_left(self._switchboard.remembered(call_id) or after):  # the carrier answered
            raise Refused("The carrier has not put the caller on hold yet. Try again.")
        left = self._handle(call_id, LineLeft(agent.id), check).call
        if left.agent == agent.id and not is_left(left):
            raise Refused("Your call changed just now. Try again.")

    def _park(self, call_id: str, verb: Verb, request: Request, check: Check) -> None:
        """At the first free slot. One query; one save, or one more for each that was just taken."""
        taken = {row.slot for row in self._board.parked(POOL)}
        for slot in (one for one in SLOTS if one not in taken):
            asked = replace(request, slot=slot)
            try:
                call = self._handle(call_id, verb.event(asked), check).call
            except SlotTaken:
                continue
            if not verb.settled(call, asked):
                raise Refused(f"{verb.refusal} Try again.")
            return
        raise Refused("All places to park are taken. Transfer the call, or keep it on hold.")

    def targets(self, person: Person, call_id: str) -> tuple[Target, ...]:
        """Where this agent may send the caller of that call. Raises Refused."""
        call = self._call(call_id)
        if call is None or call.agent != person.id:
            raise Refused("This is not your call.")
        return targets(self._directory.plan(call.plan), person.id)

    def _check_target(self, person: Person, call: Call, target: str) -> None:
        """One read more where it is a colleague's extension."""
        found = target_of(self._directory.plan(call.plan), target)
        if found is None:
            raise Refused("There is nobody and nothing of that name to transfer to.")
        if found.agent == person.id:
            raise Refused("That is your own extension.")
        if not found.agent:
            return
        colleague = self._directory.head().member(found.agent)
        is_here = not isinstance(self._agents.get(found.agent).presence, Offline | Away)
        if colleague is None or not is_here:
            name = colleague.name if colleague else found.label
            raise Refused(f"{name} takes no calls now.")

    def report_offer_shown(self, agent_id: str, call_id: str, leg: str) -> None:
        """The page shows the offer. Without this report, the next device is tried."""
        self._handle(call_id, OfferShown(agent_id, leg))

    def report_headset_lost(self, agent_id: str, call_id: str, headset: str, reason: str) -> None:
        """The page was closed (it sent a beacon), or cannot use its microphone."""
        if agent_of(headset) != agent_id:
            raise Refused("That is not your headset.")
        self._handle(call_id, HeadsetLost(headset, reason))

    # --- saving -----------------------------------------------------------------------------

    def _handle(self, call_id: str, event: Event, check: Check | None = None) -> CallSnapshot:
        return handle_request(self._switchboard, call_id, event, check)

    def _change(self, agent_id: str, event: AgentEvent, *, by_person: bool = True) -> Agent:
        deadline = self._deadline()
        while True:
            before = self._agents.get(agent_id)
            after = change(before, event, self._clock.now())
            if after == before:
                return before
            try:
                return self._save(before, after, deadline, by_person=by_person)
            except Stale:
                if self._clock.now() >= deadline:
                    raise
                self._clock.wait(PAUSE_SECONDS)

    def _save(
        self, before: Agent, after: Agent, deadline: datetime, *, by_person: bool = True
    ) -> Agent:
        """`by_person`: not by a job."""
        now = self._clock.now()
        commit = commit_agent(before, after, self._ids.new(), now)
        # Before the save: if this function crashes after it, each deadline still has a timer, and
        # each change of the board is still matched (D3): a job's by the next sweep (ADR 10).
        rematch = (
            ((now + BACKUP_DELAY, PoolJob(POOL)),) if commit.board_changed and by_person else ()
        )
        self._timers.schedule((*commit.jobs, *rematch))
        save(self._calls, self._clock, commit.write_set, deadline)
        for topic in commit.topics:
            self._notices.notify(topic)
        if commit.board_changed:
            self._distributor.distribute(agents=commit.write_set.agents)
        return commit.write_set.agents[0]

    def _deadline(self) -> datetime:
        return self._clock.now() + timedelta(seconds=PATIENCE_SECONDS)


def handle_request(
    switchboard: Switchboard, call_id: str, event: Event, check: Check | None = None
) -> CallSnapshot:
    """What a person asks for in a call. Raises Refused, too, where there is none any more."""
    try:
        return switchboard.handle(call_id, event, check)
    except UnknownCall:
        raise Refused("There is no such call any more.") from None


def may_do(person: Person, verb: Verb, request: Request, before: CallSnapshot) -> bool:
    """Whether the verb still has something to do in that call. Raises Refused."""
    call = before.call
    if verb.settled(call, request):
        return False
    if not verb.allowed(call, before.agent(person.id)):
        raise Refused(verb.refuses(call))
    if not may(person, verb.action, Subject(call.agents)):
        is_own = verb.action == "handle a call"
        raise Refused("This is not your call." if is_own else "You may not do that.")
    return True


def _grant(call: Call, request: Request, verb: Verb) -> Grant:
    """The grant for the agent's browser, if this agent has the call now."""
    match call.state:
        case Connecting(headset=headset, nonce=nonce) if call.agent == request.agent:
            if not nonce:  # a telephone needs no nonce
                raise Refused("You have just taken this call on your telephone.")
            return Grant(call.id, headset, nonce)
        case InConversation(
            agent=who, away=HeadsetAway(headset=str(headset), nonce=str(nonce))
        ) if who == request.agent:
            return Grant(call.id, headset, nonce)
        case InConversation(
            consult=Consult(leg=headset, agent=who, offer=ConsultOffer(nonce=str(nonce)))
        ) if who == request.agent:
            if not nonce:
                raise Refused("You have just taken this call on your telephone.")
            return Grant(call.id, headset, nonce)
        case InConversation(supervision=Supervision(by=who, headset=headset, nonce=nonce)) if (
            who == request.agent
        ):
            return Grant(call.id, headset, nonce)
        case _:
            raise Refused(verb.refuses(call))


def _devices(member: Member) -> tuple[Device, ...]:
    """In the plan's order. A client's identity is the agent's own, followed by `_app` (G7)."""
    addresses = {"desk": "", "client": f"{member.id}_app", "phone": member.phone or ""}
    return tuple(Device(kind, addresses[kind]) for kind in member.devices)
