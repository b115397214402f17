"""A job and its due time as the body of a message, and back."""

import hashlib
import json
from datetime import datetime

from app.adapters import values
from app.ports import QUEUE_OF, Job, Unreadable


class NotAJob(Unreadable):
    """The message is no job that this version knows; a newer one may."""

    def __init__(self, body: str) -> None:
        digest = hashlib.sha256(body.encode()).hexdigest()[:16]
        super().__init__("job", digest, "it is no job of this version", body)


def body_of(when: datetime, job: Job) -> str:
    return json.dumps(
        {"at": values.plain(when), "job": values.plain(job)},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def job_in(body: str) -> tuple[datetime, Job]:
    """Due time and job. Raises NotAJob."""
    try:
        data = json.loads(body)
        when, found = values.value_of(data["at"]), values.value_of(data["job"])
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise NotAJob(body) from error
    if not isinstance(when, datetime) or when.tzinfo is None:
        raise NotAJob(body)
    if not isinstance(found, tuple(QUEUE_OF)):
        raise NotAJob(body)
    job: Job = found  # type: ignore[assignment] # each of them is one
    return when, job
