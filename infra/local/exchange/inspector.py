"""The inspector: what is alive now, what happened, one call as a ladder, one call as a file.

`/inspector/feed` sends frames: `{"type": "state", ...}` with what is alive and which calls there
were, and `{"type": "arrows", "arrows": [...]}`, oldest first (the journal's last ones, then each
new one). Both are collected for a moment, so that a busy exchange does not flood the page.
`/inspector/calls/{sid}/ladder` answers one call's ladder, `/inspector/calls/{sid}.json` its file.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from infra.local.exchange.conference import ConferenceState
from infra.local.exchange.exchange import Exchange
from infra.local.exchange.inspection.call_index import CallIndex, LegSeen
from infra.local.exchange.inspection.hearing import heard_in_words
from infra.local.exchange.inspection.ladder import CARRIER, FUNCTIONS, Arrow, Drawing, draw, party
from infra.local.exchange.inspection.names import Names, NamesFile
from infra.local.exchange.inspection.saved_call import save
from infra.local.exchange.interfaces import Voices
from infra.local.exchange.leg import Leg

_GATHER_SECONDS = 0.25
_MOST_ARROWS = 1000
_MOST_TEXT = 8000


class Inspector:
    def __init__(self, exchange: Exchange, names: NamesFile) -> None:
        self._exchange = exchange
        self._names_file = names
        self._index = CallIndex(exchange.journal)

    # --- what the page asks for ---

    async def feed(self, request: web.Request) -> web.WebSocketResponse:
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

    async def ladder(self, request: web.Request) -> web.Response:
        call = self._known_call(request)
        legs, entries = self._index.legs_of(call), self._index.entries_of(call)
        ladder = draw(legs, entries, self._names()[0])
        return web.json_response(
            {
                "columns": [asdict(column) for column in ladder.columns],
                "arrows": [_shown(arrow) for arrow in ladder.arrows],
            }
        )

    async def file(self, request: web.Request) -> web.Response:
        call = self._known_call(request)
        entries = self._index.entries_of(call)
        name = f"call-{entries[0].at:%Y-%m-%d-%H%M%S}-{call[-6:]}.json"
        return web.Response(
            text=save(call, self._exchange.account.sid, self._names()[0], entries),
            content_type="application/json",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _known_call(self, request: web.Request) -> str:
        call = request.match_info["call"]
        self._index.catch_up()
        if not self._index.knows(call):
            raise web.HTTPNotFound(text="The exchange does not know this call any more.\n")
        return call

    # --- the feed ---

    async def _feed(self, socket: web.WebSocketResponse, fresh: asyncio.Event) -> None:
        shown, drawing = -1, Drawing(Names())
        with contextlib.suppress(ConnectionError):  # the reading side notices a lost page
            while True:
                await fresh.wait()
                fresh.clear()
                self._index.catch_up()
                names, remark = self._names()
                drawing.names = names
                arrows = self._arrows(shown, drawing)
                shown = arrows[-1]["sequence"] if arrows else shown
                await socket.send_json({"type": "state", "remark": remark, **self._state(names)})
                await socket.send_json({"type": "arrows", "arrows": arrows})
                await asyncio.sleep(_GATHER_SECONDS)

    def _arrows(self, after: int, drawing: Drawing) -> list[dict[str, Any]]:
        """Of all calls together; a party's name stands in the place of its column's number."""
        for leg in self._index.legs():
            drawing.meet(leg)
        entries = self._exchange.journal.entries(after)[-_MOST_ARROWS:]
        columns = [column.name for column in drawing.columns] or ["", CARRIER, FUNCTIONS]
        arrows = []
        for entry in entries:
            if arrow := drawing.arrow(entry):
                ends = {"source": columns[arrow.source], "target": columns[arrow.target]}
                arrows.append({**_shown(arrow), **ends})
        return arrows

    def _names(self) -> tuple[Names, str]:
        """With the numbers' friendly names; and what is wrong with the file of names, if it is."""
        inventory = self._exchange.context.inventory.numbers.values()
        friendly = {number.phone_number: number.friendly_name for number in inventory}
        try:
            given, remark = self._names_file.read(), ""
        except ValueError as error:
            given, remark = Names(), str(error)
        return Names({**friendly, **given.table}), remark

    def _state(self, names: Names) -> dict[str, Any]:
        context = self._exchange.context
        live_conferences = (
            conference
            for conference in self._exchange.conferences.conferences.values()
            if conference.state is not ConferenceState.COMPLETED
        )
        return {
            "calls": [self._call(call, names) for call in self._index.calls()],
            "legs": [self._leg(leg, names) for leg in self._exchange.live()],
            "conferences": [
                {
                    "name": f"Room of {self._people(conference.participants, names)}",
                    "state": conference.state.value,
                    "participants": [
                        {"name": self._person(sid, names), "hold": one.hold, "muted": one.muted}
                        for sid, one in conference.participants.items()
                    ],
                }
                for conference in live_conferences
            ],
            "queues": [
                {
                    "name": names.of_queue(queue.name),
                    "members": [self._person(member.leg.sid, names) for member in queue.members],
                }
                for queue in self._exchange.queues.queues.values()
            ],
            "identities": sorted(
                names.of(f"client:{name}")
                for name, devices in context.telephones.clients.items()
                if devices
            ),
        }

    def _call(self, call: LegSeen, names: Names) -> dict[str, Any]:
        others = [names.of(party(leg)) for leg in self._index.legs_of(call.sid)[1:]]
        return {
            "sid": call.sid,
            "caller": names.of(call.caller),
            "called": names.of(call.called) if call.called else "",
            "addresses": [call.caller, call.called],
            "people": [*dict.fromkeys(others)],
            "since": call.since.isoformat(),
            "status": call.status,
            "over": call.over,
        }

    def _leg(self, leg: Leg, names: Names) -> dict[str, Any]:
        """In words for people; `sid`, `caller`, `number` and `hears_legs` as the API has them."""
        heard = self._exchange.hears(leg.sid)
        return {
            "sid": leg.sid,
            "caller": leg.caller,
            "number": leg.called,
            "hears_legs": [*heard.legs] if isinstance(heard, Voices) else [],
            "call": self._index.call_of(leg.sid),
            "name": self._person(leg.sid, names),
            "called": names.of(leg.called) if leg.called else "",
            "status": leg.status.value,
            "hears": heard_in_words(heard, lambda sid: self._person(sid, names)),
            "silence_seconds": round(self._exchange.ledger.silence_seconds(leg.sid), 1),
        }

    def _people(self, legs: Iterable[str], names: Names) -> str:
        return ", ".join(self._person(sid, names) for sid in legs) or "nobody"

    def _person(self, sid: str, names: Names) -> str:
        leg = self._exchange.leg(sid)
        return names.of(leg.caller if leg.direction.value == "inbound" else leg.called)


def _shown(arrow: Arrow) -> dict[str, Any]:
    parts = [{**asdict(part), "text": part.text[:_MOST_TEXT]} for part in arrow.parts]
    return {**asdict(arrow), "at": arrow.at.isoformat(), "parts": parts}
