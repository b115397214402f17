"""Timers as delayed messages: up to 15 minutes at once, longer ones in hops (D6).

A message carries its due time. A message received too early (a hop, or a queue's clock that runs
ahead) is sent again with the rest of the delay, so no job runs before it is due.
"""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.adapters.aws import answering
from app.adapters.sqs.jobs import body_of, job_in
from app.ports import QUEUE_OF, Clock, Job, QueueName

LONGEST_DELAY_SECONDS = 900  # SQS takes no more


class SqsTimers:
    def __init__(self, client: Any, queue_urls: Mapping[QueueName, str], clock: Clock) -> None:
        self._client = client
        self._queue_urls = queue_urls
        self._clock = clock

    def at(self, when: datetime, job: Job) -> None:
        left = math.ceil((when - self._clock.now()).total_seconds())
        with answering():
            self._client.send_message(
                QueueUrl=self._queue_urls[QUEUE_OF[type(job)]],
                MessageBody=body_of(when, job),
                DelaySeconds=min(max(left, 0), LONGEST_DELAY_SECONDS),
            )

    def due(self, body: str) -> Job | None:
        """The job of a received message; None if it was sent again. Raises NotAJob."""
        when, job = job_in(body)
        if when <= self._clock.now():
            return job
        self.at(when, job)
        return None
