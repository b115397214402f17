"""Leases in the `switch` table: one row each, taken by one conditional write.

    LEASE#name / L    holder, until (ms), ttl, schema

A write whose answer was lost is repeated by the client, and finds its own holder there (W3). A row
without an end, which is damaged, is nobody's: else what it guards would never be done again.
"""

import json
from datetime import datetime
from typing import Any

from app.adapters.dynamodb.expiring import ends
from app.adapters.dynamodb.layout import SCHEMA
from app.adapters.dynamodb.moments import number
from app.adapters.dynamodb.requests import is_written
from app.ports import Clock, Report, Unreadable, unreported

_FREE = "NOT attribute_type(#until, :number) OR #until <= :now OR #holder IN (:held_by, :holder)"


class DynamoLeases:
    def __init__(self, client: Any, table: str, clock: Clock, report: Report = unreported) -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._report = report

    def take(self, name: str, holder: str, until: datetime, *, held_by: str = "") -> bool:
        item = {"pk": {"S": f"LEASE#{name}"}, "sk": {"S": "L"}, "holder": {"S": holder}}

        def put(**request: Any) -> None:
            before = self._client.put_item(**request).get("Attributes", {})
            if before and "N" not in before.get("until", {}):
                self._report(Unreadable("lease", name, "it has no end", json.dumps(before)))

        return is_written(
            put,
            TableName=self._table,
            Item=item | ends(until) | {"schema": SCHEMA},
            ConditionExpression=_FREE,
            ExpressionAttributeNames={"#until": "until", "#holder": "holder"},
            ExpressionAttributeValues={
                ":now": number(self._clock.now()),
                ":held_by": {"S": held_by},
                ":holder": {"S": holder},
                ":number": {"S": "N"},
            },
            ReturnValues="ALL_OLD",
        )
