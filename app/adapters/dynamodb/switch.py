"""Calls, agents and the board in the `switch` table. Reads that decide are strongly consistent.

What cannot be read is reported here, by whatever it was met. Of several the others are answered.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from app.adapters.aws import answering
from app.adapters.dynamodb import layout
from app.adapters.dynamodb.requests import found_by, is_written, items_of
from app.adapters.dynamodb.saving import Saver
from app.domain.agent import Agent
from app.domain.board import ParkedRow, ReadyRow, WaitingRow
from app.domain.call import Call
from app.domain.value import replace
from app.ports import (
    CallSnapshot,
    Clock,
    Report,
    Unreadable,
    WriteSet,
    unreported,
)

T = TypeVar("T")
CONTENT = ("row", "alive")  # of a row of the board; a waiting one is not alive


class DynamoCalls:
    def __init__(self, client: Any, table: str, clock: Clock, report: Report = unreported) -> None:
        self._client = client
        self._table = table
        self._report = report
        self._saver = Saver(client, table, clock)

    def get(self, call_id: str, *, fresh: bool = False) -> CallSnapshot | None:
        item = _get(self._client, self._table, layout.call_key(call_id))
        if item is None:
            return None
        loaded = _read(item, layout.loaded, self._report)
        if not fresh or not loaded.agents:
            return loaded
        return replace(loaded, agents=self._current_agents([agent.id for agent in loaded.agents]))

    def save(self, write_set: WriteSet) -> None:
        self._saver.save(write_set)

    def live(self) -> tuple[str, ...]:
        """The ids of calls that have not ended, by the sparse index: a moment behind the truth."""
        items = found_by(
            self._client,
            TableName=self._table,
            IndexName="live",
            KeyConditionExpression="live = :live",
            ExpressionAttributeValues={":live": layout.LIVE},
        )
        return tuple(item["pk"]["S"].partition("#")[2] for item in items)

    def read_all(self, call_ids: Sequence[str]) -> tuple[Call, ...]:
        """Not strongly consistent, which is half as dear: what is done about a call reads again."""
        keys = [layout.call_key(call_id) for call_id in call_ids]
        items = items_of(self._client, self._table, keys, is_consistent=False)
        return tuple(_readable(items, layout.call_in, self._report))

    def _current_agents(self, agent_ids: list[str]) -> tuple[Agent, ...]:
        """These agents as they are now, in one request."""
        keys = [layout.agent_key(agent_id) for agent_id in agent_ids]
        items = items_of(self._client, self._table, keys, is_consistent=True)
        found = (_read(item, layout.agent_in, self._report) for item in items)
        by_id = {agent.id: agent for agent in found}
        return tuple(by_id.get(agent_id, Agent(agent_id)) for agent_id in agent_ids)


class DynamoAgents:
    def __init__(self, client: Any, table: str, report: Report = unreported) -> None:
        self._client = client
        self._table = table
        self._report = report

    def get(self, agent_id: str) -> Agent:
        item = _get(self._client, self._table, layout.agent_key(agent_id))
        return _read(item, layout.agent_in, self._report) if item else Agent(agent_id)

    def get_all(self, agent_ids: Sequence[str]) -> tuple[Agent, ...]:
        found: dict[str, Agent | None] = {agent_id: Agent(agent_id) for agent_id in agent_ids}
        keys = [layout.agent_key(agent_id) for agent_id in agent_ids]
        for item in items_of(self._client, self._table, keys, is_consistent=True):
            read = _readable([item], layout.agent_in, self._report)
            found[item["pk"]["S"].partition("#")[2]] = next(read, None)
        return tuple(agent for agent in found.values() if agent is not None)


class DynamoBoard:
    def __init__(self, client: Any, table: str, report: Report = unreported) -> None:
        self._client = client
        self._table = table
        self._report = report

    def ready(self, pool: str, limit: int | None = None) -> tuple[ReadyRow, ...]:
        return tuple(islice(self._rows(pool, "R#", layout.ready_row, limit), limit))

    def waiting(self, pool: str, limit: int | None = None) -> tuple[WaitingRow, ...]:
        return tuple(islice(self._rows(pool, "W#", layout.waiting_row, limit), limit))

    def parked(self, pool: str) -> tuple[ParkedRow, ...]:
        return tuple(self._rows(pool, "P#", layout.parked_row, None, drops=False))

    def beat(self, pool: str, agent_id: str, alive_until: datetime) -> bool:
        return is_written(
            self._client.update_item,
            TableName=self._table,
            Key=layout.ready_key(pool, agent_id),
            UpdateExpression="SET alive = :alive, #ttl = :ttl",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeNames={"#ttl": "ttl"},
            ExpressionAttributeValues={
                f":{name}": content for name, content in layout.alive(alive_until).items()
            },
        )

    def put(self, pool: str, row: WaitingRow | ParkedRow | ReadyRow) -> None:
        """A slot that another call has by now stays that call's."""
        is_written(self._client.put_item, **layout.row_write(self._table, pool, row).request)

    def drop(self, pool: str, row: WaitingRow | ParkedRow | ReadyRow) -> None:
        """Drop only the row that was read: a newer one under the same key stays."""
        written = layout.row_write(self._table, pool, row).request["Item"]
        self._drop({"pk": written["pk"], "sk": written["sk"]}, written)

    def _drop(self, key: dict[str, Any], attributes: layout.Item) -> None:
        """If the row is as its attributes say: what is not among them is not there."""
        there = [name for name in CONTENT if name in attributes]
        same = [f"#{name} = :{name}" for name in there]
        same += [f"attribute_not_exists(#{name})" for name in CONTENT if name not in there]
        values = {f":{name}": attributes[name] for name in there}
        is_written(
            self._client.delete_item,
            TableName=self._table,
            Key=key,
            ConditionExpression=" AND ".join(same),
            ExpressionAttributeNames={f"#{name}": name for name in CONTENT},
            **({"ExpressionAttributeValues": values} if values else {}),
        )

    def _rows(
        self,
        pool: str,
        prefix: str,
        row_in: Callable[[layout.Item], T],
        limit: int | None,
        *,
        drops: bool = True,
    ) -> Iterator[T]:
        """All of them, in pages of so many."""
        items = found_by(
            self._client,
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": {"S": f"POOL#{pool}"}, ":prefix": {"S": prefix}},
            **({"Limit": limit} if limit is not None else {}),
        )
        for item in items:
            try:
                yield row_in(item)
            except Unreadable as error:  # the others of the pool are served all the same
                self._report(error)
                if drops:
                    self._drop({"pk": item["pk"], "sk": item["sk"]}, item)


def _readable(
    items: Iterable[layout.Item], read: Callable[[layout.Item], T], report: Report
) -> Iterator[T]:
    for item in items:
        try:
            yield read(item)
        except Unreadable as error:
            report(error)


def _read(item: layout.Item, read: Callable[[layout.Item], T], report: Report) -> T:
    """Raises Unreadable, once it is reported."""
    try:
        return read(item)
    except Unreadable as error:
        report(error)
        raise


def _get(client: Any, table: str, key: dict[str, Any]) -> layout.Item | None:
    with answering():
        answer = client.get_item(TableName=table, Key=key, ConsistentRead=True)
    item: layout.Item | None = answer.get("Item")
    return item
