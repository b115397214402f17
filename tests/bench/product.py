"""The product, and webhooks that each do real work: none is a repeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count

from flask import Flask

from app.adapters.memory import (
    MemoryClock,
    MemoryDirectory,
    MemoryIds,
    MemoryNotices,
    MemorySounds,
    MemorySwitch,
    MemoryTimers,
)
from app.adapters.twilio.voice import create_voice
from app.domain.call import CALLER, Call
from app.domain.commands import Pending
from app.domain.events import Pressed
from app.ports import Agents, Board, Calls, Directory, Done
from app.service.distributor import Distributor
from app.service.switchboard import Switchboard
from tests.stories.company import MAIN, PLAN


class SilentCarrier:
    """Nothing is ever commanded on these paths; if it were, it would count as work not measured."""

    def perform(self, call: Call, pending: Pending) -> Done:
        raise AssertionError(f"{pending.key} of {call.id}")

    def find(self, call: Call, pending: Pending) -> Done:
        raise AssertionError(f"{pending.key} of {call.id}")

    def live_legs(self) -> Mapping[str, bool]:
        raise AssertionError("the bench runs no sweep")


@dataclass(frozen=True)
class State:
    calls: Calls
    agents: Agents
    board: Board
    directory: Directory


class Product:
    """`state`: where live calls are, with the directory; in memory if nothing is said."""

    def __init__(self, auth_token: str, state: State | None = None, prefix: str = "id") -> None:
        self.switch = MemorySwitch()
        self._clock = MemoryClock()
        kept = state or State(
            self.switch.calls, self.switch.agents, self.switch.board, MemoryDirectory()
        )
        calls, agents, board, directory = kept.calls, kept.agents, kept.board, kept.directory
        timers, ids = MemoryTimers(), MemoryIds(prefix)
        directory.publish(PLAN, previous=None)
        distributor = Distributor(
            board=board,
            calls=calls,
            agents=agents,
            directory=directory,
            timers=timers,
            notices=MemoryNotices(),
            clock=self._clock,
            ids=ids,
        )
        self.switchboard = Switchboard(
            calls=calls,
            agents=agents,
            carrier=SilentCarrier(),
            timers=timers,
            notices=MemoryNotices(),
            directory=directory,
            clock=self._clock,
            ids=ids,
            distributor=distributor,
        )
        self.app = Flask("product")
        self.app.register_blueprint(
            create_voice(
                switchboard=self.switchboard,
                directory=directory,
                timers=timers,
                sounds=MemorySounds(),
                clock=self._clock,
                public_url="https://pbx.example",
                auth_token=auth_token,
                env="bench",
            )
        )
        self._numbers = count(1)

    def inbound(self) -> tuple[str, dict[str, str]]:
        return "/voice/inbound", form_of(self._sid(), MAIN)

    def key_press(self) -> tuple[str, dict[str, str]]:
        sid = self._sid()
        call = self._arrived(sid, MAIN)
        leg = call.leg(CALLER)
        question = leg.question if leg else 0
        form = form_of(sid, MAIN) | {"Digits": "2"}
        return f"/voice/calls/{call.id}/1/pressed?q={question}", form

    def wait_request(self) -> tuple[str, dict[str, str]]:
        sid = self._sid()
        call = self._arrived(sid, MAIN)
        leg = call.leg(CALLER)
        self.switchboard.handle(call.id, Pressed(CALLER, leg.question if leg else 0, "1"))
        queue = {"QueueSid": "QU" + "0" * 32, "QueuePosition": "1", "QueueTime": "15"}
        queue |= {"AvgQueueTime": "15", "CurrentQueueSize": "1", "MaxQueueSize": "5000"}
        return f"/voice/calls/{call.id}/1/wait", form_of(sid, MAIN) | queue

    def _arrived(self, sid: str, did: str) -> Call:
        self.switch.drain()
        return self.switchboard.arrive(sid[2:], sid, "+447700900361", did)

    def _sid(self) -> str:
        return f"CA{next(self._numbers):032x}"


def form_of(sid: str, did: str) -> dict[str, str]:
    """Every parameter of a real request (contract J1)."""
    caller = "+447700900361"
    places = {
        f"{who}{what}": ""
        for who in ("From", "To", "Caller", "Called")
        for what in ("City", "State", "Zip", "Country")
    }
    return {
        "AccountSid": "AC" + "a" * 32,
        "ApiVersion": "2010-04-01",
        "CallSid": sid,
        "CallStatus": "ringing",
        "Direction": "inbound",
        "From": caller,
        "To": did,
        "Caller": caller,
        "Called": did,
        "StirVerstat": "TN-Validation-Passed-A",
        "CallToken": "x" * 200,
        **places,
    }
