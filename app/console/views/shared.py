"""What pages of the desk and of the register show alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

PresenceKind: TypeAlias = Literal["offline", "ready", "reserved", "on-call", "wrap-up", "away"]
Direction: TypeAlias = Literal["incoming", "outgoing", "internal"]
Tone: TypeAlias = Literal["", "ok", "waiting", "ringing", "talking", "hold", "late", "missed"]


@dataclass(frozen=True, slots=True)
class Status:
    """My presence. `automatic`: we set it, not the agent; shown, with a way back (F14).

    `set_by`: the supervisor who set me to `set_to` (ready, offline or a reason), at `set_at`.
    """

    kind: PresenceKind
    since: datetime | None = None
    reason: str = ""
    next: str | None = None
    automatic: bool = False
    set_by: str = ""
    set_to: str = ""
    set_at: datetime | None = None

    @property
    def is_busy(self) -> bool:
        return self.kind in ("reserved", "on-call", "wrap-up")


@dataclass(frozen=True, slots=True)
class Party:
    """The other party of a call, or whom an agent asks into it.

    `name` is of the contact, `about` one line of who that is, `note` what agents should know.
    """

    number: str | None
    name: str = ""
    about: str = ""
    note: str = ""

    @property
    def is_colleague(self) -> bool:
        """One of the company's, who is asked in by name: there is no number."""
        return self.number == ""


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of a timeline: `what` is a key of `labels.TIMELINE`, `facts` fill its words."""

    at: datetime
    what: str
    facts: Mapping[str, str] = field(default_factory=dict)
