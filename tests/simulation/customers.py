"""The carrier's id of each call's customer leg, who is consulted, and whose call a leg is.

An incoming call is named by its caller's leg. An outgoing one has no leg until a number is dialled
into its room; then the carrier says which leg that is, in the answer to the request. Whoever else
is dialled into the room of a call is consulted.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from app.domain.events import TakeOverRequested
from app.ports import WriteSet
from infra.local.exchange.exchange import Exchange
from infra.local.exchange.journal import Entry, RestCalled
from tests.simulation.edge import Names

DIALLED = "/Participants.json"


class Customers:
    def __init__(self, exchange: Exchange, names: Names, numbered: Callable[[str], str]) -> None:
        self._exchange = exchange
        self._names = names
        self._numbered = numbered
        self._rooms: dict[str, str] = {}  # by the name of a room, its call
        self._called: dict[str, str] = {}  # by outgoing call, the number of who is called
        self._legs: dict[str, str] = {}  # by outgoing call
        self._calls: dict[str, str] = {}  # by leg of an outgoing call
        self._callers: dict[str, str] = {}  # by outgoing call, the agent who made it
        self._consulted: dict[str, str] = {}  # by leg of who is consulted, the call
        self._supervised: dict[str, str] = {}  # by leg of a supervisor, the call
        self.took_over: dict[str, datetime] = {}  # by leg of a supervisor who is the agent since
        self.taken_over: dict[
            str, str
        ] = {}  # by leg of an agent whose call another one has, the call
        exchange.observe(self._on_entry)

    def on_saved(self, write_set: WriteSet) -> None:
        call = write_set.call
        if call is None:
            return
        self._rooms.setdefault(call.room.name, call.id)
        match write_set.applied.event if write_set.applied else None:
            case TakeOverRequested(who) if call.agent == who:
                for leg in call.legs:  # from now on they are the agent
                    if leg.agent == who:
                        self._supervised.pop(leg.sid, None)
                        self.took_over[leg.sid] = self._exchange.context.now()
                    elif leg.role == "agent":
                        self.taken_over[leg.sid] = call.id
            case _:
                pass
        if call.direction == "out" and call.id not in self._callers:
            self._called[call.id] = call.caller
            self._callers[call.id] = agent = call.agent or ""
            self._names.assign(f"CA{call.id}", self._numbered(f"{agent}-out"))

    def leg_of(self, call_id: str) -> str:
        """Empty: nobody is dialled yet."""
        return self._legs.get(call_id, "") if call_id in self._callers else f"CA{call_id}"

    def call_of(self, leg: str) -> str:
        return self._calls.get(leg) or leg.removeprefix("CA")

    def is_called(self, leg: str) -> bool:
        """Whether an agent has called that leg."""
        return leg in self._calls

    def made_by(self, call_id: str) -> str:
        """The agent who called out; empty for an incoming call."""
        return self._callers.get(call_id, "")

    def is_over(self, call_id: str) -> bool:
        """Whether its customer's leg was there and is over."""
        leg = self.leg_of(call_id)
        return bool(leg) and self._exchange.leg(leg).over

    def call_in(self, room: str) -> str:
        """The call whose room has that name at the carrier, if any."""
        return self._rooms.get(room.partition("-")[2], "")

    def supervises(self, leg: str, call_id: str) -> None:
        """A supervisor's browser calls in, to listen to that call."""
        self._supervised[leg] = call_id

    def is_supervisor(self, leg: str) -> bool:
        return leg in self._supervised

    def supervised_by(self, leg: str) -> str:
        return self._supervised.get(leg, "")

    def supervisors(self) -> tuple[tuple[str, str], ...]:
        """Each leg, with the call that it is for."""
        return tuple(self._supervised.items())

    def is_consulted(self, leg: str) -> bool:
        return leg in self._consulted

    def consulted_in(self, leg: str) -> str:
        """The call into whose room whoever has that leg was dialled, to be consulted."""
        return self._consulted.get(leg, "")

    def is_customers(self, call_id: str, number: str) -> bool:
        """Whether that number is the customer's of an outgoing call, and not consulted."""
        return self._called.get(call_id) == number

    def _on_entry(self, entry: Entry) -> None:
        match entry.news:
            case RestCalled(method="POST", path=path, pairs=pairs, status=201, body=body) if (
                path.endswith(DIALLED) and (call_id := self.call_in(room_of(path)))
            ):
                leg = json.loads(body)["call_sid"]
                if self.is_customers(call_id, dict(pairs)["To"]):
                    self._legs.setdefault(call_id, leg)
                    self._calls[leg] = call_id
                else:
                    self._consulted[leg] = call_id
            case _:
                pass


def room_of(path: str) -> str:
    """The name of the room into which that request dials."""
    return path.removesuffix(DIALLED).rpartition("/")[2]
