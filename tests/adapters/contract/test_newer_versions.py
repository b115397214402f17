"""What a newer version wrote: kept through a save of this one, or an error of that item alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.adapters.dynamodb.layout import Item, agent_key, call_key
from app.domain import codec
from app.domain.agent import Offline
from app.domain.board import POOL
from app.domain.commands import HangUp, Refresh
from app.domain.states import Waiting
from app.ports import Unreadable, WriteSet
from tests.adapters.contract.switch_stores import (
    OnDynamo,
    Stores,
    anna,
    anna_reserved,
    applied,
    call,
    first,
    pairing,
    ready,
    waiting,
)

MOOD = {"_": "Mood", "words": ["calm", {"@": 1}]}  # a class that this version does not know


def _newer(value: Any, **fields: object) -> Any:
    """The value as a newer version has it, with more fields."""
    return codec.value_of(codec.fields(value) | fields)


def _plain(value: object) -> dict[str, Any]:
    data = codec.plain(value)
    assert isinstance(data, dict)
    return data


def test_an_unknown_field_of_a_call_survives_a_save(stores: Stores) -> None:
    stores.calls.save(WriteSet("w1", call=_newer(call(1), mood=MOOD), applied=applied()))

    read = stores.calls.get("c1")
    assert read is not None
    renamed = replace(read.call, rev=2, name="Łucja")
    stores.calls.save(WriteSet("w2", call=renamed, applied=applied()))

    saved = stores.calls.get("c1")
    assert saved is not None
    assert _plain(saved.call) == _plain(call(1, name="Łucja")) | {"rev": 2, "mood": MOOD}


def test_a_value_with_an_unknown_field_equals_one_that_says_the_same() -> None:
    """Else an older process does not know a command of a newer one, and performs it again."""
    known, newer = Refresh("1"), _newer(Refresh("1"), mood=MOOD)

    assert known == newer
    assert newer == known
    assert hash(known) == hash(newer)
    assert newer != Refresh("2")
    assert newer != HangUp("1")


def test_an_unknown_field_of_a_default_survives() -> None:
    """What says no more than the default is left out, but not what is newer in it."""
    offline = replace(anna(), presence=_newer(Offline(), mood=MOOD))

    assert _plain(offline)["presence"] == {"_": "Offline", "mood": MOOD}
    assert "presence" not in _plain(replace(anna(), presence=Offline()))


def test_an_unknown_field_of_a_leg_and_of_a_state_survives_a_save(stores: Stores) -> None:
    before = call(1)
    leg, state = _newer(before.legs[0], codec="opus"), _newer(before.state, level=3)
    newer = replace(before, legs=(leg,), state=state)
    stores.calls.save(WriteSet("w1", call=newer, applied=applied()))

    read = stores.calls.get("c1")
    assert read is not None
    talking = replace(read.call.legs[0], observed="talk")
    stores.calls.save(WriteSet("w2", call=replace(read.call.with_leg(talking), rev=2)))

    saved = stores.calls.get("c1")
    assert saved is not None
    assert isinstance(saved.call.state, Waiting)
    assert _plain(saved.call)["legs"] == [_plain(talking) | {"codec": "opus"}]
    assert _plain(saved.call)["state"]["level"] == 3


def test_an_unknown_field_of_an_agent_survives_a_save(stores: Stores) -> None:
    stores.calls.save(WriteSet("w1", agents=(_newer(anna(1), mood=MOOD),)))

    read = stores.agents.get("anna")
    stores.calls.save(WriteSet("w2", agents=(replace(read, rev=2, next="lunch"),)))

    assert _plain(stores.agents.get("anna"))["mood"] == MOOD


def test_an_unknown_field_of_an_agent_beside_a_call_survives_a_save(stores: Stores) -> None:
    stores.calls.save(first("w1"))
    stores.calls.save(WriteSet("w2", agents=(anna(1),), put_ready=(ready(),)))
    newer = _newer(anna_reserved(2), mood=MOOD)
    stores.calls.save(replace(pairing("w3", 2, 2), agents=(newer,), named=(newer,)))

    for fresh in (False, True):
        read = stores.calls.get("c1", fresh=fresh)
        assert read is not None
        assert _plain(read.agents[0])["mood"] == MOOD


def test_a_row_of_a_newer_version_is_dropped_as_it_was_read(stores: Stores) -> None:
    newer = _newer(waiting(), mood="calm")
    stores.calls.save(replace(first("w1"), put_waiting=newer))
    (row,) = stores.board.waiting(POOL)

    stores.board.drop(POOL, row)

    assert stores.board.waiting(POOL) == ()


# --- What cannot be read ------------------------------------------------------------------------


def _put(dynamo: OnDynamo, key: Item, name: str, change: Callable[[str], str]) -> None:
    """Change the text of that attribute, as another version would write it."""
    text = change(dynamo.item(dict(key))[name]["S"])
    dynamo.client.update_item(
        TableName=dynamo.table,
        Key=key,
        UpdateExpression="SET #name = :text",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues={":text": {"S": text}},
    )


def test_a_state_of_an_unknown_class_is_an_error_of_that_call_alone(dynamo: OnDynamo) -> None:
    stores = dynamo.stores()
    stores.calls.save(first("w1", "c1"))
    stores.calls.save(first("w2", "c2"))
    _put(dynamo, call_key("c1"), "call", lambda text: text.replace('"Waiting"', '"Whispered"'))

    with pytest.raises(Unreadable, match="c1: this version knows no Whispered") as told:
        stores.calls.get("c1")

    assert told.value.item == "c1"
    assert stores.calls.get("c2") is not None
    assert stores.live() == ("c1", "c2")
    assert [one.id for one in stores.calls.read_all(stores.live())] == ["c2"]


def test_a_presence_of_an_unknown_class_is_an_error_of_that_agent_alone(dynamo: OnDynamo) -> None:
    stores = dynamo.stores()
    stores.calls.save(WriteSet("w1", agents=(anna(1), replace(anna(1), id="ben"))))
    _put(dynamo, agent_key("anna"), "agent", lambda text: text.replace('"Ready"', '"Dreaming"'))

    with pytest.raises(Unreadable, match="anna: this version knows no Dreaming"):
        stores.agents.get("anna")

    assert stores.agents.get("ben").rev == 1


def test_an_agent_that_cannot_be_read_is_left_out_of_many(dynamo: OnDynamo) -> None:
    stores = dynamo.stores()
    stores.calls.save(WriteSet("w1", agents=(anna(1), replace(anna(1), id="ben"))))
    newer = _plain(anna(1)) | {"presence": {"_": "Dreaming"}}
    dynamo.client.update_item(
        TableName=dynamo.table,
        Key=agent_key("anna"),
        UpdateExpression="SET #agent = :agent",
        ExpressionAttributeNames={"#agent": "agent"},
        ExpressionAttributeValues={":agent": {"S": json.dumps(newer)}},
    )

    found = stores.agents.get_all(["anna", "ben"])

    assert [agent.id for agent in found] == ["ben"]
