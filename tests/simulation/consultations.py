"""Each consultation of a world, by the agents' clicks and by what the carrier did.

Who was dialled, who is in the room and whose hold was accepted is taken from the exchange; what an
agent wants is the last click that was saved. No field of the product's consultation is looked at.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from app.domain import events as e
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

    `speaks_with`: the agent, then; "nobody" where a consultation out of a conference failed.
    `wished`: when the agent clicked last; `label`: our name of the leg, as the carrier has it.

    `together`: since when caller and consulted may hear each other; `apart`: since when no more.
    `is_unsure`: the carrier refused a hold, so that the wish may be given up.
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
        deployment.on_saved.append(self._on_saved)
        deployment.exchange.observe(self._on_entry)

    # --- asking -----------------------------------------------------------------------------

    def of_call(self, call_id: str) -> list[Consultation]:
        """The oldest first."""
        return self._of_call.get(call_id, [])

    def of_leg(self, leg: str) -> Consultation | None:
        return self._of_leg.get(leg)

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
        call, applied = write_set.call, write_set.applied
        if call is None or applied is None:
            return
        before, self._states[call.id] = self._states.get(call.id), call.state
        one, now = self.present(call.id), self._world.now()
        match applied.event:
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
        if one.over == now and one.speaks_with == "consulted" and not is_cancelled:
            for guest in self.guests(one.call):
                _wish(guest, "nobody", now)

    def _on_entry(self, entry: Entry) -> None:
        match entry.news:
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
        case HandedOver() | InConversation():
            pass
        case _:
            one.over, one.apart = one.over or now, one.apart or now
