"""A call that the account makes to a number of its own: two legs, as at the carrier.

The leg that is called has an inbound leg at that number as its far end, and the other way round:
what one hears the other says, and a key that one hears is pressed on the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from infra.local.exchange.calls import Calls
from infra.local.exchange.context import Context
from infra.local.exchange.far_ends import FarEnds
from infra.local.exchange.key_ear import KeyEar
from infra.local.exchange.leg import UNANSWERED_ENDS, Status


class OwnNumberCall:
    """Implements `interfaces.Phone`: one call's telephone, of both legs."""

    def __init__(self, context: Context, calls: Calls, far_ends: FarEnds) -> None:
        self._context = context
        self._calls = calls
        self._far_ends = far_ends
        self._calling = self._called = ""
        self._ears: list[KeyEar] = []

    def ring(self, leg: str, caller: str, called: str, parameters: Mapping[str, str]) -> None:
        self._calling = leg
        self._called = self._calls.dial(caller, called, self)

    def ringing(self, leg: str) -> None:
        """The leg that calls rings already."""

    def answered(self, leg: str) -> None:
        """The number's document has answered, so the leg that calls is answered, too."""
        if not self._calls.answered(self._calling, self):
            return
        one, other = self._calling, self._called
        self._far_ends.join(self._calls.legs[one], self._calls.legs[other])
        self._ears = [self._ear(one, other), self._ear(other, one)]

    def _ear(self, leg: str, other: str) -> KeyEar:
        press: Callable[[str], None] = partial(self._calls.press, other, relayed=True)
        return KeyEar(self._context, leg, lambda: self._calls.heard(leg), press)

    def ended(self, leg: str, code: int | None, message: str) -> None:
        """One leg ends with the other; before the answer with the same status."""
        for ear in self._ears:
            ear.stop()
        for sid in (self._calling, self._called):
            if sid:
                self._far_ends.fall_silent(self._calls.legs[sid])
        if leg == self._calling:
            self._calls.hang_up(self._called)
            return
        calling, status = self._calls.legs[self._calling], self._calls.legs[leg].status
        if calling.answered:
            self._calls.end(calling, Status.COMPLETED)
        else:
            ends = status if status in UNANSWERED_ENDS else Status.NO_ANSWER
            self._calls.end(calling, ends)
