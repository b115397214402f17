"""When each shared topic is sent, in the `switch` table.

    SHARED / S    wanted:topic, sent:topic, due:topic (ms), ttl, schema

One row for all topics, and one conditional update a step: a condition that fails answers the row as
it is, so that nothing is read before a write, nor a second topic asked of that nobody wants.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from app.adapters.aws import answering, code_of
from app.adapters.dynamodb.layout import SCHEMA
from app.adapters.dynamodb.moments import moment_of, number, time_to_live
from app.ports import SEND_LOST, SHARED_PAUSE

_KEY = {"pk": {"S": "SHARED"}, "sk": {"S": "S"}}
_KEPT = timedelta(days=1)  # the row, after the last that anybody wanted
_NOT_PLANNED = "(attribute_not_exists(#due) OR #due < :lost)"
_AFTER_PAUSE = "(attribute_not_exists(#sent) OR #sent <= :paused)"


class _Refused(Exception):
    """The condition failed; the row as it is, empty if there is none."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        super().__init__()
        self.row = row


class DynamoSharedTopics:
    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def want(self, topic: str, until: datetime) -> None:
        values = {
            ":until": number(until),
            ":ttl": time_to_live(until + _KEPT),
            ":schema": SCHEMA,
        }
        names = {"#wanted": f"wanted:{topic}", "#ttl": "ttl", "#schema": "schema"}
        update = "SET #wanted = :until, #ttl = :ttl, #schema = :schema"
        try:
            self._update(update, "attribute_not_exists(#wanted) OR #wanted < :until", names, values)
        except _Refused:
            return  # somebody else wants it for longer

    def plan(self, topics: Sequence[str], now: datetime) -> dict[str, datetime | None]:
        row: Mapping[str, Any] | None = None
        planned: dict[str, datetime | None] = {}
        for topic in topics:
            due = now if row is None else _due(row, topic, now)
            if due == now:
                row, due = self._plan_now(topic, now)
            if row is not None and not _is_wanted(row, topic, now):
                planned[topic] = None
            elif due == now or (due is not None and self._plan_later(topic, due, now)):
                planned[topic] = due
        return planned

    def _plan_now(self, topic: str, now: datetime) -> tuple[Mapping[str, Any], datetime | None]:
        """The row, and when to send the topic."""
        values = {
            ":now": number(now),
            ":lost": number(now - SEND_LOST),
            ":paused": number(now - SHARED_PAUSE),
        }
        condition = f"#wanted > :now AND {_NOT_PLANNED} AND {_AFTER_PAUSE}"
        try:
            return self._update("SET #due = :now", condition, _names(topic), values), now
        except _Refused as refused:
            return refused.row, _due(refused.row, topic, now)

    def _plan_later(self, topic: str, due: datetime, now: datetime) -> bool:
        values = {":due": number(due), ":lost": number(now - SEND_LOST)}
        names = {"#due": f"due:{topic}"}
        try:
            self._update("SET #due = :due", _NOT_PLANNED, names, values)
        except _Refused:
            return False
        return True

    def take(self, topic: str, now: datetime) -> datetime | None:
        condition = "attribute_exists(#due) AND #due <= :now"
        names = {"#due": f"due:{topic}", "#sent": f"sent:{topic}"}
        try:
            row = self._update(
                "SET #sent = :now REMOVE #due", condition, names, {":now": number(now)}
            )
        except _Refused:
            return None
        return moment_of(row[f"wanted:{topic}"])

    def _update(
        self, update: str, condition: str, names: Mapping[str, str], values: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """The row as it is then. Raises _Refused."""
        try:
            with answering():
                answer: dict[str, Any] = self._client.update_item(
                    TableName=self._table,
                    Key=_KEY,
                    UpdateExpression=update,
                    ConditionExpression=condition,
                    ExpressionAttributeNames=names,
                    ExpressionAttributeValues=values,
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            response: dict[str, Any] = {**error.response}
            raise _Refused(response.get("Item", {})) from None
        found: Mapping[str, Any] = answer["Attributes"]
        return found


def _is_wanted(row: Mapping[str, Any], topic: str, now: datetime) -> bool:
    wanted = row.get(f"wanted:{topic}")
    return wanted is not None and moment_of(wanted) > now


def _due(row: Mapping[str, Any], topic: str, now: datetime) -> datetime | None:
    """When to send the topic, as that row says. None: not at all, or that is planned already."""
    due, sent = (row.get(f"{what}:{topic}") for what in ("due", "sent"))
    if not _is_wanted(row, topic, now):
        return None
    if due is not None and moment_of(due) >= now - SEND_LOST:
        return None
    return max(now, moment_of(sent) + SHARED_PAUSE) if sent is not None else now


def _names(topic: str) -> dict[str, str]:
    return {f"#{what}": f"{what}:{topic}" for what in ("wanted", "due", "sent")}
