"""The pages of another origin that load the unmodified SDK and the exchange's shim."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from io import BytesIO
from pathlib import Path
from typing import Any
from wave import open as open_wave

from aiohttp import web

from infra.local.exchange.sound import tones
from infra.local.exchange.sound.pcmu import Samples

ROOT = Path(__file__).parents[3]
SDK = ROOT / "node_modules/@twilio/voice-sdk/dist/twilio.min.js"
_PAGES = Path(__file__).parent / "page"


def wav_of(samples: Samples) -> bytes:
    file = BytesIO()
    with open_wave(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(samples.tobytes())
    return file.getvalue()


def origin_pages(exchange: str) -> web.Application:
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
