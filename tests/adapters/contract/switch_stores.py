"""The live stores under one roof, in memory and in DynamoDB, and what is saved in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args, get_origin, get_type_hints

from botocore.exceptions import ReadTimeoutError

from app.adapters import aws
from app.adapters.dynamodb import DynamoAgents, DynamoBoard, DynamoCalls, tables
from app.adapters.dynamodb.stream import saved_in
from app.adapters.memory import MemoryClock, MemorySwitch
from app.domain.agent import Agent, OnCall, Ready, Reserved
from app.domain.board import ReadyRow, WaitingRow
from app.domain.call import Call, Leg, Room
from app.domain.events import Pressed
from app.domain.facts import Facts
from app.domain.states import Offered, QueuePosition, State, Waiting
from app.ports import Agents, AppliedEvent, Board, Calls, CallSnapshot, WriteSet
from app.service.register import Saved
from tests.support.ministack import Cloud

NOW = datetime(2026, 11, 20, 14, 36, tzinfo=UTC)
POSITION = QueuePosition("sales", NOW, NOW + timedelta(seconds=600))


@dataclass
class Stores:
    """One set of live stores. `drain` answers all that the stream has told so far."""

    calls: Calls
    agents: Agents
    board: Board
    drain: Callable[[], tuple[Saved, ...]]
    live: Callable[[], tuple[str, ...]]


def in_memory() -> Stores:
    switch = MemorySwitch()
    return Stores(switch.calls, switch.agents, switch.board, switch.drain, switch.calls.live)


class OwnWriteIds:
    """Calls whose saves have ids that no other test has: they are tokens of the whole account."""

    def __init__(self, calls: DynamoCalls, prefix: str) -> None:
        self._calls = calls
        self._prefix = prefix

    def get(self, call_id: str, *, fresh: bool = False) -> CallSnapshot | None:
        return self._calls.get(call_id, fresh=fresh)

    def live(self) -> Sequence[str]:
        return self._calls.live()

    def read_all(self, call_ids: Sequence[str]) -> Sequence[Call]:
        return self._calls.read_all(call_ids)

    def save(self, write_set: WriteSet) -> None:
        self._calls.save(replace(write_set, write_id=f"{self._prefix}{write_set.write_id}"))


@dataclass
class OnDynamo:
    cloud: Cloud
    client: Any
    table: str

    @staticmethod
    def made(cloud: Cloud) -> OnDynamo:
        return OnDynamo(cloud, cloud.client("dynamodb"), cloud.table(tables.SWITCH))

    def with_its_own_client(self) -> OnDynamo:
        return replace(self, client=aws.client.__wrapped__("dynamodb", self.cloud.endpoint))

    def stores(self) -> Stores:
        calls = DynamoCalls(self.client, self.table, MemoryClock())
        return Stores(
            OwnWriteIds(calls, self.table[-12:]),
            DynamoAgents(self.client, self.table),
            DynamoBoard(self.client, self.table),
            lambda: stream_of(self.cloud, self.table),
            calls.live,
        )

    def item(self, key: dict[str, Any]) -> dict[str, Any]:
        answer = self.client.get_item(TableName=self.table, Key=key, ConsistentRead=True)
        item: dict[str, Any] = answer["Item"]
        return item


def stream_of(cloud: Cloud, table: str) -> tuple[Saved, ...]:
    streams = cloud.client("dynamodbstreams")
    arn = streams.list_streams(TableName=table)["Streams"][0]["StreamArn"]
    saved: list[Saved | None] = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while records := streams.get_records(ShardIterator=iterator):
            saved += [saved_in(record) for record in records["Records"]]
            iterator = records.get("NextShardIterator")
            if not iterator or not records["Records"]:
                break
    return tuple(one for one in saved if one is not None)


class LosingAnswers:
    """The wire of a client: what is sent has its effect, but the next `count` answers are lost."""

    def __init__(self, client: Any) -> None:
        self._session = client._endpoint.http_session
        self._count = 0
        self._between: Callable[[], None] = _nothing
        self.requests = 0
        client._endpoint.http_session = self

    def lose(self, count: int, between: Callable[[], None] | None = None) -> None:
        """`between` happens after the first lost answer, before the request is repeated."""
        self._count = count
        self._between = between or _nothing

    def send(self, request: Any) -> Any:
        response = self._session.send(request)
        self.requests += 1
        if self._count:
            self._count -= 1
            between, self._between = self._between, _nothing
            between()
            raise ReadTimeoutError(endpoint_url=request.url)
        return response


def _nothing() -> None:
    pass


# --- What is saved ------------------------------------------------------------------------------


def call(rev: int = 1, call_id: str = "c1", state: State | None = None, **more: Any) -> Call:
    return Call(
        id=call_id,
        caller="+447700900361",
        did="+442079460800",
        language="en",
        plan="p1",
        state=state or Waiting(POSITION),
        started=NOW,
        updated=NOW + timedelta(milliseconds=rev),
        legs=(Leg("1", "CA0123456789abcdef0123456789abcdef", NOW),),
        room=Room(f"{call_id}-1"),
        facts=Facts(NOW),
        rev=rev,
        **more,
    )


def offered(rev: int, call_id: str = "c1", agent: str = "anna") -> Call:
    return call(rev, call_id, Offered(POSITION, "2", agent, NOW + timedelta(seconds=20)))


def anna(rev: int = 1) -> Agent:
    return Agent("anna", rev=rev, presence=Ready(NOW), queues=("sales",))


def anna_reserved(rev: int, call_id: str = "c1") -> Agent:
    until = NOW + timedelta(seconds=20)
    return Agent("anna", rev, Reserved(call_id, "2", until, NOW), ("sales",))


def anna_talking(rev: int, call_id: str = "c1") -> Agent:
    return Agent("anna", rev, OnCall(call_id, NOW), ("sales",))


def waiting(call_id: str = "c1", priority: int = 5, after_seconds: float = 0) -> WaitingRow:
    return WaitingRow(call_id, "sales", priority, NOW + timedelta(seconds=after_seconds))


def ready(agent: str = "anna", alive_seconds: int = 75) -> ReadyRow:
    return ReadyRow(agent, NOW, ("sales",), NOW + timedelta(seconds=alive_seconds))


def filled(kind: Any) -> Any:
    """A value of that type with no field at its default: a field to come is held to it, too."""
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{field.name: filled(hints[field.name]) for field in fields(kind)})
    parts = [part for part in get_args(kind) if part not in (None.__class__, Ellipsis)]
    if get_origin(kind) is tuple:
        return tuple(filled(part) for part in parts)
    at = NOW + timedelta(milliseconds=60_001)
    values: dict[Any, Any] = {str: "anna", int: 7, bool: False, datetime: at}
    return values[parts[0] if parts else kind]


def applied(digits: str = "1") -> AppliedEvent:
    return AppliedEvent(Pressed("1", 1, digits), NOW)


def first(write_id: str = "w1", call_id: str = "c1") -> WriteSet:
    return WriteSet(
        write_id, call=call(1, call_id), applied=applied(), put_waiting=waiting(call_id)
    )


def pairing(write_id: str, rev: int, agent_rev: int, call_id: str = "c1") -> WriteSet:
    """The transaction of four: call, agent and both their rows."""
    reserved = anna_reserved(agent_rev, call_id)
    return WriteSet(
        write_id,
        call=offered(rev, call_id),
        agents=(reserved,),
        applied=applied(),
        drop_waiting=waiting(call_id),
        drop_ready=("anna",),
        named=(reserved,),
    )
