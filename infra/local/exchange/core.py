"""What the exchange's machines share: clock, sound, journal, and each other.

`Core` only holds; the behaviour is in the machines that it names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, TypeAlias

from infra.local.exchange.account import Account, Sids
from infra.local.exchange.faults import Misfortune
from infra.local.exchange.inventory import Inventory
from infra.local.exchange.journal import Captioned, Journal, News, Warned
from infra.local.exchange.latency import Latency, Span
from infra.local.exchange.ledger import Ledger
from infra.local.exchange.limits import Limits
from infra.local.exchange.seam import Clip, Clock, Sound, Telephones, Timer
from infra.local.exchange.switches import Ahead, Switches
from infra.local.exchange.twiml.parse import TwimlViolation
from infra.local.exchange.webhook import Delivered, Result, Undelivered, Webhooks
from infra.local.exchange.wire import Endpoint, Pairs

if TYPE_CHECKING:
    from infra.local.exchange.calls import Calls
    from infra.local.exchange.conferences import Conferences
    from infra.local.exchange.queues import Queues
    from infra.local.exchange.recordings import Recordings


@dataclass(frozen=True, slots=True)
class RestViolation:
    """A parameter of a REST request that this exchange does not know or does not heed."""

    code: int
    path: str
    parameter: str


Violation: TypeAlias = TwimlViolation | RestViolation


@dataclass(slots=True)
class Core:
    account: Account
    clock: Clock
    sound: Sound
    latency: Latency
    switches: Switches
    ahead: Ahead
    random: Random  # how long things take
    tokens: Random  # opaque words that nothing depends on
    sids: Sids
    journal: Journal
    ledger: Ledger
    webhooks: Webhooks
    inventory: Inventory
    telephones: Telephones
    limits: Limits
    misfortune: Misfortune
    calls: Calls = field(init=False)
    conferences: Conferences = field(init=False)
    queues: Queues = field(init=False)
    recordings: Recordings = field(init=False)
    violations: list[Violation] = field(default_factory=list)
    clips: dict[str, tuple[datetime, Clip]] = field(default_factory=dict)

    def now(self) -> datetime:
        return self.clock.now()

    def later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        return self.clock.call_at(self.clock.now() + timedelta(seconds=seconds), callback)

    def soon(self, callback: Callable[[], None]) -> None:
        """After the present transition: whoever is told may act on the exchange at once."""
        self.clock.call_at(self.clock.now(), callback)

    def after(self, span: Span, callback: Callable[[], None]) -> Timer | None:
        """After a drawn time; at once, without a timer, when the span is nothing."""
        return self.in_time(span.draw(self.random), callback)

    def in_time(self, seconds: float, callback: Callable[[], None]) -> Timer | None:
        """After so long; at once, without a timer, when it is nothing."""
        if seconds <= 0:
            callback()
            return None
        return self.later(seconds, callback)

    def write(self, news: News) -> None:
        self.journal.write(news)

    def warn(self, code: int, message: str, leg: str | None) -> None:
        self.journal.write(Warned(code, message, leg))

    def caption(self, leg: str, clip: Clip) -> None:
        self.journal.write(Captioned(leg, clip.caption, clip.seconds))

    def heard_changed(self, leg: str) -> None:
        """Called by whatever changes what a leg hears."""
        self.calls.note_hearing(leg)

    def tell(self, endpoint: Endpoint, pairs: Pairs, leg: str | None) -> None:
        """A status callback: its answer controls nothing (A3)."""
        if not endpoint.url:
            return

        def send() -> None:
            self.webhooks.send(endpoint, pairs, leg, "callback", self._told)

        usual = self.latency.callback.draw(self.random)
        for extra in self.misfortune.of_callback():
            self.in_time(usual + extra, send)

    def _told(self, result: Result) -> None:
        match result:
            case Delivered(answer=answer, url=url):
                body = answer.body.strip()
                if body and b"<Response/>" not in body and b"<Response></Response>" not in body:
                    self.warn(15003, f"{url}: a callback's answer is not heeded", None)
            case Undelivered():
                pass  # already in the journal
