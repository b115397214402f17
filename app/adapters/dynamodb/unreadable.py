"""What could not be read, in the `switch` table: one partition, a row each.

    UNREADABLE / kind#item    reason, stored, first, last (ms), times, ttl, schema

Plain attributes, without the codec: these rows must be readable when nothing else is.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

from app.adapters.aws import answering
from app.adapters.dynamodb.expiring import milliseconds
from app.adapters.dynamodb.layout import SCHEMA, Item, time_to_live
from app.ports import KEPT_DAYS, Unreadable, UnreadableItem
from app.ports.unreadable import ItemKind

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PK = {"S": "UNREADABLE"}
MOST_TEXT = 100_000  # characters of what stands there: an item takes 400 kB


class DynamoUnreadableItems:
    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def keep(self, found: Unreadable, at: datetime) -> None:
        now = {"N": str(milliseconds(at))}
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
        found: list[Item] = []
        request: dict[str, Any] = {}
        while True:
            with answering():
                page = self._client.query(
                    TableName=self._table,
                    KeyConditionExpression="pk = :pk",
                    ExpressionAttributeValues={":pk": _PK},
                    ConsistentRead=True,
                    **request,
                )
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                return tuple(_item(one) for one in found)
            request = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

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
        _time(row["first"]),
        _time(row["last"]),
        int(row["times"]["N"]),
    )


def _time(number: Item) -> datetime:
    return _EPOCH + timedelta(milliseconds=int(number["N"]))
