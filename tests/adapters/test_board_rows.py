"""A row of the board in DynamoDB: fields by name, so that two versions read each other's."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from app.adapters.dynamodb import layout
from app.domain import codec
from app.domain.agent import Today
from app.domain.board import POOL, ReadyRow, WaitingRow
from app.ports import WriteSet
from tests.adapters.contract.switch_stores import anna, call, filled, ready, waiting


def stored_waiting(row: WaitingRow) -> dict[str, Any]:
    return {**layout.waiting_key(POOL, row), "row": {"S": layout.waiting_text(row)}}


def stored_ready(row: ReadyRow) -> dict[str, Any]:
    return {**layout.ready_key(POOL, row.agent), **layout.ready_attributes(row)}


def changed(item: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The item with other fields in its row; None takes a field away."""
    fields = json.loads(item["row"]["S"]) | more
    kept = {name: content for name, content in fields.items() if content is not None}
    return {**item, "row": {"S": json.dumps(kept)}}


def test_what_a_newer_version_wrote_beside_does_not_hinder_reading() -> None:
    row, free = filled(WaitingRow), filled(ReadyRow)
    today = {"_": "Today", "day": "2026-11-20", "calls": 2, "smiles": 3}

    read = layout.waiting_row(changed(stored_waiting(row), mood="cross"))
    read_free = layout.ready_row(changed(stored_ready(free), skills=["pl"], today=today))

    assert codec.digest(read) == codec.digest(row)
    assert codec.digest(read_free) == codec.digest(replace(free, today=Today("2026-11-20", 2)))


def test_what_an_older_version_did_not_write_is_at_its_default() -> None:
    row, free = filled(WaitingRow), filled(ReadyRow)

    read = layout.waiting_row(changed(stored_waiting(row), strategy=None))
    read_free = layout.ready_row(changed(stored_ready(free), today=None, offered_at=None))

    assert read == replace(row, strategy="")
    assert read_free == replace(free, today=Today(), offered_at=None)


def test_each_item_of_a_save_says_its_schema() -> None:
    write_set = WriteSet(
        "w1", call=call(), agents=(anna(1),), put_waiting=waiting(), put_ready=(ready(),)
    )

    writes = layout.writes_of("switch", write_set)

    items = [one.request.get("Item") or one.request["ExpressionAttributeValues"] for one in writes]
    assert len(items) == 4
    assert all(item.keys() & {"schema", ":schema"} for item in items)


def test_what_stands_in_the_key_or_is_at_its_default_is_not_written_again() -> None:
    """S6: a row is read often."""
    row, free = stored_waiting(waiting()), stored_ready(ready())

    assert json.loads(row["row"]["S"]) == {"node": "sales"}
    assert set(json.loads(free["row"]["S"])) == {"since", "queues"}
