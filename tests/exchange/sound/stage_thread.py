"""A stage on a thread of its own, with the page of another origin that tests open."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar
from wave import open as open_wave

from aiohttp import web

from infra.local.exchange.journal import Journal
from infra.local.exchange.realtime import RealClock
from infra.local.exchange.seam import Telephones
from infra.local.exchange.signalling.street import CompanyNumber
from infra.local.exchange.signalling.tokens import TokenCheck
from infra.local.exchange.sound import tones
from infra.local.exchange.sound.library import Library
from infra.local.exchange.sound.pcmu import Samples
from infra.local.exchange.sound.recorder import Recorder
from infra.local.exchange.stage import Machines, Stage
from infra.local.exchange.web import listen, port_of
from tests.exchange.sound.double import ToneSwitch

ACCOUNT = "AC" + "0" * 32
KEY = "SK" + "1" * 32
SECRET = "a-secret-of-the-tests-that-is-long-enough"
APPLICATION = "AP" + "2" * 32
ROOT = Path(__file__).parents[3]
SDK = ROOT / "node_modules/@twilio/voice-sdk/dist/twilio.min.js"
_PAGES = Path(__file__).parent / "page"
_T = TypeVar("_T")


def wav_of(samples: Samples) -> bytes:
    file = BytesIO()
    with open_wave(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(samples.tobytes())
    return file.getvalue()


class StageThread:
    """`call` runs a function on the stage's thread, so that a test never races the machines."""

    def __init__(self) -> None:
        self.library = Library()
        self.switch = ToneSwitch(self.library)
        self.recorder = Recorder()
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="stage", daemon=True)
        self._thread.start()
        self.exchange, self.origin = self.run(self._start())

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=10)

    def call(self, function: Callable[[], _T]) -> _T:
        async def run() -> _T:
            return function()

        return self.run(run())

    def drop_sockets(self) -> None:
        """The network fails: every connection is cut without a goodbye."""
        runner = self.stage._runner

        def cut() -> None:
            assert runner is not None
            assert runner.server is not None
            for connection in runner.server.connections:
                if connection.transport is not None:
                    connection.transport.abort()

        self.call(cut)

    def close(self) -> None:
        self.run(self._stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    async def _start(self) -> tuple[str, str]:
        self.journal = Journal(RealClock(self.loop))
        machines = Machines(
            switch=self.switch,
            journal=self.journal,
            telephones=Telephones(),
            numbers=lambda: [CompanyNumber("tone:440", "A tone"), CompanyNumber("wait", "Rings")],
            library=self.library,
            recorder=self.recorder,
            tokens=TokenCheck(ACCOUNT, KEY, SECRET),
            now=lambda: datetime.now(UTC),
            rest=_nothing,
            inspector=_nothing,
        )
        self.stage = Stage(machines)
        port = await self.stage.start(0)
        self._pages = await listen(_pages(f"http://localhost:{port}"), 0)
        return f"localhost:{port}", f"http://localhost:{port_of(self._pages)}"

    async def _stop(self) -> None:
        await self._pages.cleanup()
        await self.stage.stop()


async def _nothing(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=501, text=json.dumps({"message": "the double has none"}))


def _pages(exchange: str) -> web.Application:
    """A page of another origin, under the policy that the product's console has."""
    policy = f"default-src 'self'; script-src 'self' {exchange}; connect-src 'self' ws: http:"

    async def page(_request: web.Request) -> web.StreamResponse:
        text = (_PAGES / "sdk.html").read_text().replace("{exchange}", exchange)
        headers = {"Content-Security-Policy": policy}
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def beep(_request: web.Request) -> web.StreamResponse:
        sound = wav_of(tones.silence(0.1))
        return web.Response(body=sound, content_type="audio/wav")

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/beep.wav", beep)
    app.router.add_get("/twilio.min.js", _file(SDK))
    app.router.add_get("/ears.js", _file(_PAGES / "ears.js"))
    app.router.add_get("/sdk.js", _file(_PAGES / "sdk.js"))
    return app


def _file(path: Path) -> Callable[[web.Request], Coroutine[Any, Any, web.StreamResponse]]:
    async def show(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(path)

    return show
