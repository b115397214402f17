"""Values that expire (sessions, single-use tickets, counts) in the `switch` table.

    FACT#key    / F      text | sum, until (ms), ttl, schema
    GROUP#group / key    until (ms), ttl, schema

The expiry is checked at each read: DynamoDB's time to live deletes items only hours later.
"""

from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from app.adapters.aws import answering, code_of
from app.adapters.dynamodb.layout import SCHEMA
from app.adapters.dynamodb.moments import number, time_to_live
from app.adapters.dynamodb.requests import is_written
from app.ports import Clock

_NOT_OVER = "attribute_not_exists(pk) OR #until > :now"


class DynamoExpiring:
    def __init__(self, client: Any, table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def put(self, key: str, value: str, until: datetime, *, group: str = "") -> None:
        common = ends(until) | {"schema": SCHEMA}
        item = _key(key) | common | {"text": {"S": value}}
        if not group:
            with answering():
                self._client.put_item(TableName=self._table, Item=item)
            return
        items = (item, _member(group, key) | common)  # both or none: it cannot escape its group
        puts = [{"Put": {"TableName": self._table, "Item": one}} for one in items]
        with answering():
            self._client.transact_write_items(TransactItems=puts)

    def get(self, key: str) -> str | None:
        with answering():
            found = self._client.get_item(TableName=self._table, Key=_key(key), ConsistentRead=True)
        return self._alive(found.get("Item"))

    def take(self, key: str) -> str | None:
        """Delete and return it: of several callers, exactly one gets it."""
        with answering():
            found = self._client.delete_item(
                TableName=self._table, Key=_key(key), ReturnValues="ALL_OLD"
            )
        return self._alive(found.get("Attributes"))

    def count(self, key: str, until: datetime) -> int:
        """One atomic addition; an old count that is over is removed first, once."""
        try:
            return self._add(key, until)
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
        self._remove_if_over(key)
        return self._add(key, until)

    def forget(self, key: str) -> None:
        with answering():
            self._client.delete_item(TableName=self._table, Key=_key(key))

    def forget_group(self, group: str) -> tuple[str, ...]:
        """Repeatable: what an interrupted call left is found again by the next."""
        with answering():
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": f"GROUP#{group}"}},
                ConsistentRead=True,
            )
            keys = tuple(item["sk"]["S"] for page in pages for item in page["Items"])
            for key in keys:
                self._client.delete_item(TableName=self._table, Key=_key(key))
                self._client.delete_item(TableName=self._table, Key=_member(group, key))
        return keys

    def _add(self, key: str, until: datetime) -> int:
        end = ends(until)
        with answering():
            answer = self._client.update_item(
                TableName=self._table,
                Key=_key(key),
                UpdateExpression=(
                    "SET #until = if_not_exists(#until, :until), "
                    "#ttl = if_not_exists(#ttl, :ttl), #schema = :schema ADD #sum :one"
                ),
                ConditionExpression=_NOT_OVER,
                ExpressionAttributeNames={
                    "#until": "until",
                    "#ttl": "ttl",
                    "#sum": "sum",
                    "#schema": "schema",
                },
                ExpressionAttributeValues={
                    ":until": end["until"],
                    ":ttl": end["ttl"],
                    ":one": {"N": "1"},
                    ":schema": SCHEMA,
                    ":now": self._now(),
                },
                ReturnValues="UPDATED_NEW",
            )
        return int(answer["Attributes"]["sum"]["N"])

    def _remove_if_over(self, key: str) -> None:
        """If another function has just begun a new count, that one is used."""
        is_written(
            self._client.delete_item,
            TableName=self._table,
            Key=_key(key),
            ConditionExpression="#until <= :now",
            ExpressionAttributeNames={"#until": "until"},
            ExpressionAttributeValues={":now": self._now()},
        )

    def _alive(self, item: dict[str, Any] | None) -> str | None:
        if not item or int(item["until"]["N"]) <= int(self._now()["N"]):
            return None
        found: str = item["sum"]["N"] if "sum" in item else item["text"]["S"]
        return found

    def _now(self) -> dict[str, str]:
        return number(self._clock.now())


def _key(key: str) -> dict[str, Any]:
    return {"pk": {"S": f"FACT#{key}"}, "sk": {"S": "F"}}


def _member(group: str, key: str) -> dict[str, Any]:
    return {"pk": {"S": f"GROUP#{group}"}, "sk": {"S": key}}


def ends(until: datetime) -> dict[str, Any]:
    return {"until": number(until), "ttl": time_to_live(until + timedelta(seconds=1))}
