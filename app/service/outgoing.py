"""An agent calls out: who may, which number, by which route of the plan (denied by default).

A call of its own is one read of the agent and one transaction of call and agent; the number is
dialled when the agent's headset is in the room. A consultation is a verb of the call that the agent
has: the number is dialled when its caller is on hold. What the carrier makes of it comes as events
of the call.
"""

from datetime import datetime

from app.domain.access import Person, Refused, Subject, may
from app.domain.agent import Agent, OnCall, called_lately, may_call_out
from app.domain.call import Call
from app.domain.dialplan import Plan, Route
from app.domain.events import CalledOut
from app.domain.numbering import OutsideNumber, line_of
from app.domain.outgoing import place
from app.domain.routes import why_not
from app.domain.states import Connecting
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
from app.service.desk import Grant, handle_request, may_do
from app.service.saving import pauses
from app.service.switchboard import Switchboard, UnknownCall

_TRIES = 3


class Outgoing:
    def __init__(
        self,
        *,
        switchboard: Switchboard,
        agents: Agents,
        directory: Directory,
        numbers: Numbers,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._switchboard = switchboard
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
        plan, chosen = self._directory.head(), self._route(person, route)
        number, name = self._read(plan, chosen, person, typed)
        for _, pause_seconds in zip(range(_TRIES), pauses(), strict=False):
            agent = self._agents.get(person.id)
            if (grant := self._same(agent, number, tab)) is not None:
                return grant
            if not may_call_out(agent):
                raise Refused("You have a call already: end it first.")
            nonce, now = self._ids.new(), self._clock.now()
            _check_limit(chosen, agent, now)
            decision = place(
                plan, chosen, agent, self._ids.new(), number.e164, name, nonce, tab, now
            )
            event = CalledOut(person.id, chosen.name, nonce, tab)
            try:
                call = self._switchboard.call_out(plan, agent, decision, event)
            except Stale:
                self._clock.wait(pause_seconds)
            else:
                return _grant(call)
        raise Refused("Your state changed just now. Try again.")

    def consult(
        self, person: Person, call_id: str, verb: Verb, typed: str, route: str = ""
    ) -> None:
        """Have that number called into the agent's own call, its caller on hold. Raises Refused."""
        plan, chosen = self._directory.head(), self._route(person, route)
        number, name = self._read(plan, chosen, person, typed)
        request = Request(person.id, number=number.e164, shows=chosen.shows, name=name)

        def check(before: CallSnapshot) -> None:
            if not may_do(person, verb, request, before):
                return
            there = (before.call.caller, *(guest.number for guest in guests_of(before.call)))
            if line_of(number.e164) in map(line_of, there):
                raise Refused("That is the number of whoever is on the line.")
            _check_limit(chosen, before.agent(person.id), self._clock.now())

        handle_request(self._switchboard, call_id, verb.event(request), check)

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

    def _same(self, agent: Agent, number: OutsideNumber, tab: str) -> Grant | None:
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
        is_same = call.caller == number.e164 and isinstance(call.state, Connecting)
        return _grant(call) if is_same and is_this_tab else None


def _check_limit(route: Route, agent: Agent, now: datetime) -> None:
    if called_lately(agent, now) >= route.most:
        raise Refused(f"No more than {route.most} calls within ten minutes: wait a moment.")


def _grant(call: Call) -> Grant:
    match call.state:
        case Connecting(headset=headset, nonce=nonce):
            return Grant(call.id, headset, nonce)
        case _:
            raise Refused("This call is over.")
