"""The street phone's signalling (`/street/socket`): any telephone outside the company.

Plain WebRTC and JSON frames of our own over one WebSocket:

    page -> exchange                          exchange -> page
    {"type": "own", "number"}                 {"type": "numbers", "numbers": [{number, name}]}
    {"type": "dial", "caller", "called",      {"type": "dialling", "leg", "sdp"}
             "sdp": offer}                    {"type": "ringing"}
    {"type": "answer", "sdp"}                 {"type": "answered"}
    {"type": "key", "key"}                    {"type": "incoming", "leg", "caller", "sdp": offer}
    {"type": "say", "text", "language"}       {"type": "caption", "text", "seconds"}
    {"type": "hang up"}                       {"type": "ended", "reason"}
                                              {"type": "missed", "reason"}
                                              {"type": "withheld", "forms": [{value, words}]}
                                              {"type": "try", "calls": [{title, number, caller,
                                                                         steps}]}
                                              {"type": "outside", "telephones": [{number, name,
                                                                                  does}]}
                                              {"type": "refused", "reason"}

"hang up" also gives up a call that rings still, and declines one that rings here.

One page is one telephone with one call at a time; it rings when its `own` number is called. Pages
with the same number all ring, and the first that answers has the call.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from aiohttp import WSMsgType, web

from infra.local.exchange.calls_to_try import CallToTry
from infra.local.exchange.interfaces import CANCELLED
from infra.local.exchange.journal import Captioned, ConferenceChanged, Entry, Journal, RestCalled
from infra.local.exchange.leg import BUSY_HERE, DECLINED
from infra.local.exchange.signalling.caller_ids import WITHHELD_FORMS, caller_id
from infra.local.exchange.signalling.connections import Connections
from infra.local.exchange.signalling.peer import Peer, UnusableSdp
from infra.local.exchange.sound.library import Library

_JOINED = {
    "participant-join": "You have joined the room.",
    "participant-unhold": "You are off hold.",
}
_LARGEST_FRAME = 64 * 1024
_MOST_WORDS = 500  # characters of one thing said


@dataclass(frozen=True, slots=True)
class CompanyNumber:
    """A number that the street can dial, as configured over REST."""

    number: str
    name: str


class NumberList(Protocol):
    def __call__(self) -> list[CompanyNumber]: ...


@dataclass(frozen=True, slots=True)
class OutsideNumber:
    """A telephone that acts by itself: the company can call it. Words for people."""

    number: str
    name: str
    does: str


class OutsideList(Protocol):
    def __call__(self) -> list[OutsideNumber]: ...


class CallsToTry(Protocol):
    def __call__(self) -> Sequence[CallToTry]:
        """Raises ValueError: the file cannot be read."""


class StreetPhone:
    """Implements `interfaces.Phone` for one page."""

    def __init__(self, exchange: StreetExchange, send: Callable[[Mapping[str, object]], None]):
        self._exchange = exchange
        self._connections = exchange.connections
        self._send = send
        self._own: str | None = None
        self._leg: str | None = None
        self._peer: Peer | None = None
        self._is_rung = False  # somebody calls, and the page has not answered
        self._end_observing = exchange.journal.observe(self._overhear)

    def receive(self, frame: Mapping[str, Any]) -> None:
        """One frame of the page; raises ValueError or KeyError for one that it never sends."""
        match frame["type"]:
            case "own":
                self._take_number(str(frame["number"]))
            case "dial":
                self._dial(str(frame["caller"]), str(frame["called"]), str(frame["sdp"]))
            case "answer":
                self._connections.tasks.start(self._answer(str(frame["sdp"])))
            case "key" if self._peer:
                self._peer.press(str(frame["key"]))
            case "say" if self._peer:
                self._connections.tasks.start(self._say(str(frame["text"]), str(frame["language"])))
            case "hang up" if self._leg:
                self._hang_up(self._leg)
            case "key" | "say" | "hang up":
                return  # the call ended while this was on its way
            case other:
                raise ValueError(f"a street phone does not say {other!r}")

    def show_numbers(self) -> None:
        known = [{"number": one.number, "name": one.name} for one in self._exchange.numbers()]
        self._send({"type": "numbers", "numbers": known})
        dialable = {one["number"] for one in known}
        calls = [asdict(one) for one in self._exchange.calls_to_try() if one.number in dialable]
        self._send({"type": "try", "calls": calls})

    def show_withheld_forms(self) -> None:
        self._send({"type": "withheld", "forms": [asdict(form) for form in WITHHELD_FORMS]})

    def show_outside_telephones(self) -> None:
        telephones = [asdict(one) for one in self._exchange.outside()]
        self._send({"type": "outside", "telephones": telephones})

    def gone(self) -> None:
        """The page was closed."""
        self._end_observing()
        self._give_number_back()
        if self._leg:
            self._leave(self._leg, BUSY_HERE)

    # --- Phone

    def ring(self, leg: str, caller: str, called: str, parameters: Mapping[str, str]) -> None:
        if self._leg is not None:
            self._connections.call_control.rejected(leg, self, BUSY_HERE)
            return
        self._leg, self._peer = leg, self._connections.open(leg)
        self._is_rung = True
        self._connections.tasks.start(self._offer(self._peer, leg, caller))

    def ringing(self, leg: str) -> None:
        self._send({"type": "ringing"})

    def answered(self, leg: str) -> None:
        self._send({"type": "answered"})

    def ended(self, leg: str, code: int | None, message: str) -> None:
        if self._leg != leg:
            return
        if self._is_rung:
            reason = "Answered elsewhere." if code == CANCELLED else "You did not answer."
            self._send({"type": "missed", "reason": reason})
        else:
            self._send({"type": "ended", "reason": message or "The call has ended."})
        self._over()

    # --- A call

    def _dial(self, caller: str, called: str, offer: str) -> None:
        if self._leg is not None:
            raise ValueError("this telephone is on a call already")
        leg = self._connections.call_control.dial(caller_id(caller), called, self)
        self._leg, self._peer = leg, self._connections.open(leg)
        self._connections.tasks.start(self._connect(self._peer, leg, offer))

    async def _connect(self, peer: Peer, leg: str, offer: str) -> None:
        try:
            sdp = await peer.answer(offer)
        except UnusableSdp as error:
            self._give_up(leg, error)
        else:
            self._send({"type": "dialling", "leg": leg, "sdp": sdp})
            if self._leg == leg:
                self._connections.attach(
                    leg, peer
                )  # before the answer, too: a caller hears it ring

    async def _offer(self, peer: Peer, leg: str, caller: str) -> None:
        sdp = await peer.offer()
        self._send({"type": "incoming", "leg": leg, "caller": caller, "sdp": sdp})

    async def _answer(self, sdp: str) -> None:
        leg, peer = self._leg, self._peer
        if leg is None or peer is None:
            self._send({"type": "missed", "reason": "The caller gave up."})
            return
        try:
            await peer.accept(sdp)
        except UnusableSdp as error:
            self._give_up(leg, error)
            return
        if self._leg != leg or not self._connections.call_control.answered(leg, self):
            return  # another page was first, or the caller gave up
        self._is_rung = False
        self._connections.attach(leg, peer)
        self._send({"type": "answered"})

    def _give_up(self, leg: str, error: UnusableSdp) -> None:
        self._send({"type": "refused", "reason": f"This browser's sound cannot be used: {error}"})
        if self._leg == leg:
            self._leave(leg, BUSY_HERE)

    async def _say(self, text: str, language: str) -> None:
        payload = await asyncio.to_thread(
            self._exchange.library.spoken, text[:_MOST_WORDS], language
        )
        if self._peer:
            self._peer.inject(payload)

    def _hang_up(self, leg: str) -> None:
        reason = "You declined." if self._is_rung else "You hung up."
        self._send({"type": "ended", "reason": reason})
        self._leave(leg, DECLINED)

    def _leave(self, leg: str, refusal: str) -> None:
        """A call that rings here is refused with this SIP code; it may ring on other pages."""
        is_rung = self._is_rung
        self._over()
        if is_rung:
            self._connections.call_control.rejected(leg, self, refusal)
        else:
            self._connections.call_control.hang_up(leg)

    def _over(self) -> None:
        if self._leg and self._peer:
            self._connections.close(self._leg, self._peer)
        self._leg = self._peer = None
        self._is_rung = False

    def _overhear(self, entry: Entry) -> None:
        match entry.news:
            case Captioned(leg=leg, caption=text, seconds=seconds) if leg == self._leg:
                self._send({"type": "caption", "text": text, "seconds": seconds})
            case ConferenceChanged(event=event, leg=leg) if leg == self._leg and event in _JOINED:
                # Music has no end of its own here: the caption would stay while people talk.
                self._send({"type": "caption", "text": _JOINED[event], "seconds": 0.0})
            case RestCalled(method="POST" | "DELETE", path=path) if "/IncomingPhone" in path:
                self.show_numbers()
            case _:
                return

    # --- Being called

    def _take_number(self, number: str) -> None:
        self._give_number_back()
        if number:
            self._own = number
            self._connections.call_control.plug_in(number, self)

    def _give_number_back(self) -> None:
        if self._own is not None:
            self._connections.call_control.unplug(self._own, self)
        self._own = None


@dataclass(frozen=True, slots=True)
class StreetExchange:
    """What the street's telephones need."""

    connections: Connections
    journal: Journal
    library: Library
    numbers: NumberList
    outside: OutsideList
    calls_to_try: CallsToTry

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=_LARGEST_FRAME, heartbeat=20)
        await socket.prepare(request)
        frames: asyncio.Queue[Mapping[str, object]] = asyncio.Queue()
        writing = asyncio.create_task(_write(socket, frames))
        phone = StreetPhone(self, frames.put_nowait)
        phone.show_withheld_forms()
        phone.show_numbers()
        phone.show_outside_telephones()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    try:
                        phone.receive(json.loads(message.data))
                    except (ValueError, KeyError, TypeError) as error:
                        frames.put_nowait({"type": "refused", "reason": str(error)})
        finally:
            writing.cancel()
            phone.gone()
        return socket


async def _write(
    socket: web.WebSocketResponse, frames: asyncio.Queue[Mapping[str, object]]
) -> None:
    with contextlib.suppress(ConnectionError):  # the reading side notices a lost page
        while True:
            await socket.send_json(await frames.get())
