"""Rows of the register and the directory as pynamodb models, bound to a table when it is known."""

import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

from botocore.exceptions import ClientError
from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.exceptions import PynamoDBException
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from app.adapters.aws import NO_ANSWER, AwsEndpoint, client, is_not_now
from app.adapters.dynamodb.layout import SCHEMA_NUMBER
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
    schema = NumberAttribute(default=SCHEMA_NUMBER)
    body = UnicodeAttribute(
        null=True
    )  # the value, as app.adapters.values writes it; of a facet none
    rev = NumberAttribute(null=True)  # of a head: the save that it is of
    over = BooleanAttribute(null=True)  # nothing older may replace it
    facet = UnicodeAttribute(null=True)
    started = UnicodeAttribute(null=True)
    open_messages = NumberAttribute(null=True)  # of a mailbox
    version = UnicodeAttribute(null=True)  # of a note: what a write replaces
    by_facet = FacetIndex()


class DirectoryRow(Model):
    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    schema = NumberAttribute(default=SCHEMA_NUMBER)
    body = UnicodeAttribute(null=True)
    chunk = BinaryAttribute(legacy_encoding=False, null=True)
    sha = UnicodeAttribute(null=True)
    previous = UnicodeAttribute(null=True)
    chunks = NumberAttribute(null=True)


def bind(model: type[M], table: str, endpoint: AwsEndpoint) -> type[M]:
    """The same model in that table, on the one client that everything shares (W4's deadlines)."""
    meta = type("Meta", (), {"table_name": table, "region": endpoint.region})
    bound = cast(
        type[M],
        types.new_class(model.__name__, (model,), {}, lambda body: body.update(Meta=meta)),
    )
    # pynamodb 6.1 would make a client for each table, at a cold start; it takes none from outside.
    bound._get_connection().connection._client = client("dynamodb", endpoint)  # noqa: SLF001
    return bound


@contextmanager
def modelled() -> Iterator[None]:
    """`answering` for models: pynamodb wraps what botocore raises."""
    try:
        yield
    except PynamoDBException as error:
        cause = error.cause
        if isinstance(cause, NO_ANSWER) or (isinstance(cause, ClientError) and is_not_now(cause)):
            raise Unavailable(str(error)) from error
        raise
