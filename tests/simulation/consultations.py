"""Each consultation of a world, by the agents' clicks and by what the carrier did.

Who was dialled, who is in the room and whose hold was accepted is taken from the exchange; what an
agent wants is the last click that was saved. No field of the product's consultation is looked at.

A colleague's begins when they are reserved by the click, and ends when the call holds them no more,
by the saves of that agent, or when it is theirs. Their leg is the one of that agent that came into
the room meanwhile.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from app.domain import events as e
from app.domain.agent import OnCall, Reserved
from app.domain.call import CALLER, Call
from app.domain.commands import Dial, Hold
from app.domain.states import HandedOver, InConversation, State
from app.ports import WriteSet
from infra.local.exchange.journal import ConferenceChanged, Entry, RestCalled
from tests.simulation.customers import DIALLED, room_of
from tests.simulation.deployment import Deployment

SpeaksWith: TypeAlias = Literal["consulted", "caller", "all", "nobody"]
PARTICIPANT = "/Participants/"


@dataclass(slots=True)
class Consultation:
    """Until who was consulted is gone: as a guest, too, or left with the caller.

    `agent`: whose call it is now, or who left the two. `speaks_with`: the agent, then; "nobody"
    where a consultation out of a conference failed. `wished`: when the agent clicked last; `label`:
    our name of the leg, as the carrier has it.

    `together`: since when caller and consulted may hear each other; `apart`: since when no more.
    `is_unsure`: the carrier refused a hold, so that the wish may be given up.

    `colleague`: the agent who is consulted, whose name is the `number`; empty: somebody outside.
    `rang`: when it was first presented to the colleague; `given`: since when the call is theirs.
    """

    call: str
    agent: str
    number: str
    asked: datetime
    wished: datetime
    speaks_with: SpeaksWith = "consulted"
    label: str = ""
    leg: str = ""
    dialled: datetime | None = None
    answered: datetime | None = None
    together: datetime | None = None
    apart: datetime | None = None
    handed_over: datetime | None = None
    over: datetime | None = None
    is_unsure: bool = False
    is_guest: bool = False
    colleague: str = ""
    rang: datetime | None = None
    given: datetime | None = None

    @property
    def is_alone(self) -> bool:
        """The agent speaks with one of the two, while the other is on hold."""
        is_with_one = self.speaks_with in ("consulted", "caller")
        return self.over is None and self.handed_over is None and is_with_one


class Consultations:
    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._world = deployment.world
        self._of_call: dict[str, list[Consultation]] = {}
        self._of_leg: dict[str, Consultation] = {}
        self._states: dict[str, State] = {}
        self._held: dict[str, datetime] = {}  # by leg in a room, since its hold was accepted
        self.left: dict[
            str, tuple[str, datetime]
        ] = {}  # by leg of an agent, to a colleague: a call
        self._calls_of: dict[str, str] = {}  # by agent, the call that holds them
        deployment.on_saved.append(self._on_saved)
        deployment.exchange.observe(self._on_entry)

    # --- asking -----------------------------------------------------------------------------

    def of_call(self, call_id: str) -> list[Consultation]:
        """The oldest first."""
        return self._of_call.get(call_id, [])

    def of_leg(self, leg: str) -> Consultation | None:
        return self._of_leg.get(leg)

    def colleagues(self, call_id: str) -> set[str]:
        """The agents who were ever consulted in that call."""
        return {one.colleague for one in self.of_call(call_id) if one.colleague}

    def given(self) -> dict[str, datetime | None]:
        """By leg of each colleague who was consulted: since when the call is theirs."""
        return {leg: one.given for leg, one in self._of_leg.items() if one.colleague}

    def all(self) -> list[Consultation]:
        return [one for several in self._of_call.values() for one in several]

    def present(self, call_id: str) -> Consultation | None:
        """The newest that is not over."""
        return next((one for one in reversed(self.of_call(call_id)) if one.over is None), None)

    def guests(self, call_id: str) -> list[Consultation]:
        """Who was joined, and is not gone."""
        several = self.of_call(call_id)
        return [one for one in several if one.over is None and one.is_guest]

    def held_since(self, leg: str) -> datetime | None:
        """When the carrier accepted the hold of that leg; None: it is not on hold."""
        return self._held.get(leg)

    # --- what happens -----------------------------------------------------------------------

    def _on_saved(self, write_set: WriteSet) -> None:
        for agent in write_set.agents:
            match agent.presence:
                case Reserved(call=call_id) | OnCall(call=call_id):
                    self._calls_of[agent.id] = call_id
                case _:
                    self._calls_of.pop(agent.id, None)
        call, applied = write_set.call, write_set.applied
        if call is None or applied is None:
            return
        before, self._states[call.id] = self._states.get(call.id), call.state
        one, now = self.present(call.id), self._world.now()
        self._begin_colleagues(call, applied.event)
        self._follow_colleagues(call, applied.event, now)
        match applied.event:
            case e.ConsultRequested(colleague=asked) if asked:
                pass
            case e.ConsultRequested(who, number) if isinstance(before, InConversation):
                if one is None or one.is_guest or (one.is_unsure and one.dialled is None):
                    new = Consultation(call.id, who, number, now, now)
                    self._of_call.setdefault(call.id, []).append(new)
            case event if one is not None:
                self._follow(one, event, now)
            case _:
                pass
        for each in self.of_call(call.id):
            if each.over is None:
                _follow_state(each, call, before, now)

    def _follow(self, one: Consultation, event: e.Event, now: datetime) -> None:
        """`one`: the newest. One that fails leaves the guests on hold, until they are retrieved."""
        if not one.is_guest:
            _follow(one, event, now)
        for each in self.of_call(one.call):
            if isinstance(event, e.HungUp) and event.leg == each.label:
                each.over = each.over or now
        for guest in self.guests(one.call):
            _follow_guest(guest, event, now)
        is_cancelled = isinstance(event, e.ConsultCancelRequested)
        is_failed = one.over == now and one.given is None and not is_cancelled
        if is_failed and one.speaks_with == "consulted":
            for guest in self.guests(one.call):
                _wish(guest, "nobody", now)

    def _on_entry(self, entry: Entry) -> None:
        match entry.news:
            case ConferenceChanged(event="participant-join", name=room, leg=str(leg)) if (
                one := self._asked_in(room, leg)
            ):
                one.leg, one.answered = leg, one.answered or entry.at
                self._of_leg[leg] = one
                self._held.pop(leg, None)
            case RestCalled(method="POST", path=path, pairs=pairs, status=201, body=body) if (
                path.endswith(DIALLED)
            ):
                self._dialled(path, dict(pairs), json.loads(body)["call_sid"], entry.at)
            case RestCalled(method="POST", path=path, pairs=pairs, status=200) if (
                PARTICIPANT in path
            ):
                self._told(path.rpartition("/")[2].partition(".")[0], dict(pairs), entry.at)
            case ConferenceChanged(event="participant-join", leg=str(leg)):
                self._held.pop(leg, None)
                if (one := self._of_leg.get(leg)) is not None:
                    one.answered = one.answered or entry.at
            case ConferenceChanged(event="participant-leave", leg=str(leg)):
                self._held.pop(leg, None)
            case _:
                pass

    def _begin_colleagues(self, call: Call, event: e.Event) -> None:
        match event:
            case e.ConsultRequested(who, colleague=asked) if asked:
                if self._calls_of.get(asked) == call.id:
                    now = self._world.now()
                    new = Consultation(call.id, who, asked, now, now, colleague=asked)
                    self._of_call.setdefault(call.id, []).append(new)
            case _:
                pass

    def _follow_colleagues(self, call: Call, event: e.Event, now: datetime) -> None:
        """Those of whom the call lets go, or whose it is from now on; and who is presented it."""
        for one in self.of_call(call.id):
            if not one.colleague or one.over is not None:
                continue
            if call.offered_to is not None and call.offered_to[0] == one.colleague:
                one.rang = one.rang or now
            one.label = next((leg.id for leg in call.legs if leg.sid and leg.sid == one.leg), "")
            if isinstance(call.state, InConversation) and call.agent == one.colleague:
                one.over = one.given = now
                one.together = one.together or now
                self._is_given(call, one, event, now)
            elif self._calls_of.get(one.colleague) != call.id:
                one.over = one.apart = now

    def _is_given(self, call: Call, one: Consultation, event: e.Event, now: datetime) -> None:
        """Whoever else is there talks with the caller and the colleague; so does whoever the agent
        consulted and leaves there. Else a consultation is over with the agent's part."""
        for other in self.of_call(call.id):
            if other.over is not None:
                continue
            if other.is_guest or isinstance(event, e.ConsultCompleteRequested):
                other.is_guest, other.together = True, other.together or now
                _wish(other, "all", now)
            else:
                other.over = other.apart = now
        for leg in call.legs:
            if leg.role == "agent" and leg.agent != one.colleague:
                self._deployment.customers.taken_over[leg.sid] = call.id
                self.left[leg.sid] = (call.id, now)

    def _asked_in(self, room: str, leg: str) -> Consultation | None:
        """The colleague's whose leg that is, who comes into that room."""
        call_id = self._deployment.customers.call_in(room)
        who = self._deployment.owner_of(leg)
        asked = (one for one in reversed(self.of_call(call_id)) if one.over is None)
        return next((one for one in asked if who and one.colleague == who), None)

    def _dialled(self, path: str, said: dict[str, str], leg: str, at: datetime) -> None:
        """The last one with that number for which nobody was dialled yet."""
        call_id = self._deployment.customers.call_in(room_of(path))
        undialled = (one for one in reversed(self.of_call(call_id)) if one.dialled is None)
        one = next((one for one in undialled if one.number == said["To"]), None)
        if one is not None and self._deployment.customers.is_consulted(leg):
            one.leg, one.label, one.dialled = leg, said.get("Label", ""), at
            self._of_leg[leg] = one

    def _told(self, leg: str, said: dict[str, str], at: datetime) -> None:
        match said.get("Hold", "").lower():
            case "true":
                self._held.setdefault(leg, at)
            case "false":
                self._held.pop(leg, None)
            case _:
                pass


