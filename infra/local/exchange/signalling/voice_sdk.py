"""The Voice SDK's signalling (`/signal`): JSON frames over one WebSocket for each device.

What is sent and expected was measured on the unmodified SDK 2.18.5. A call outlives its socket:
the SDK reconnects with the call's token, and the media goes on meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import WSMsgType, web

from infra.local.exchange.signalling.connections import Connections
from infra.local.exchange.signalling.identities import Identities
from infra.local.exchange.signalling.tokens import EXPIRED, INVALID, Grant, TokenCheck, TokenRefused

_HEARTBEAT_SECONDS = 5.0  # the SDK drops a socket that is silent for 15 s
_UNKNOWN_CALL = 31003
_NOT_ALLOWED = 31002
_BAD_FRAME = 31000
_LARGEST_FRAME = 256 * 1024


def _part(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object inside a frame; nothing when it is absent or something else."""
    part = of.get(name)
    return part if isinstance(part, dict) else {}


class Device:
    """One SDK's socket. Frames leave in the order of `send`."""

    def __init__(self, gateway: VoiceSdkGateway, socket: web.WebSocketResponse) -> None:
        self._gateway = gateway
        self._socket = socket
        self._frames: asyncio.Queue[str] = asyncio.Queue()
        self.grant: Grant | None = None

    def send(self, kind: str, **payload: object) -> None:
        self._frames.put_nowait(json.dumps({"type": kind, "payload": payload}))

    async def write(self) -> None:
        with contextlib.suppress(ConnectionError):  # reading ends the device, not writing
            while True:
                await self._socket.send_str(await self._frames.get())

    async def beat(self) -> None:
        while True:
            await asyncio.sleep(_HEARTBEAT_SECONDS)
            self._frames.put_nowait("\n")

    def receive(self, text: str) -> None:
        """One frame of the SDK. A malformed frame changes nothing."""
        try:
            frame = json.loads(text)
            if not isinstance(frame, dict):
                raise TypeError("a frame is an object")
            kind, payload = str(frame["type"]), _part(frame, "payload")
        except (ValueError, KeyError, TypeError):
            self.send("error", error={"code": _BAD_FRAME, "message": "not a signalling frame"})
            return
        if kind == "listen":
            self._listen(str(payload.get("token", "")))
        elif self.grant is None:
            self.send("error", error={"code": INVALID, "message": "listen with a token first"})
        else:
            self._gateway.act(self, self.grant, kind, payload)

    def _listen(self, token: str) -> None:
        try:
            self.grant = self._gateway.tokens.grant(token)
        except TokenRefused as refused:
            self.send("error", error={"code": refused.code, "message": refused.message})
            return
        self.send(
            "connected",
            region="local",
            edge="local",
            home="us1",
            gateway="exchange",
            token={"identity": self.grant.identity, "ttl": self.grant.seconds_left},
        )


class VoiceSdkGateway:
    def __init__(self, connections: Connections, tokens: TokenCheck) -> None:
        self.tokens = tokens
        self._identities = Identities(connections, tokens.account_sid)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=_LARGEST_FRAME)
        await socket.prepare(request)
        device = Device(self, socket)
        tasks = [asyncio.create_task(device.write()), asyncio.create_task(device.beat())]
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT and message.data.strip():
                    device.receive(message.data)
        finally:
            for task in tasks:
                task.cancel()
            self._identities.gone(device)
        return socket

    def act(self, device: Device, grant: Grant, kind: str, payload: Mapping[str, Any]) -> None:
        match kind:
            case "register":
                self._register(device, grant, payload)
            case "invite" if payload.get("reconnect"):
                self._resume(device, payload)
            case "invite":
                self._invite(device, grant, payload)
            case _:
                self._in_call(device, kind, payload)

    def _register(self, device: Device, grant: Grant, payload: Mapping[str, Any]) -> None:
        if _part(payload, "media").get("audio"):
            if grant.may_be_called:
                self._identities.add(grant.identity, device)
            device.send("ready")
        else:
            self._identities.remove(device)
            device.send("offline")

    def _invite(self, device: Device, grant: Grant, payload: Mapping[str, Any]) -> None:
        temporary = str(payload.get("callsid", ""))
        if grant.seconds_left <= 0:
            self._refuse(device, temporary, EXPIRED, "the access token has expired")
        elif grant.application_sid is None:
            self._refuse(device, temporary, _NOT_ALLOWED, "the token grants no outgoing calls")
        else:
            query = str(_part(payload, "twilio").get("params") or "")
            said = dict(parse_qsl(query, keep_blank_values=True))
            call = self._identities.calls.make(device, temporary=temporary)
            call.connect(
                grant.identity,
                grant.application_sid,
                {**said, **grant.application_parameters},
                str(payload.get("sdp", "")),
            )

    def _resume(self, device: Device, payload: Mapping[str, Any]) -> None:
        call = self._identities.calls.by_reconnect(str(payload["reconnect"]))
        if call is None:
            sid = str(payload.get("callsid", ""))
            self._refuse(device, sid, _UNKNOWN_CALL, "this call is over")
        else:
            call.resume(device, str(payload.get("sdp", "")))

    def _in_call(self, device: Device, kind: str, payload: Mapping[str, Any]) -> None:
        call = self._identities.calls.find(device, str(payload.get("callsid", "")))
        if call is None:
            return  # a late frame about a call that is over
        match kind:
            case "answer":
                self._identities.accept(call, str(payload.get("sdp", "")))
            case "reject":
                self._identities.reject(call)
            case "hangup":
                call.hang_up()
            case "dtmf":
                call.press(str(payload.get("dtmf", "")))
            case "reinvite":
                call.restart_ice(str(payload.get("sdp", "")))
            case "message":
                device.send(
                    "ack",
                    acktype="message",
                    callsid=call.leg,
                    voiceeventsid=payload.get("voiceeventsid"),
                )
            case _:
                return  # a frame that the exchange does not know: newer SDKs may send more

    @staticmethod
    def _refuse(device: Device, sid: str, code: int, message: str) -> None:
        device.send("hangup", callsid=sid, error={"code": code, "message": message})
