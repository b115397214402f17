"""What is asked of DynamoDB, where a store that is never behind and never full cannot tell."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.adapters.dynamodb import DynamoAgents, DynamoBoard, DynamoCalls
from app.adapters.dynamodb.layout import agent_key, call_key, ready_attributes, ready_key
from app.adapters.memory import MemoryClock
from app.domain import codec
from app.domain.board import POOL
from app.ports import Unavailable
from tests.adapters.contract.switch_stores import (
    anna_reserved,
    offered,
    pairing,
    ready,
)

CALL = {
    **call_key("c1"),
    "call": {"S": json.dumps(codec.plain(offered(2)))},
    "beside": {"S": json.dumps(codec.plain((anna_reserved(2),)))},
}
AGENT = {**agent_key("anna"), "agent": {"S": json.dumps(codec.plain(anna_reserved(3)))}}


class Asked:
    """A client that keeps its requests. Its board has two pages."""

    def __init__(self, *, throttled: bool = False) -> None:
        self.requests: list[dict[str, Any]] = []
        self._throttled = throttled

    def get_item(self, **request: Any) -> dict[str, Any]:
        self.requests.append(request)
        return {"Item": CALL if request["Key"] == call_key("c1") else AGENT}

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - theirs
        self.requests.append(RequestItems["switch"])
        if self._throttled:
            return {"Responses": {}, "UnprocessedKeys": RequestItems}
        return {"Responses": {"switch": [AGENT]}, "UnprocessedKeys": {}}

    def query(self, **request: Any) -> dict[str, Any]:
        self.requests.append(dict(request))
        first = "ExclusiveStartKey" not in request
        row = ready("anna" if first else "ben")
        item = {**ready_key(POOL, row.agent), **ready_attributes(row)}
        return {"Items": [item]} | ({"LastEvaluatedKey": {"at": "anna"}} if first else {})

    def transact_write_items(self, **request: Any) -> None:
        self.requests.append(request)


def test_every_read_that_decides_is_strongly_consistent() -> None:
    client = Asked()

    DynamoCalls(client, "switch", MemoryClock()).get("c1", fresh=True)
    DynamoAgents(client, "switch").get("anna")
    DynamoBoard(client, "switch").ready(POOL)

    assert len(client.requests) == 5
    assert all(request["ConsistentRead"] is True for request in client.requests)


def test_a_fresh_call_is_one_read_and_one_batch() -> None:
    client = Asked()

    loaded = DynamoCalls(client, "switch", MemoryClock()).get("c1", fresh=True)

    assert loaded is not None
    assert loaded.agents == (anna_reserved(3),)
    assert len(client.requests) == 2


def test_a_batch_that_was_not_answered_whole_is_unavailable() -> None:
    calls = DynamoCalls(Asked(throttled=True), "switch", MemoryClock())

    with pytest.raises(Unavailable):
        calls.get("c1", fresh=True)


def test_a_board_of_several_pages_is_read_to_its_end() -> None:
    client = Asked()

    rows = DynamoBoard(client, "switch").ready(POOL)

    assert [row.agent for row in rows] == ["anna", "ben"]
    assert client.requests[1]["ExclusiveStartKey"] == {"at": "anna"}


def test_no_page_is_read_beyond_the_rows_that_are_asked_for() -> None:
    client = Asked()

    rows = DynamoBoard(client, "switch").ready(POOL, 1)

    assert [row.agent for row in rows] == ["anna"]
    assert [request["Limit"] for request in client.requests] == [1]


def test_a_transaction_carries_the_saves_own_id() -> None:  # W3
    client = Asked()

    DynamoCalls(client, "switch", MemoryClock()).save(pairing("w3", 2, 2))

    assert client.requests[0]["ClientRequestToken"] == "w3"
    assert len(client.requests[0]["TransactItems"]) == 4
