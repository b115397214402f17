"""What signalling asks of the exchange (`infra.local.exchange.exchange.Exchange` implements it)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from infra.local.exchange.interfaces import FarEnd, Heard, Phone


class CallControl(Protocol):
    def dial(self, caller: str, called: str, phone: FarEnd) -> str:
        """A telephone outside calls a number. Returns the leg's sid."""

    def connect(
        self, identity: str, application_sid: str, parameters: Mapping[str, str], phone: FarEnd
    ) -> str:
        """A browser calls an application. Returns the leg's sid."""

    def register(self, identity: str, phone: Phone) -> None: ...

    def unregister(self, identity: str, phone: Phone) -> None: ...

    def answered(self, leg: str) -> None: ...

    def rejected(self, leg: str) -> None: ...

    def press(self, leg: str, digit: str) -> None: ...

    def hang_up(self, leg: str) -> None: ...

    def hears(self, leg: str) -> Heard: ...
