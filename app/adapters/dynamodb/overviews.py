"""The last overview, as one item of the `switch` table.

    OVERVIEW / O    version, body, ttl, schema

The body is one compact text: of 300 people and 50 queues some 30 kB, of the 400 kB of an item
(ADR 9 has larger offices).
"""

from datetime import timedelta
from typing import Any

from app.adapters import values
from app.adapters.aws import answering
from app.adapters.dynamodb.layout import SCHEMA
from app.adapters.dynamodb.moments import time_to_live
from app.adapters.dynamodb.requests import is_written
from app.adapters.values import readable
from app.domain.overview import Overview
from app.ports import Report, Unreadable, unreported

LARGEST_BYTES = 390_000

_KEY = {"pk": {"S": "OVERVIEW"}, "sk": {"S": "O"}}
_FREE = "NOT attribute_type(version, :number) OR version <= :version"  # or it is damaged


class DynamoOverviews:
    def __init__(self, client: Any, table: str, report: Report = unreported) -> None:
        self._client = client
        self._table = table
        self._report = report

    def get(self) -> Overview | None:
        with answering():
            item = self._client.get_item(TableName=self._table, Key=_KEY).get("Item")
        if not item:
            return None
        try:
            return readable(Overview, "overview", "O", item.get("body", {}).get("S"))
        except Unreadable as error:  # the next that is made takes its place
            self._report(error)
            return None

    def put(self, overview: Overview) -> bool:
        body = values.dumps(overview)
        if len(body.encode()) > LARGEST_BYTES:
            raise ValueError(f"an overview of {len(body)} characters is more than one item holds")
        item = {
            **_KEY,
            "version": {"N": str(overview.version)},
            "body": {"S": body},
            "ttl": time_to_live(overview.kept_until + timedelta(seconds=1)),
            "schema": SCHEMA,
        }
        return is_written(
            self._client.put_item,
            TableName=self._table,
            Item=item,
            ConditionExpression=_FREE,
            ExpressionAttributeValues={":version": item["version"], ":number": {"S": "N"}},
        )
