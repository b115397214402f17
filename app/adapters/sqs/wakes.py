"""A wake and its instant as the body of a message, and back."""

import json
from datetime import datetime

from app.adapters import values
from app.ports import AgentWake, CallWake, PoolWake, RecordingWake, SweepWake, Wake


class NotAWake(ValueError):
    """A message that is none of ours: it will never be understood, however often it comes."""


def body_of(when: datetime, wake: Wake) -> str:
    return json.dumps(
        {"at": values.plain(when), "wake": values.plain(wake)},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def wake_in(body: str) -> tuple[datetime, Wake]:
    """When it is due, and what is to be done. Raises NotAWake."""
    try:
        data = json.loads(body)
        when, wake = values.value_of(data["at"]), values.value_of(data["wake"])
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise NotAWake(body[:200]) from error
    if not isinstance(when, datetime) or when.tzinfo is None:
        raise NotAWake(body[:200])
    match wake:
        case CallWake() | AgentWake() | PoolWake() | RecordingWake() | SweepWake():
            return when, wake
        case _:
            raise NotAWake(body[:200])
