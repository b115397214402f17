"""The harness of conformance tests: network, customer's server, REST client and number."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from twilio.rest import Client

from infra.local.exchange.interfaces import Playing
from infra.local.exchange.switches import Switches
from infra.local.exchange.virtual import VirtualExchange
from tests.exchange.customer import Customer, Says, twiml

CALLER = "+15005550010"


@dataclass
class Harness:
    network: VirtualExchange
    customer: Customer
    client: Client
    number: str

    def set_switches(self, **settings: Any) -> None:
        """From now on the exchange runs with these switches."""
        context = self.network.exchange.context
        used = {field.name for field in fields(Switches)}
        here = {name: value for name, value in settings.items() if name in used}
        unused = {name: value for name, value in settings.items() if name not in used}
        context.switches = context.webhooks.switches = replace(context.switches, **here)
        context.unused_switches = replace(context.unused_switches, **unused)

    def be_lenient(self) -> None:
        """From now on the exchange warns of what has no effect, as for people: not strict."""
        self.network.exchange.context.strict = False

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

    def join_conference(
        self, caller: str = CALLER, conference: str = "r", attributes: str = ""
    ) -> str:
        """One more caller in a conference, without wait music and without a beep."""
        noun = f'<Conference beep="false" waitUrl="" {attributes}>{conference}</Conference>'
        return self.call(f'<Dial action="/dialled">{noun}</Dial>', caller)
