"""What the exchange knows of a leg, as its inspector's feed tells: an oracle beside the samples."""

from __future__ import annotations

from typing import Any

from tests.exchange.sound.street_page import StreetPage

_FIRST_STATE = """() => new Promise((resolve) => {
  const feed = new WebSocket(`ws://${location.host}/inspector/feed`);
  feed.addEventListener('message', (message) => {
    const frame = JSON.parse(message.data);
    if (frame.type !== 'state') return;
    feed.close();
    resolve(frame.legs);
  });
})"""


def leg_of(street: StreetPage, party: str, number: str) -> dict[str, Any]:
    """The leg that is alive now whose `party` ("caller" or "number") has that number."""
    legs: list[dict[str, Any]] = street.page.evaluate(_FIRST_STATE)
    return next(leg for leg in legs if leg[party] == number)


def silence_seconds(street: StreetPage, caller: str) -> float:
    """How long that caller has heard nothing so far, in all, to a tenth of a second."""
    return float(leg_of(street, "caller", caller)["silence_seconds"])
