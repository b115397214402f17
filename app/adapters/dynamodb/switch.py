"""Calls, agents and the board in the `switch` table. Reads that decide are strongly consistent."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from app.adapters.aws import answering, code_of
from app.adapters.dynamodb import layout
from app.adapters.dynamodb.saving import Saver
from app.domain.agent import Agent
from app.domain.board import ReadyRow, WaitingRow
from app.domain.call import Call
from app.ports import CallSnapshot, Clock, Unavailable, Unreadable, WriteSet

T = TypeVar("T")
BATCH = 100  # items that BatchGetItem reads at once
_log = logging.getLogger(__name__)


class DynamoCalls:
    def __init__(self, client: Any, table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._saver = Saver(client, table, clock)

    def get(self, call_id: str, *, fresh: bool = False) -> CallSnapshot | None:
        item = _get(self._client, self._table, layout.call_key(call_id))
        if item is None:
            return None
        loaded = layout.loaded(item)
        if not fresh or not loaded.agents:
            return loaded
        return replace(loaded, agents=self._current_agents([agent.id for agent in loaded.agents]))

    def save(self, write_set: WriteSet) -> None:
        self._saver.save(write_set)

    def live(self) -> tuple[str, ...]:
        """The ids of calls that have not ended, by the sparse index: a moment behind the truth."""
        items = _pages(
            self._client,
            TableName=self._table,
            IndexName="live",
            KeyConditionExpression="live = :live",
            ExpressionAttributeValues={":live": layout.LIVE},
        )
        return tuple(item["pk"]["S"].partition("#")[2] for item in items)

    def read_all(self, call_ids: Sequence[str]) -> tuple[Call | Unreadable, ...]:
        """Not strongly consistent, which is half as dear: what is done about a call reads again."""
        return tuple(
            _call_or_reason(item)
            for at in range(0, len(call_ids), BATCH)
            for item in _batch(
                self._client,
                self._table,
                [layout.call_key(call_id) for call_id in call_ids[at : at + BATCH]],
                ConsistentRead=False,
            )
        )

    def _current_agents(self, agent_ids: list[str]) -> tuple[Agent, ...]:
        """These agents as they are now, in one request."""
        keys = [layout.agent_key(agent_id) for agent_id in agent_ids]
        found = (
            layout.agent_in(item)
            for item in _batch(self._client, self._table, keys, ConsistentRead=True)
        )
        by_id = {agent.id: agent for agent in found}
        return tuple(by_id.get(agent_id, Agent(agent_id)) for agent_id in agent_ids)


class DynamoAgents:
    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, agent_id: str) -> Agent:
        item = _get(self._client, self._table, layout.agent_key(agent_id))
        return layout.agent_in(item) if item else Agent(agent_id)

    def get_all(self, agent_ids: Sequence[str]) -> tuple[Agent, ...]:
        found: dict[str, Agent | None] = {agent_id: Agent(agent_id) for agent_id in agent_ids}
        for start in range(0, len(agent_ids), BATCH):
            keys = [layout.agent_key(agent_id) for agent_id in agent_ids[start : start + BATCH]]
            for item in _batch(self._client, self._table, keys, ConsistentRead=True):
                found[item["pk"]["S"].partition("#")[2]] = _readable(item)
        return tuple(agent for agent in found.values() if agent is not None)


class DynamoBoard:
    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def ready(self, pool: str) -> tuple[ReadyRow, ...]:
        return tuple(self._rows(pool, "R#", layout.ready_row))

    def waiting(self, pool: str) -> tuple[WaitingRow, ...]:
        """In the order in which they are served."""
        return tuple(self._rows(pool, "W#", layout.waiting_row))

    def beat(self, pool: str, agent_id: str, alive_until: datetime) -> bool:
        return self._write_conditionally(
            self._client.update_item,
            Key=layout.ready_key(pool, agent_id),
            UpdateExpression="SET alive = :alive",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeValues={":alive": layout.alive(alive_until)},
        )

    def drop(self, pool: str, row: WaitingRow | ReadyRow) -> None:
        """Drop only the row that was read: a newer one under the same key stays."""
        if isinstance(row, WaitingRow):
            key, same = layout.waiting_key(pool, row), "#row = :row"
            values = {":row": {"S": layout.waiting_text(row)}}
        else:
            key, same = layout.ready_key(pool, row.agent), "#row = :row AND alive = :alive"
            attributes = layout.ready_attributes(row)
            values = {f":{name}": content for name, content in attributes.items()}
        self._write_conditionally(
            self._client.delete_item,
            Key=key,
            ConditionExpression=same,
            ExpressionAttributeNames={"#row": "row"},
            ExpressionAttributeValues=values,
        )

    def _write_conditionally(self, write: Callable[..., object], **request: Any) -> bool:
        """Whether the condition held."""
        try:
            with answering():
                write(TableName=self._table, **request)
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def _rows(self, pool: str, prefix: str, row_in: Callable[[layout.Item], T]) -> Iterator[T]:
        items = _pages(
            self._client,
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": {"S": f"POOL#{pool}"}, ":prefix": {"S": prefix}},
        )
        for item in items:
            try:
                yield row_in(item)
            except Unreadable as error:  # the others of the pool are served all the same
                _log.error("row passed over", extra={"reason": str(error)})


def _call_or_reason(item: layout.Item) -> Call | Unreadable:
    try:
        return layout.call_in(item)
    except Unreadable as error:
        return error


def _readable(item: layout.Item) -> Agent | None:
    try:
        return layout.agent_in(item)
    except Unreadable as error:  # the others are shown all the same
        _log.error("agent passed over", extra={"reason": str(error)})
        return None


def _batch(
    client: Any, table: str, keys: list[dict[str, Any]], **how: bool
) -> Sequence[layout.Item]:
    """As many of these items as there are, in one request."""
    with answering():
        answer = client.batch_get_item(RequestItems={table: {"Keys": keys, **how}})
    if answer.get("UnprocessedKeys"):
        raise Unavailable("throttled in a batch")
    found: Sequence[layout.Item] = answer["Responses"].get(table, ())
    return found


def _pages(client: Any, **request: Any) -> Iterator[layout.Item]:
    """All items of one query, page after page."""
    while True:
        with answering():
            page = client.query(**request)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _get(client: Any, table: str, key: dict[str, Any]) -> layout.Item | None:
    with answering():
        answer = client.get_item(TableName=table, Key=key, ConsistentRead=True)
    item: layout.Item | None = answer.get("Item")
    return item
