"""Values to plain data and back, across versions."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime, time

import pytest

from app import ports
from app.adapters import values
from app.domain import codec
from app.domain import dialplan as d
from app.domain.commands import Refresh
from app.domain.events import CommandRefused
from app.domain.hours import Span
from app.domain.nodes.hours import Hours
from app.domain.nodes.mailbox import Mailbox
from app.domain.nodes.queue import Queue
from app.domain.replies import Prompt

NOW = datetime(2026, 11, 20, 14, 36, 1, 250_000, tzinfo=UTC)

THINGS = (
    ports.CallJob("c1", CommandRefused("1:2:refresh", Refresh("1"), 21220)),
    ports.CallRecord("c1", "+44", "Ł", "+44", NOW, agents=("anna",), choices=("a", "b")),
    ports.Entry(3, NOW, CommandRefused("k", Refresh("1"), 1), "InConversation"),
    ports.Note("anna", "“Grüße”\n", NOW, "v1"),
    d.Plan(
        sha="s",
        company="K",
        zone="UTC",
        numbers=(d.Number("+44", "Main", "en", "h"),),
        nodes={
            "h": Hours((Span((0, 6), time(8), time.max),), "q", "m", (date(2026, 12, 25),), "UTC"),
            "q": Queue("Q", "m", Prompt("Hold."), record="never"),
            "m": Mailbox("M", Prompt("Speak.", "ab")),
        },
    ),
)


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: type(thing).__name__)
def test_a_value_comes_back_as_it_was(thing: object) -> None:
    assert values.loads(values.dumps(thing)) == thing


def test_a_newer_versions_fields_are_carried_and_missing_ones_take_their_default() -> None:
    data = json.loads(values.dumps(THINGS[1]))
    data["mood"] = {"_": "Mood", "word": "calm"}
    del data["choices"]

    record = values.value_of(data)

    assert record == dataclasses.replace(THINGS[1], choices=())
    assert values.plain(dataclasses.replace(record, name="Ł")) == data


def test_a_class_of_another_version_is_an_error() -> None:
    with pytest.raises(codec.UnknownClass, match="knows no Hologram"):
        values.loads('{"_":"Hologram"}')


def test_the_same_plan_is_always_the_same_line() -> None:
    plan = THINGS[4]
    assert isinstance(plan, d.Plan)
    turned = dataclasses.replace(plan, nodes=dict(reversed(list(plan.nodes.items()))))

    assert values.dumps(turned) == values.dumps(plan)


def test_what_is_no_value_is_not_stored() -> None:
    with pytest.raises(TypeError):
        values.dumps(object())
