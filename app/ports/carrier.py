"""The ports to the carrier: commands, and what it recorded."""

from collections.abc import Generator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from app.domain.call import Call
from app.domain.commands import Pending
from app.domain.value import value


class CarrierRefused(Exception):
    """The carrier will not. `gone`: the leg is over, which settles a hang-up (W7).

    `is_ours`: the account is at a limit of its own; nobody who is called could help it (M1).
    """

    def __init__(
        self, code: int, message: str, *, gone: bool = False, is_ours: bool = False
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.gone = gone
        self.is_ours = is_ours


class CarrierUnsure(Exception):
    """No answer, or a 5xx: it may have happened or not (W8)."""


@value
class Done:
    sid: str | None = None  # of what was created


class Carrier(Protocol):
    """No suite: there is no carrier in memory. The real adapter is tried on the local exchange.

    tests/adapters/twilio has what the carrier's answers mean.
    """

    def perform(self, call: Call, pending: Pending) -> Done:
        """Perform one command. Raises CarrierRefused, CarrierUnsure."""

    def find(self, call: Call, pending: Pending) -> Done:
        """The leg that a Ring may have made, its answer lost (W8). Raises CarrierRefused: none."""

    def live_legs(self) -> Mapping[str, bool]:
        """The sids of all legs that are not over, and whether each was answered.

        A moment behind the truth (M12).
        """


RECORDED = frozenset({"completed", "absent", "failed"})  # a recording is over, one way or another


@value
class Recorded:
    """A recording as the carrier's own list has it, whether we were told of it or not."""

    call: str
    sid: str
    kind: str  # conversation, message
    status: str  # of RECORDED; anything else is not over
    seconds: int
    channels: int
    at: datetime  # when it began


@value
class DialledIn:
    caller: str
    did: str
    at: datetime


@value
class Download:
    """A recording on its way: its body is read once, from the network, and closed by who reads.

    While it is read, CarrierUnsure may be raised.
    """

    content_type: str
    chunks: Generator[bytes, None, None]


class Recorder(Protocol):
    """What the carrier recorded. Every call raises CarrierRefused, CarrierUnsure.

    No suite, for the reason that Carrier has none.
    """

    def since(self, when: datetime) -> Sequence[Recorded]:
        """All that began then or later and were not forgotten."""

    def dialled_in(self, call: str) -> DialledIn:
        """Who made that call. Refused: nobody dialled in as that."""

    def recorded(self, sid: str) -> Recorded:
        """That one, as the carrier lists it. Refused: it does not know it (any more)."""

    def fetch(self, sid: str) -> Download:
        """A finished recording. Refused: it is not there yet (C8)."""

    def forget(self, sid: str) -> None: ...
