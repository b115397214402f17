"""From the domain's values to the parts of views: small pure functions, one a view."""

from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from app.console import views as v
from app.domain.access import Subject
from app.domain.agent import Agent, Away, DeviceKind, Offline, OnCall, Ready, Reserved, WrapUp
from app.domain.call import Call, Offered, QueuePosition
from app.domain.dialplan import Plan
from app.ports import CallRecord, LegRecord, Note, Register, WholeCall


def status(agent: Agent, call: Call | None, plan: Plan) -> v.Status:
    match agent.presence:
        case Offline():
            return v.Status("offline")
        case Ready(since):
            return v.Status("ready", since)
        case Reserved(until=until):
            ring = 0
            if call is not None and isinstance(call.state, Offered):
                ring = plan.wait_point(call.state.position.node).ring_seconds
            return v.Status("reserved", until - timedelta(seconds=ring) if ring else None,
                            next=agent.next)  # fmt: skip
        case OnCall(since=since):
            return v.Status("on-call", since, next=agent.next)
        case WrapUp(since=since):
            return v.Status("wrap-up", since, next=agent.next)
        case Away(reason, since, automatic):
            return v.Status("away", since, reason, automatic=automatic)
        case _:
            assert_never(agent.presence)


def device(call: Call, leg_id: str) -> DeviceKind:
    """Where that leg rings or talks. A leg that is not dialled is, or will be, a page's."""
    leg = call.leg(leg_id)
    match leg.dialled if leg else "":
        case "phone" | "client" as kind:
            return kind
        case _:
            return "desk"


def path(call: Call, plan: Plan, position: QueuePosition) -> tuple[v.Step, ...]:
    number = plan.number(call.did)
    steps = [v.Step("dialled", call.did, number.label if number else "")]
    steps += [v.Step("choice", choice) for choice in call.choices]
    return (*steps, v.Step("queue", plan.wait_point(position.node).label))


def party(number: str, name: str, about: str = "") -> v.Party:
    return v.Party(number if number.startswith("+") else None, name, about)


def row(head: CallRecord, plan: Plan) -> v.CallRow:
    return v.CallRow(
        id=head.id,
        started=head.started,
        direction="incoming",
        party=party(head.caller, head.name),
        queue=queue_label(plan, head.line),
        agent=", ".join(name(plan, agent) for agent in head.agents),
        waited_seconds=head.waited_seconds if head.line else None,
        talked_seconds=head.talked_seconds if head.outcome == "answered" else None,
        outcome=head.outcome,
    )


def leg(leg: LegRecord, head: CallRecord, plan: Plan) -> v.Leg:
    length = round((leg.ended - leg.began).total_seconds()) if leg.ended else None
    if leg.party == head.caller:
        return v.Leg("caller", "telephone", leg.began, length)
    return v.Leg(name(plan, leg.party), "browser", leg.began, length)


def queue_label(plan: Plan, node: str | None) -> str:
    """The queue's label; its name as it was when the plan does not have it any more."""
    found = plan.nodes.get(node) if node else None
    return getattr(found, "label", node or "")


def name(plan: Plan, member_id: str) -> str:
    member = plan.member(member_id)
    return member.name if member else member_id


def subject(whole: WholeCall) -> Subject:
    return Subject(whole.head.agents)


def note_of(whole: WholeCall | None, author: str) -> Note | None:
    return next((note for note in whole.notes if note.author == author), None) if whole else None


def write_note(register: Register, author: str, call: str, text: str, now: datetime) -> datetime:
    register.put_note(call, Note(author, text, now))
    return now


def is_same_day(at: datetime, now: datetime, zone: ZoneInfo) -> bool:
    return at.astimezone(zone).date() == now.astimezone(zone).date()
