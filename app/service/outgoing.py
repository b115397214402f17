"""An agent calls out: who may, which number, by which route of the plan (denied by default).

A call of its own is one read of the agent and one transaction of call and agent; the number is
dialled when the agent's headset is in the room. A consultation is a verb of the call that the agent
has: the number is dialled when its caller is on hold. What the carrier makes of it comes as events
of the call. An emergency call is allowed to everybody: no route, no limit, no hours, no offer and
no supervision are in its way (O6).
"""

import logging
from datetime import datetime

from app.domain.access import Person, Refused, Subject, may
from app.domain.agent import (
    Agent,
    Away,
    Offline,
    OnCall,
    Ready,
    Reserved,
    called_lately,
    may_call_out,
)
from app.domain.call import Call
from app.domain.dialplan import Member, Plan, Route
from app.domain.events import (
    CalledOut,
    ColleagueLeft,
    Event,
    OfferDeclined,
    SupervisionEndRequested,
)
from app.domain.numbering import OutsideNumber, is_emergency, line_of
from app.domain.outgoing import place
from app.domain.routes import EMERGENCY_NAME, emergency_route, why_not
from app.domain.states import Connecting
from app.domain.value import value
from app.domain.verb import Request, Verb, guests_of
from app.ports import (
    Agents,
    CallSnapshot,
    Clock,
    Directory,
    Ids,
    NotANumber,
    Numbers,
    Stale,
    Unreadable,
)
from app.service.desk import Desk, Grant, handle_request, may_do
from app.service.saving import pauses
from app.service.switchboard import Switchboard, UnknownCall

_TRIES = 3
_log = logging.getLogger(__name__)


@value
class _Called:
    """`number`: E.164, or the digits of an emergency number; `name`: whose it is, if known."""

    route: Route
    number: str
    name: str

    @property
    def is_emergency(self) -> bool:
        return is_emergency(self.number)


