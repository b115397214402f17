"""Event source mappings of Lambda, for the local box.

Polls the same queues and the same stream as the cloud, and calls the worker's handler with the
events that Lambda would get, as often as there, so that the same code runs locally.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

Event = dict[str, Any]
Invoke = Callable[[Event], Any]

POLL_SECONDS = 0.1
LONG_POLL_SECONDS = 1
SCHEDULE_SECONDS = 60
BATCH = 10
STREAM_TRIES = 10  # serverless.yml: maximumRetryAttempts

log = logging.getLogger(__name__)


class EventSources:
    """Threads that bring events to `invoke`, until `drain`."""

    def __init__(
        self,
        invoke: Invoke,
        sqs: Any,
        queue_urls: Iterable[str],
        streams: Any,
        stream: str,
        put_aside: Callable[[Event], None],
    ) -> None:
        """`put_aside`: keeps a record of the stream that failed at every try."""
        self._invoke = invoke
        self._put_aside = put_aside
        self._sqs = sqs
        self._streams = streams
        self._stream = stream
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run_repeatedly, args=(source,), daemon=True)
            for source in (
                *(partial(self._poll_queue, url) for url in queue_urls),
                self._poll_stream,
                self._call_on_schedule,
            )
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def drain(self, limit_seconds: float) -> None:
        """Process what is there now, then stop: the register is complete before the box stops."""
        self._stopping.set()
        deadline = time.monotonic() + limit_seconds
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0))

    def _run_repeatedly(self, source: Callable[[], None]) -> None:
        """Poll at least once, so that `drain` right after `start` leaves nothing."""
        while True:
            try:
                source()
            except Exception:  # as on Lambda, one bad batch must not end the source
                log.exception("a batch failed and will come again")
                self._stopping.wait(LONG_POLL_SECONDS)
            if self._stopping.is_set():
                return

    # --- the queues -------------------------------------------------------------------------

    def _poll_queue(self, queue_url: str) -> None:
        answer = self._sqs.receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=BATCH, WaitTimeSeconds=LONG_POLL_SECONDS
        )
        messages = answer.get("Messages", [])
        if not messages:
            return
        records = [
            {"eventSource": "aws:sqs", "messageId": m["MessageId"], "body": m["Body"]}
            for m in messages
        ]
        failed = _failed(self._invoke({"Records": records}))
        for message in messages:
            if message["MessageId"] not in failed:
                self._sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])

    # --- the stream -------------------------------------------------------------------------

    def _poll_stream(self) -> None:
        """Read the stream from its beginning: writing the register twice has one effect."""
        described = self._streams.describe_stream(StreamArn=self._stream)["StreamDescription"]
        iterators = [
            self._streams.get_shard_iterator(
                StreamArn=self._stream,
                ShardId=shard["ShardId"],
                ShardIteratorType="TRIM_HORIZON",
            )["ShardIterator"]
            for shard in described["Shards"]
        ]
        while iterators:
            stopping = self._stopping.is_set()
            reads = [self._streams.get_records(ShardIterator=i, Limit=100) for i in iterators]
            found = [record for read in reads for record in read["Records"]]
            if found:
                self._follow([_with_event_source(one) for one in found])
            elif stopping:
                return
            else:
                self._stopping.wait(POLL_SECONDS)
            iterators = [read["NextShardIterator"] for read in reads if "NextShardIterator" in read]

    def _follow(self, records: list[Event]) -> None:
        """From the first that failed on, again; at last those that fail are put aside."""
        failed: set[str] = set()
        for _ in range(STREAM_TRIES):
            try:
                failed = _failed(self._invoke({"Records": records}))
            except Exception:  # as on Lambda, one bad batch must not end the source
                log.exception("a batch of the stream failed and will come again")
                failed = {_sequence(one) for one in records}
            first = next((n for n, one in enumerate(records) if _sequence(one) in failed), None)
            if first is None:
                return
            records = records[first:]
            self._stopping.wait(POLL_SECONDS)
        for record in records:
            if _sequence(record) in failed:
                self._put_aside(record)

    # --- the schedule -----------------------------------------------------------------------

    def _call_on_schedule(self) -> None:
        self._invoke({"source": "aws.events"})
        self._stopping.wait(SCHEDULE_SECONDS)


def _failed(answer: Any) -> set[str]:
    failures: Iterable[dict[str, str]] = (answer or {}).get("batchItemFailures", ())
    return {failure["itemIdentifier"] for failure in failures}


def _sequence(record: dict[str, Any]) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def _with_event_source(record: dict[str, Any]) -> dict[str, Any]:
    return {**record, "eventSource": "aws:dynamodb"}
