"""Instants as the tables have them: numbers of whole milliseconds since 1970; and times to live."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def milliseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND


def moment(since_epoch: int) -> datetime:
    return _EPOCH + since_epoch * _MILLISECOND


def number(at: datetime) -> dict[str, str]:
    return {"N": str(milliseconds(at))}


def moment_of(attribute: Mapping[str, str]) -> datetime:
    return moment(int(attribute["N"]))


def time_to_live(end: datetime) -> dict[str, str]:
    """Whole seconds: DynamoDB deletes it some hours after that."""
    return {"N": str(milliseconds(end) // 1000)}
