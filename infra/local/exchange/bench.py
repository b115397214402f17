"""`python -m infra.local.exchange.bench`: what a browser leg with sound costs the exchange.

Legs are telephones made by aiortc in another process, which send and receive 50 packets a second
like a browser's; they talk in pairs, one conference a pair. Measured is the CPU time of the
exchange's process alone, divided by wall time and legs; and the same in units of a calibration
loop, so that figures of different computers can be compared.
"""

from __future__ import annotations

import argparse
import asyncio
import inspect
import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from random import SystemRandom

import aiohttp
from aiohttp import web

from infra.local.exchange.account import Account
from infra.local.exchange.exchange import Exchange
from infra.local.exchange.interfaces import Answer, NoAnswer, Request
from infra.local.exchange.inventory import Voice
from infra.local.exchange.media_runtime import MediaDependencies, MediaRuntime
from infra.local.exchange.realtime import RealClock
from infra.local.exchange.signalling.peer import Peer, prepare_aiortc
from infra.local.exchange.signalling.tokens import TokenCheck
from infra.local.exchange.sound import tones
from infra.local.exchange.sound.library import Library, Sample
from infra.local.exchange.sound.pcmu import FRAME_SECONDS, SILENCE
from infra.local.exchange.sound.real_sound import RealSound
from infra.local.exchange.sound.recorder import Recorder
from infra.local.exchange.web import InspectorHandlers

_CALIBRATION_ROUNDS = 2_000_000
_WARM_UP_SECONDS = 2.0
_MOST_PERCENT_A_LEG = 4.0
_CALLED = "+442079460800"


def calibrate() -> float:
    """Seconds of CPU for a loop of plain Python arithmetic."""
    began = time.process_time()
    value = 0
    for number in range(_CALIBRATION_ROUNDS):
        value = (value * 31 + number) & 0xFFFF
    return time.process_time() - began


class PairFetcher:
    """Implements `interfaces.Fetcher`: the customer's server joins callers 0 and 1, 2 and 3."""

    def fetch(self, request: Request, done: Callable[[Answer | NoAnswer], None]) -> None:
        caller = dict(request.form)["From"]
        conference = (
            f'<Conference beep="false" waitUrl="">pair-{int(caller[-3:]) // 2}</Conference>'
        )
        body = f"<Response><Dial>{conference}</Dial></Response>".encode()
        answer = Answer(200, {"content-type": "text/xml"}, body)
        asyncio.get_running_loop().call_soon(done, answer)


async def _nothing(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=404)


def _media_runtime() -> MediaRuntime:
    account = Account("AC" + "0" * 32, "token", "SK" + "0" * 32, "secret", "http://localhost")
    clock, library, recorder = RealClock(asyncio.get_running_loop()), Library(), Recorder()
    sound = RealSound(library, recorder)
    exchange = Exchange(account, clock, PairFetcher(), sound, SystemRandom())
    now = clock.now()
    settings = {"voice_url": "http://localhost/voice"}
    exchange.context.inventory.numbers["PN"] = Voice("PN", "bench", now, now, _CALLED, "", settings)
    return MediaRuntime(
        MediaDependencies(
            call_control=exchange,
            journal=exchange.journal,
            numbers=list,
            library=library,
            recorder=recorder,
            tokens=TokenCheck(account.sid, account.key_sid, account.key_secret),
            now=clock.now,
            rest=_nothing,
            inspector=InspectorHandlers(_nothing, _nothing, _nothing),
        )
    )


async def _serve(control: Connection, seconds: float) -> None:
    media_runtime = _media_runtime()
    control.send(await media_runtime.start(0))
    await asyncio.to_thread(control.recv)  # every leg is up
    wall, spent = time.monotonic(), time.process_time()
    await asyncio.sleep(seconds)
    control.send((time.process_time() - spent) / (time.monotonic() - wall))
    await media_runtime.stop()


def _exchange(control: Connection, seconds: float) -> None:
    asyncio.run(_serve(control, seconds))


class _Caller:
    """One telephone of the bench: sends a tone, counts what it hears."""

    def __init__(self) -> None:
        self.peer = Peer(on_key=lambda _key: None, on_lost=lambda: None)
        self.heard = 0  # frames with sound in them

    async def dial(self, socket: aiohttp.ClientWebSocketResponse, number: int) -> None:
        offer = await self.peer.offer()
        caller = f"+442079461{number:03}"
        await socket.send_json({"type": "dial", "caller": caller, "called": _CALLED, "sdp": offer})
        async for message in socket:
            frame = json.loads(message.data)
            if frame["type"] == "dialling":
                await self.peer.accept(frame["sdp"])
                return


async def _call(port: int, legs: int, running: asyncio.Event) -> list[_Caller]:
    tone = Sample(tones.sine(440, seconds=1))
    callers = [_Caller() for _ in range(legs)]
    async with aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{port}/street/socket"
        sockets = [await session.ws_connect(url) for _ in callers]
        for number, (caller, socket) in enumerate(zip(callers, sockets, strict=True)):
            await caller.dial(socket, number)
        loop, frame = asyncio.get_running_loop(), 0
        began = loop.time()
        while not running.is_set():
            frame += 1
            await asyncio.sleep(max(0, began + frame * FRAME_SECONDS - loop.time()))
            for caller in callers:
                caller.peer.give(tone.payload(frame % tone.frames))
                caller.heard += caller.peer.take() not in {None, SILENCE}
        for caller in callers:
            await caller.peer.close()
    return callers


async def _measure(legs: int, seconds: float) -> tuple[float, float]:
    """CPU of the exchange (1.0 is one context), and the share of frames that arrived."""
    prepare_aiortc()
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_exchange, args=(theirs, seconds))
    process.start()
    port = await asyncio.to_thread(ours.recv)
    over = asyncio.Event()
    began = time.monotonic()
    calling = asyncio.create_task(_call(port, legs, over))
    await asyncio.sleep(_WARM_UP_SECONDS)
    ours.send("up")
    spent: float = await asyncio.to_thread(ours.recv)
    over.set()
    callers = await calling
    due = legs * (time.monotonic() - began - _WARM_UP_SECONDS) / FRAME_SECONDS
    process.join(timeout=10)
    return spent, sum(caller.heard for caller in callers) / due


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--legs", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args(arguments)
    print(inspect.getsource(calibrate))
    calibration = min(calibrate() for _ in range(3))
    spent, heard = asyncio.run(_measure(options.legs, options.seconds))
    percent = 100 * spent / options.legs
    ratio = spent / options.legs / calibration
    print(f"calibration loop           {1000 * calibration:8.1f} ms")
    print(f"exchange, {options.legs} legs           {100 * spent:8.1f} % of a context")
    print(f"a leg                      {percent:8.2f} % of a context (at most 4)")
    print(f"a leg's second / the loop  {ratio:8.3f}")
    print(f"frames that arrived        {100 * min(heard, 1):8.1f} %")
    return 0 if percent <= _MOST_PERCENT_A_LEG and heard > 0.9 else 1


if __name__ == "__main__":
    sys.exit(main())
