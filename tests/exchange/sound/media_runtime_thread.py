"""A media runtime on a thread of its own, with the page of another origin that tests open."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from aiohttp import web

from infra.local.exchange.calls_to_try import CallToTry, Step
from infra.local.exchange.journal import Journal
from infra.local.exchange.media_runtime import MediaDependencies, MediaRuntime
from infra.local.exchange.realtime import RealClock
from infra.local.exchange.signalling.street import CompanyNumber, OutsideNumber
from infra.local.exchange.signalling.tokens import TokenCheck
from infra.local.exchange.sound.library import Library
from infra.local.exchange.sound.recorder import Recorder
from infra.local.exchange.web import InspectorHandlers, listen, port_of
from tests.exchange.sound.fake_call_control import FakeCallControl
from tests.exchange.sound.loop_thread import LoopThread
from tests.exchange.sound.origin import origin_pages

ACCOUNT = "AC" + "0" * 32
KEY = "SK" + "1" * 32
SECRET = "a-secret-of-the-tests-that-is-long-enough"
APPLICATION = "AP" + "2" * 32
_CALLS_TO_TRY = (
    CallToTry(
        title="A call to try",
        number="wait",
        caller="+48600000131",
        steps=(Step("Dial", "It rings."), Step("Press 1", "Music plays.", keys="1")),
    ),
)
_NUMBERS = {"tone:440": "A tone", "wait": "Rings", "conference:street": "A conference"}


class MediaRuntimeThread(LoopThread):
    """`call` runs a function on the runtime's thread, so that a test never races it."""

    def __init__(self) -> None:
        self.library = Library()
        self.call_control = FakeCallControl(self.library)
        self.recorder = Recorder()
        super().__init__()
        self.exchange, self.origin = self.run(self._start())

    def drop_sockets(self) -> None:
        """The network fails: every connection is cut without a goodbye."""
        runner = self.media_runtime._runner

        def cut() -> None:
            assert runner is not None
            assert runner.server is not None
            for connection in runner.server.connections:
                if connection.transport is not None:
                    connection.transport.abort()

        self.call(cut)

    def close(self) -> None:
        self.run(self._stop())
        self.end()

    async def _start(self) -> tuple[str, str]:
        self.journal = Journal(RealClock(self.loop))
        dependencies = MediaDependencies(
            call_control=self.call_control,
            journal=self.journal,
            numbers=lambda: [CompanyNumber(number, name) for number, name in _NUMBERS.items()],
            library=self.library,
            recorder=self.recorder,
            tokens=TokenCheck(ACCOUNT, KEY, SECRET),
            now=lambda: datetime.now(UTC),
            rest=_nothing,
            outside=lambda: [OutsideNumber("+442079460111", "Voicemail", "Takes a message.")],
            calls_to_try=lambda: _CALLS_TO_TRY,
            inspector=InspectorHandlers(_nothing, _nothing, _nothing),
        )
        self.media_runtime = MediaRuntime(dependencies)
        port = await self.media_runtime.start(0)
        self._pages = await listen(origin_pages(f"http://localhost:{port}"), 0)
        return f"localhost:{port}", f"http://localhost:{port_of(self._pages)}"

    async def _stop(self) -> None:
        await self._pages.cleanup()
        await self.media_runtime.stop()


async def _nothing(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=501, text=json.dumps({"message": "the fake exchange has none"}))
