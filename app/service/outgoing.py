"""An agent calls out: who may, which number, by which route of the plan (denied by default).

One read of the agent, one transaction of call and agent. The number is dialled when the agent's
headset is in the room; what the carrier makes of it comes as events of the call.
"""

from app.domain.access import Person, Refused, Subject, may
from app.domain.agent import Agent, OnCall, called_lately, may_call_out
from app.domain.call import Call
from app.domain.dialplan import Plan, Route
from app.domain.events import CalledOut
from app.domain.numbering import OutsideNumber
from app.domain.outgoing import place
from app.domain.routes import why_not
from app.domain.states import Connecting
from app.ports import (
    Agents,
    Clock,
    Directory,
    Ids,
    NotANumber,
    Numbers,
    Stale,
    Unreadable,
)
from app.service.desk import Grant
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
        routes, plan = self.routes(person), self._directory.head()
        chosen = next((one for one in routes if route in ("", one.name)), None)
        if chosen is None:
            raise Refused("You may not call out.")
        number, name = self._read(plan, chosen, person, typed)
        for _, pause_seconds in zip(range(_TRIES), pauses(), strict=False):
            agent = self._agents.get(person.id)
            if (grant := self._same(agent, number, tab)) is not None:
                return grant
            if not may_call_out(agent):
                raise Refused("You have a call already: end it first.")
            nonce, now = self._ids.new(), self._clock.now()
            if called_lately(agent, now) >= chosen.most:
                raise Refused(
                    f"No more than {chosen.most} calls within ten minutes: wait a moment."
                )
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


def _grant(call: Call) -> Grant:
    match call.state:
        case Connecting(headset=headset, nonce=nonce):
            return Grant(call.id, headset, nonce)
        case _:
            raise Refused("This call is over.")
