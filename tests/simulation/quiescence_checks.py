"""What must hold when all calls are over and repaired: nothing is left running, nothing is lost.

The register is compared with what the exchange itself has: its legs, its ledger of who heard whom,
its recordings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.domain.agent import Agent, OnCall, Reserved
from app.domain.call import SHORTEST_MESSAGE_SECONDS, Call
from app.domain.outcomes import MESSAGE_LEFT
from app.domain.states import Ended
from app.ports import WholeCall
from infra.local.exchange.recording import Recording, RecordingState
from tests.simulation.deployment import Deployment
from tests.simulation.register_checks import RegisterChecks, is_of_the_fallback

HEARD_SECONDS = 2.0  # a conversation that was shorter may have been cut off before it was one
LISTED = ("contact", "plan", "register row", "job", "overview", "lease")  # for some days, then on
KEPT = (RecordingState.COMPLETED, RecordingState.DELETED)  # there is, or was, sound of it

Found = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Observed:
    """Saved calls and agents; of each inbound leg the number dialled and the legs it heard."""

    calls: Mapping[str, Call]
    agents: Mapping[str, Agent]
    inbound: Mapping[str, str]
    talked: Mapping[str, set[str]]
    register: RegisterChecks


def violations_at_end(deployment: Deployment, observed: Observed, *, is_faultless: bool) -> Found:
    """Invariant and detail of each violation."""
    if deployment.exchange.live():
        names = [deployment.names.of(leg.sid) for leg in deployment.exchange.live()]
        yield "at the end no leg is up", repr(names)
    if deployment.sound.tapes:
        yield "at the end no recording runs", repr(sorted(deployment.sound.tapes))
    for agent in observed.agents.values():
        if isinstance(agent.presence, Reserved | OnCall):
            yield "at the end no agent is held", f"{agent.id}: {agent.presence}"
    for row in deployment.switch.waiting():
        yield "at the end no caller waits", deployment.names.of(row.call)
    for parked in deployment.switch.all_parked:
        yield "at the end no caller waits", f"{deployment.names.of(parked.call)}: {parked.slot}"
    for item in deployment.unreadable.all():
        if item.kind not in LISTED or deployment.versions.is_met_again(item):
            yield "at the end everything can be read again", f"{item.kind} {item.item}"
    recorded = _recorded(deployment)
    for leg in sorted(observed.inbound):
        call = observed.calls.get(leg[2:])
        if call is not None:
            yield from _check_stored(deployment, call, observed)
        elif (
            is_faultless
            and deployment.plan.number(observed.inbound[leg])
            and _is_answered(deployment, leg)
        ):
            yield "every answered call is stored", deployment.names.of(leg)
        if deployment.plan.number(observed.inbound[leg]):
            yield from _check_recordings(deployment, leg, recorded.get(leg, set()))
    for call in observed.calls.values():
        if call.direction == "out":
            yield from _check_stored(deployment, call, observed)
            leg = deployment.customers.leg_of(call.id)
            yield from _check_recordings(deployment, leg, recorded.get(leg, set()))
    yield from _check_listed_once(deployment, observed)


def _check_stored(deployment: Deployment, call: Call, observed: Observed) -> Found:
    customers = deployment.customers
    talked = observed.talked.get(customers.leg_of(call.id), set())
    yield from _check_call(deployment, call, talked)
    whole = deployment.register.get(call.id)
    people = (customers.made_by(call.id), *call.facts.agents, *call.facts.rung)
    if whole is not None and not deployment.versions.was_unreadable(call.id, call.plan, *people):
        yield from observed.register.check(whole)


def _is_answered(deployment: Deployment, leg: str) -> bool:
    return deployment.exchange.leg(leg).started_at is not None


def _check_call(deployment: Deployment, call: Call, talked: set[str]) -> Found:
    name, whole = deployment.names.of(call.id), deployment.register.get(call.id)
    if not isinstance(call.state, Ended):
        yield "at the end every call has ended", f"{name}: {call.state}"
        return
    if call.legs or call.out:
        yield "at the end no call has a leg or a command", f"{name}: {call.legs} {call.out}"
    if whole is None or whole.head.outcome != call.outcome:
        yield "the register has the outcome of each call", f"{name}: {whole and whole.head}"
        return
    if [entry.rev for entry in whole.timeline] != list(range(1, call.rev + 1)):
        yield "the timeline has every rev", f"{name}: {[e.rev for e in whole.timeline]}"
    yield from _compare_with_ledger(deployment, call, whole, talked)


def _compare_with_ledger(
    deployment: Deployment, call: Call, whole: WholeCall, talked: set[str]
) -> Found:
    """Each leg that talked is in the register, and each conversation that was heard."""
    name, leg = deployment.names.of(call.id), deployment.customers.leg_of(call.id)
    known = {record.sid for record in whole.legs}
    if not talked <= known:
        yield "the register names every leg that talked", f"{name}: {talked - known}"
    heard = sum(deployment.exchange.ledger.seconds_heard(leg, other) for other in talked)
    was_talking = any(entry.state == "InConversation" for entry in whole.timeline)
    if whole.head.outcome == "abandoned" and heard > HEARD_SECONDS and not was_talking:
        yield "the register shows every conversation", f"{name}: {heard} s"


def _check_recordings(deployment: Deployment, leg: str, recorded: set[str]) -> Found:
    """Also for a call that never reached us: the carrier's fallback took a message (M3)."""
    whole = deployment.register.get(deployment.customers.call_of(leg))
    records = whole.recordings if whole else ()
    kept = {record.sid for record in records if record.status == "stored"}
    name = deployment.names.of(leg)
    replaced = set(whole.head.replaced) if whole else set()
    if not recorded <= kept | replaced:
        yield "each recording is stored", f"{name}: {sorted(recorded - kept)} {records}"
    if whole is not None:
        yield from _check_message(deployment, name, whole, recorded & kept)


def _check_message(
    deployment: Deployment, name: str, whole: WholeCall, recorded: set[str]
) -> Found:
    """C9: whoever left a message left a recording with sound, and the other way round."""
    by_caller = deployment.exchange.recordings.recordings
    takes = {sid for sid in recorded if by_caller[sid].source == "RecordVerb"}
    is_left, message = whole.head.outcome == MESSAGE_LEFT, whole.message
    is_wrong = is_left != bool(takes) or is_left != (message is not None)
    if is_wrong and not is_of_the_fallback(whole):
        yield "a message is a recording", f"{name}: {whole.head.outcome} {takes} {message}"
    if message is not None and message.recording not in takes:
        yield "a message is a recording", f"{name}: {message} {takes}"


def _recorded(deployment: Deployment) -> dict[str, set[str]]:
    """By leg, the sids of the recordings that the carrier made of it."""
    found: dict[str, set[str]] = {}
    for recording in deployment.exchange.recordings.recordings.values():
        if recording.state in KEPT and _counts(recording) and recording.call_sid:
            found.setdefault(recording.call_sid, set()).add(recording.sid)
    return found


def _counts(recording: Recording) -> bool:
    """Whether it must be stored: what is too short is no message."""
    is_message = recording.source == "RecordVerb"
    return recording.duration_seconds >= (SHORTEST_MESSAGE_SECONDS if is_message else 1)


def _check_listed_once(deployment: Deployment, observed: Observed) -> Found:
    """Each saved call is in the register's list, once."""
    heads = deployment.register.newest(agent=None, limit=len(observed.calls) + 1).calls
    listed = Counter(head.id for head in heads)
    for call_id in observed.calls:
        if listed[call_id] != 1:
            yield "each call is in the register once", f"{deployment.names.of(call_id)}: {listed}"
