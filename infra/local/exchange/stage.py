"""Puts real sound and signalling around the machines: mixer, lines, gateways, HTTP.

The machines themselves are handed in, so that the same stage serves the exchange and the doubles
of its tests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from infra.local.exchange.journal import Journal
from infra.local.exchange.seam import Telephones
from infra.local.exchange.signalling.lines import Lines, Tasks
from infra.local.exchange.signalling.peer import prepare_aiortc
from infra.local.exchange.signalling.street import NumberList, StreetExchange
from infra.local.exchange.signalling.switch import Switch
from infra.local.exchange.signalling.tokens import TokenCheck
from infra.local.exchange.signalling.voice_sdk import VoiceSdkGateway
from infra.local.exchange.sound.library import Library
from infra.local.exchange.sound.mixer import Mixer
from infra.local.exchange.sound.recorder import Recorder
from infra.local.exchange.web import SocketHandler, application, listen, port_of

CLOSING_SECONDS = 5  # at most: of a busy machine


@dataclass(frozen=True, slots=True)
class Machines:
    """What stands in the middle of the stage."""

    switch: Switch
    journal: Journal
    telephones: Telephones
    numbers: NumberList
    library: Library
    recorder: Recorder
    tokens: TokenCheck
    now: Callable[[], datetime]
    rest: Callable[[web.Request], Awaitable[web.StreamResponse]]
    inspector: SocketHandler


class Stage:
    def __init__(self, machines: Machines) -> None:
        prepare_aiortc()
        self._tasks = Tasks()
        self._mixer = Mixer(
            machines.switch.hears, machines.now, machines.library, machines.recorder
        )
        self._lines = Lines(machines.switch, self._mixer, self._tasks)
        street = StreetExchange(
            self._lines, machines.journal, machines.library, machines.telephones, machines.numbers
        )
        self._app = application(
            signal=VoiceSdkGateway(self._lines, machines.tokens).handle,
            street=street.handle,
            inspector=machines.inspector,
            rest=machines.rest,
        )
        self._running: list[asyncio.Task[None]] = []
        self._runner: web.AppRunner | None = None

    async def start(self, port: int) -> int:
        """Returns the port. Raises OSError when it is taken."""
        self._runner = await listen(self._app, port)
        self._running = [
            asyncio.create_task(self._mixer.run()),
            asyncio.create_task(self._lines.watch()),
        ]
        return port_of(self._runner)

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Host and port of every socket that listens."""
        return [] if self._runner is None else [(a[0], a[1]) for a in self._runner.addresses]

    async def stop(self) -> None:
        """The sockets close first, then what they had running ends."""
        if self._runner is not None:
            await self._runner.cleanup()
        for task in self._running:
            task.cancel()
        self._lines.close_all()
        await self._tasks.finish(CLOSING_SECONDS)
