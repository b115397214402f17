"""Every stored item says of which schema it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from app.adapters.dynamodb import (
    DynamoDirectory,
    DynamoOverviews,
    DynamoRegister,
    DynamoSharedTopics,
    tables,
)
from app.adapters.dynamodb.connections import DynamoTagged
from app.adapters.dynamodb.expiring import DynamoExpiring
from app.adapters.dynamodb.layout import SCHEMA
from app.adapters.memory import MemoryClock
from app.domain import events
from app.domain.dialplan import Contact, Plan
from app.domain.overview import Overview
from app.ports import CallRecord, CallUpdate, Entry, Listening, Note, RecordingRecord, WriteSet
from tests.adapters.contract.switch_stores import NOW, OnDynamo, anna, applied, call, ready, waiting
from tests.support.ministack import Cloud

CLOCK = MemoryClock()


def _kinds(client: Any, table: str) -> Iterator[tuple[str, object]]:
    """Each item's key in short, and its schema."""
    for item in client.scan(TableName=table)["Items"]:
        yield f"{item['pk']['S'].partition('#')[0]} {item['sk']['S'][0]}", item.get("schema")


def test_every_item_of_live_state_says_its_schema(dynamo: OnDynamo) -> None:
    client, table, soon = dynamo.client, dynamo.table, CLOCK.now() + timedelta(seconds=60)
    write_set = WriteSet(
        "w1",
        call=call(),
        agents=(anna(1),),
        applied=applied(),
        put_waiting=waiting(),
        put_ready=(ready(),),
    )

    dynamo.stores().calls.save(write_set)
    DynamoTagged(client, table, CLOCK).put("c1", "body", ("board",))
    DynamoExpiring(client, table, CLOCK).put("session", "anna", soon)
    DynamoExpiring(client, table, CLOCK).count("tries", soon)

    DynamoSharedTopics(client, table).want("board", soon)
    DynamoOverviews(client, table).put(Overview(1, soon))

    kinds = (
        "AGENT A", "CALL C", "CONN C", "FACT F", "OVERVIEW O", "POOL R", "POOL W", "SHARED S",
        "TOPIC c",
    )  # fmt: skip
    assert dict(_kinds(client, table)) == dict.fromkeys(kinds, SCHEMA)


def test_every_row_of_the_register_says_its_schema(cloud: Cloud) -> None:
    table = cloud.table(tables.REGISTER)
    register = DynamoRegister(table, cloud.endpoint)

    register.put_head(CallRecord("c2", "+44", "", "+44", NOW))
    entry = Entry(1, NOW, events.Arrived(), "AtNode")
    head = CallRecord("c1", "+44", "", "+44", NOW, agents=("anna",))
    register.put_updates([CallUpdate("c1", entry, head, ("anna",))])
    register.put_note("c1", Note("anna", "Grüße", NOW, "v1"), "")
    register.put_recording("c1", RecordingRecord("RE1", "message", "stored"))
    register.put_listening("c1", Listening("anna", "RE1", NOW))

    kinds = tuple(f"CALL {kind}" for kind in "HFTNXA")
    assert dict(_kinds(cloud.client("dynamodb"), table)) == dict.fromkeys(kinds, SCHEMA)


def test_every_row_of_the_directory_says_its_schema(cloud: Cloud) -> None:
    table = cloud.table(tables.DIRECTORY)
    directory = DynamoDirectory(table, cloud.endpoint, CLOCK)

    directory.publish(Plan("p1", "K", "UTC", (), {}), previous=None)
    directory.put_contact(Contact("+44", "Łucja"))

    kinds = ("PHONE C", "PLAN H", "PLAN P")
    assert dict(_kinds(cloud.client("dynamodb"), table)) == dict.fromkeys(kinds, SCHEMA)