def _follow(one: Consultation, event: e.Event, now: datetime) -> None:
    """What the agent clicked about whom the agent consults."""
    match event:
        case e.SwapToCallerRequested() if one.speaks_with == "consulted":
            _wish(one, "caller", now)
        case e.SwapToConsultedRequested() if one.speaks_with == "caller":
            _wish(one, "consulted", now)
        case e.ConsultJoinRequested():
            _wish(one, "all", now)
            one.is_guest, one.together = True, one.together or now
        case e.ConsultCompleteRequested():
            one.together = one.together or now
        case e.ConsultCancelRequested():
            one.over = one.apart = now
        case e.CommandRefused(_, Dial(leg)) if leg != CALLER:
            one.over = now
        case e.CommandRefused(_, Hold()):
            one.is_unsure = True
        case _:
            pass


def _follow_guest(one: Consultation, event: e.Event, now: datetime) -> None:
    match event:
        case e.RetrieveRequested() | e.ConsultCancelRequested() | e.ConsultJoinRequested():
            _wish(one, "all", now)
        case e.GuestRemoveRequested(target=leg) if leg == one.label:
            one.over = one.apart = now
        case _:
            pass


def _wish(one: Consultation, speaks_with: SpeaksWith, now: datetime) -> None:
    one.speaks_with, one.wished, one.is_unsure = speaks_with, now, False


def _follow_state(one: Consultation, call: Call, before: State | None, now: datetime) -> None:
    match call.state:
        case HandedOver() if not isinstance(before, HandedOver):
            one.handed_over, one.together = now, one.together or now
        case HandedOver():
            pass
        case InConversation():
            one.agent = call.state.agent
        case _:
            one.over, one.apart = one.over or now, one.apart or now
