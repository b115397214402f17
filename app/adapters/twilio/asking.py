"""How the carrier is asked, through its official client, and what its errors mean.

Every error says whether it is permanent (W8): `CarrierRefused` is, and knows whether the leg is
over; `CarrierUnsure` leaves the command in the outbox. Too many requests (429) were never
processed, so they are repeated here while there is time (F42); nothing else is.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from app.adapters.twilio.account import Account
from app.domain.value import value
from app.ports import CarrierRefused, CarrierUnsure, Clock

if TYPE_CHECKING:
    from twilio.base.exceptions import TwilioRestException, TwilioServiceException
    from twilio.rest import Client
T = TypeVar("T")

COMMAND_SECONDS = 1.5  # in all, while a caller's webhook waits for it (W4)
FETCH_SECONDS = 30.0
PAUSES = (0.25, 0.5)
NOT_FOUND = 20404
CAPACITY = frozenset({10004, 16021})  # calls at once, and participants: limits of the account
TOO_MANY = 429


@value
class Limit:
    """What is left of the time for one command."""

    clock: Clock
    ends: float  # of `clock`, as a timestamp

    def seconds_left(self) -> float:
        return self.ends - self.clock.now().timestamp()


class Asking:
    """The client is imported at the first question."""

    def __init__(self, account: Account, clock: Clock) -> None:
        self.account = account
        self._clock = clock

    def limit(self, seconds: float) -> Limit:
        ends = self._clock.now() + timedelta(seconds=seconds)
        return Limit(self._clock, ends.timestamp())

    def ask(
        self,
        limit: Limit,
        question: "Callable[[Client], T]",
        *,
        also_again: int = TOO_MANY,
        gone: bool = True,
    ) -> T:
        """Raises CarrierRefused, CarrierUnsure. `gone`: a 404 means that the leg is over.

        Too many requests, and errors with the code `also_again`, are asked again within the limit.
        """
        import requests
        from twilio.base.exceptions import (
            TwilioException,
            TwilioRestException,
            TwilioServiceException,
        )

        from app.adapters.twilio.rest import connect

        client = connect(self.account, limit.seconds_left)
        for pause in (*PAUSES, None):
            try:
                return question(client)
            except (TwilioRestException, TwilioServiceException) as error:
                again = error.status == TOO_MANY or error.code == also_again
                if not again or pause is None or pause >= limit.seconds_left():
                    raise _understood(error, gone=gone) from error
            except (TwilioException, requests.RequestException, ValueError) as error:
                # No list (the client tells no status then), no answer, or one that is no JSON.
                raise CarrierUnsure(str(error)) from error
            self._clock.wait(pause)
        raise CarrierUnsure("no try is left")


def _understood(
    error: "TwilioRestException | TwilioServiceException", *, gone: bool
) -> CarrierRefused | CarrierUnsure:
    code = error.code or error.status
    if error.status >= 500 or error.status == TOO_MANY:
        return CarrierUnsure(f"{code}: {error}")
    is_gone = gone and error.status == 404
    return CarrierRefused(code, str(error), gone=is_gone, is_ours=code in CAPACITY)
