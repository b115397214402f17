"""The box's event sources do what AWS does: what failed comes again, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from app.entrypoints.sources import STREAM_TRIES, EventSources

SECONDS = 5.0


class Queue:
    """Messages that are there until deleted, as SQS gives them after their time-out."""

    def __init__(self, *bodies: str) -> None:
        self.waiting = dict(enumerate(bodies))
        self.deleted: list[int] = []

    def receive_message(self, **_asked: object) -> dict[str, Any]:
        return {
            "Messages": [
                {"MessageId": str(n), "Body": body, "ReceiptHandle": n}
                for n, body in self.waiting.items()
            ]
        }

    def delete_message(self, *, ReceiptHandle: int, **_asked: object) -> None:  # noqa: N803
        self.deleted.append(ReceiptHandle)
        self.waiting.pop(ReceiptHandle, None)


class ByUrl:
    """SQS: each queue by its URL."""

    def __init__(self, queues: dict[str, Queue]) -> None:
        self._queues = queues

    def receive_message(self, *, QueueUrl: str, **_asked: object) -> dict[str, Any]:  # noqa: N803
        return self._queues[QueueUrl].receive_message()

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: int) -> None:  # noqa: N803
        self._queues[QueueUrl].delete_message(ReceiptHandle=ReceiptHandle)


class Stream:
    """One shard whose records stand from the beginning."""

    def __init__(self, *records: str) -> None:
        self.records = [{"dynamodb": {"SequenceNumber": name}} for name in records]

    def describe_stream(self, **_asked: object) -> dict[str, Any]:
        return {"StreamDescription": {"Shards": [{"ShardId": "one"}]}}

    def get_shard_iterator(self, **_asked: object) -> dict[str, Any]:
        return {"ShardIterator": 0}

    def get_records(self, *, ShardIterator: int, **_asked: object) -> dict[str, Any]:  # noqa: N803
        return {"Records": self.records[ShardIterator:], "NextShardIterator": len(self.records)}


class Worker:
    """Fails for what is in `failing`, once each; says when it has done everything expected."""

    def __init__(self, expected: set[str], failing: set[str]) -> None:
        self.done: list[str] = []
        self.all_done = threading.Event()
        self._expected = expected
        self._failing = failing

    def __call__(self, event: dict[str, Any]) -> dict[str, Any]:
        failures = []
        for record in event.get("Records", ()):
            sequence = record.get("dynamodb", {}).get("SequenceNumber")
            name, item = record.get("body", sequence), record.get("messageId", sequence)
            if name in self._failing:
                self._failing.remove(name)
                failures.append({"itemIdentifier": item})
            else:
                self.done.append(name)
        if self._expected <= set(self.done):
            self.all_done.set()
        return {"batchItemFailures": failures}


def _run(
    worker: Worker,
    queue: Queue,
    stream: Stream,
    put_aside: Callable[[dict[str, Any]], None] = lambda _record: None,
) -> None:
    sources = EventSources(worker, queue, ["url"], stream, "arn", put_aside)
    sources.start()
    arrived = worker.all_done.wait(SECONDS)
    sources.drain(SECONDS)
    assert arrived


def test_a_job_that_failed_comes_again_and_the_others_do_not() -> None:
    worker, queue = Worker({"a", "b"}, failing={"a"}), Queue("a", "b")

    _run(worker, queue, Stream())

    assert sorted(worker.done) == ["a", "b"]
    assert sorted(queue.deleted) == [0, 1]


def test_a_batch_that_takes_long_holds_up_no_other_queue() -> None:
    """What takes long has a queue of its own: a batch of it never stands before a timer."""
    queues = {"repair": Queue("sweep"), "jobs": Queue("timer")}
    timer_done = threading.Event()

    def work(event: dict[str, Any]) -> None:
        for record in event.get("Records", ()):
            if record.get("body") == "sweep":
                assert timer_done.wait(SECONDS)
            elif record.get("body") == "timer":
                timer_done.set()

    sources = EventSources(work, ByUrl(queues), list(queues), Stream(), "arn", lambda _record: None)
    sources.start()
    is_done = timer_done.wait(SECONDS)
    sources.drain(SECONDS)

    assert is_done
    assert [len(queue.waiting) for queue in queues.values()] == [0, 0]


def test_no_record_of_the_stream_is_lost_when_one_fails() -> None:
    worker = Worker({"1", "2", "3"}, failing={"2"})

    _run(worker, Queue(), Stream("1", "2", "3"))

    assert {"1", "2", "3"} <= set(worker.done)


def test_the_stream_is_drained_before_the_worker_stops() -> None:
    worker = Worker({"1"}, failing=set())
    sources = EventSources(worker, Queue(), ["url"], Stream("1"), "arn", lambda _record: None)
    sources.start()

    sources.drain(SECONDS)

    assert "1" in worker.done


class Failing:
    """Never takes the record of that name; the others once each."""

    def __init__(self, name: str) -> None:
        self.done: list[str] = []
        self.tries = 0
        self._name = name

    def __call__(self, event: dict[str, Any]) -> dict[str, Any]:
        failures = []
        for record in event.get("Records", ()):
            name = record.get("dynamodb", {}).get("SequenceNumber", "")
            if name == self._name:
                self.tries += 1
                failures.append({"itemIdentifier": name})
            elif name:
                self.done.append(name)
        return {"batchItemFailures": failures}


def test_a_record_that_fails_at_every_try_is_put_aside_and_stops_no_other() -> None:
    worker, aside = Failing("2"), list[dict[str, Any]]()
    sources = EventSources(worker, Queue(), "url", Stream("1", "2", "3"), "arn", aside.append)

    sources.start()
    sources.drain(SECONDS)

    assert worker.tries == STREAM_TRIES
    assert {"1", "3"} <= set(worker.done)
    assert [record["dynamodb"]["SequenceNumber"] for record in aside] == ["2"]
