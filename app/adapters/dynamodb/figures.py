"""How the figures of a day lie in the register's table: the writes that count, and the sums. Pure.

    CALL#id   / D       that this call is counted; written once
    DAY#date  / node    answered, soon, gave_up: the sums of one queue

Both are in the transaction of the save that ended the call (`call_rows`), so a call counts once,
however often it is told of.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.adapters.dynamodb.call_rows import Item, Member
from app.adapters.dynamodb.layout import SCHEMA
from app.domain.figures import CountedCall, QueueDay
from app.ports import CallUpdate

SUMS = ("answered", "soon", "gave_up")


def counted_in(updates: Iterable[CallUpdate]) -> list[CountedCall]:
    """Each call once, though its save may be told twice."""
    return list({one.call: one.counted for one in updates if one.counted}.values())


def writes_of(table: str, calls: Sequence[CountedCall]) -> list[Member]:
    """The calls first, in their order: a condition that fails tells which is counted already.

    Of several calls of one queue and day one sum: a transaction writes an item once.
    """
    sums: dict[tuple[str, str], QueueDay] = {}
    for one in calls:
        known = sums.get((one.day, one.node), QueueDay(one.node))
        sums[(one.day, one.node)] = known.with_call(one)
    return [
        *(_counted(table, one) for one in calls),
        *(_added(table, day, more) for (day, _), more in sums.items()),
    ]


def day_key(day: str) -> str:
    return f"DAY#{day}"


def sums_of(items: Iterable[Mapping[str, Any]]) -> tuple[QueueDay, ...]:
    return tuple(
        QueueDay(item["sk"]["S"], *(int(item.get(name, {"N": "0"})["N"]) for name in SUMS))
        for item in items
    )


def _counted(table: str, one: CountedCall) -> Member:
    item: Item = {"pk": {"S": f"CALL#{one.call}"}, "sk": {"S": "D"}, "schema": SCHEMA}
    condition = "attribute_not_exists(pk)"
    return {"Put": {"TableName": table, "Item": item, "ConditionExpression": condition}}


def _added(table: str, day: str, more: QueueDay) -> Member:
    added = {name: {"N": str(getattr(more, name))} for name in SUMS}
    return {
        "Update": {
            "TableName": table,
            "Key": {"pk": {"S": day_key(day)}, "sk": {"S": more.node}},
            "UpdateExpression": "ADD " + ", ".join(f"#{name} :{name}" for name in SUMS)
            + " SET #schema = :schema",
            "ExpressionAttributeNames": {f"#{name}": name for name in (*SUMS, "schema")},
            "ExpressionAttributeValues": {
                **{f":{name}": number for name, number in added.items()},
                ":schema": SCHEMA,
            },
        }
    }  # fmt: skip
