"""When each shared topic is sent, in the `switch` table.

    SHARED#topic / S    wanted, sent, due (ms), ttl, schema

One conditional update a step. A condition that fails answers the row as it is, so that nothing is
read before a write.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from app.adapters.aws import answering, code_of
from app.adapters.dynamodb.layout import SCHEMA
from app.ports import SEND_LOST, SHARED_PAUSE, Unavailable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_NOT_PLANNED = "(attribute_not_exists(due) OR due < :lost)"
_AFTER_PAUSE = "(attribute_not_exists(sent) OR sent <= :paused)"


class DynamoSharedTopics:
    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def want(self, topic: str, until: datetime) -> None:
        values = {
            ":until": _number(until),
            ":ttl": {"N": str(_milliseconds(until) // 1000 + 1)},
            ":schema": SCHEMA,
        }
        self._update(
            topic,
            "SET wanted = :until, #ttl = :ttl, #schema = :schema",
            "attribute_not_exists(wanted) OR wanted < :until",
            values,
            names={"#ttl": "ttl", "#schema": "schema"},
        )

    def plan(self, topic: str, now: datetime) -> datetime | None:
        values = {
            ":now": _number(now),
            ":lost": _number(now - SEND_LOST),
            ":paused": _number(now - SHARED_PAUSE),
        }
        condition = f"wanted > :now AND {_NOT_PLANNED} AND {_AFTER_PAUSE}"
        done, row = self._update(topic, "SET due = :now", condition, values)
        if done:
            return now
        if not _is_to_plan(row, now):
            return None
        return self._plan_after_pause(topic, _time(row["sent"]) + SHARED_PAUSE, now)

    def _plan_after_pause(self, topic: str, due: datetime, now: datetime) -> datetime | None:
        values = {":due": _number(due), ":lost": _number(now - SEND_LOST)}
        done, _ = self._update(topic, "SET due = :due", _NOT_PLANNED, values)
        return due if done else None  # else somebody else has just planned one

    def to_plan(self, topics: Sequence[str], now: datetime) -> tuple[str, ...]:
        keys = [_key(topic) for topic in topics]
        with answering():
            answer = self._client.batch_get_item(
                RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}}
            )
        if answer.get("UnprocessedKeys"):
            raise Unavailable("throttled in a batch")
        rows = {row["pk"]["S"]: row for row in answer["Responses"].get(self._table, ())}
        found = ((topic, rows.get(_key(topic)["pk"]["S"], {})) for topic in topics)
        return tuple(topic for topic, row in found if _is_to_plan(row, now))

    def take(self, topic: str, now: datetime) -> datetime | None:
        values = {":now": _number(now)}
        condition = "attribute_exists(due) AND due <= :now"
        done, row = self._update(topic, "SET sent = :now REMOVE due", condition, values)
        return _time(row["wanted"]) if done else None

    def _update(
        self,
        topic: str,
        update: str,
        condition: str,
        values: Mapping[str, Any],
        names: Mapping[str, str] | None = None,
    ) -> tuple[bool, Mapping[str, Any]]:
        """Whether it is done, and the row as it is now; an empty one if there is none."""
        request: dict[str, Any] = {
            "TableName": self._table,
            "Key": _key(topic),
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "ReturnValues": "ALL_NEW",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if names:
            request["ExpressionAttributeNames"] = names
        try:
            with answering():
                answer: dict[str, Any] = self._client.update_item(**request)
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            refused: dict[str, Any] = {**error.response}
            return False, dict(refused.get("Item", {}))
        return True, answer["Attributes"]


def _key(topic: str) -> dict[str, Any]:
    return {"pk": {"S": f"SHARED#{topic}"}, "sk": {"S": "S"}}


def _is_to_plan(row: Mapping[str, Any], now: datetime) -> bool:
    """Somebody wants it, and no send is planned that will tell of this change, too."""
    is_wanted = "wanted" in row and _time(row["wanted"]) > now
    return is_wanted and not ("due" in row and _time(row["due"]) >= now - SEND_LOST)


def _number(at: datetime) -> dict[str, str]:
    return {"N": str(_milliseconds(at))}


def _milliseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND


def _time(number: Mapping[str, str]) -> datetime:
    return _EPOCH + int(number["N"]) * _MILLISECOND
