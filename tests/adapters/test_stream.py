"""The stream's records, in the shape that Lambda gets: one save of a call each, or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.adapters.dynamodb.layout import call_key, writes_of
from app.adapters.dynamodb.stream import saved_in
from app.domain.states import Ended
from app.ports import AppliedEvent, WriteSet
from app.service.register import Saved
from tests.adapters.contract.switch_stores import NOW, anna, applied, call, ready, waiting
from tests.support.items import LARGEST_CALL_BYTES, call_item_bytes

Image = dict[str, Any]


def _image(write_set: WriteSet) -> Image:
    """The call's item as this save writes it."""
    assert write_set.call is not None
    values = writes_of("switch", write_set)[0].request["ExpressionAttributeValues"]
    named = {name.removeprefix(":"): content for name, content in values.items()}
    return {**call_key(write_set.call.id), **named}


def _record(before: Image | None, after: Image | None, key: Image | None = None) -> Image:
    images = {"Keys": key or call_key("c1")}
    images |= {"OldImage": before} if before else {}
    images |= {"NewImage": after} if after else {}
    return {"eventName": "MODIFY", "dynamodb": images}


FIRST = WriteSet("w1", call=call(1), applied=applied())
SECOND = WriteSet("w2", call=call(2), applied=applied("2"))


def test_the_first_save_has_nothing_before_it() -> None:
    saved = saved_in(_record(None, _image(FIRST)))

    assert saved == Saved(None, call(1), applied())


def test_a_later_save_has_the_call_before_it() -> None:
    saved = saved_in(_record(_image(FIRST), _image(SECOND)))

    assert saved == Saved(call(1), call(2), applied("2"))


@pytest.mark.parametrize(
    "key",
    [
        {"pk": {"S": "AGENT#anna"}, "sk": {"S": "A"}},
        {"pk": {"S": "POOL#default"}, "sk": {"S": "R#anna"}},
        {"pk": {"S": "POOL#default"}, "sk": {"S": "W#05#001763649360000#c1"}},
        {"pk": {"S": "FACT#session"}, "sk": {"S": "F"}},
    ],
    ids=lambda key: key["sk"]["S"],
)
def test_an_item_that_is_no_call_is_not_a_save(key: Image) -> None:
    assert saved_in(_record(None, {**key, "rev": {"N": "1"}}, key)) is None


def test_an_expired_call_is_not_a_save() -> None:
    assert saved_in(_record(_image(FIRST), None)) is None


def test_an_unchanged_rev_is_not_a_save() -> None:
    touched = {**_image(FIRST), "ticket": {"S": "20418"}}

    assert saved_in(_record(_image(FIRST), touched)) is None


def test_an_ended_call_is_swept_a_week_later_and_not_before() -> None:
    ended = replace(call(3), state=Ended("abandoned", NOW), legs=())

    image = _image(WriteSet("w3", call=ended, applied=applied()))

    assert "live" not in image
    assert int(image["ttl"]["N"]) == int(NOW.timestamp()) + 7 * 86_400


def test_a_saved_call_is_measured_with_all_that_lies_beside_it() -> None:
    write_set = WriteSet(
        "w" * 24, call=call(1), applied=applied(), named=(anna(1),), put_waiting=waiting()
    )

    size = call_item_bytes(write_set)

    assert 600 < size < LARGEST_CALL_BYTES
    assert call_item_bytes(replace(write_set, named=())) < size
    assert (
        call_item_bytes(replace(write_set, applied=AppliedEvent(applied("1" * 99).event, NOW)))
        == size + 98
    )


def test_a_change_without_a_call_has_no_size() -> None:
    with pytest.raises(ValueError, match="no call"):
        call_item_bytes(WriteSet("w1", agents=(anna(1),), put_ready=(ready(),)))
