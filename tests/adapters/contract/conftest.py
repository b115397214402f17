"""Each port's suite runs on memory and on the real adapter: fakes that cannot lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.adapters.dynamodb import DynamoRegister, tables
from app.adapters.memory import MemoryRegister
from app.ports import Register
from tests.adapters.contract.switch_stores import OnDynamo, Stores, in_memory

if TYPE_CHECKING:
    from tests.support.ministack import Cloud


@pytest.fixture
def dynamo(cloud: Cloud) -> OnDynamo:
    return OnDynamo.made(cloud)


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "memory":
        return in_memory()
    dynamo: OnDynamo = request.getfixturevalue("dynamo")
    return dynamo.stores()


@pytest.fixture(params=["memory", "dynamodb"])
def register(request: pytest.FixtureRequest) -> Register:
    if request.param == "memory":
        return MemoryRegister()
    cloud: Cloud = request.getfixturevalue("cloud")
    return DynamoRegister(cloud.table(tables.REGISTER), cloud.endpoint)
