"""How long the carrier takes, as spans from which each event draws (design-telephony, top)."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Span:
    low_seconds: float = 0.0
    high_seconds: float = 0.0

    def draw(self, random: Random) -> float:
        if self.high_seconds <= self.low_seconds:
            return self.low_seconds
        return random.uniform(self.low_seconds, self.high_seconds)


@dataclass(frozen=True, slots=True)
class Latency:
    """Nought by default: fast tests, and real time, where the world itself takes its time."""

    document: Span = Span()  # a document is fetched
    callback: Span = Span()  # a status callback leaves
    refresh: Span = Span()  # a call update takes effect
    join: Span = Span()  # a leg enters a room
    connect: Span = Span()  # a call is set up: browser connect, inbound, outbound to ringing
    processing: Span = Span()  # a recording is made ready

    def bound_seconds(self) -> float:
        """A chain of one each and some more: what `settle` waits at most."""
        spans = (self.document, self.callback, self.refresh, self.join, self.connect)
        return 2 * sum(span.high_seconds for span in spans)


MODELLED = Latency(
    document=Span(0.10, 0.25),
    callback=Span(0.05, 0.20),
    refresh=Span(0.15, 0.35),
    join=Span(0.10, 0.30),
    connect=Span(0.60, 1.00),
    processing=Span(2.0, 6.0),
)
