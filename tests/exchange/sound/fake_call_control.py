"""A fake exchange: call control with tones, for the tests of sound and signalling.

A called number or the parameter `To` says what is heard: `tone:440`, `conference:lobby`, `silence`,
`refuse`, `wait` (rings until `answer_all`).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from infra.local.exchange.interfaces import (
    CANCELLED,
    FarEnd,
    Heard,
    Phone,
    Playing,
    Ringback,
    Said,
    Voices,
)
from infra.local.exchange.leg import BUSY_HERE
from infra.local.exchange.sound import tones
from infra.local.exchange.sound.library import Library


@dataclass(slots=True)
class DoubleLeg:
    phone: FarEnd
    target: str
    parameters: Mapping[str, str]
    digits: str = ""
    state: str = "ringing"
    heard: Heard = None
    ringing: list[Phone] = field(default_factory=list)
    refusal: str = ""


@dataclass(slots=True)
class FakeCallControl:
    """Implements `signalling.call_control.CallControl`."""

    library: Library
    legs: dict[str, DoubleLeg] = field(default_factory=dict)
    identities: dict[str, Phone] = field(default_factory=dict)
    numbers: dict[str, list[Phone]] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def dial(self, caller: str, called: str, phone: FarEnd) -> str:
        return self._begin(called, {"From": caller}, phone)

    def connect(
        self, identity: str, application_sid: str, parameters: Mapping[str, str], phone: FarEnd
    ) -> str:
        said = {**parameters, "From": identity, "ApplicationSid": application_sid}
        return self._begin(parameters.get("To", ""), said, phone)

    def register(self, identity: str, phone: Phone) -> None:
        self.identities[identity] = phone
        self._tell()

    def unregister(self, identity: str, phone: Phone) -> None:
        del self.identities[identity]
        self._tell()

    def plug_in(self, number: str, phone: Phone) -> None:
        self.numbers.setdefault(number, []).append(phone)
        self._tell()

    def unplug(self, number: str, phone: Phone) -> None:
        self.numbers[number].remove(phone)
        self._tell()

    def answered(self, leg: str, phone: FarEnd | None = None) -> bool:
        known = self.legs[leg]
        if known.state != "ringing":
            return False
        known.state = "in-progress"
        for loser in [one for one in known.ringing if phone is not None and one is not phone]:
            asyncio.get_running_loop().call_soon(loser.ended, leg, CANCELLED, "answered elsewhere")
        self._tell()
        return True

    def rejected(self, leg: str, phone: FarEnd | None = None, sip_code: str = BUSY_HERE) -> None:
        known = self.legs[leg]
        known.ringing = [one for one in known.ringing if phone is not None and one is not phone]
        if not known.ringing:
            known.state, known.refusal = "busy", sip_code
        self._tell()

    def press(self, leg: str, digit: str) -> None:
        self.legs[leg].digits += digit
        self._tell()

    def hang_up(self, leg: str) -> None:
        self.end(leg)

    def hears(self, leg: str) -> Heard:
        known = self.legs.get(leg)
        if known is None:
            return None
        if known.state == "ringing":
            return Ringback()
        if not known.target.startswith("conference:"):
            return known.heard
        others = (
            sid
            for sid, other in self.legs.items()
            if sid != leg and other.target == known.target and other.state == "in-progress"
        )
        return Voices(tuple(others))

    def says(self) -> Mapping[str, Said]:
        return {}

    # --- what a test does

    def end(self, leg: str) -> None:
        known = self.legs[leg]
        if known.state in {"ringing", "in-progress"}:
            known.state = "completed"
            known.phone.ended(leg, None, "")
            self._tell()

    def call_identity(self, identity: str, target: str, parameters: Mapping[str, str]) -> str:
        phone = self.identities[identity]
        leg = self._make(phone, target, parameters)
        phone.ring(leg, "+442079460142", f"client:{identity}", parameters)
        return leg

    def call_number(self, number: str, caller: str, target: str) -> str:
        phones = list(self.numbers[number])
        leg = self._make(phones[0], target, {"From": caller})
        self.legs[leg].ringing = phones
        for phone in phones:
            phone.ring(leg, caller, number, {})
        return leg

    def until(self, predicate: Callable[[], bool], seconds: float = 30) -> bool:
        """Wait on another thread until it holds, woken by each change; False after `seconds`."""
        with self._changed:
            return self._changed.wait_for(predicate, timeout=seconds)

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _begin(self, target: str, parameters: Mapping[str, str], phone: FarEnd) -> str:
        """As in the exchange, the phone is told after it has learned the leg's sid."""
        leg = self._make(phone, target, parameters)
        soon = asyncio.get_running_loop().call_soon
        if target == "refuse":
            self.legs[leg].state = "failed"
            soon(phone.ended, leg, 31404, "not found")
        elif target != "wait":
            soon(phone.ringing, leg)
            self.legs[leg].state = "in-progress"
            soon(phone.answered, leg)
        self._tell()
        return leg

    def _make(self, phone: FarEnd, target: str, parameters: Mapping[str, str]) -> str:
        sid = f"CA{len(self.legs):032x}"
        self.legs[sid] = DoubleLeg(phone, target, parameters, heard=self._sound(target))
        return sid

    def _sound(self, target: str) -> Heard:
        kind, _, pitch = target.partition(":")
        if kind != "tone":
            return None
        clip = self.library.add(f"test:{pitch}", tones.sine(float(pitch), seconds=1), pitch)
        return Playing(clip, datetime.now(UTC), loops=0)
