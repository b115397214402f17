"""What must hold when everybody is gone and everything had its time: nothing left, nothing lost.

The register is held against the exchange's own books: its legs, its ledger of who heard whom, its
recordings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.domain.agent import Agent, OnCall, Reserved
from app.domain.call import Call, Ended
from app.ports import WholeCall
from infra.local.exchange.recording import RecordingState
from tests.simulation.deployment import Deployment

HEARD_SECONDS = 2.0  # a conversation that was shorter may have been cut off before it was one
KEPT = (RecordingState.COMPLETED, RecordingState.DELETED)  # there is, or was, sound of it

Found = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the invariants saw: saved calls and agents, whom each inbound leg dialled and heard."""

    calls: Mapping[str, Call]
    agents: Mapping[str, Agent]
    inbound: Mapping[str, str]
    talked: Mapping[str, set[str]]


def unrest(deployment: Deployment, seen: Seen, *, is_faultless: bool) -> Found:
    """Invariant and detail of each thing that is not as it must be."""
    if deployment.exchange.live():
        names = [deployment.names.of(leg.sid) for leg in deployment.exchange.live()]
        yield "at rest no leg is up", repr(names)
    if deployment.sound.tapes:
        yield "at rest nothing records", repr(sorted(deployment.sound.tapes))
    for agent in seen.agents.values():
        if isinstance(agent.presence, Reserved | OnCall):
            yield "at rest nobody is held", f"{agent.id}: {agent.presence}"
    for row in deployment.switch.waiting():
        yield "at rest nobody waits", deployment.names.of(row.call)
    recorded = _recorded(deployment)
    for leg in sorted(seen.inbound):
        call = seen.calls.get(leg[2:])
        if call is not None:
            yield from _over(deployment, call, seen.talked.get(leg, set()))
        elif (
            is_faultless
            and deployment.plan.number(seen.inbound[leg])
            and _was_answered(deployment, leg)
        ):
            yield "every answered call is known", deployment.names.of(leg)
        if deployment.plan.number(seen.inbound[leg]):
            yield from _kept(deployment, leg, recorded.get(leg, set()))
    yield from _once(deployment, seen)


def _was_answered(deployment: Deployment, leg: str) -> bool:
    return deployment.exchange.leg(leg).started_at is not None


def _over(deployment: Deployment, call: Call, talked: set[str]) -> Found:
    name, whole = deployment.names.of(call.id), deployment.register.get(call.id)
    if not isinstance(call.state, Ended):
        yield "at rest every call has ended", f"{name}: {call.state}"
        return
    if call.legs or call.out:
        yield "at rest nothing is left to do", f"{name}: {call.legs} {call.out}"
    if whole is None or whole.head.outcome != call.state.outcome:
        yield "the register has each outcome", f"{name}: {whole and whole.head}"
        return
    if [entry.rev for entry in whole.timeline] != list(range(1, call.rev + 1)):
        yield "the timeline is whole", f"{name}: {[e.rev for e in whole.timeline]}"
    yield from _as_the_ledger(deployment, call, whole, talked)


def _as_the_ledger(deployment: Deployment, call: Call, whole: WholeCall, talked: set[str]) -> Found:
    """Who talked is in the register, and who was answered heard somebody."""
    name, leg = deployment.names.of(call.id), f"CA{call.id}"
    known = {record.sid for record in whole.legs}
    if not talked <= known:
        yield "the register names who talked", f"{name}: {talked - known}"
    heard = sum(deployment.exchange.ledger.seconds_heard(leg, other) for other in talked)
    was_talking = any(entry.state == "InConversation" for entry in whole.timeline)
    if whole.head.outcome == "abandoned" and heard > HEARD_SECONDS and not was_talking:
        yield "the register knows who was answered", f"{name}: {heard} s"


def _kept(deployment: Deployment, leg: str, recorded: set[str]) -> Found:
    """Also of a call that we never saw: the carrier's fallback took a message (M3)."""
    whole = deployment.register.get(leg[2:])
    records = whole.recordings if whole else ()
    kept = {record.sid for record in records if record.status == "stored"}
    if not recorded <= kept:
        name = deployment.names.of(leg)
        yield "each recording is kept", f"{name}: {sorted(recorded - kept)} {records}"


def _recorded(deployment: Deployment) -> dict[str, set[str]]:
    """By leg, the recordings that the carrier made of it."""
    found: dict[str, set[str]] = {}
    for recording in deployment.exchange.recordings.recordings.values():
        if recording.state in KEPT and recording.duration_seconds and recording.call_sid:
            found.setdefault(recording.call_sid, set()).add(recording.sid)
    return found


def _once(deployment: Deployment, seen: Seen) -> Found:
    """Each call that we know is in the register's list, once."""
    heads = deployment.register.newest(agent=None, limit=len(seen.calls) + 1).calls
    listed = Counter(head.id for head in heads)
    for call_id in seen.calls:
        if listed[call_id] != 1:
            yield "each call is in the register once", f"{deployment.names.of(call_id)}: {listed}"
