"""What several resources read in the same way: dates, addresses, URLs, callbacks, limits."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from infra.local.exchange.exchange import Exchange
from infra.local.exchange.leg import Leg, StatusCallback
from infra.local.exchange.recording import RecordingCallback
from infra.local.exchange.recordings import WHOLE_CALL
from infra.local.exchange.rest.messages import RestError, RestRequest, refuse, whole
from infra.local.exchange.traffic import RateGroup
from infra.local.exchange.wire import Endpoint, is_web_url, rfc2822

E164 = re.compile(r"\+[1-9]\d{4,14}")
# An emergency number has no country, or may have it (the carrier's "Emergency telephone numbers").
EMERGENCY = frozenset({"112", "999", "911", "933", "000", "111"})
METHODS = frozenset({"GET", "POST"})
CALL_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
RECORDING_EVENTS = frozenset({"in-progress", "completed", "absent"})
CHANNELS = frozenset({"mono", "dual"})
TRACKS = frozenset({"inbound", "outbound", "both"})
DIGITS = frozenset("0123456789ABCD*#wW")
MOST_DIGITS = 32


@lru_cache(maxsize=1024)  # a list of calls says the same times each time
def moment(value: datetime | None) -> str | None:
    return None if value is None else rfc2822(value)


def milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))


def within_limits(exchange: Exchange, rate_group: RateGroup, code: int) -> None:
    """Part L: too many calls at once are refused with `code`; a day's backlog is 22005 (C2)."""
    if exchange.context.switches.concurrency_refused and exchange.calls.traffic.at_capacity():
        raise refuse(code, "The account's limit of concurrent calls is reached")
    if exchange.calls.traffic.backlogged(rate_group):
        raise refuse(22005, "The account's queue of calls is longer than a day")


def time_limit(exchange: Exchange, request: RestRequest) -> int:
    """TimeLimit in seconds; at most the account's (F1), which is the default too."""
    longest = exchange.context.limits.longest_call_seconds
    return whole(request, "TimeLimit", longest, 1, 86_400, 21208)


def invalid_state(exchange: Exchange, message: str) -> RestError:
    return refuse(21220, message, exchange.context.switches.invalid_state_status)


def uri(exchange: Exchange, path: str) -> str:
    return exchange.account.path(path)


def endpoint(request: RestRequest, url: str, method: str, default: str = "POST") -> Endpoint | None:
    """The URL of that parameter (21205 when it is none) with its method (21209), or None."""
    found, asked = request.given(url), request.given(method)
    if not found:
        return None
    if not is_web_url(found):
        raise refuse(21205, f"{url} is not a valid URL: {found}")
    verb = (asked or default).upper()
    if verb not in METHODS:
        raise refuse(21209, f"{method} must be GET or POST")
    return Endpoint(found, verb)


def status_callback(request: RestRequest) -> StatusCallback | None:
    told = endpoint(request, "StatusCallback", "StatusCallbackMethod")
    if told is None:
        return None
    return StatusCallback(told, events(request, "StatusCallbackEvent", "completed", CALL_EVENTS))


def recording_callback(request: RestRequest) -> RecordingCallback | None:
    told = endpoint(request, "RecordingStatusCallback", "RecordingStatusCallbackMethod")
    if told is None:
        return None
    return RecordingCallback(told, recording_events(request, "RecordingStatusCallbackEvent"))


def recording_events(request: RestRequest, name: str) -> frozenset[str]:
    return events(request, name, "completed", RECORDING_EVENTS)


def chosen(request: RestRequest, name: str, default: str, words: frozenset[str]) -> str:
    """One of these words; another would be taken for something that it does not mean (20001)."""
    found = request.text(name, default)
    if found not in words:
        raise refuse(20001, f"{name} cannot be {found}")
    return found


def events(request: RestRequest, name: str, default: str, words: frozenset[str]) -> frozenset[str]:
    found = request.words(name, default)
    if not found <= words:
        raise refuse(20001, f"{name} cannot be {' '.join(sorted(found - words))}")
    return found


def recording_channels(request: RestRequest) -> int:
    return 2 if chosen(request, "RecordingChannels", "mono", CHANNELS) == "dual" else 1


def recording_track(request: RestRequest) -> str:
    return chosen(request, "RecordingTrack", "both", TRACKS)


def send_digits(request: RestRequest) -> str:
    """SendDigits (21206): what is dialled once the called party has answered."""
    digits = request.text("SendDigits")
    if not set(digits) <= DIGITS or len(digits) > MOST_DIGITS:
        raise refuse(21206, f"SendDigits {digits} is invalid")
    return digits


def recording_on_answer(exchange: Exchange, request: RestRequest) -> Callable[[Leg], None]:
    """Starts the recording that Record asks for, with its parameters (C2, C4)."""
    record = request.flag("Record", default=False)
    channels, track = recording_channels(request), recording_track(request)
    callback = recording_callback(request)
    check_trim(request)

    def start(leg: Leg) -> None:
        if record:
            exchange.recordings.start(leg, channels, track, callback, WHOLE_CALL)

    return start


def check_trim(request: RestRequest) -> None:
    """Silence is never trimmed here, whatever is asked for; an unknown word is refused."""
    chosen(request, "Trim", "do-not-trim", frozenset({"do-not-trim", "trim-silence"}))


def called_address(exchange: Exchange, request: RestRequest) -> str:
    """To: a number, or `client:identity` with parameters (21201, 21211)."""
    called = request.text("To")
    if not called:
        raise refuse(21201, "No 'To' number is specified")
    is_number = E164.fullmatch(called) or called in EMERGENCY
    if not called.startswith("client:") and not is_number:
        raise refuse(21211, f"The 'To' number {called} is not a valid phone number")
    return called


def calling_address(exchange: Exchange, request: RestRequest, called: str) -> str:
    """From: to a number it is a number of the account; a client may see anything (21212, 21210)."""
    caller = request.text("From")
    if not caller:
        raise refuse(21213, "'From' number is required")
    if called.startswith("client:"):
        request.given("CallToken")  # a client may see any caller, with a token or without
        return caller
    if not E164.fullmatch(caller):
        raise refuse(21212, f"The 'From' number {caller} is not a valid phone number")
    forwarded = _forwarded(exchange, request, caller)
    if exchange.context.inventory.number(caller) is None and not forwarded:
        raise refuse(21210, f"The 'From' number {caller} is not verified for your account")
    return caller


def _forwarded(exchange: Exchange, request: RestRequest, caller: str) -> bool:
    """A5: with an inbound call's CallToken its caller id may be shown."""
    token = request.given("CallToken")
    legs = exchange.calls.legs.values()
    return bool(token) and any(leg.call_token == token and leg.caller == caller for leg in legs)
