"""From the domain's values to the parts of views: small pure functions, one a view."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from app.console import views as v
from app.console.formatting import number
from app.domain import verbs
from app.domain.access import Person, Subject, may, may_sometimes
from app.domain.agent import (
    Agent,
    Away,
    DeviceKind,
    Holding,
    Offline,
    OnCall,
    Ready,
    Reserved,
    WrapUp,
    may_call_out,
)
from app.domain.call import CALLER, Call, Direction
from app.domain.dialplan import Member, Plan
from app.domain.facts import TimeKind
from app.domain.figures import QueueDay
from app.domain.forecast import if_unanswered
from app.domain.mailboxes import agents_of
from app.domain.note import Draft, saved
from app.domain.numbering import WITHHELD
from app.domain.overview import Overview, PersonNow, QueueNow
from app.domain.pickup import CallToTake
from app.domain.states import (
    InConversation,
    Offered,
    OnHold,
    OnOtherLine,
    QueuePosition,
    SupervisionMode,
)
from app.domain.targets import Target, target_of
from app.domain.verb import Verb, is_held
from app.ports import CallRecord, LegRecord, Note, Register, Stale, WholeCall

DIRECTIONS: Mapping[Direction, v.Direction] = {"in": "incoming", "out": "outgoing"}
SAVES = 5  # tries of one note, when two windows save at the same time

TICKS: Mapping[TimeKind, v.Spent] = {
    "asked": "",
    "waited": "waited",
    "rung": "waited",
    "dialled": "",
    "handed over": "handed over",
    "talked": "talked",
    "held": "held",
    "over": "",
}


def status(agent: Agent, call: Call | None, plan: Plan) -> v.Status:
    shown, set_by = _presence(agent, call, plan), agent.set_by
    if set_by is None or set_by.status != agent.status:
        return shown
    who = name(plan, set_by.by)
    return replace(shown, set_by=who, set_to=set_by.status, set_at=set_by.at)


def _presence(agent: Agent, call: Call | None, plan: Plan) -> v.Status:
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
        case OnCall(since=since) | Holding(since=since):
            return v.Status("on-call", since, next=agent.next)
        case WrapUp(since=since):
            return v.Status("wrap-up", since, next=agent.next)
        case Away(reason, since, automatic):
            return v.Status("away", since, reason, automatic=automatic)
        case _:
            assert_never(agent.presence)


def colleague(now: PersonNow, member: Member) -> v.Colleague:
    return v.Colleague(member.name, now.kind, now.since, now.reason, id=member.id)


def queue_row(plan: Plan, now: QueueNow) -> v.QueueRow:
    staff = sum(now.node in member.queues for member in plan.members)
    label = queue_label(plan, now.node)
    return v.QueueRow(label, now.waiting, now.longest_since, now.late, staff, id=now.node)


def queue_today(row: v.QueueRow, day: QueueDay) -> v.QueueRow:
    return replace(row, answered=day.answered, soon=day.soon, gave_up=day.gave_up)


def device(call: Call, leg_id: str) -> DeviceKind:
    """What that leg rings or talks on. One that is not there yet will be a page's."""
    leg = call.leg(leg_id)
    return leg.device if leg else "desk"


def buttons(
    call: Call, agent: Agent, person: Person, *, may_dial: bool = False, may_ask: bool = False
) -> tuple[v.Button, ...]:
    """What this agent can and may ask for now, in the order of the table.

    `may_dial`: some number, at least; `may_ask`: that, or a colleague. Else no verb that takes one
    is a button; a call of its own (a local verb) is to a number.
    """
    own = Subject(call.agents)
    return tuple(
        button(verb)
        for verb in verbs.TABLE.values()
        if verb.allowed(call, agent) and may(person, verb.action, own)
        if verb.takes != "number" or (may_dial if verb.is_local else may_ask)
    )


def held_line(call: Call, agent: Agent, person: Person, key: str, plan: Plan) -> v.HeldLine | None:
    """None: it is on hold for this agent no more. One that cannot be called by a key has none."""
    match call.state:
        case InConversation(position, hold=OnHold() as hold, away=OnOtherLine()):
            return v.HeldLine(
                call=call.id,
                key=key,
                party=party(call.caller, call.name),
                queue=plan.wait_point(position.node).label,
                direction=DIRECTIONS[call.direction],
                since=hold.since,
                until=hold.until if hold.is_ringing else None,
                buttons=buttons(call, agent, person),
            )
        case _:
            return None


def button(verb: Verb) -> v.Button:
    return v.Button(
        verb=verb.name,
        label=verb.label,
        icon=verb.icon,
        key=verb.key,
        style=verb.style,
        is_local=verb.is_local,
        connects=verb.connects,
        in_strip=verb.in_strip,
        pressed=verb.pressed,
        pressed_icon=verb.pressed_icon,
        opens=verb.opens,
        takes=verb.takes,
        hint=verb.hint,
    )


