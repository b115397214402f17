"""The queue of the stream's records that could not be followed: kept until a person redrives them.

A message is a record that we put aside, with what is wrong with it; or the word of Lambda that a
batch failed at every try: then it only names the shard and the sequence numbers.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.adapters.aws import answering

HIDDEN_SECONDS = 300  # while a message is being redriven
MOST_MESSAGES = 10  # in one request

Record: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """The records between two sequence numbers of one shard of that stream."""

    stream: str
    shard: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Failed:
    """One message. `receipt` deletes it; `records` are those put aside, else there is a batch."""

    receipt: str
    records: tuple[Record, ...] = ()
    batch: Batch | None = None


class SqsFailedRecords:
    def __init__(self, client: Any, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def keep(self, record: Record, why: Sequence[str]) -> None:
        """Raises Unavailable."""
        body = json.dumps({"record": record, "why": list(why)}, default=str)
        with answering():
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=body)

    def received(self) -> Iterator[Failed]:
        """Every message that is there now, once. Raises Unavailable."""
        while True:
            with answering():
                answer = self._client.receive_message(
                    QueueUrl=self._queue_url,
                    MaxNumberOfMessages=MOST_MESSAGES,
                    VisibilityTimeout=HIDDEN_SECONDS,
                )
            messages = answer.get("Messages", ())
            if not messages:
                return
            for message in messages:
                yield _failed(message["ReceiptHandle"], json.loads(message["Body"]))

    def forget(self, failed: Failed) -> None:
        with answering():
            self._client.delete_message(QueueUrl=self._queue_url, ReceiptHandle=failed.receipt)


def _failed(receipt: str, said: Mapping[str, Any]) -> Failed:
    match said:
        case {"record": record}:
            return Failed(receipt, (record,))
        case {
            "DDBStreamBatchInfo": {
                "streamArn": stream,
                "shardId": shard,
                "startSequenceNumber": first,
                "endSequenceNumber": last,
            }
        }:
            return Failed(receipt, batch=Batch(stream, shard, first, last))
        case _:
            return Failed(receipt)
