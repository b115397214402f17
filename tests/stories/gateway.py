"""The gateway between the carrier and us: it can be down, or lose what we answered.

What is static (GET) stands elsewhere and stays up, as a bucket does when functions fail.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from infra.local.exchange.interfaces import Answer, NoAnswer, Request
from infra.local.exchange.virtual import Done, QueuedFetcher

DOWN = Answer(503, {"content-type": "text/html"}, b"Service Unavailable")
EMPTY = Answer(200, {"content-type": "text/xml"}, b"")


class Gateway:
    """In front of the product's server; it works until a story says otherwise."""

    def __init__(self, behind: QueuedFetcher) -> None:
        self._behind = behind
        self._instead: Answer | None = None
        self._below = ""
        self._reaches_us = False
        self._once = False
        self._keeps_back: str | None = None
        self._kept: list[tuple[Done, Answer | NoAnswer]] = []
        self._holds_up: str | None = None
        self._held_up: list[tuple[Request, Done]] = []

    def goes_down(self, below: str = "/") -> None:
        """What is asked for below that path does not reach us (F41)."""
        self._instead, self._below = DOWN, below
        self._reaches_us = self._once = False

    def loses_our_answers(self) -> None:
        """We handle the request, but the carrier gets a 503."""
        self._instead, self._below = DOWN, "/"
        self._reaches_us, self._once = True, False

    def empties_an_answer(self) -> None:
        """The next answer is a 200 with an empty body."""
        self._instead, self._below = EMPTY, "/"
        self._reaches_us = self._once = True

    def keeps_back(self, what: str) -> None:
        """We answer in time to the next question for that path; it is slow on its way back."""
        self._keeps_back = what

    def holds_up(self, what: str) -> None:
        """The next question for that path is slow on its way to us."""
        self._holds_up = what

    def delivers(self) -> None:
        """What was kept back, or held up, arrives."""
        assert self._kept or self._held_up, "nothing was kept back"
        for done, answer in self._kept:
            done(answer)
        self._kept.clear()
        for request, done in self._held_up:
            self._behind.fetch(request, done)
        self._held_up.clear()

    def works(self) -> None:
        self._instead = None

    # --- as the exchange sees it ------------------------------------------------------------

    def fetch(self, request: Request, done: Done) -> None:
        self._behind.fetch(request, done)

    def take(self) -> tuple[Request, Done] | None:
        waiting = self._behind.take()
        if waiting is None:
            return None
        request, done = waiting
        path = urlsplit(request.url).path
        if self._holds_up is not None and path.endswith(self._holds_up):
            self._holds_up = None
            self._held_up.append(waiting)
            return self.take()
        if self._keeps_back is None or not path.endswith(self._keeps_back):
            return waiting
        self._keeps_back = None
        return request, lambda answer: self._kept.append((done, answer))

    def perform(self, request: Request) -> Answer | NoAnswer:
        instead = self._instead
        strikes = request.method == "POST" and urlsplit(request.url).path.startswith(self._below)
        if instead is None or not strikes:
            return self._behind.perform(request)
        if self._reaches_us:
            self._behind.perform(request)
        if self._once:
            self.works()
        return instead
