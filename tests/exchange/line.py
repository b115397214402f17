"""A line into the exchange: what a conformance test does, in few words."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from twilio.rest import Client

from infra.local.exchange.seam import Playing
from infra.local.exchange.switches import Switches
from infra.local.exchange.virtual import VirtualExchange
from tests.exchange.customer import Customer, Says, twiml

CALLER = "+15005550010"


@dataclass
class Line:
    network: VirtualExchange
    customer: Customer
    client: Client
    number: str

    def switch(self, **settings: Any) -> None:
        """What is uncertain about the carrier is from now on like this."""
        core = self.network.exchange.core
        now = {field.name for field in fields(Switches)}
        here = {name: value for name, value in settings.items() if name in now}
        ahead = {name: value for name, value in settings.items() if name not in now}
        core.switches = core.webhooks.switches = replace(core.switches, **here)
        core.ahead = replace(core.ahead, **ahead)

    def call(self, document: str | Says, caller: str = CALLER) -> str:
        """Dial the number; its voice URL answers this."""
        page = twiml(document) if isinstance(document, str) else document
        self.customer.pages["/voice"] = page
        leg = self.network.dial(caller, self.number)
        self.network.settle()
        return leg

    def status(self, leg: str) -> str:
        return self.network.exchange.leg(leg).status.value

    def caption(self, leg: str) -> str | None:
        """What is played to this leg at this instant."""
        heard = self.network.exchange.hears(leg)
        return heard.clip.caption if isinstance(heard, Playing) else None

    def in_room(self, caller: str = CALLER, room: str = "r", attributes: str = "") -> str:
        """One more caller in a room, with a silent wait and no beep."""
        noun = f'<Conference beep="false" waitUrl="" {attributes}>{room}</Conference>'
        return self.call(f'<Dial action="/dialled">{noun}</Dial>', caller)
