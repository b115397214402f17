"""The stream's records in the worker: one bad record stops nobody, and nothing is discarded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytest

from app.adapters.dynamodb import DynamoCalls, tables
from app.adapters.memory import MemoryClock
from app.adapters.sqs.failed_records import SqsFailedRecords
from app.entrypoints.saves import PUT_ASIDE, Saves, redrive
from app.ports import Unavailable, WriteSet
from app.service.register import Saved
from app.service.save_steps import SaveSteps
from tests.adapters.contract.switch_stores import anna, applied, call

if TYPE_CHECKING:
    from tests.support.ministack import Cloud


class Stream:
    """The stream of a table of the local AWS, in which some calls have been saved."""

    def __init__(self, cloud: Cloud) -> None:
        self.client, self.table = cloud.client("dynamodb"), cloud.table(tables.SWITCH)
        self.streams = cloud.client("dynamodbstreams")
        self.arn = self.streams.list_streams(TableName=self.table)["Streams"][0]["StreamArn"]
        described = self.streams.describe_stream(StreamArn=self.arn)["StreamDescription"]
        self.shard = described["Shards"][0]["ShardId"]

    def saves(self, *call_ids: str) -> list[dict[str, Any]]:
        """The records of a first save of each of these calls."""
        calls = DynamoCalls(self.client, self.table, MemoryClock())
        for call_id in call_ids:
            write_id = f"{call_id}{self.table[-8:]}"
            calls.save(WriteSet(write_id, call=call(1, call_id), applied=applied()))
        iterator = self.streams.get_shard_iterator(
            StreamArn=self.arn, ShardId=self.shard, ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        records: list[dict[str, Any]] = self.streams.get_records(ShardIterator=iterator)["Records"]
        return records


class Scene:
    """A worker whose steps keep the calls that they took, and cannot take some."""

    def __init__(self, cloud: Cloud) -> None:
        self.queue_url = cloud.queue()
        self.sqs = cloud.client("sqs")
        self.failed = SqsFailedRecords(self.sqs, self.queue_url)
        self.stream = Stream(cloud)
        self.performed: list[str] = []
        self.registered: list[str] = []
        self.counted: list[str] = []
        self.said: list[str] = []
        self.error: Exception = KeyError("a bug")
        self.cannot: set[str] = set()
        steps = SaveSteps({"second performer": self._perform, "register": self._register})
        self.saves = Saves(steps, self.failed, self.counted.append)

    def _perform(self, saves: Sequence[Saved]) -> None:
        self.performed += [saved.after.id for saved in saves]

    def _register(self, saves: Sequence[Saved]) -> None:
        if self.cannot & {saved.after.id for saved in saves}:
            raise self.error
        self.registered += [saved.after.id for saved in saves]

    def redrives(self) -> int:
        return redrive(self.saves, self.failed, self.stream.streams, self.said.append)

    def waiting(self) -> int:
        asked = {"AttributeNames": ["ApproximateNumberOfMessages"]}
        answer = self.sqs.get_queue_attributes(QueueUrl=self.queue_url, **asked)
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])


@pytest.fixture
def scene(cloud: Cloud) -> Scene:
    return Scene(cloud)


def _unreadable(record: dict[str, Any]) -> dict[str, Any]:
    """Of a class that a newer version wrote."""
    newer = json.loads(json.dumps(record, default=str))
    newer["dynamodb"]["NewImage"]["call"] = {"S": '{"_":"CallOfTomorrow"}'}
    return dict(newer)


def test_records_go_through_every_step(scene: Scene) -> None:
    records = scene.stream.saves("c1", "c2")

    again = scene.saves.process(records)

    assert again == ()
    assert scene.performed == scene.registered == ["c1", "c2"]


def test_what_is_no_save_of_a_call_asks_for_nothing(scene: Scene) -> None:
    agent = WriteSet("a1", agents=(anna(1),))
    DynamoCalls(scene.stream.client, scene.stream.table, MemoryClock()).save(agent)

    assert scene.saves.process(scene.stream.saves()) == ()
    assert (scene.performed, scene.counted, scene.waiting()) == ([], [], 0)


def test_a_record_that_cannot_be_read_is_put_aside_and_the_others_go_on(scene: Scene) -> None:
    first, bad, last = scene.stream.saves("c1", "c2", "c3")

    again = scene.saves.process([first, _unreadable(bad), last])

    assert again == ()
    assert scene.registered == ["c1", "c3"]
    assert (scene.counted, scene.waiting()) == ([PUT_ASIDE], 1)


def test_the_second_performer_works_though_the_register_does_not(scene: Scene) -> None:
    records = scene.stream.saves("c1", "c2")
    scene.cannot, scene.error = {"c1", "c2"}, Unavailable("throttled")

    again = scene.saves.process(records)

    assert scene.performed == ["c1", "c2"]
    assert again == tuple(record["dynamodb"]["SequenceNumber"] for record in records)
    assert scene.waiting() == 0


def test_a_record_that_cannot_be_put_aside_comes_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    (record,) = scene.stream.saves("c1")

    def keep(*_: object) -> None:
        raise Unavailable("no queue")

    monkeypatch.setattr(SqsFailedRecords, "keep", keep)
    scene.cannot = {"c1"}

    assert scene.saves.process([record]) == (record["dynamodb"]["SequenceNumber"],)
    assert scene.counted == []


def test_what_was_put_aside_is_followed_by_a_command_when_its_cause_is_gone(scene: Scene) -> None:
    records = scene.stream.saves("c1", "c2")
    scene.cannot = {"c2"}
    scene.saves.process(records)

    scene.cannot = set()
    ended = scene.redrives()

    assert ended == 0
    assert scene.registered == ["c1", "c2"]
    assert scene.said == ["1 saves were followed, 0 wait on."]
    assert scene.redrives() == 0
    assert scene.said[-1] == "0 saves were followed, 0 wait on."


def test_what_still_cannot_be_followed_waits_on(scene: Scene) -> None:
    scene.cannot = {"c1"}
    scene.saves.process(scene.stream.saves("c1"))

    ended = scene.redrives()

    assert ended == 1
    assert scene.said == ["0 saves were followed, 1 wait on."]
    scene.cannot = set()
    assert scene.redrives() == 0
    assert scene.registered == ["c1"]


def test_a_batch_that_failed_at_every_try_is_read_from_the_stream_again(scene: Scene) -> None:
    """Lambda puts no records into the queue, but where they are."""
    records = scene.stream.saves("c1", "c2", "c3")
    first, last = (record["dynamodb"]["SequenceNumber"] for record in records[:2])
    batch = {
        "streamArn": scene.stream.arn,
        "shardId": scene.stream.shard,
        "startSequenceNumber": first,
        "endSequenceNumber": last,
        "batchSize": 2,
    }
    word = json.dumps({"requestContext": {}, "DDBStreamBatchInfo": batch})
    scene.sqs.send_message(QueueUrl=scene.queue_url, MessageBody=word)

    ended = scene.redrives()

    assert ended == 0
    assert scene.registered == ["c1", "c2"]


def test_a_message_that_nobody_understands_is_kept(scene: Scene) -> None:
    scene.sqs.send_message(QueueUrl=scene.queue_url, MessageBody='{"other": 1}')

    assert scene.redrives() == 1
    assert scene.said == ["0 saves were followed, 1 wait on."]
