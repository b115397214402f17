"""W4: no wait for AWS outlasts a caller's patience; what is known stands in for what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.adapters import aws
from app.adapters.dynamodb import DynamoDirectory, DynamoRegister, tables
from app.adapters.dynamodb.models import DirectoryRow, bind
from app.adapters.memory import MemoryClock
from app.domain.dialplan import Plan
from app.ports import Unavailable

if TYPE_CHECKING:
    from tests.support.ministack import Cloud

pytestmark = pytest.mark.usefixtures("_credentials")

PLAN = Plan("p1", "Kestrel", "UTC", (), {})
NOWHERE = aws.AwsEndpoint("eu-central-1", "http://127.0.0.1:9")


@pytest.mark.parametrize("service", ["dynamodb", "sqs", "s3"])
def test_a_client_waits_as_long_as_the_design_says(service: str) -> None:
    config = aws.client(service, NOWHERE).meta.config

    assert (config.connect_timeout, config.read_timeout) == (0.3, 1.0)
    assert config.retries == {"total_max_attempts": 2, "mode": "standard"}


def test_models_and_live_state_share_one_client() -> None:
    bound = bind(DirectoryRow, "directory", NOWHERE)

    assert bound._get_connection().connection.client is aws.client("dynamodb", NOWHERE)


def test_a_register_that_does_not_answer_is_unavailable() -> None:
    register = DynamoRegister("register", NOWHERE)

    with pytest.raises(Unavailable):
        register.get("c1")
    with pytest.raises(Unavailable):
        register.newest(agent=None, limit=3)


def test_a_directory_that_does_not_answer_is_unavailable() -> None:
    directory = DynamoDirectory("directory", NOWHERE, MemoryClock())

    with pytest.raises(Unavailable):
        directory.head()
    with pytest.raises(Unavailable):
        directory.contact("+442079460142")
    with pytest.raises(Unavailable):
        directory.publish(PLAN, previous=None)


def test_the_last_known_head_is_used_while_the_store_does_not_respond(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = MemoryClock()
    directory = DynamoDirectory(cloud.table(tables.DIRECTORY), cloud.endpoint, clock)
    directory.publish(PLAN, previous=None)
    clock.advance(31)
    dead = aws.client("dynamodb", NOWHERE)
    monkeypatch.setattr(directory._row._get_connection().connection, "_client", dead)

    head = directory.head()

    assert head == PLAN
