"""One call on one Voice SDK device: its frames, its peer, its reconnection after a lost socket."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Protocol

from infra.local.exchange.signalling.connections import Connections
from infra.local.exchange.signalling.peer import Peer, UnusableSdp

_MEDIA_FAILED = 31000


class SdkDevice(Protocol):
    """Where frames for one SDK go."""

    def send(self, kind: str, **payload: object) -> None: ...


def fingerprint(sdp: str) -> str:
    """The DTLS fingerprint: it tells whether a repeated invite brings another connection."""
    return next((line for line in sdp.splitlines() if line.startswith("a=fingerprint")), "")


class SdkCall:
    """Implements `interfaces.FarEnd` for the leg of one device (a call that it made or took).

    `temporary` is the id that the SDK uses until it has been told the leg's sid.
    """

    def __init__(
        self,
        connections: Connections,
        device: SdkDevice,
        on_over: Callable[[SdkCall], None],
        *,
        leg: str = "",
        temporary: str = "",
    ) -> None:
        self._connections = connections
        self._on_over = on_over
        self.device = device
        self.leg = leg
        self.temporary = temporary
        self.reconnect = secrets.token_hex(16)
        self.is_answered = False
        self.is_over = False
        self._fingerprint = ""
        self._sdp: str | None = None
        self._peer = connections.open(leg) if leg else None

    # --- A call that the device makes

    def connect(
        self, identity: str, application_sid: str, parameters: Mapping[str, str], offer: str
    ) -> None:
        self.leg = self._connections.call_control.connect(
            identity, application_sid, parameters, self
        )
        if not self.is_over:  # else it was refused at once
            self.device.send("ringing", callsid=self.leg)
            self._negotiate(offer)

    def _negotiate(self, offer: str) -> None:
        self._fingerprint = fingerprint(offer)
        self._sdp = None
        self._peer = self._connections.open(self.leg)
        self._connections.tasks.start(self._send_answer(offer))

    async def _send_answer(self, offer: str) -> None:
        try:
            self._sdp = await self._open_peer.answer(offer)
        except UnusableSdp as error:
            self._fail(str(error))
        else:
            self._start_when_ready()

    def _start_when_ready(self) -> None:
        if self.is_answered and self._sdp is not None and not self.is_over:
            self.device.send("answer", callsid=self.leg, sdp=self._sdp, reconnect=self.reconnect)
            self._connections.attach(self.leg, self._open_peer)

    def ringing(self, leg: str) -> None:
        """Nothing to do: the SDK was told with the sid, at its invite."""

    def answered(self, leg: str) -> None:
        self.is_answered = True
        self._start_when_ready()

    # --- A call that the device gets

    async def invite(self, parameters: Mapping[str, str]) -> None:
        offer = await self._open_peer.offer()
        if not self.is_over:
            self.device.send(
                "invite",
                callsid=self.leg,
                sdp=offer,
                reconnect=self.reconnect,
                parameters=dict(parameters),
            )

    async def accept(self, answer: str) -> None:
        """The person took the call; the exchange is told when the answer can be used."""
        self.is_answered = True
        self._fingerprint = fingerprint(answer)
        try:
            await self._open_peer.accept(answer)
        except UnusableSdp as error:
            self._fail(str(error))
            return
        if not self.is_over:
            self.device.send("answer", callsid=self.leg, reconnect=self.reconnect)
            self._connections.attach(self.leg, self._open_peer)
            self._connections.call_control.answered(self.leg)

    def cancel(self) -> None:
        """The caller gave up, or another device took the call."""
        if not self.is_over:
            self.device.send("cancel", callsid=self.leg)
            self._finish()

    # --- Either

    def press(self, digits: str) -> None:
        """Keys by signalling: the SDK does so when telephone-event was not negotiated."""
        for digit in digits:
            self._open_peer.press(digit)

    def hang_up(self) -> None:
        self._finish()
        self._connections.call_control.hang_up(self.leg)

    def drop(self) -> None:
        """The device is gone, or has declined: nothing more is sent."""
        self._finish()

    def ended(self, leg: str, code: int | None, message: str) -> None:
        if self.is_over:
            return
        sid = self.leg or self.temporary
        if code is None:
            self.device.send("hangup", callsid=sid)
        else:
            self.device.send("hangup", callsid=sid, error={"code": code, "message": message})
        self._finish()

    def resume(self, device: SdkDevice, offer: str) -> None:
        """The SDK is back after a lost socket; the same fingerprint means the same media."""
        self.device = device
        if not offer or fingerprint(offer) == self._fingerprint:
            device.send("answer", callsid=self.leg, reconnect=self.reconnect)
        else:
            self._negotiate(offer)

    def restart_ice(self, offer: str) -> None:
        self._connections.tasks.start(self._restart_ice(offer))

    async def _restart_ice(self, offer: str) -> None:
        try:
            sdp = await self._open_peer.answer(offer)
        except UnusableSdp as error:
            self._fail(str(error))
        else:
            self.device.send("answer", callsid=self.leg, sdp=sdp)

    @property
    def _open_peer(self) -> Peer:
        if self._peer is None:
            raise RuntimeError("a call has a peer from its leg on")
        return self._peer

    def _fail(self, reason: str) -> None:
        self.ended(self.leg, _MEDIA_FAILED, f"the browser's sound cannot be used: {reason}")
        self._connections.call_control.hang_up(self.leg)

    def _finish(self) -> None:
        if not self.is_over:
            self.is_over = True
            if self._peer is not None:
                self._connections.close(self.leg, self._peer)
            self._on_over(self)
