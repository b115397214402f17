"""Numbers and applications of the account: state, made and changed over REST (C7, C8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from infra.local.exchange.wire import Endpoint

VOICE_FIELDS = (
    "voice_url",
    "voice_method",
    "voice_fallback_url",
    "voice_fallback_method",
    "status_callback",
    "status_callback_method",
)
METHOD_FIELDS = frozenset(name for name in VOICE_FIELDS if name.endswith("_method"))


@dataclass(slots=True)
class Voice:
    """The voice settings that a number or an application has."""

    sid: str
    friendly_name: str
    created_at: datetime
    updated_at: datetime
    phone_number: str = ""  # numbers only
    voice_application_sid: str = ""  # numbers only: then the application's settings count
    settings: dict[str, str] = field(default_factory=dict)

    def setting(self, name: str) -> str:
        default = "POST" if name in METHOD_FIELDS else ""
        return self.settings.get(name) or default

    def endpoint(self, url: str, method: str) -> Endpoint | None:
        found = self.setting(url)
        return Endpoint(found, self.setting(method)) if found else None

    @property
    def voice(self) -> Endpoint | None:
        return self.endpoint("voice_url", "voice_method")

    @property
    def fallback(self) -> Endpoint | None:
        return self.endpoint("voice_fallback_url", "voice_fallback_method")

    @property
    def status_callback(self) -> Endpoint | None:
        return self.endpoint("status_callback", "status_callback_method")


class Inventory:
    def __init__(self) -> None:
        self.numbers: dict[str, Voice] = {}
        self.applications: dict[str, Voice] = {}

    def number(self, phone_number: str) -> Voice | None:
        return next((n for n in self.numbers.values() if n.phone_number == phone_number), None)

    def voice_of(self, number: Voice) -> Voice:
        """C7: with an application, the number's own voice URLs are ignored."""
        return self.applications.get(number.voice_application_sid, number)
