"""The parameters of webhooks, in the order of the contract's examples (A5, A12, J1...J10)."""

from __future__ import annotations

from datetime import datetime

from infra.local.exchange.leg import Direction, Leg, Status
from infra.local.exchange.wire import API_VERSION, Pairs, rfc2822

COUNTRIES = (("+1", "US"), ("+48", "PL"), ("+49", "DE"), ("+44", "GB"), ("+33", "FR"), ("+7", "RU"))


def country(number: str) -> str:
    return next((code for prefix, code in COUNTRIES if number.startswith(prefix)), "")


def geography(leg: Leg) -> Pairs:
    pairs: list[tuple[str, str]] = []
    for side, number in (
        ("From", leg.caller),
        ("To", leg.called),
        ("Caller", leg.caller),
        ("Called", leg.called),
    ):
        pairs += [(f"{side}{part}", "") for part in ("City", "State", "Zip")]
        pairs.append((f"{side}Country", country(number)))
    return tuple(pairs)


def standard(account_sid: str, leg: Leg, status: str | None = None) -> Pairs:
    """A5. `status` replaces the leg's own (callbacks say `initiated`, which REST never does)."""
    pairs: list[tuple[str, str]] = [
        ("AccountSid", account_sid),
        ("ApiVersion", API_VERSION),
        ("CallSid", leg.sid),
        ("CallStatus", status or leg.status),
        ("Direction", leg.direction),
        ("From", leg.caller),
        ("To", leg.called),
        ("Caller", leg.caller),
        ("Called", leg.called),
    ]
    if leg.application_sid:
        pairs.append(("ApplicationSid", leg.application_sid))
    if not leg.caller.startswith("client:") and not leg.called.startswith("client:"):
        pairs += geography(leg)
    if leg.call_token is not None:
        pairs.append(("CallToken", leg.call_token))
    return tuple(pairs)


def merged(pairs: Pairs, own: Pairs) -> Pairs:
    """A6: a client's own parameters beside the standard ones; its `To` replaces the empty To."""
    reserved = {name for name, _ in pairs} - {"To"}
    mine = {name: value for name, value in own if name not in reserved}
    replaced = tuple((n, mine.pop("To", v) if n == "To" else v) for n, v in pairs)
    return (*replaced, *mine.items())


def progress(
    account_sid: str,
    leg: Leg,
    status: str,
    sequence: int,
    now: datetime,
    recorded: Pairs = (),
) -> Pairs:
    """A12, J2, J7: the call's own status callback; `recorded` is told with the end."""
    pairs: list[tuple[str, str]] = [
        *standard(account_sid, leg, status),
        ("Timestamp", rfc2822(now)),
        ("CallbackSource", "call-progress-events"),
        ("SequenceNumber", str(sequence)),
    ]
    if leg.over:
        pairs.append(("CallDuration", str(leg.seconds)))
        if leg.status is Status.COMPLETED:
            pairs.append(("Duration", str(-(-leg.seconds // 60))))
        if leg.direction is not Direction.INBOUND:
            pairs.append(("SipResponseCode", leg.sip_code))
        pairs += recorded
    return tuple(pairs)
