"""What could not be read, in the `switch` table: one partition, a row each.

    UNREADABLE / kind#item    reason, stored, first, last (ms), times, ttl, schema

Plain attributes, without the codec: these rows must be readable when nothing else is.
"""

from datetime import datetime, timedelta
from typing import Any, cast

from app.adapters.aws import answering
from app.adapters.dynamodb.layout import SCHEMA, Item
from app.adapters.dynamodb.moments import moment_of, number, time_to_live
from app.adapters.dynamodb.requests import found_by
from app.ports import KEPT_DAYS, Unreadable, UnreadableItem
from app.ports.unreadable import ItemKind

_PK = {"S": "UNREADABLE"}
MOST_TEXT = 100_000  # characters of what stands there: an item takes 400 kB


class DynamoUnreadableItems:
    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def keep(self, found: Unreadable, at: datetime) -> None:
        now = number(at)
        values = {
            "reason": {"S": found.reason},
            "stored": {"S": found.stored[:MOST_TEXT]},
            "last": now,
            "ttl": time_to_live(at + timedelta(days=KEPT_DAYS)),
            "schema": SCHEMA,
        }
        names = (*values, "first", "times")
        with answering():
            self._client.update_item(
                TableName=self._table,
                Key=_key(found.kind, found.item),
                UpdateExpression="SET "
                + ", ".join(f"#{name} = :{name}" for name in values)
                + ", #first = if_not_exists(#first, :last) ADD #times :one",
                ExpressionAttributeNames={f"#{name}": name for name in names},
                ExpressionAttributeValues={
                    ":one": {"N": "1"},
                    **{f":{name}": content for name, content in values.items()},
                },
            )

    def all(self) -> tuple[UnreadableItem, ...]:
        rows = found_by(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": _PK},
            ConsistentRead=True,
        )
        return tuple(_item(row) for row in rows)

    def forget(self, item: UnreadableItem) -> None:
        with answering():
            self._client.delete_item(TableName=self._table, Key=_key(item.kind, item.item))


def _key(kind: ItemKind, item: str) -> dict[str, Any]:
    return {"pk": _PK, "sk": {"S": f"{kind}#{item}"}}


def _item(row: Item) -> UnreadableItem:
    kind, _, item = row["sk"]["S"].partition("#")
    return UnreadableItem(
        cast(ItemKind, kind),
        item,
        row["reason"]["S"],
        row["stored"]["S"],
        moment_of(row["first"]),
        moment_of(row["last"]),
        int(row["times"]["N"]),
    )
