"""What signalling asks of the exchange (`infra.local.exchange.exchange.Exchange` implements it)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from infra.local.exchange.interfaces import FarEnd, Heard, Phone, Said
from infra.local.exchange.leg import BUSY_HERE


class CallControl(Protocol):
    def dial(self, caller: str, called: str, phone: FarEnd) -> str:
        """A telephone outside calls a number. Returns the leg's sid."""

    def connect(
        self, identity: str, application_sid: str, parameters: Mapping[str, str], phone: FarEnd
    ) -> str:
        """A browser calls an application. Returns the leg's sid."""

    def register(self, identity: str, phone: Phone) -> None: ...

    def unregister(self, identity: str, phone: Phone) -> None: ...

    def plug_in(self, number: str, phone: Phone) -> None:
        """From now on this outside telephone rings when the number is called."""

    def unplug(self, number: str, phone: Phone) -> None: ...

    def answered(self, leg: str, phone: FarEnd | None = None) -> bool:
        """False: the call is over, or another phone has taken it."""

    def rejected(
        self, leg: str, phone: FarEnd | None = None, sip_code: str = BUSY_HERE
    ) -> None: ...

    def press(self, leg: str, digit: str) -> None: ...

    def hang_up(self, leg: str) -> None: ...

    def hears(self, leg: str) -> Heard: ...

    def says(self) -> Mapping[str, Said]:
        """What far ends without a connection say, by leg."""
