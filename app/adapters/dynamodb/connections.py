"""WebSocket connections and their tags, in the `switch` table (S1).

    CONN#id    / CONN    body, tags, schema
    TOPIC#tag  / id      body, schema

The body is the caller's text; a tag is a topic to look connections up by. An item expires after two
hours, as a WebSocket of API Gateway does.
"""

from datetime import timedelta
from typing import Any

from app.adapters.aws import answering
from app.adapters.dynamodb.layout import SCHEMA
from app.adapters.dynamodb.moments import time_to_live
from app.ports import Clock

LONGEST = timedelta(hours=2, minutes=5)


class DynamoTagged:
    def __init__(self, client: Any, table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def put(self, name: str, body: str, tags: tuple[str, ...]) -> None:
        """All of it or nothing."""
        end = time_to_live(self._clock.now() + LONGEST)
        common = {"body": {"S": body}, "ttl": end, "schema": SCHEMA}
        own = {**_connection(name), **common, "tags": {"L": [{"S": tag} for tag in tags]}}
        items = [own, *({**_tagged(tag, name), **common} for tag in tags)]
        puts = [{"Put": {"TableName": self._table, "Item": item}} for item in items]
        with answering():
            self._client.transact_write_items(TransactItems=puts)

    def remove(self, name: str) -> None:
        """Repeatable: a repeated call removes what an interrupted one left."""
        with answering():
            found = self._client.get_item(
                TableName=self._table, Key=_connection(name), ConsistentRead=True
            ).get("Item")
            for tag in found["tags"]["L"] if found else ():
                self._client.delete_item(TableName=self._table, Key=_tagged(tag["S"], name))
            self._client.delete_item(TableName=self._table, Key=_connection(name))

    def tagged(self, tag: str) -> tuple[str, ...]:
        """The bodies under a tag."""
        with answering():
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": f"TOPIC#{tag}"}},
                ConsistentRead=True,
            )
            return tuple(item["body"]["S"] for page in pages for item in page["Items"])


def _connection(name: str) -> dict[str, Any]:
    return {"pk": {"S": f"CONN#{name}"}, "sk": {"S": "CONN"}}


def _tagged(tag: str, name: str) -> dict[str, Any]:
    return {"pk": {"S": f"TOPIC#{tag}"}, "sk": {"S": name}}
