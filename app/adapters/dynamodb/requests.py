"""What several ports ask of DynamoDB in one way. Each raises Unavailable, as `answering` does."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from app.adapters.aws import answering, code_of
from app.adapters.dynamodb.layout import Item
from app.ports import Unavailable

MOST_READ = 100  # items that BatchGetItem reads at once


def is_written(write: Callable[..., object], **request: Any) -> bool:
    """Whether the condition of this write held."""
    try:
        with answering():
            write(**request)
    except ClientError as error:
        if code_of(error) != "ConditionalCheckFailedException":
            raise
        return False
    return True


def items_of(
    client: Any, table: str, keys: Sequence[dict[str, Any]], *, is_consistent: bool
) -> Iterator[Item]:
    """As many of these items as there are, in any order; one request for each hundred."""
    for at in range(0, len(keys), MOST_READ):
        asked = {"Keys": list(keys[at : at + MOST_READ]), "ConsistentRead": is_consistent}
        with answering():
            answer = client.batch_get_item(RequestItems={table: asked})
        if answer.get("UnprocessedKeys"):
            raise Unavailable("throttled in a batch")
        yield from answer["Responses"].get(table, ())


def found_by(client: Any, **query: Any) -> Iterator[Item]:
    """All items of one query, page after page."""
    while True:
        with answering():
            page = client.query(**query)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        query["ExclusiveStartKey"] = page["LastEvaluatedKey"]
