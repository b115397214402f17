"""Rows of the register and the directory as pynamodb models, bound to a table when it is known."""

import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

from botocore.exceptions import ClientError, HTTPClientError
from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.exceptions import PynamoDBException
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from app.adapters.aws import ATTEMPTS, CONNECT_SECONDS, READ_SECONDS, Place, is_not_now
from app.ports import Unavailable

M = TypeVar("M", bound=Model)


class FacetIndex(GlobalSecondaryIndex["RegisterRow"]):  # type: ignore[no-untyped-call]
    """Calls by one of their facets (the company, an agent), in the order in which they began."""

    class Meta:
        index_name = "facet"
        projection = AllProjection()

    facet = UnicodeAttribute(hash_key=True)
    started = UnicodeAttribute(range_key=True)


class RegisterRow(Model):
    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute()  # the value, as app.adapters.values writes it
    over = BooleanAttribute(null=True)  # nothing older may replace it
    facet = UnicodeAttribute(null=True)
    started = UnicodeAttribute(null=True)
    by_facet = FacetIndex()


class DirectoryRow(Model):
    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute(null=True)
    chunk = BinaryAttribute(legacy_encoding=False, null=True)
    sha = UnicodeAttribute(null=True)
    chunks = NumberAttribute(null=True)


def bind(model: type[M], table: str, place: Place) -> type[M]:
    """The same model in that table, with the deadlines of W4."""
    meta = {
        "table_name": table,
        "region": place.region,
        "host": place.endpoint_url,
        "connect_timeout_seconds": CONNECT_SECONDS,
        "read_timeout_seconds": READ_SECONDS,
        "max_retry_attempts": ATTEMPTS - 1,
        "max_pool_connections": 64,
    }
    return cast(
        type[M],
        types.new_class(
            model.__name__, (model,), {}, lambda body: body.update(Meta=type("Meta", (), meta))
        ),
    )


@contextmanager
def modelled() -> Iterator[None]:
    """`answering` for models: pynamodb wraps what botocore raises."""
    try:
        yield
    except PynamoDBException as error:
        match error.cause:
            case HTTPClientError():
                raise Unavailable(str(error)) from error
            case ClientError() as cause if is_not_now(cause):
                raise Unavailable(str(error)) from error
            case _:
                raise
