"""What every part of the exchange is handed: account, clock, sound, journal, settings.

`Context` knows none of the parts: calls, conferences, queues and recordings import it, never the
other way round.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from infra.local.exchange.account import Account, Sids
from infra.local.exchange.faults import FaultInjector
from infra.local.exchange.interfaces import Clip, Clock, Sound, Telephones, Timer
from infra.local.exchange.inventory import Inventory
from infra.local.exchange.journal import Captioned, Journal, News, Warned
from infra.local.exchange.latency import Latency, Span
from infra.local.exchange.ledger import Ledger
from infra.local.exchange.limits import Limits
from infra.local.exchange.switches import Switches, UnusedSwitches
from infra.local.exchange.violations import Violation
from infra.local.exchange.webhook import Delivered, Result, Undelivered, Webhooks
from infra.local.exchange.wire import Endpoint, Pairs


@dataclass(slots=True)
class Context:
    """`hearing_changed(leg_sid)` is called by whatever changes what a leg hears."""

    account: Account
    clock: Clock
    sound: Sound
    latency: Latency
    switches: Switches
    unused_switches: UnusedSwitches
    random: Random  # how long things take
    tokens: Random  # opaque words that nothing depends on
    sids: Sids
    journal: Journal
    ledger: Ledger
    webhooks: Webhooks
    inventory: Inventory
    telephones: Telephones
    limits: Limits
    fault_injector: FaultInjector
    hearing_changed: Callable[[str], None]
    strict: bool = False  # what would be without effect here is refused, too
    violations: list[Violation] = field(default_factory=list)
    clips: dict[str, tuple[datetime, Clip]] = field(default_factory=dict)
    recorded: dict[str, bytes] = field(default_factory=dict)  # by the path to play it from

    def now(self) -> datetime:
        return self.clock.now()

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        return self.clock.call_at(self.clock.now() + timedelta(seconds=seconds), callback)

    def call_soon(self, callback: Callable[[], None]) -> None:
        """After the present transition, because the callback may act on the exchange at once."""
        self.clock.call_at(self.clock.now(), callback)

    def run_after(self, span: Span, callback: Callable[[], None]) -> Timer | None:
        """After a drawn time; at once, without a timer, when the span is nothing."""
        return self.run_in(span.draw(self.random), callback)

    def run_in(self, seconds: float, callback: Callable[[], None]) -> Timer | None:
        """After so many seconds; at once, without a timer, when there are none."""
        if seconds <= 0:
            callback()
            return None
        return self.call_later(seconds, callback)

    def write(self, news: News) -> None:
        self.journal.write(news)

    def warn(self, code: int, message: str, leg: str | None) -> None:
        self.journal.write(Warned(code, message, leg))

    def caption(self, leg: str, clip: Clip) -> None:
        self.journal.write(Captioned(leg, clip.caption, clip.seconds, clip.keys))

    def send_callback(self, endpoint: Endpoint, pairs: Pairs, leg: str | None) -> None:
        """A status callback: its answer controls nothing (A3)."""
        if not endpoint.url:
            return

        def send() -> None:
            self.webhooks.send(endpoint, pairs, leg, "callback", self._check_answer)

        usual = self.latency.callback.draw(self.random)
        for extra in self.fault_injector.callback_delays_seconds():
            self.run_in(usual + extra, send)

    def _check_answer(self, result: Result) -> None:
        match result:
            case Delivered(answer=answer, url=url):
                body = answer.body.strip()
                if body and b"<Response/>" not in body and b"<Response></Response>" not in body:
                    self.warn(15003, f"{url}: a callback's answer is not heeded", None)
            case Undelivered():
                pass  # already in the journal
