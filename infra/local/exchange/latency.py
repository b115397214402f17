"""How long the carrier takes, as spans from which each event draws a delay."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    """Zero by default: for fast tests, and for real time, where real delays happen anyway."""

    document: Span = Span()  # a document is fetched
    callback: Span = Span()  # a status callback leaves
    refresh: Span = Span()  # a call update takes effect
    join: Span = Span()  # a leg enters a conference
    connect: Span = Span()  # a call is set up: browser connect, inbound, outbound to ringing
    processing: Span = Span()  # a recording is made ready
    change: Span = Span()  # Hold, Unhold and Mute take effect
    cold: Span = Span()  # extra, when a document hits a cold start
    cold_chance: float = 0.0  # of each document

    def document_seconds(self, random: Random) -> float:
        """Of one document; without cold starts nothing is drawn for them."""
        cold = self.cold_chance > 0 and random.random() < self.cold_chance
        return self.document.draw(random) + (self.cold.draw(random) if cold else 0.0)

    def bound_seconds(self) -> float:
        """Twice one of each in a row: what `settle` waits at most."""
        spans = (
            self.document,
            self.callback,
            self.refresh,
            self.join,
            self.connect,
            self.change,
            self.cold,
        )
        return 2 * sum(span.high_seconds for span in spans)


MODELLED = Latency(
    document=Span(0.10, 0.25),
    callback=Span(0.05, 0.20),
    refresh=Span(0.15, 0.35),
    join=Span(0.10, 0.30),
    connect=Span(0.60, 1.00),
    processing=Span(2.0, 6.0),
    change=Span(0.2, 0.4),
)
COLD = replace(MODELLED, cold=Span(0.6, 1.8), cold_chance=1.0)
