"""The inspector's feed (`/inspector/feed`): what is alive now, and everything that happened.

Frames to the page: `{"type": "entries", "entries": [...]}`, oldest first (the journal's last ones,
then each new one), and `{"type": "state", ...}` whenever legs, conferences or queues may have
changed. Both are collected for a moment, so that a busy exchange does not flood the page.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import asdict
from typing import Any, assert_never

from aiohttp import web

from infra.local.exchange.conference import ConferenceState
from infra.local.exchange.exchange import Exchange
from infra.local.exchange.interfaces import Heard, Playing, Ringback, Voices
from infra.local.exchange.journal import Entry
from infra.local.exchange.leg import Leg

_GATHER_SECONDS = 0.25
_MOST_ENTRIES = 1000
_MOST_BODY = 8000


class Inspector:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        fresh = asyncio.Event()
        fresh.set()
        end_observing = self._exchange.observe(lambda _entry: fresh.set())
        feeding = asyncio.create_task(self._feed(socket, fresh))
        try:
            async for _message in socket:
                pass  # the page only listens
        finally:
            feeding.cancel()
            end_observing()
        return socket

    async def _feed(self, socket: web.WebSocketResponse, fresh: asyncio.Event) -> None:
        shown = -1
        with contextlib.suppress(ConnectionError):  # the reading side notices a lost page
            while True:
                await fresh.wait()
                fresh.clear()
                entries = self._exchange.journal.entries(after=shown)[-_MOST_ENTRIES:]
                if entries:
                    shown = entries[-1].sequence
                await socket.send_json({"type": "state", **self._state()})
                await socket.send_json({"type": "entries", "entries": [*map(_entry, entries)]})
                await asyncio.sleep(_GATHER_SECONDS)

    def _state(self) -> dict[str, Any]:
        context = self._exchange.context
        live_conferences = (
            conference
            for conference in self._exchange.conferences.conferences.values()
            if conference.state is not ConferenceState.COMPLETED
        )
        return {
            "legs": [self._leg(leg) for leg in self._exchange.live()],
            "conferences": [
                {
                    "sid": conference.sid,
                    "name": conference.name,
                    "state": conference.state.value,
                    "participants": [asdict(one) for one in conference.participants.values()],
                }
                for conference in live_conferences
            ],
            "queues": [
                {
                    "sid": queue.sid,
                    "name": queue.name,
                    "members": [
                        {"leg": member.leg.sid, "since": member.since.isoformat()}
                        for member in queue.members
                    ],
                }
                for queue in self._exchange.queues.queues.values()
            ],
            "identities": sorted(
                name for name, devices in context.telephones.clients.items() if devices
            ),
        }

    def _leg(self, leg: Leg) -> dict[str, Any]:
        return {
            "sid": leg.sid,
            "direction": leg.direction.value,
            "status": leg.status.value,
            "caller": leg.caller,
            "called": leg.called,
            "since": leg.created_at.isoformat(),
            "hears": _hears(self._exchange.hears(leg.sid)),
            "silence_seconds": round(self._exchange.ledger.silence_seconds(leg.sid), 1),
        }


def _hears(heard: Heard) -> str:
    match heard:
        case None:
            return "silence"
        case Ringback():
            return "ringback"
        case Playing(clip=clip):
            return f"“{clip.caption}”"
        case Voices(legs=legs, announcement=announcement):
            over = f" under “{announcement.clip.caption}”" if announcement else ""
            return (", ".join(legs) or "nobody") + over
        case _:
            assert_never(heard)


def _entry(entry: Entry) -> dict[str, Any]:
    shown = asdict(entry.news)
    if "body" in shown:
        shown["body"] = shown["body"][:_MOST_BODY]
    return {
        "sequence": entry.sequence,
        "at": entry.at.isoformat(),
        "kind": type(entry.news).__name__,
        **shown,
    }
