"""A customer of the whole exchange: REST, documents, one uploaded prompt, callbacks."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3
from aiohttp import web

from infra.local.exchange.sound import tones
from infra.local.exchange.web import listen, port_of
from tests.exchange.sound.loop_thread import LoopThread
from tests.exchange.sound.media_runtime_thread import ACCOUNT, KEY, SECRET
from tests.exchange.sound.origin import ROOT, origin_pages, wav_of

TOKEN = "t" * 32
NUMBER = "+442079460800"
PROMPT_HERTZ = 440


def exchange_command(data: Path, port: int = 0) -> list[str]:
    return [
        *(sys.executable, "-m", "infra.local.exchange", "--port", str(port)),
        *("--data", str(data), "--account", ACCOUNT, "--token", TOKEN),
        *("--api-key", KEY, "--api-secret", SECRET),
        *("--telephones", str(ROOT / "demo" / "telephones.json")),
    ]


class Rest:
    """The carrier's REST API, as plain requests."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._pool = urllib3.PoolManager(
            headers=urllib3.make_headers(basic_auth=f"{ACCOUNT}:{TOKEN}")
        )

    def get(self, path: str) -> Any:
        return self._pool.request("GET", f"{self._base}{path}.json").json()

    def post(self, path: str, **fields: str) -> Any:
        url = f"{self._base}{path}.json"
        return self._pool.request("POST", url, fields=fields, encode_multipart=False).json()

    def media(self, recording: str, kind: str = "wav") -> bytes:
        """The file (`wav` or `mp3`), both channels."""
        url = f"{self._base}Recordings/{recording}.{kind}?RequestedChannels=2"
        return self._pool.request("GET", url).data


class RunningExchange:
    """`python -m infra.local.exchange` as people start it; `exchange` is its host and port."""

    def __init__(self, data: Path) -> None:
        self.process = subprocess.Popen(
            exchange_command(data), cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        ready = self.process.stdout.readline()
        self.exchange = ready.partition("http://")[2].partition("/")[0]
        self.rest = Rest(f"http://{self.exchange}/2010-04-01/Accounts/{ACCOUNT}/")

    def interrupt(self) -> int:
        """Ctrl-C. Returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@contextmanager
def running_exchange(data: Path) -> Iterator[RunningExchange]:
    exchange = RunningExchange(data)
    try:
        yield exchange
    finally:
        if exchange.process.poll() is None:
            exchange.interrupt()


class Company(LoopThread):
    """Plays its prompt and asks for a key; any key leads into the conference `office`."""

    def __init__(self, exchange: RunningExchange) -> None:
        super().__init__()
        self.exchange = exchange.exchange
        self.callbacks: list[dict[str, str]] = []
        self._changed = threading.Condition()
        self.origin = self.run(self._start())
        exchange.rest.post(
            "IncomingPhoneNumbers",
            PhoneNumber=NUMBER,
            FriendlyName="Main line",
            VoiceUrl=f"{self.origin}/voice",
            StatusCallback=f"{self.origin}/status",
        )
        made = exchange.rest.post(
            "Applications", FriendlyName="Office", VoiceUrl=f"{self.origin}/office"
        )
        self.application = str(made["sid"])

    def until(self, predicate: Callable[[dict[str, str]], bool], seconds: float = 30) -> bool:
        """Wait for a callback of that kind."""
        with self._changed:
            return self._changed.wait_for(lambda: any(map(predicate, self.callbacks)), seconds)

    def close(self) -> None:
        self.run(self._runner.cleanup())
        self.end()

    async def _start(self) -> str:
        app = origin_pages(f"http://{self.exchange}")
        app.router.add_post("/voice", self._voice)
        app.router.add_post("/office", self._office)
        app.router.add_post("/status", self._status)
        app.router.add_get("/prompt.wav", self._prompt)
        self._runner = await listen(app, 0)
        return f"http://localhost:{port_of(self._runner)}"

    async def _voice(self, _request: web.Request) -> web.StreamResponse:
        prompt = f"<Play loop='0'>{self.origin}/prompt.wav</Play>"
        ask = f"<Gather numDigits='1' timeout='60' action='{self.origin}/office'>{prompt}</Gather>"
        return _twiml(ask)

    async def _office(self, _request: web.Request) -> web.StreamResponse:
        return _twiml("<Dial><Conference beep='false' waitUrl=''>office</Conference></Dial>")

    async def _prompt(self, _request: web.Request) -> web.StreamResponse:
        sound = wav_of(tones.sine(PROMPT_HERTZ, seconds=2))
        return web.Response(body=sound, content_type="audio/wav")

    async def _status(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        with self._changed:
            self.callbacks.append({name: str(value) for name, value in form.items()})
            self._changed.notify_all()
        return _twiml("")


def _twiml(verbs: str) -> web.StreamResponse:
    return web.Response(text=f"<Response>{verbs}</Response>", content_type="text/xml")
