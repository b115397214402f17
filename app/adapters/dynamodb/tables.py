"""The three tables as data, in CreateTable's own words; infra/aws/tables.yml is held equal."""

from typing import Any, TypeAlias

Definition: TypeAlias = dict[str, Any]

TIME_TO_LIVE = {"AttributeName": "ttl", "Enabled": True}  # of the switch table


def _definition(
    indexes: tuple[Definition, ...] = (), attributes: tuple[str, ...] = ()
) -> Definition:
    table: Definition = {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", *attributes)
        ],
        "KeySchema": _keys("pk", "sk"),
    }
    return {**table, "GlobalSecondaryIndexes": list(indexes)} if indexes else table


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]


_LIVE = {
    "IndexName": "live",  # sparse: calls that have not ended
    "KeySchema": _keys("live", "pk"),
    "Projection": {"ProjectionType": "KEYS_ONLY"},
}
_FACET = {
    "IndexName": "facet",
    "KeySchema": _keys("facet", "started"),
    "Projection": {"ProjectionType": "ALL"},
}

SWITCH: Definition = {
    **_definition((_LIVE,), ("live",)),
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}
REGISTER: Definition = _definition((_FACET,), ("facet", "started"))
DIRECTORY: Definition = _definition()
