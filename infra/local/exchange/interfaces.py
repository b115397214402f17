"""What the exchange needs of the world: phones, sound, time and HTTP.

Legs, conferences, queues and recordings are sans-IO state machines: they know *what* a leg hears,
never how it sounds; *that* a document is wanted, never how it is fetched. Everything else is behind
the protocols of this module, implemented once for people (real clock, WebRTC, aiohttp) and once
for tests (virtual clock, no samples).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias
from urllib.parse import urlencode

ENDLESS_LOOPS = 1000  # what the carrier makes of loop="0" (B1, B2)
PAUSES_SECONDS = {"w": 0.5, "W": 1.0}  # among keys that are played (B2)

# --- What a leg hears at one instant -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clip:
    """A piece of sound. `key` finds its samples in the sound port; `caption` is for people.

    `keys` are those whose tones it is.
    """

    key: str
    seconds: float
    caption: str
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Playing:
    """`clip` since `started_at`, `loops` times (0: ENDLESS_LOOPS)."""

    clip: Clip
    started_at: datetime
    loops: int = 1


@dataclass(frozen=True, slots=True)
class Ringback:
    """The tone of a telephone ringing elsewhere."""


@dataclass(frozen=True, slots=True)
class Voices:
    """What these other legs say (mix-minus: never the hearer's own), perhaps a clip over it.

    `ringback`: a telephone that is called into the room is heard ringing, too.
    """

    legs: tuple[str, ...]
    announcement: Playing | None = None
    ringback: bool = False


Heard: TypeAlias = Playing | Ringback | Voices | None  # None is silence


@dataclass(frozen=True, slots=True)
class PassedOn:
    """What this other leg hears."""

    leg: str


Said: TypeAlias = Playing | PassedOn  # by a far end without a person or a connection

# --- Time ----------------------------------------------------------------------------------------


class Timer(Protocol):
    def cancel(self) -> None: ...


class Clock(Protocol):
    """One clock drives the whole exchange. Callbacks run in order of time, then of registration."""

    def now(self) -> datetime: ...

    def call_at(self, when: datetime, callback: Callable[[], None]) -> Timer: ...


# --- HTTP out: webhooks and media ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Request:
    """One request to the customer's server, complete and signed; the URL has no fragment."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    form: tuple[tuple[str, str], ...]  # of a POST
    connect_seconds: float
    read_seconds: float

    @property
    def body(self) -> bytes:
        """The form, as it is sent."""
        return urlencode(self.form).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # lower-case names
    body: bytes


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """`kind`: connect (refused, unreachable, TLS), read (time-out), protocol."""

    kind: str
    detail: str


class Fetcher(Protocol):
    def fetch(self, request: Request, done: Callable[[Answer | NoAnswer], None]) -> None:
        """Perform it on any thread; call `done` on the thread of the state machines."""


# --- Sound ---------------------------------------------------------------------------------------


class Unplayable(Exception):
    """The body is no sound the carrier plays (13420)."""


@dataclass(frozen=True, slots=True)
class Tap:
    """What a recording listens to: `inbound` is what the leg says, `outbound` what it hears.

    `track` is one of the two, and then the other is silence; or `both`.
    """

    recording: str
    leg: str
    channels: int
    track: str = "both"
    conference: str | None = None


class Tone(StrEnum):
    """What is no speech and no file. The value is the caption, too."""

    BEEP = "beep"  # a recording begins, a conference is entered
    MUSIC = "music"  # the carrier's own
    NOT_IN_SERVICE = "special information tones"  # a network, before it says why there is no call
    FAX_ANSWER = "the tone of a fax that answers"
    FAX_CALL = "the tone of a fax that calls"


class Sound(Protocol):
    def speech(self, text: str, language: str, voice: str) -> Clip: ...

    def media(self, url: str, content_type: str, body: bytes) -> Clip:
        """Raises Unplayable."""

    def digits(self, digits: str) -> Clip: ...

    def tone(self, tone: Tone) -> Clip: ...

    def start(self, tap: Tap) -> None: ...

    def pause(self, recording: str, *, skip: bool) -> None: ...

    def resume(self, recording: str) -> None: ...

    def stop(self, recording: str) -> bytes:
        """The WAV file: 8 kHz, 16 bit, as many channels as the tap."""


# --- Phones --------------------------------------------------------------------------------------

CANCELLED = 31008  # the SDK's error code of a call that another device has taken (C9)


class FarEnd(Protocol):
    """Whoever is at the far end of a leg: a street phone, or one call of a browser's."""

    def ringing(self, leg: str) -> None:
        """The call that this phone made is ringing at the other end (not answered yet)."""

    def answered(self, leg: str) -> None:
        """The call that this phone made is answered: sound flows."""

    def ended(self, leg: str, code: int | None, message: str) -> None:
        """The leg is over. `code` is an SDK error code when it was refused or failed."""


class Phone(FarEnd, Protocol):
    """A far end that can also be called."""

    def ring(self, leg: str, caller: str, called: str, parameters: Mapping[str, str]) -> None:
        """Somebody calls this phone. It answers with Exchange.answered or Exchange.rejected."""


@dataclass(slots=True)
class Telephones:
    """Who can be reached: SDK identities and outside numbers, each with its phones."""

    clients: dict[str, list[Phone]] = field(default_factory=dict)
    numbers: dict[str, list[Phone]] = field(default_factory=dict)
