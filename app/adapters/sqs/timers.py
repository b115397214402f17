"""Timers as delayed messages: up to 15 minutes at once, longer ones in hops (D6).

A message carries its due time. A message received too early (a hop, or a queue's clock that runs
ahead) is sent again with the rest of the delay, so no job runs before it is due.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.adapters.aws import answering
from app.adapters.sqs.jobs import body_of, job_in
from app.ports import Clock, Job, QueueName, Unavailable, queue_of

MOST_MESSAGES = 10  # in one request
LONGEST_DELAY_SECONDS = 900  # SQS takes no more


class SqsTimers:
    def __init__(self, client: Any, queue_urls: Mapping[QueueName, str], clock: Clock) -> None:
        self._client = client
        self._queue_urls = queue_urls
        self._clock = clock

    def at(self, when: datetime, job: Job) -> None:
        with answering():
            self._client.send_message(QueueUrl=self._url(job), **self._message(when, job))

    def schedule(self, jobs: Iterable[tuple[datetime, Job]]) -> None:
        by_queue: dict[str, list[dict[str, Any]]] = {}
        for when, job in jobs:
            by_queue.setdefault(self._url(job), []).append(self._message(when, job))
        for url, messages in by_queue.items():
            for first in range(0, len(messages), MOST_MESSAGES):
                self._send(url, messages[first : first + MOST_MESSAGES])

    def _send(self, url: str, messages: Sequence[dict[str, Any]]) -> None:
        with answering():
            if len(messages) == 1:
                self._client.send_message(QueueUrl=url, **messages[0])
                return
            entries = [{"Id": str(n), **message} for n, message in enumerate(messages)]
            answer = self._client.send_message_batch(QueueUrl=url, Entries=entries)
        if answer.get("Failed"):
            raise Unavailable(f"not all jobs were queued: {answer['Failed']}")

    def _url(self, job: Job) -> str:
        return self._queue_urls[queue_of(job)]

    def _message(self, when: datetime, job: Job) -> dict[str, Any]:
        left = math.ceil((when - self._clock.now()).total_seconds())
        delay = min(max(left, 0), LONGEST_DELAY_SECONDS)
        return {"MessageBody": body_of(when, job), "DelaySeconds": delay}

    def due(self, body: str) -> Job | None:
        """The job of a received message; None if it was sent again. Raises NotAJob."""
        when, job = job_in(body)
        if when <= self._clock.now():
            return job
        self.at(when, job)
        return None
