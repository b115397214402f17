"""The checker's own reading of the rules, where it was once wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain import events as e
from app.domain.states import (
    Connecting,
    InConversation,
    Offered,
    OnHold,
    QueuePosition,
    State,
    Waiting,
)
from tests.simulation.reference import leaves_out

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PLACE = QueuePosition("anna", NOW, NOW)
AT_ANNA = Offered(PLACE, "4", "anna", NOW)
BACK_AT_BEN = Offered(PLACE, "5", "ben", NOW)
DECLINED = e.OfferDeclined("anna", "4")
TALKS = InConversation(PLACE, "anna", "anna.1", NOW)


@pytest.mark.parametrize(
    ("before", "event"),
    [
        (AT_ANNA, DECLINED),
        (Connecting(PLACE, "4", "anna", "anna.1", "n1", NOW), e.HeadsetLost("anna.1", "closed")),
        (TALKS, e.TimePassed()),
    ],
)
def test_who_does_not_take_a_caller_is_left_out_wherever_the_caller_goes_back_to(
    before: State, event: e.Event
) -> None:
    """T2: to the old place, or to whoever sent the caller, also from the same extension."""
    assert leaves_out(before, event, Waiting(PLACE)) == "anna"
    assert leaves_out(before, event, BACK_AT_BEN) == "anna"


def test_who_is_rung_on_the_next_device_is_not_left_out() -> None:
    assert leaves_out(AT_ANNA, e.TimePassed(), replace(AT_ANNA, leg="anna.2", device=1)) is None


def test_who_is_offered_a_caller_is_not_left_out() -> None:
    assert leaves_out(Waiting(PLACE), e.OfferMade("anna"), AT_ANNA) is None


def test_who_hangs_up_a_telephone_with_a_caller_on_hold_is_not_left_out() -> None:
    """The caller rings back: in the queue, or at whoever sent the caller."""
    held = replace(TALKS, hold=OnHold(NOW, NOW, NOW))

    assert leaves_out(held, e.HungUp("anna.1"), Waiting(PLACE)) is None
    assert leaves_out(held, e.HungUp("anna.1"), BACK_AT_BEN) is None


def test_from_whom_a_queue_sends_the_caller_away_is_not_left_out() -> None:
    refused = e.QueueRefused("1", "anna", "queue-full")

    assert leaves_out(AT_ANNA, refused, BACK_AT_BEN) is None
