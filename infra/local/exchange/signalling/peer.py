"""One telephone's WebRTC connection, with raw PCMU frames on our side of it.

aiortc 1.16 knows no telephone-event and codes through libav; both are worked around here and
nowhere else, through private names of the pinned version: keys are read from RTP before any
decoder, sound goes out as packets that are coded already.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

import aioice.ice
import av
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.codecs import CODECS
from aiortc.exceptions import InvalidStateError, OperationError
from aiortc.mediastreams import MediaStreamError
from aiortc.rtcrtpparameters import RTCRtpCodecCapability, RTCRtpCodecParameters
from aiortc.rtcrtpreceiver import RTCRtpReceiver, StreamStatistics
from aiortc.rtp import RtpPacket

from infra.local.exchange.sound.dtmf import KeyReceiver
from infra.local.exchange.sound.pcmu import FRAME, RATE, encode, mix
from infra.local.exchange.sound.pcmu import decode as decode_pcmu
from infra.local.exchange.sound.tones import digits as key_tones

_PCMU_TYPE = 0
_EVENT_TYPE = 126  # what the Voice SDK's browsers offer at 8 kHz
_SILENT_TYPES: Final = frozenset({13})  # comfort noise
_TIME_BASE = Fraction(1, RATE)
_PCMU = RTCRtpCodecCapability(mimeType="audio/PCMU", clockRate=RATE, channels=1)
_EVENT = RTCRtpCodecCapability(mimeType="audio/telephone-event", clockRate=RATE, channels=1)
_STATISTICS = "_RTCRtpReceiver__remote_streams"  # private names of aiortc 1.16.0
_HANDLER = "_handle_rtp_packet"
_PREFETCH_FRAMES = 2  # 40 ms: what the browser's timer jitters
_MOST_FRAMES = 8
_OUT_FRAMES = 10


class UnusableSdp(Exception):
    """The other side's description of its sound cannot be answered."""


# What aiortc raises for SDP that it cannot read: it asserts and indexes as it parses.
_UNREADABLE = (
    ValueError,
    LookupError,
    AssertionError,
    AttributeError,
    InvalidStateError,
    OperationError,
)


def prepare_aiortc() -> None:
    """Teach aiortc telephone-event, and ICE the loopback interface (first: it always works here).

    The other interfaces stay, for some systems refuse to send from them to 127.0.0.1.
    """
    if not any(codec.mimeType == _EVENT.mimeType for codec in CODECS["audio"]):
        CODECS["audio"].append(
            RTCRtpCodecParameters(
                mimeType=_EVENT.mimeType, clockRate=RATE, channels=1, payloadType=_EVENT_TYPE
            )
        )
    system_addresses = aioice.ice.get_host_addresses
    if system_addresses.__module__ == "aioice.ice":

        def host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
            return ["127.0.0.1", *system_addresses(use_ipv4, False)]

        aioice.ice.get_host_addresses = host_addresses


