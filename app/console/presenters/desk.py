"""The desk: its views, and what an agent asks for."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from app.console import views as v
from app.console.interfaces import Account, VerbForm, VoiceToken
from app.console.labels import LINE_KEYS
from app.console.presenters import consulting, parts
from app.console.presenters.messages import boxes_of
from app.console.presenters.missed import is_last, missed
from app.console.presenters.recording import recording
from app.console.timeline import happenings
from app.domain.access import Person, Refused, Subject, may, may_sometimes
from app.domain.agent import Agent, Away, Offline, OnCall, Ready, WrapUp
from app.domain.call import Call
from app.domain.consult import RING_SECONDS
from app.domain.dialplan import Plan
from app.domain.nodes.queue import Queue
from app.domain.note import Draft
from app.domain.overview import Overview, PersonNow
from app.domain.states import Connecting, Ended, HeadsetAway, InConversation, Offered, Parked
from app.domain.verb import Verb
from app.ports import (
    Agents,
    CallRecord,
    Clock,
    Directory,
    Note,
    Register,
    Tokens,
    WholeCall,
)
from app.service import desk as service
from app.service.live import Conversations, LiveCalls
from app.service.outgoing import Outgoing
from app.service.overviews import OverviewReader
from app.service.pickup import Pickup
from app.service.register import head_of
from app.service.staff import Staff

Buttons: TypeAlias = tuple[v.Button, ...]

TOKEN_SECONDS = 6 * 3600  # the longest call, and an hour more
PAGE = 100
# Regions that show the overview.
SHARED = (
    "to-take", "my-queues", "colleagues", "unread", "live-calls", "live-queues", "live-agents",
)  # fmt: skip
RECENT = 8
TARGETS_SHOWN = 12
TO_TAKE_SHOWN = 10


@dataclass(frozen=True, slots=True)
class DeskPresenter:
    """The desk service, in the console's words."""

    desk_service: service.Desk
    staff: Staff
    outgoing: Outgoing
    pickup: Pickup
    conversations: Conversations
    agents: Agents
    overviews: OverviewReader
    directory: Directory
    register: Register
    tokens: Tokens
    clock: Clock

    # --- looking ----------------------------------------------------------------------------

    def desk(self, viewer: Account, regions: Container[str]) -> v.Desk:
        agent = viewer.person.id
        state = self.desk_service.state(agent)
        plan = self.directory.head()
        seen = self.overviews.read() if any(name in regions for name in SHARED) else None
        shown = seen or Overview(0, self.clock.now())
        routes = self.outgoing.routes(viewer.person)
        may_dial = self.outgoing.may_dial(viewer.person)
        askable = tuple(one.name for one in plan.members if one.takes_calls and one.id != agent)
        to_take = self.pickup.listed(viewer.person, shown) if "to-take" in regions else ()
        is_live = "live-calls" in regions
        has_people = "colleagues" in regions or "live-agents" in regions
        live = self.conversations.listed(viewer.person, shown) if is_live else LiveCalls()
        may_listen = parts.may_listen(viewer.person, state.agent)
        return v.Desk(
            status=parts.status(state.agent, state.call, plan),
            moment=self._moment(
                viewer.person, state, plan, regions, may_dial=may_dial, may_ask=bool(askable)
            ),
            away_reasons=plan.away_reasons,
            overview=shown.version,
            queues=_queues(agent, plan, shown) if "my-queues" in regions else (),
            held_back=_held_back(agent, plan, shown) if "my-queues" in regions else (),
            colleagues=_colleagues(agent, plan, shown) if has_people else (),
            open_messages=_open_messages(viewer.person, plan, shown),
            devices=tuple(device.kind for device in state.agent.devices),
            routes=tuple(v.Route(one.name, one.label, one.shows) for one in routes),
            may_dial=may_dial,
            askable=askable,
            to_take=tuple(parts.to_take(one, plan) for one in to_take[:TO_TAKE_SHOWN]),
            more_to_take=max(0, len(to_take) - TO_TAKE_SHOWN),
            may_supervise=may_sometimes(viewer.person, "supervise"),
            live_calls=tuple(parts.live_call(one, plan, may_listen) for one in live.calls),
            more_live_calls=live.more,
            all_queues=self._all_queues(plan, shown) if "live-queues" in regions else (),
        )

    def _all_queues(self, plan: Plan, seen: Overview) -> tuple[v.QueueRow, ...]:
        today = self.clock.now().astimezone(ZoneInfo(plan.zone)).date().isoformat()
        return tuple(
            parts.queue_today(parts.queue_row(plan, seen.queue(name)), seen.figures_on(today, name))
            for name, node in plan.nodes.items()
            if isinstance(node, Queue)
        )

    def _moment(
        self,
        person: Person,
        state: service.DeskState,
        plan: Plan,
        regions: Container[str],
        *,
        may_dial: bool,
        may_ask: bool,
    ) -> v.Moment:
        call, agent = state.call, state.agent
        reads_register = "context" in regions or "timeline" in regions
        lines = self._lines(person, state)
        if call is None or isinstance(agent.presence, Offline | Ready | Away):
            idle = self._idle(agent.id, plan) if reads_register else v.Idle()
            return replace(self._with_missed(idle, agent), lines=lines)
        plan_then = self.directory.plan(call.plan)
        whole = self.register.get(call.id) if reads_register else None
        if isinstance(agent.presence, WrapUp):
            return self._wrap_up(agent.presence, call, plan_then, whole, agent.id)
        buttons = parts.buttons(call, agent, person, may_dial=may_dial, may_ask=may_dial or may_ask)
        if isinstance(call.state, Offered):
            return self._offer(agent, buttons, call, call.state, plan_then)
        if isinstance(call.state, InConversation) and agent.id in call.colleagues:
            if call.offered_to is not None and call.offered_to[0] == agent.id:
                return self._asked(agent, buttons, call, call.state, plan_then)
            return self._assisting(agent, buttons, call, call.state, plan_then, whole)
        if isinstance(agent.presence, OnCall) and agent.presence.supervises:
            return self._supervising(agent, buttons, call, plan_then, whole)
        return replace(self._line(agent, buttons, call, plan_then, whole), lines=lines)

    def _lines(self, person: Person, state: service.DeskState) -> tuple[v.HeldLine, ...]:
        """The calls on hold. One that cannot be read is not shown; the others keep their keys."""
        keys = dict(zip(state.agent.lines, LINE_KEYS, strict=False))
        found = (
            parts.held_line(
                call, state.agent, person, keys.get(call.id, ""), self.directory.plan(call.plan)
            )
            for call in state.lines
        )
        return tuple(line for line in found if line is not None)

    def _with_missed(self, idle: v.Idle, agent: Agent) -> v.Idle:
        found = [
            (offer, missed(offer, call, self.directory.plan(call.plan), self._party_of(call)))
            for offer, call in self.desk_service.missed(agent)
        ]
        ended = next((shown for offer, shown in found[:1] if is_last(offer, agent)), None)
        return replace(idle, missed=tuple(shown for _, shown in found), ended=ended)

    def _offer(
        self, agent: Agent, buttons: Buttons, call: Call, state: Offered, plan: Plan
    ) -> v.Offer:
        queue = plan.wait_point(state.position.node)
        return v.Offer(
            call=call.id,
            leg=state.leg,
            party=self._party_of(call),
            queue=queue.label,
            waiting_since=call.waiting_since,
            since=state.until - timedelta(seconds=queue.ring_seconds),
            until=state.until,
            path=parts.path(call, plan, state.position),
            device=parts.device(call, state.leg),
            buttons=buttons,
            sent_by=parts.sent_by(call, plan, agent.id),
            sent_to=parts.sent_to(call, plan, agent.id),
            left_with=consulting.came_back_from(call, agent.id, plan, self.directory),
            parked_at=parts.parked_at(call),
            if_nothing=parts.if_nothing(plan, call, agent),
        )

    def _asked(
        self, agent: Agent, buttons: Buttons, call: Call, state: InConversation, plan: Plan
    ) -> v.Moment:
        """A colleague consults me: it rings here, or at my telephone."""
        consult = state.consult
        if consult is None or consult.offer is None:
            return v.Idle()
        until = consult.offer.until
        return v.Offer(
            call=call.id,
            leg=consult.offer.leg,
            party=self._party_of(call),
            queue=plan.wait_point(state.position.node).label,
            waiting_since=state.since,
            since=until - timedelta(seconds=RING_SECONDS),
            until=until,
            path=parts.path(call, plan, state.position),
            device=parts.device(call, consult.offer.leg),
            buttons=buttons,
            asked_by=parts.name(plan, state.agent),
            if_nothing=parts.if_nothing(plan, call, agent),
        )

    def _assisting(
        self,
        agent: Agent,
        buttons: Buttons,
        call: Call,
        state: InConversation,
        plan: Plan,
        whole: WholeCall | None,
    ) -> v.Assisting:
        note, headset = parts.note_of(whole, agent.id), agent.headset
        leg = consulting.leg_of_colleague(state, agent.id)
        return v.Assisting(
            call=call.id,
            leg=leg,
            tab=headset.tab if headset else "",
            agent=parts.name(plan, state.agent),
            party=self._party_of(call),
            queue=plan.wait_point(state.position.node).label,
            since=state.since,
            state=consulting.part_of_colleague(call, state, leg),
            device=parts.device(call, leg),
            path=parts.path(call, plan, state.position),
            timeline=happenings(whole, plan) if whole else (),
            note=note.text if note else "",
            note_version=note.version if note else "",
            note_saved=note.at if note else None,
            buttons=buttons,
        )

    def _supervising(
        self, agent: Agent, buttons: Buttons, call: Call, plan: Plan, whole: WholeCall | None
    ) -> v.Moment:
        supervised, state = parts.supervised(call, plan), call.state
        if supervised is None or not isinstance(state, InConversation):
            return v.Idle()
        note, headset = parts.note_of(whole, agent.id), agent.headset
        return v.Supervising(
            call=call.id,
            leg=state.supervision.headset if state.supervision else "",
            tab=headset.tab if headset else "",
            agent=parts.name(plan, state.agent),
            party=self._party_of(call),
            queue=plan.wait_point(state.position.node).label,
            since=state.since,
            supervised=supervised,
            failed=state.supervision is not None and state.supervision.failed,
            with_agent=state.away is None,
            path=parts.path(call, plan, state.position),
            timeline=happenings(whole, plan) if whole else (),
            note=note.text if note else "",
            note_version=note.version if note else "",
            note_saved=note.at if note else None,
            buttons=buttons,
        )

    def _line(
        self, agent: Agent, buttons: Buttons, call: Call, plan: Plan, whole: WholeCall | None
    ) -> v.Line | v.Idle:
        headset = agent.headset
        match call.state:
            case Connecting(position, headset=leg):
                since, until, connecting = call.updated, None, True
            case InConversation(position, headset=leg, since=since, away=None):
                until, connecting = None, False
            case InConversation(
                position, headset=lost, since=since, away=HeadsetAway(until=until, headset=leg_in)
            ):
                leg, connecting = leg_in or lost, False
            case _:
                return v.Idle()
        note = parts.note_of(whole, agent.id)
        hold = call.state.hold if isinstance(call.state, InConversation) else None
        return v.Line(
            call=call.id,
            leg=leg,
            tab=headset.tab if headset else "",
            party=self._party_of(call),
            queue=plan.wait_point(position.node).label,
            since=since,
            connecting=connecting,
            direction=parts.DIRECTIONS[call.direction],
            calling=call.is_unanswered and not connecting,
            interrupted_until=until,
            recording=recording(call),
            path=parts.path(call, plan, position),
            timeline=happenings(whole, plan) if whole else (),
            note=note.text if note else "",
            note_version=note.version if note else "",
            note_saved=note.at if note else None,
            device=parts.device(call, leg),
            hold=parts.hold(call),
            held_since=hold.since if hold else None,
            hold_until=hold.until if hold and hold.is_ringing and until is None else None,
            not_held=consulting.not_held(call),
            hears_music=parts.hears_music(call),
            marks=parts.marks(call),
            buttons=tuple(button for button in buttons if button.takes != "guest"),
            consulted=consulting.consulted(call),
            consult_over=consulting.consult_over(call),
            guests=consulting.guests(call, buttons),
            supervised=parts.supervised(call, plan),
            emergency=parts.emergency(call, plan),
        )

    def _wrap_up(
        self, presence: WrapUp, call: Call, plan: Plan, whole: WholeCall | None, agent: str
    ) -> v.WrapUp:
        head = head_of(call)
        note = parts.note_of(whole, agent)
        was_last = head.agents[-1:] == (agent,) and isinstance(call.state, Ended)
        is_parked = isinstance(call.state, Parked) and call.state.by == agent
        return v.WrapUp(
            call=call.id,
            party=self._party_of(call),
            queue=parts.queue_label(plan, head.wait_point) if was_last else "",
            since=presence.since,
            until=presence.until,
            waited_seconds=parts.waited(head) if was_last else None,
            talked_seconds=parts.talked_seconds(head, agent),
            outcome=head.outcome if call.direction == "out" else "",
            timeline=happenings(whole, plan) if whole else (),
            note=note.text if note else "",
            note_version=note.version if note else "",
            note_saved=note.at if note else None,
            goes_on=not isinstance(call.state, Ended),
            sent_to=parts.sent_to(call, plan, agent),
            left_with=consulting.left_with(call, agent, whole),
            parked_at=parts.parked_at(call) if is_parked else 0,
            back_at=call.state.until if is_parked and isinstance(call.state, Parked) else None,
        )

    def _idle(self, agent: str, plan: Plan) -> v.Idle:
        newest, today = self._calls_today(agent, ZoneInfo(plan.zone))
        talked = [seconds for head in today if (seconds := parts.talked_seconds(head, agent))]
        return v.Idle(
            calls_today=len(today),
            talked_today_seconds=sum(talked),
            average_talk_seconds=round(sum(talked) / len(talked)) if talked else None,
            recent=tuple(parts.row(head, plan) for head in newest[:RECENT]),
        )

    def _calls_today(
        self, agent: str, zone: ZoneInfo
    ) -> tuple[Sequence[CallRecord], Sequence[CallRecord]]:
        """The newest calls, and all of today's: a sum does not end at a page."""
        now = self.clock.now()
        page = self.register.newest(agent=agent, limit=PAGE)
        newest = page.calls
        today = [head for head in newest if parts.is_same_day(head.started, now, zone)]
        while page.older is not None and parts.is_same_day(page.calls[-1].started, now, zone):
            page = self.register.newest(agent=agent, limit=PAGE, older=page.older)
            today += [head for head in page.calls if parts.is_same_day(head.started, now, zone)]
        return newest, today

    def _party_of(self, call: Call) -> v.Party:
        contact = self.directory.contact(call.caller)
        if contact is None:
            return parts.party(call.caller, call.name)
        return parts.party(call.caller, call.name, contact.company, contact.note)

    # --- asking -----------------------------------------------------------------------------

    def do(self, viewer: Account, verb: Verb, form: VerbForm) -> service.Grant | None:
        person = viewer.person
        if verb.takes == "number":
            self.outgoing.consult(person, form.call, verb, form.number, form.route)
            return None
        return self.desk_service.do(
            person, form.call, verb, leg=form.leg, tab=form.tab, target=form.target
        )

    def call_out(self, viewer: Account, number: str, tab: str, route: str) -> service.Grant:
        return self.outgoing.call(viewer.person, number, tab, route)

    def pick_up(self, viewer: Account, call: str, tab: str) -> service.Grant:
        if not call:
            return self.pickup.pick_up_any(viewer.person, tab)
        return self.pickup.pick_up(viewer.person, call, tab)

    def targets(self, viewer: Account, call: str, words: str) -> v.Targets:
        found = self.desk_service.targets(viewer.person, call)
        seen = self.overviews.read() or Overview(0, self.clock.now())
        plan, sought = self.directory.head(), words.strip().casefold()
        rows = parts.target_rows(found, plan, seen)
        fitting = [row for row in rows if sought in f"{row.label} {row.detail}".casefold()]
        fitting.sort(key=lambda row: (not row.label.casefold().startswith(sought), not row.is_open))
        return v.Targets(tuple(fitting[:TARGETS_SHOWN]), max(0, len(fitting) - TARGETS_SHOWN))

    def shows(self, agent: str, call: str, leg: str) -> None:
        self.desk_service.report_offer_shown(agent, call, leg)

    def headset_lost(self, agent: str, call: str, leg: str, reason: str) -> None:
        self.desk_service.report_headset_lost(agent, call, leg, reason)

    def set_presence(self, agent: str, wish: str) -> None:
        self.desk_service.set_status(agent, wish)

    def set_status_of(self, viewer: Account, agent: str, wish: str) -> None:
        self.staff.set_status(viewer.person, agent, wish)

    def save_note(self, viewer: Account, call: str, draft: Draft) -> Note:
        agent = viewer.person.id
        subject = self._subject(agent, call)
        if subject is None or not may(viewer.person, "write a note", subject):
            raise Refused("This is not your call.")
        return parts.write_note(self.register, agent, call, draft, self.clock.now())

    def _subject(self, agent: str, call: str) -> Subject | None:
        """The agents of the call. The register knows of the agent's own a moment later."""
        mine = self.desk_service.state(agent).call
        if mine is not None and mine.id == call:
            return Subject((agent,))
        whole = self.register.get(call)
        return parts.subject(whole, self.directory.head()) if whole else None

    def voice_token(self, agent: str, tab: str) -> VoiceToken:
        return VoiceToken(self.tokens.voice(f"{agent}_{tab}", TOKEN_SECONDS), TOKEN_SECONDS)

    def is_in_call(self, agent: str) -> bool:
        return not isinstance(self.agents.get(agent).presence, Offline | Ready | Away)

    def beat(self, agent: str) -> None:
        self.desk_service.heartbeat(agent)


def _queues(agent: str, plan: Plan, seen: Overview) -> tuple[v.QueueRow, ...]:
    member = plan.member(agent)
    nodes = member.queues if member else ()
    return tuple(parts.queue_row(plan, seen.queue(node)) for node in nodes)


def _held_back(agent: str, plan: Plan, seen: Overview) -> tuple[v.HeldBack, ...]:
    mine = (one for one in seen.held_back if one.agent == agent)
    return tuple(v.HeldBack(parts.queue_label(plan, one.node), one.until) for one in mine)


def _colleagues(agent: str, plan: Plan, seen: Overview) -> tuple[v.Colleague, ...]:
    now = {one.agent: one for one in seen.people}
    return tuple(
        parts.colleague(now.get(member.id, PersonNow(member.id)), member)
        for member in plan.members
        if member.id != agent and member.takes_calls
    )


def _open_messages(person: Person, plan: Plan, seen: Overview) -> int:
    return sum(box.open_count for box in boxes_of(person, plan, dict(seen.open_messages)))
