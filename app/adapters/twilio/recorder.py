"""What the carrier recorded: listed, fetched as sound, deleted (contract C6, C8)."""

from collections.abc import Generator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from app.adapters.twilio.account import Account
from app.adapters.twilio.api import (
    COMMAND_SECONDS,
    FETCH_SECONDS,
    NOT_FOUND,
    TOO_MANY,
    CarrierApi,
)
from app.adapters.twilio.callers import caller_of
from app.ports import CarrierRefused, CarrierUnsure, Clock, DialledIn, Download, Recorded

if TYPE_CHECKING:
    import requests
    from twilio.rest.api.v2010.account.recording import RecordingInstance

CHUNK_BYTES = 256 * 1024
PAGE_SIZE = 1000  # the most that one request answers
BY_THE_CALLER = "RecordVerb"


class TwilioRecorder:
    def __init__(self, *, account: Account, clock: Clock) -> None:
        self._account = account
        self._api = CarrierApi(account, clock)

    def since(self, when: datetime) -> Sequence[Recorded]:
        """Newest first. The carrier's filter may mean whole days: older ones are left out here."""
        found: list[RecordingInstance] = self._api.call(
            self._api.limit(FETCH_SECONDS),
            lambda client: client.recordings.list(date_created_after=when, page_size=PAGE_SIZE),
        )
        made = (_recorded(one) for one in found if one.call_sid and one.date_created)
        return tuple(one for one in made if one.at >= when)

    def dialled_in(self, call: str) -> DialledIn:
        """Caller and dialled number, as the carrier lists them."""
        leg = self._api.call(
            self._api.limit(COMMAND_SECONDS), lambda client: client.calls(f"CA{call}").fetch()
        )
        if leg.direction != "inbound" or leg.start_time is None:
            raise CarrierRefused(NOT_FOUND, f"nobody dialled in as {call}", gone=True)
        caller = leg._from  # noqa: SLF001 - the client's own name for "From"
        return DialledIn(caller_of(str(caller or "")), str(leg.to or ""), leg.start_time)

    def recorded(self, sid: str) -> Recorded:
        one = self._api.call(
            self._api.limit(COMMAND_SECONDS), lambda client: client.recordings(sid).fetch()
        )
        return _recorded(one)

    def fetch(self, sid: str) -> Download:
        """As many channels as were recorded. A 404 means: not yet (C8)."""
        import requests

        from app.adapters.twilio.rest import CONNECT_SECONDS, session

        account = self._account
        try:
            answer = session().get(
                f"{account.media_url}/{sid}.wav",
                auth=(account.username, account.password),
                timeout=(CONNECT_SECONDS, FETCH_SECONDS),
                stream=True,
            )
        except requests.RequestException as error:
            raise CarrierUnsure(str(error)) from error
        if answer.status_code == 200:
            return Download(answer.headers.get("Content-Type", ""), _chunks(answer))
        answer.close()
        if answer.status_code >= 500 or answer.status_code == TOO_MANY:
            raise CarrierUnsure(f"HTTP {answer.status_code}")
        raise CarrierRefused(answer.status_code, "the recording is not there")

    def forget(self, sid: str) -> None:
        """A recording that is deleted already is no error."""
        limit = self._api.limit(COMMAND_SECONDS)
        try:
            self._api.call(limit, lambda client: client.recordings(sid).delete())
        except CarrierRefused as refused:
            if not refused.gone:
                raise


def _chunks(answer: "requests.Response") -> Generator[bytes, None, None]:
    """A connection that ends early is no end: the client compares with the announced length."""
    import requests

    try:
        yield from answer.iter_content(CHUNK_BYTES)
    except requests.RequestException as error:
        raise CarrierUnsure(str(error)) from error
    finally:
        answer.close()


def _recorded(one: "RecordingInstance") -> Recorded:
    return Recorded(
        call=str(one.call_sid)[2:],
        sid=str(one.sid),
        kind="message" if one.source == BY_THE_CALLER else "conversation",
        status=str(one.status),
        seconds=int(one.duration or 0),
        channels=int(one.channels or 1),
        at=one.date_created,
    )
