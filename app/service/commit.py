"""From a decision to the one atomic save that carries it out, and what follows from the save.

Pure: the rows to put on the board and to drop, the jobs to schedule and the topics to notify all
follow from the values before and after.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from app.domain.agent import Agent, WrapUp
from app.domain.board import ReadyRow
from app.domain.call import CALLER, Call
from app.domain.commands import Pending
from app.domain.dialplan import Plan
from app.domain.events import Event, TimePassed
from app.domain.matching import ready_row, waiting_row
from app.domain.park import parked_row
from app.domain.recording import kind_of
from app.domain.states import Connecting, Offered
from app.domain.topics import BOARD, agent_topic
from app.domain.transition import Decision
from app.domain.value import replace, value
from app.domain.view import DOCUMENT_SECONDS
from app.ports import AgentJob, AppliedEvent, CallJob, CallSnapshot, Job, WriteSet

ALIVE_SECONDS = 75  # a desk sends a heartbeat each 30 s (S10)
BACKUP_DELAY = timedelta(seconds=5)  # the first timer's function may crash, too
CLAIM_SECONDS = 4  # the writer of a command performs it before that (W6)


@value
class Commit:
    """What to save, and what to do once it is saved."""

    write_set: WriteSet
    jobs: tuple[tuple[datetime, Job], ...] = ()
    topics: tuple[str, ...] = ()
    board_changed: bool = False  # an input of pairing changed (D2)


def commit_call(
    plan: Plan,
    before: CallSnapshot | None,
    decision: Decision,
    event: Event,
    write_id: str,
    now: datetime,
    caller: Agent | None = None,
) -> Commit:
    """`caller`: the agent who calls out with this very save, as they were before it."""
    old = before.call if before else None
    claim_until = decision.call.claim_until
    if decision.commands:
        claim_until = now + timedelta(seconds=CLAIM_SECONDS)
    call = replace(decision.call, rev=decision.call.rev + 1, claim_until=claim_until)
    read = before.agents if before else (caller,) if caller else ()
    known = {agent.id: agent for agent in read}
    changed = tuple(replace(agent, rev=agent.rev + 1) for agent in decision.agents)
    agents = known | {agent.id: agent for agent in changed}
    was = waiting_row(plan, old) if old else None
    row = waiting_row(plan, call)
    left, taken = (parked_row(old) if old else None), parked_row(call)
    put = row if row != was else None
    drop = was if was and (row is None or row.order != was.order) else None
    put_ready, drop_ready = _ready_rows(known, changed, now)
    write_set = WriteSet(
        write_id=write_id,
        call=call,
        agents=changed,
        applied=AppliedEvent(
            event=event,
            at=now,
            # No decision looks at what an agent missed or who set the status, nor acts on when the
            # agent called somebody, and the call's item stays small (S1).
            agents=tuple(replace(agent, missed=(), called_out=(), set_by=None) for agent in read),
            choice=decision.choice,
            label=plan.nodes[call.node].title if call.node else "",
        ),
        put_waiting=put,
        drop_waiting=drop,
        put_parked=taken if taken != left else None,
        drop_parked=left if taken is None else None,
        put_ready=put_ready,
        drop_ready=drop_ready,
        named=tuple(agents[agent_id] for agent_id in sorted(agents) if agent_id in call.people),
    )
    return Commit(
        write_set,
        (*_call_jobs(old, call, now), *_agent_jobs(changed)),
        _topics(old, call, changed),
        # Who leaves the board makes no pair possible: of one that was being made with them, the
        # maker finds it stale, and pairs whom they leave (`Distributor.distribute`).
        board_changed=put is not None or bool(put_ready),
    )


def unclaimed_commands(before: Call, after: Call, now: datetime) -> tuple[Pending, ...]:
    """Commands in the outbox whose claim has expired: the next save claims them (W6)."""
    if before.claim_until is None or before.claim_until > now:
        return ()
    return tuple(pending for pending in before.out if pending in after.out)


def commit_agent(before: Agent, after: Agent, write_id: str, now: datetime) -> Commit:
    changed = (replace(after, rev=before.rev + 1),)
    put_ready, drop_ready = _ready_rows({before.id: before}, changed, now)
    write_set = WriteSet(
        write_id=write_id, agents=changed, put_ready=put_ready, drop_ready=drop_ready
    )
    return Commit(
        write_set,
        tuple(_agent_jobs(changed)),
        (agent_topic(after.id), BOARD),
        board_changed=bool(put_ready or drop_ready),
    )


def _ready_rows(
    known: Mapping[str, Agent], changed: tuple[Agent, ...], now: datetime
) -> tuple[tuple[ReadyRow, ...], tuple[str, ...]]:
    """Rows to put and to drop. A row that would not change is not written."""
    alive_until = now + timedelta(seconds=ALIVE_SECONDS)
    put: list[ReadyRow] = []
    drop: list[str] = []
    for agent in changed:
        old = known.get(agent.id)
        was = ready_row(old, alive_until) if old else None
        row = ready_row(agent, alive_until)
        if row is not None and row != was:
            put.append(row)
        elif row is None and was is not None:
            drop.append(agent.id)
    return tuple(put), tuple(drop)


def _call_jobs(old: Call | None, call: Call, now: datetime) -> Iterator[tuple[datetime, Job]]:
    """None where a wait document ends at the deadline: the caller's next request tells it (D5).

    The document that goes on now began before this state, so it may end `DOCUMENT_SECONDS` later.
    """
    if old is not None and (call.state, call.deadlines) == (old.state, old.deadlines):
        return
    is_waiting = isinstance(call.state, Offered | Connecting)
    for deadline in call.deadlines:
        if not is_waiting or deadline < now + timedelta(seconds=DOCUMENT_SECONDS):
            yield deadline, CallJob(call.id, TimePassed())


def _agent_jobs(changed: tuple[Agent, ...]) -> Iterator[tuple[datetime, Job]]:
    for agent in changed:
        if isinstance(agent.presence, WrapUp):
            until = agent.presence.until
            yield from ((when, AgentJob(agent.id)) for when in (until, until + BACKUP_DELAY))


def _topics(old: Call | None, call: Call, changed: tuple[Agent, ...]) -> tuple[str, ...]:
    """An offer and its end: a caller waits while that page is told.

    All else is told by whoever follows the saves (`sharing`).
    """
    if not is_of_an_offer(old, call):
        return ()
    concerned = {agent.id for agent in changed}
    concerned |= {who for who in (old.agent if old else None, call.agent) if who}
    return tuple(agent_topic(agent_id) for agent_id in sorted(concerned))


def is_of_an_offer(before: Call | None, after: Call) -> bool:
    """The save begins an offer, goes on with it or ends it: its own function tells the page."""
    return any(call.offered_to is not None for call in (before, after) if call is not None)


def shown_to_agent(call: Call) -> tuple[object, ...]:
    """What an agent's page shows of the own call (`app.console.presenters`)."""
    dialled = (leg for leg in call.legs if leg.dialled or leg.id == CALLER)
    legs = tuple((leg.id, leg.device, leg.held) for leg in dialled)
    modes = tuple(leg.observed for leg in call.legs if leg.role == "supervisor")
    shown = kind_of(call), call.recording_wish, call.choices, call.marks, call.node
    return (call.state, legs, modes, *shown)
