"""Real sound and signalling around the exchange: mixer, WebRTC connections, gateways, HTTP.

Call control is handed in, so that the tests of sound and signalling run it with a fake exchange.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from infra.local.exchange.journal import Journal
from infra.local.exchange.signalling.call_control import CallControl
from infra.local.exchange.signalling.connections import Connections, Tasks
from infra.local.exchange.signalling.peer import prepare_aiortc
from infra.local.exchange.signalling.street import (
    CallsToTry,
    NumberList,
    OutsideList,
    StreetExchange,
)
from infra.local.exchange.signalling.tokens import TokenCheck
from infra.local.exchange.signalling.voice_sdk import VoiceSdkGateway
from infra.local.exchange.sound.library import Library
from infra.local.exchange.sound.mixer import Mixer
from infra.local.exchange.sound.recorder import Recorder
from infra.local.exchange.web import InspectorHandlers, application, listen, port_of

CLOSING_SECONDS = 5  # at most: on a busy computer


@dataclass(frozen=True, slots=True)
class MediaDependencies:
    """What the media runtime is handed."""

    call_control: CallControl
    journal: Journal
    numbers: NumberList
    library: Library
    recorder: Recorder
    tokens: TokenCheck
    now: Callable[[], datetime]
    rest: Callable[[web.Request], Awaitable[web.StreamResponse]]
    inspector: InspectorHandlers
    outside: OutsideList = list
    calls_to_try: CallsToTry = tuple


class MediaRuntime:
    def __init__(self, dependencies: MediaDependencies) -> None:
        prepare_aiortc()
        self._tasks = Tasks()
        self._mixer = Mixer(
            dependencies.call_control.hears,
            dependencies.call_control.says,
            dependencies.now,
            dependencies.library,
            dependencies.recorder,
        )
        self._connections = Connections(dependencies.call_control, self._mixer, self._tasks)
        street = StreetExchange(
            self._connections,
            dependencies.journal,
            dependencies.library,
            dependencies.numbers,
            dependencies.outside,
            dependencies.calls_to_try,
        )
        self._app = application(
            signal=VoiceSdkGateway(self._connections, dependencies.tokens).handle,
            street=street.handle,
            inspector=dependencies.inspector,
            rest=dependencies.rest,
        )
        self._running: list[asyncio.Task[None]] = []
        self._runner: web.AppRunner | None = None

    async def start(self, port: int) -> int:
        """Returns the port. Raises OSError when it is taken."""
        self._runner = await listen(self._app, port)
        self._running = [
            asyncio.create_task(self._mixer.run()),
            asyncio.create_task(self._connections.watch()),
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
        self._connections.close_all()
        await self._tasks.finish(CLOSING_SECONDS)