def target_rows(targets: Iterable[Target], plan: Plan, seen: Overview) -> Iterator[v.TargetRow]:
    now = {one.agent: one for one in seen.people}
    waiting = {one.node: one.waiting for one in seen.queues}
    members = {member.id: member for member in plan.members}
    for one in targets:
        member = members.get(one.agent)
        if member is None:
            yield v.TargetRow(one.node, one.label, one.kind, waiting=waiting.get(one.node, 0))
            continue
        person = colleague(now.get(member.id, PersonNow(member.id)), member)
        yield v.TargetRow(one.node, member.name, one.kind, member.extension or "", person)


def sent_by(call: Call, plan: Plan, agent: str) -> str:
    """The colleague who sent the caller to whom the call is offered now."""
    transfer = call.transfer
    return name(plan, transfer.by) if transfer and transfer.by != agent else ""


def sent_to(call: Call, plan: Plan, agent: str) -> str:
    """Where this agent sent the caller, while nobody has talked to the caller since."""
    transfer = call.transfer if not parked_at(call) else None
    target = target_of(plan, transfer.target) if transfer and transfer.by == agent else None
    if target is None:
        return ""
    return name(plan, target.agent) if target.agent else target.label


def parked_at(call: Call) -> int:
    """The slot where the caller is or was parked, while nobody has talked to the caller since."""
    return call.transfer.slot if call.transfer else 0


def hold(call: Call) -> v.HoldKind:
    """What is observed of the caller, or what the agent wants and is not observed yet."""
    match is_held(call), hears_music(call):
        case True, True:
            return "held"
        case True, False:
            return "asked"
        case False, True if isinstance(call.state, InConversation) and call.state.away is None:
            return "retrieving"
        case _:
            return ""


def hears_music(call: Call) -> bool:
    """The carrier has confirmed it."""
    caller = call.leg(CALLER)
    return caller is not None and caller.held


def marks(call: Call) -> tuple[str, ...]:
    """What the call was marked as; a mark of a verb that is no more is shown by its name."""
    known = (verbs.TABLE.get(mark) for mark in call.marks)
    return tuple(verb.mark if verb else mark for verb, mark in zip(known, call.marks, strict=True))


def path(call: Call, plan: Plan, position: QueuePosition) -> tuple[v.Step, ...]:
    """The way that led a caller here; whoever was called came by none."""
    if call.direction == "out":
        return ()
    number = plan.number(call.did)
    steps = [v.Step("dialled", call.did, number.label if number else "")]
    steps += [v.Step("choice", choice) for choice in call.choices]
    return (*steps, v.Step("queue", plan.wait_point(position.node).label))


def party(number: str, name: str, about: str = "", note: str = "") -> v.Party:
    return v.Party(None if number == WITHHELD else number, name, about, note)


def if_nothing(plan: Plan, call: Call, agent: Agent) -> v.IfNothing:
    """What `decide` will make of this offer, told beforehand."""
    after = if_unanswered(plan, call, agent)
    if isinstance(call.state, InConversation):
        then = status(after.agent, after.call, plan)
        return v.IfNothing("asked in vain", "", then, name(plan, call.state.agent))
    where = queue_label(plan, after.call.node)
    then = status(after.agent, after.call, plan)
    if call.transfer is not None and call.transfer.back_to is not None:
        return v.IfNothing("goes back", where, then, name(plan, call.transfer.by))
    if after.call.node != call.node:
        return v.IfNothing("goes on", where, then)
    for_me = call.node is not None and plan.wait_point(call.node).only_agent == agent.id
    return v.IfNothing("waits for me" if for_me else "waits", where, then)


def row(head: CallRecord, plan: Plan) -> v.CallRow:
    return v.CallRow(
        id=head.id,
        started=head.started,
        direction=DIRECTIONS[head.direction],
        party=party(head.caller, head.name),
        queue=queue_label(plan, head.wait_point),
        agent=names(plan, head.people),
        waited_seconds=waited(head),
        talked_seconds=head.talked_seconds if head.agents else None,
        held_seconds=head.held_seconds or None,
        handed_over_seconds=head.handed_over_seconds or None,
        outcome=head.outcome,
        ticks=(ticks := TICKS[head.counts_as]),
        ticks_since=_since(head, ticks),
        mailbox=queue_label(plan, head.mailbox) if head.message else "",
        counts_as=head.counts_as,
    )


def waited(head: CallRecord) -> int | None:
    """Whoever was called waits only if the agent was lost, or sent them on."""
    has_waited = head.wait_point and (head.direction == "in" or head.waited_seconds)
    return head.waited_seconds if has_waited else None


def talked_seconds(head: CallRecord, agent: str) -> int:
    """What that agent talked in the call: others may have, too."""
    each = zip(head.agents, head.talked_each_seconds, strict=True)
    return sum(seconds for who, seconds in each if who == agent)


