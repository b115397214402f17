"""A job and its due time as the body of a message, and back."""

import json
from datetime import datetime

from app.adapters import values
from app.ports import QUEUE_OF, Job


class NotAJob(ValueError):
    """The message is not a job of ours; a retry cannot help."""


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
        when, job = values.value_of(data["at"]), values.value_of(data["job"])
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise NotAJob(body[:200]) from error
    if not isinstance(when, datetime) or when.tzinfo is None:
        raise NotAJob(body[:200])
    if type(job) not in QUEUE_OF:
        raise NotAJob(body[:200])
    return when, job
