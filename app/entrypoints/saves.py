"""The stream's records go through the steps that follow a save; and again, by a command.

A record that cannot be read, or that a step cannot take whatever is tried, stops nobody: it is put
aside, counted, and its shard goes on. What is put aside is redriven when its cause is gone; in any
order, for an older save never undoes a newer one.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from app.adapters.aws import answering, code_of
from app.adapters.dynamodb.stream import saved_in
from app.adapters.sqs.failed_records import Batch, Record, SqsFailedRecords
from app.ports import Unavailable
from app.service.register import Saved
from app.service.save_steps import SaveSteps

PUT_ASIDE = "SavePutAside"  # the metric: a record that waits for a person
_TRIMMED = "TrimmedDataAccessException"  # older than the stream's 24 hours
_log = logging.getLogger(__name__)


class Saves:
    def __init__(
        self, steps: SaveSteps, failed: SqsFailedRecords, count: Callable[[str], None]
    ) -> None:
        self._steps = steps
        self._failed = failed
        self._count = count
        self.put_aside = 0  # so far

    def process(self, records: Sequence[Record]) -> tuple[str, ...]:
        """The sequence numbers of those that must come again."""
        wrong: dict[int, list[str]] = {}
        read: list[tuple[int, Saved]] = []
        for at, record in enumerate(records):
            try:
                saved = saved_in(record)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it is put aside
                wrong[at] = [f"it cannot be read: {error!r}"]
                continue
            if saved is not None:
                read.append((at, saved))
        again: set[int] = set()
        if read:
            outcome = self._steps.run([saved for _, saved in read])
            again = {read[place][0] for place in outcome.again}
            for failure in outcome.failures:
                why = f"{failure.step}: {failure.error!r}"
                wrong.setdefault(read[failure.at][0], []).append(why)
        for at in wrong.keys() - again:
            if not self._is_kept(records[at], wrong[at]):
                again.add(at)
        return tuple(_sequence(records[at]) for at in sorted(again))

    def _is_kept(self, record: Record, why: Sequence[str]) -> bool:
        keys = record.get("dynamodb", {}).get("Keys")
        _log.error("a save was put aside", extra={"keys": keys, "why": list(why)})
        try:
            self._failed.keep(record, why)
        except (Unavailable, ClientError):
            _log.exception("a save could not be put aside")
            return False
        self._count(PUT_ASIDE)
        self.put_aside += 1
        return True


def redrive(
    saves: Saves, failed: SqsFailedRecords, streams: Any, say: Callable[[str], object]
) -> int:
    """Once for each message that waits; 1 if some of them wait on, 0 if none does."""
    done = waiting = 0
    for message in list(failed.received()):
        records = message.records
        if message.batch is not None:
            found = _records_of(streams, message.batch)
            if found is None:
                say(f"{message.batch.first}: the stream keeps it no longer (24 hours).")
                waiting += 1
                continue
            records = tuple(found)
        put_aside = saves.put_aside
        if not records or saves.process(records):
            waiting += 1
            continue
        failed.forget(message)
        waiting += saves.put_aside - put_aside
        done += len(records) - (saves.put_aside - put_aside)
    say(f"{done} saves were followed, {waiting} wait on.")
    return int(waiting > 0)


def _records_of(streams: Any, batch: Batch) -> Iterator[Record] | None:
    """None: the stream does not have them any more."""
    try:
        with answering():
            iterator = streams.get_shard_iterator(
                StreamArn=batch.stream,
                ShardId=batch.shard,
                ShardIteratorType="AT_SEQUENCE_NUMBER",
                SequenceNumber=batch.first,
            )["ShardIterator"]
    except ClientError as error:
        if code_of(error) != _TRIMMED:
            raise
        return None
    return _read_until(streams, iterator, batch.last)


def _read_until(streams: Any, iterator: str | None, last: str) -> Iterator[Record]:
    while iterator is not None:
        with answering():
            read = streams.get_records(ShardIterator=iterator)
        for record in read["Records"]:
            yield record
            if int(_sequence(record)) >= int(last):
                return
        iterator = read.get("NextShardIterator")


def _sequence(record: Record) -> str:
    return str(record["dynamodb"]["SequenceNumber"])
