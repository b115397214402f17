"""Calls the carrier's REST API through the official client, and translates its errors.

`CarrierRefused` is permanent, and says whether the leg is over; `CarrierUnsure` leaves the command
in the outbox (W8). A request refused with 429 was not processed, so it is retried here within the
limit (F42). Nothing else is retried.
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
    """The deadline of one command."""

    clock: Clock
    ends: float  # of `clock`, as a timestamp

    def seconds_left(self) -> float:
        return self.ends - self.clock.now().timestamp()


class CarrierApi:
    """The client is imported at the first request."""

    def __init__(self, account: Account, clock: Clock) -> None:
        self.account = account
        self._clock = clock

    def limit(self, seconds: float) -> Limit:
        ends = self._clock.now() + timedelta(seconds=seconds)
        return Limit(self._clock, ends.timestamp())

    def call(
        self,
        limit: Limit,
        request: "Callable[[Client], T]",
        *,
        also_retry: int = TOO_MANY,
        gone: bool = True,
    ) -> T:
        """Raises CarrierRefused, CarrierUnsure. `gone`: a 404 means that the leg is over.

        Too many requests, and errors with the code `also_retry`, are retried within the limit.
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
                return request(client)
            except (TwilioRestException, TwilioServiceException) as error:
                is_retried = error.status == TOO_MANY or error.code == also_retry
                if not is_retried or pause is None or pause >= limit.seconds_left():
                    raise _port_error(error, gone=gone) from error
            except (TwilioException, requests.RequestException, ValueError) as error:
                # A list failed (the client gives no status then), or no JSON came.
                raise CarrierUnsure(str(error)) from error
            self._clock.wait(pause)
        raise CarrierUnsure("no try is left")


def _port_error(
    error: "TwilioRestException | TwilioServiceException", *, gone: bool
) -> CarrierRefused | CarrierUnsure:
    code = error.code or error.status
    if error.status >= 500 or error.status == TOO_MANY:
        return CarrierUnsure(f"{code}: {error}")
    is_gone = gone and error.status == 404
    return CarrierRefused(code, str(error), gone=is_gone, is_ours=code in CAPACITY)
