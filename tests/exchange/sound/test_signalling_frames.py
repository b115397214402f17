"""The Voice SDK's protocol frame by frame, without a browser: what a broken client may send."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from tests.exchange.sound.browsers import access_token
from tests.exchange.sound.media_runtime_thread import MediaRuntimeThread


class Wire:
    """A client of `/signal`."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def say(self, kind: str, **payload: object) -> None:
        await self._socket.send_str(json.dumps({"type": kind, "payload": payload}))

    async def raw(self, text: str) -> None:
        await self._socket.send_str(text)

    async def next(self, seconds: float = 3) -> Any:
        """The next frame; heartbeats come as the bare newline that they are."""
        text = await self._socket.receive_str(timeout=seconds)
        return text if text == "\n" else json.loads(text)

    async def listen(self, identity: str = "wire") -> None:
        await self.say("listen", token=access_token(identity))
        assert (await self.next())["type"] == "connected"


def on_the_wire(media_runtime: MediaRuntimeThread, script: Any) -> Any:
    async def run() -> Any:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"http://{media_runtime.exchange}/signal") as socket,
        ):
            return await script(Wire(socket))

    return media_runtime.run(run())


def test_the_gateway_beats_so_that_the_sdk_stays(media_runtime: MediaRuntimeThread) -> None:
    async def script(wire: Wire) -> Any:
        await wire.listen()
        return await wire.next(seconds=7)

    assert on_the_wire(media_runtime, script) == "\n"


def test_a_good_token_says_who_and_how_long(media_runtime: MediaRuntimeThread) -> None:
    async def script(wire: Wire) -> Any:
        await wire.say("listen", token=access_token("wire", seconds=60))
        return await wire.next()

    token = on_the_wire(media_runtime, script)["payload"]["token"]

    assert token["identity"] == "wire"
    assert 55 <= token["ttl"] <= 60


@pytest.mark.parametrize(
    "text", ["{", "[]", "7", "null", '{"payload": {}}', '{"type": 7}', '{"type": "listen"}']
)
def test_a_broken_frame_is_an_error_and_the_socket_stays(
    media_runtime: MediaRuntimeThread, text: str
) -> None:
    async def script(wire: Wire) -> Any:
        await wire.raw(text)
        assert (await wire.next())["type"] == "error"
        await wire.listen()

    on_the_wire(media_runtime, script)


@pytest.mark.parametrize("kind", ["register", "invite", "hangup", "dtmf", "x"])
def test_nothing_is_done_without_a_token(media_runtime: MediaRuntimeThread, kind: str) -> None:
    async def script(wire: Wire) -> Any:
        await wire.say(kind, callsid="TJ1", sdp="", media={"audio": True})
        return await wire.next()

    before = len(media_runtime.call_control.legs)

    assert on_the_wire(media_runtime, script)["payload"]["error"]["code"] == 31204
    assert len(media_runtime.call_control.legs) == before


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "invite", "payload": "x"},
        {"type": "invite", "payload": {"twilio": 7, "sdp": 7}},
        {"type": "register", "payload": {"media": []}},
        {"type": "hangup", "payload": {"callsid": "CA0"}},
        {"type": "answer", "payload": {"callsid": None, "sdp": []}},
        {"type": "unheard-of", "payload": {}},
    ],
)
def test_a_strange_frame_leaves_the_socket_alive(
    media_runtime: MediaRuntimeThread, frame: dict[str, object]
) -> None:
    async def script(wire: Wire) -> Any:
        await wire.listen()
        await wire.raw(json.dumps(frame))
        await wire.say("register", media={"audio": True})
        while (await wire.next())["type"] != "ready":
            pass

    on_the_wire(media_runtime, script)


@pytest.mark.parametrize("sdp", ["", "junk", "v=0\r\nm=audio 9 x 0\r\na=fingerprint:x\r\n"])
def test_sound_that_cannot_be_used_ends_the_call_with_an_error(
    media_runtime: MediaRuntimeThread, sdp: str
) -> None:
    async def script(wire: Wire) -> Any:
        await wire.listen()
        await wire.say("invite", callsid="TJ1", sdp=sdp, twilio={"params": "To=silence"})
        ringing, ended = await wire.next(), await wire.next()
        return ringing["type"], ended["type"], ended["payload"]["error"]["code"]

    assert on_the_wire(media_runtime, script) == ("ringing", "hangup", 31000)
    assert list(media_runtime.call_control.legs.values())[-1].state == "completed"


def test_a_call_that_is_over_cannot_be_resumed(media_runtime: MediaRuntimeThread) -> None:
    async def script(wire: Wire) -> Any:
        await wire.listen()
        await wire.say("invite", callsid="CA1", reconnect="unknown", sdp="")
        return await wire.next()

    assert on_the_wire(media_runtime, script)["payload"]["error"]["code"] == 31003


def test_a_socket_that_is_lost_gives_up_a_call_that_rings(
    media_runtime: MediaRuntimeThread,
) -> None:
    async def script(wire: Wire) -> Any:
        await wire.listen()
        await wire.say("invite", callsid="TJ1", sdp="", twilio={"params": "To=wait"})
        await wire.next()

    on_the_wire(media_runtime, script)

    leg = list(media_runtime.call_control.legs.values())[-1]
    assert media_runtime.call_control.until(lambda: leg.state == "completed")
