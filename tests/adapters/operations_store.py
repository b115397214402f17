"""The stores whose operations are counted: in memory, and on the local AWS by its own client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from app.adapters.dynamodb import (
    DynamoAgents,
    DynamoBoard,
    DynamoCalls,
    DynamoDirectory,
    DynamoLeases,
    tables,
)
from app.adapters.memory import (
    MemoryClock,
    MemoryDirectory,
    MemoryIds,
    MemoryLeases,
    MemorySwitch,
)
from app.ports import Agents, Board, Calls, Directory, Leases
from tests.adapters.operations_table import Cost
from tests.support import ministack


class Meter:
    """Listens to a client of DynamoDB: what it did, and the units that it was charged."""

    def __init__(self) -> None:
        self._members = 0
        self._operations: list[str] = []
        self._units = {"read": 0.0, "write": 0.0}

    @contextmanager
    def listening(self, client: Any) -> Iterator[None]:
        hooks = (("provide-client-params.dynamodb", self._ask), ("after-call.dynamodb", self._hear))
        for event, hook in hooks:
            client.meta.events.register(event, hook)
        yield
        for event, hook in hooks:
            client.meta.events.unregister(event, hook)

    def take(self) -> Cost:
        """What was spent since the last time."""
        cost = Cost(tuple(self._operations), self._units["read"], self._units["write"])
        self._operations, self._units = [], {"read": 0.0, "write": 0.0}
        return cost

    def _ask(self, params: dict[str, Any], **_: Any) -> dict[str, Any]:
        self._members = len(params.get("TransactItems", ()))
        return {**params, "ReturnConsumedCapacity": "TOTAL"}

    def _hear(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        match model.name:
            case "GetItem" | "BatchGetItem":
                kind, side = "R", "read"
            case "Query":
                kind, side = "Q", "read"
            case "TransactWriteItems":
                kind, side = f"T{self._members}", "write"
            case _:
                kind, side = "W", "write"
        capacity = parsed.get("ConsumedCapacity", [])  # of a batch the local AWS tells none
        listed = capacity if isinstance(capacity, list) else [capacity]
        self._operations.append(kind)
        self._units[side] += sum(one["CapacityUnits"] for one in listed)


@dataclass
class Store:
    """The ports whose operations are counted; `take` gives what was spent since the last time."""

    calls: Calls
    agents: Agents
    board: Board
    directory: Directory
    leases: Leases
    clock: MemoryClock
    ids: MemoryIds
    take: Callable[[], Cost]


def in_memory() -> Store:
    switch, clock = MemorySwitch(), MemoryClock()
    return Store(
        switch.calls,
        switch.agents,
        switch.board,
        MemoryDirectory(switch.operations),
        MemoryLeases(clock.now, operations=switch.operations),
        clock,
        MemoryIds(),
        lambda: Cost(switch.operations.take()),
    )


@contextmanager
def on_dynamo(cloud: ministack.Cloud) -> Iterator[Store]:
    client, clock, meter = cloud.client("dynamodb"), MemoryClock(), Meter()
    switch, directory = cloud.table(tables.SWITCH), cloud.table(tables.DIRECTORY)
    with meter.listening(client):
        yield Store(
            DynamoCalls(client, switch, clock),
            DynamoAgents(client, switch),
            DynamoBoard(client, switch),
            DynamoDirectory(directory, cloud.endpoint, clock),
            DynamoLeases(client, switch, clock),
            clock,
            MemoryIds(switch[-20:]),
            meter.take,
        )