def _since(head: CallRecord, ticks: v.Spent) -> datetime | None:
    """The instant from which what ticks would have run alone."""
    seconds = {
        "": 0,
        "waited": head.waited_seconds,
        "talked": head.talked_seconds,
        "held": head.held_seconds,
        "handed over": head.handed_over_seconds,
    }
    if head.counts_since is None or not ticks:
        return None
    return head.counts_since - timedelta(seconds=seconds[ticks])


def legs(whole: WholeCall, plan: Plan, consulted: Mapping[str, v.Party]) -> tuple[v.Leg, ...]:
    """The oldest first. `consulted`: whom agents consulted on which leg."""
    oldest_first = sorted(whole.legs, key=lambda one: (one.began, one.id != CALLER, one.id))
    return tuple(leg(one, whole.head, plan, consulted.get(one.id)) for one in oldest_first)


def leg(leg: LegRecord, head: CallRecord, plan: Plan, consulted: v.Party | None) -> v.Leg:
    length = round((leg.ended - leg.began).total_seconds()) if leg.ended else None
    if leg.party == head.caller:
        who = "caller" if head.direction == "in" else "called"
        return v.Leg(who, "phone", leg.began, length)
    if consulted is not None:
        return v.Leg(consulted.name or number(consulted.number), "phone", leg.began, length)
    return v.Leg(name(plan, leg.party), leg.device, leg.began, length)


def to_take(one: CallToTake, plan: Plan) -> v.ToTake:
    rings_at = name(plan, one.rings_at) if one.rings_at else ""
    waits_in = queue_label(plan, one.node)
    parked_by = name(plan, one.parked_by) if one.parked_by else ""
    who = party(one.caller, one.name)
    return v.ToTake(one.call, who, waits_in, one.since, rings_at, one.slot, parked_by)


def live_call(call: Call, plan: Plan, may_listen: bool) -> v.LiveCall:
    since = call.state.since if isinstance(call.state, InConversation) else call.started
    listens = verbs.TABLE["supervise"]
    is_free = may_listen and listens.allowed(call, Agent(""))
    return v.LiveCall(
        call=call.id,
        agent=name(plan, call.agent or ""),
        party=party(call.caller, call.name),
        queue=queue_label(plan, call.node),
        since=since,
        listener=name(plan, call.supervision.by) if call.supervision else "",
        button=button(listens) if is_free else None,
    )


def may_listen(person: Person, agent: Agent) -> bool:
    return may_sometimes(person, "supervise") and may_call_out(agent)


def emergency(call: Call, plan: Plan) -> v.Emergency | None:
    if not call.is_emergency:
        return None
    seen = plan.number(call.did)
    return v.Emergency(seen.emergency_address if seen else "")


def supervised(call: Call, plan: Plan) -> v.Supervised | None:
    """Who listens to that conversation; how they are heard is what is observed."""
    supervision = call.supervision
    if supervision is None:
        return None
    leg = call.leg(supervision.headset)
    modes: Mapping[str, SupervisionMode] = {"coach": "coach", "talk": "barge"}
    observed = modes.get(leg.observed, "listen") if leg else "listen"
    is_coming = supervision.until is not None
    return v.Supervised(name(plan, supervision.by), observed, supervision.mode, is_coming)


def queue_label(plan: Plan, node: str | None) -> str:
    """The queue's label; its name as it was when the plan does not have it any more."""
    found = plan.nodes.get(node) if node else None
    return getattr(found, "label", node or "")


def name(plan: Plan, member_id: str) -> str:
    member = plan.member(member_id)
    return member.name if member else member_id


def names(plan: Plan, member_ids: tuple[str, ...]) -> str:
    return ", ".join(name(plan, member_id) for member_id in member_ids)


def subject(whole: WholeCall, plan: Plan) -> Subject:
    """Whoever called or talked, and whose mailbox has its message."""
    listeners = agents_of(plan, whole.message.mailbox) if whole.message else ()
    return Subject((*whole.head.people, *listeners))


def note_of(whole: WholeCall | None, author: str) -> Note | None:
    return next((note for note in whole.notes if note.author == author), None) if whole else None


def write_note(register: Register, author: str, call: str, draft: Draft, now: datetime) -> Note:
    """The note as it stands then. Stale: others save it all the time."""
    for _ in range(SAVES):
        known = register.note(call, author)
        stored, replaces = (known.text, known.version) if known else ("", "")
        text, version = saved(draft, stored, replaces)
        note = Note(author, text, now, version)
        try:
            register.put_note(call, note, replaces)
        except Stale:
            continue
        return note
    raise Stale


def is_same_day(at: datetime, now: datetime, zone: ZoneInfo) -> bool:
    return at.astimezone(zone).date() == now.astimezone(zone).date()