class _CodedTrack(MediaStreamTrack):
    """20 ms PCMU packets, pushed by the mixer."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._frames: asyncio.Queue[bytes] = asyncio.Queue(_OUT_FRAMES)
        self._at = 0

    def push(self, payload: bytes) -> None:
        if self._frames.full():  # nobody takes them: not connected yet, or not any more
            self._frames.get_nowait()
        self._frames.put_nowait(payload)

    async def recv(self) -> av.Packet[Any]:
        if self.readyState != "live":
            raise MediaStreamError
        payload = await self._frames.get()
        packet = av.Packet(payload)
        packet.pts, packet.time_base = self._at, _TIME_BASE
        self._at += len(payload)
        return packet


class Peer:
    """Implements `mixer.AudioEndpoint`.

    `on_key` gets each key pressed; `on_lost` is called when the media has ended.
    """

    def __init__(self, on_key: Callable[[str], None], on_lost: Callable[[], None]) -> None:
        self._on_key = on_key
        self._on_lost = on_lost
        self._keys = KeyReceiver()
        self._said: deque[bytes] = deque()
        self._injected: deque[bytes] = deque()
        self._filling = True
        self._closing = False
        # Gathering opens sockets: a close in the middle of it would leave them open.
        self._negotiating = asyncio.Lock()
        self._track = _CodedTrack()
        self.last_packet_at: float | None = None  # the loop's time
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        transceiver = self._connection.addTransceiver(self._track, direction="sendrecv")
        transceiver.setCodecPreferences([_PCMU, _EVENT])
        self._tap(transceiver.receiver)
        self._connection.on("connectionstatechange", self._state_changed)

    async def answer(self, offer: str) -> str:
        """Our SDP for theirs. Raises UnusableSdp."""
        async with self._negotiating:
            await self._take_theirs(offer, "offer")
            try:
                await self._connection.setLocalDescription(await self._connection.createAnswer())
            except _UNREADABLE as error:
                raise UnusableSdp(str(error)) from error
        answer: str = self._connection.localDescription.sdp
        if "PCMU" not in answer:
            raise UnusableSdp("it offers no PCMU")
        return answer

    async def offer(self) -> str:
        async with self._negotiating:
            await self._connection.setLocalDescription(await self._connection.createOffer())
        return self._connection.localDescription.sdp

    async def accept(self, answer: str) -> None:
        """Raises UnusableSdp."""
        async with self._negotiating:
            await self._take_theirs(answer, "answer")

    async def _take_theirs(self, sdp: str, kind: str) -> None:
        if "a=fingerprint:" not in sdp:
            raise UnusableSdp("it has no DTLS fingerprint")
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp, kind))
        except _UNREADABLE as error:
            raise UnusableSdp(str(error)) from error

    async def close(self) -> None:
        self._closing = True
        async with self._negotiating:
            await self._connection.close()

    def give(self, payload: bytes) -> None:
        self._track.push(payload)

    def take(self) -> bytes | None:
        frame = self._next_said()
        if not self._injected:
            return frame
        injected = self._injected.popleft()
        return (
            injected if frame is None else encode(mix([decode_pcmu(frame), decode_pcmu(injected)]))
        )

    def inject(self, payload: bytes) -> None:
        """Add sound to what the person says: keys as tones, words typed instead of spoken."""
        for start in range(0, len(payload), FRAME):
            self._injected.append(payload[start : start + FRAME])

    def _next_said(self) -> bytes | None:
        if self._filling and len(self._said) < _PREFETCH_FRAMES:
            return None
        self._filling = not self._said
        return self._said.popleft() if self._said else None

    def _tap(self, receiver: RTCRtpReceiver) -> None:
        """Take RTP before aiortc's decoder; only its statistics (for RTCP reports) stay fed."""
        loop = asyncio.get_running_loop()
        statistics: dict[int, StreamStatistics] = getattr(receiver, _STATISTICS)

        async def handle(packet: RtpPacket, arrival_time_ms: int) -> None:
            self.last_packet_at = loop.time()
            if packet.ssrc not in statistics:
                statistics[packet.ssrc] = StreamStatistics(RATE)
            statistics[packet.ssrc].add(packet)
            if packet.payload_type == _PCMU_TYPE:
                self._hear(packet.payload)
            elif packet.payload_type not in _SILENT_TYPES:
                self._hear_key(packet)

        setattr(receiver, _HANDLER, handle)

    def _hear(self, payload: bytes) -> None:
        for start in range(0, len(payload) - FRAME + 1, FRAME):
            self._said.append(payload[start : start + FRAME])
        while len(self._said) > _MOST_FRAMES:
            self._said.popleft()

    def _hear_key(self, packet: RtpPacket) -> None:
        key = self._keys.key(packet.timestamp, packet.payload)
        if key is not None:
            self.press(key)

    def press(self, key: str) -> None:
        """The exchange is told the key, and the other side hears its tone, as at the carrier."""
        self.inject(encode(key_tones(key)))
        self._on_key(key)

    def _state_changed(self) -> None:
        # failed: consent lost, about 30 s after a crash; closed: the browser said goodbye (DTLS)
        state = self._connection.connectionState
        if state in {"failed", "closed"} and not self._closing:
            self._on_lost()