class Outgoing:
    def __init__(
        self,
        *,
        switchboard: Switchboard,
        desk: Desk,
        agents: Agents,
        directory: Directory,
        numbers: Numbers,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._switchboard = switchboard
        self._desk = desk
        self._agents = agents
        self._directory = directory
        self._numbers = numbers
        self._clock = clock
        self._ids = ids

    def routes(self, person: Person) -> tuple[Route, ...]:
        """Those by which this person may call out, the first of which is taken if none is named."""
        if not may(person, "call out", Subject((person.id,))):
            return ()
        return self._directory.head().routes_of(person.id)

    def call(self, person: Person, typed: str, tab: str, route: str = "") -> Grant:
        """Begin the call; what lets the agent's browser call in. Raises Refused.

        Asked again from the same tab while it connects, it is the same call.
        """
        plan = self._directory.head()
        called = self._called(plan, person, typed, route)
        for _, pause_seconds in zip(range(_TRIES), pauses(), strict=False):
            agent = self._agents.get(person.id)
            if (grant := self._same(agent, called.number, tab)) is not None:
                return grant
            if called.is_emergency and self._is_let_go(agent):
                continue
            nonce, now = self._ids.new(), self._clock.now()
            _check_limit(called, agent, now)
            if not may_call_out(agent):
                self._leave_line(agent)
                continue
            number, name, chosen = called.number, called.name, called.route
            decision = place(plan, chosen, agent, self._ids.new(), number, name, nonce, tab, now)
            event = CalledOut(person.id, chosen.name, nonce, tab)
            try:
                call = self._switchboard.call_out(plan, agent, decision, event)
            except Stale:
                self._clock.wait(pause_seconds)
            else:
                _tell(person, called)
                return _grant(call)
        raise Refused("Your state changed just now. Try again.")

    def _leave_line(self, agent: Agent) -> None:
        """The agent's conversation waits on hold for this call. Raises Refused."""
        match agent.presence:
            case OnCall(has_begun=True):
                self._desk.leave_line(agent)
            case _:
                raise Refused("You have a call already: end it first.")

    def consult(
        self, person: Person, call_id: str, verb: Verb, typed: str, route: str = ""
    ) -> None:
        """Have a colleague, or that number, called into the agent's own call, its caller on hold.

        `typed`: the name or the extension of a colleague, or a number. Raises Refused.
        """
        colleague = colleague_of(self._directory.head(), typed)
        if colleague is not None:
            self._consult_colleague(person, call_id, verb, colleague)
            return
        if _is_a_name(typed):
            name = typed.strip()
            raise Refused(
                f"No colleague who takes calls is named “{name}”: choose one of the list."
            )
        called = self._called(self._directory.head(), person, typed, route)
        number, shows = called.number, called.route.shows
        request = Request(person.id, number=number, shows=shows, name=called.name)

        def check(before: CallSnapshot) -> None:
            if not may_do(person, verb, request, before):
                return
            there = (before.call.caller, *(guest.number for guest in guests_of(before.call)))
            if line_of(number) in map(line_of, there):
                raise Refused("That is the number of whoever is on the line.")
            _check_limit(called, before.agent(person.id), self._clock.now())

        handle_request(self._switchboard, call_id, verb.event(request), check)
        _tell(person, called)

    def _consult_colleague(
        self, person: Person, call_id: str, verb: Verb, colleague: Member
    ) -> None:
        """One read more than a number costs: of the colleague, who is reserved in the same save.

        Who is not available is not reserved: why, is read for the words alone.
        """
        if colleague.id == person.id:
            raise Refused("That is you.")
        request = Request(person.id, name=colleague.name, colleague=colleague.id)

        def check(before: CallSnapshot) -> None:
            may_do(person, verb, request, before)

        after = handle_request(self._switchboard, call_id, verb.event(request), check)
        if not verb.settled(after.call, request):
            reason = why_not_free(self._agents.get(colleague.id), colleague.name)
            raise Refused(reason or f"{colleague.name} cannot be reached just now. Try again.")

    def may_dial(self, person: Person) -> bool:
        """Whether there is a number at all that this person may call."""
        is_reachable = self._emergency_route(self._directory.head(), person) is not None
        return is_reachable or bool(self.routes(person))

    def _called(self, plan: Plan, person: Person, typed: str, route: str) -> _Called:
        """Who is called, and how. Raises Refused."""
        urgent = self._emergency_route(plan, person)
        if urgent is not None and (digits := self._emergency(typed, urgent.shows)):
            return _Called(urgent, digits, EMERGENCY_NAME)
        chosen = self._route(person, route)
        number, name = self._read(plan, chosen, person, typed)
        return _Called(chosen, number.e164, name)

    def _emergency_route(self, plan: Plan, person: Person) -> Route | None:
        may_ask = may(person, "use the desk", Subject((person.id,)))
        return emergency_route(plan, person.id) if may_ask else None

    def _emergency(self, typed: str, shows: str) -> str:
        """The digits, if it is an emergency number where the number that is seen belongs to."""
        try:
            number = self._numbers.read(typed, self._numbers.country_of(shows))
        except NotANumber:
            return ""  # refused in words, as any other
        return number.e164 if number.kind == "emergency" else ""

    def _is_let_go(self, agent: Agent) -> bool:
        """Of what stands in the way of an emergency call: an offer, a colleague's call."""
        match agent.presence:
            case Reserved(call=call_id, leg=leg):
                self._desk.set_away_for_an_emergency(agent.id)  # else the next caller is offered
                event: Event = OfferDeclined(agent.id, leg)
            case OnCall(call=call_id, supervises=True):
                event = SupervisionEndRequested(agent.id)
            case OnCall(call=call_id, consulted=True):
                event = ColleagueLeft(agent.id)
            case _:
                return False
        after = handle_request(self._switchboard, call_id, event).agent(agent.id)
        return after.presence != agent.presence

    def _route(self, person: Person, name: str) -> Route:
        """The one of that name; the first if there is none. Raises Refused."""
        chosen = next((one for one in self.routes(person) if name in ("", one.name)), None)
        if chosen is None:
            raise Refused("You may not call out.")
        return chosen

    def _read(
        self, plan: Plan, route: Route, person: Person, typed: str
    ) -> tuple[OutsideNumber, str]:
        """The number, and whose it is if that is known. Refused: it may not be called."""
        try:
            number = self._numbers.read(typed, self._numbers.country_of(route.shows))
        except NotANumber as wrong:
            raise Refused(str(wrong)) from wrong
        contact = self._directory.contact(number.e164)
        if reason := why_not(plan, route, person.id, number, contact, self._clock.now()):
            raise Refused(reason)
        return number, contact.name if contact else ""

    def _same(self, agent: Agent, number: str, tab: str) -> Grant | None:
        """The call of the click before, while this tab has not called in for it."""
        match agent.presence:
            case OnCall(call=call_id, has_begun=False):
                pass
            case _:
                return None
        try:
            call = self._switchboard.load(call_id).call
        except (UnknownCall, Unreadable):
            return None
        is_this_tab = agent.headset is not None and agent.headset.tab == tab
        is_same = call.caller == number and isinstance(call.state, Connecting)
        return _grant(call) if is_same and is_this_tab else None


def colleague_of(plan: Plan, typed: str) -> Member | None:
    """Whose whole name, or extension, that is, of those who take calls; None: nobody's."""
    sought = typed.strip().casefold()
    takers = (member for member in plan.members if member.takes_calls)
    return next((one for one in takers if sought in (one.name.casefold(), one.extension)), None)


def _is_a_name(typed: str) -> bool:
    """Rather than a number, or an address of another kind, which is refused as such."""
    return any(map(str.isalpha, typed)) and not any(one.isdigit() or one in ":@" for one in typed)


def why_not_free(agent: Agent, name: str) -> str:
    """Why that colleague cannot be consulted now, in words; empty: they can."""
    match agent.presence:
        case Ready():
            return ""
        case Offline() | Away():
            return f"{name} takes no calls now."
        case _:
            return f"{name} has a call now."


def _check_limit(called: _Called, agent: Agent, now: datetime) -> None:
    most = called.route.most
    if not called.is_emergency and called_lately(agent, now) >= most:
        raise Refused(f"No more than {most} calls within ten minutes: wait a moment.")


def _tell(person: Person, called: _Called) -> None:
    """In the log of whoever runs the service: one warning for each emergency call."""
    if called.is_emergency:
        _log.warning(
            "emergency call: %s calls %s, seen there: %s",
            person.id,
            called.number,
            called.route.shows,
        )


def _grant(call: Call) -> Grant:
    match call.state:
        case Connecting(headset=headset, nonce=nonce):
            return Grant(call.id, headset, nonce)
        case _:
            raise Refused("This call is over.")
