"""Presence: what is true of an agent whatever they press."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.domain import agent as a

NOW = datetime(2026, 11, 20, 14, 36, tzinfo=UTC)
SOON = NOW + timedelta(seconds=30)
EVENTS: list[a.AgentEvent] = [
    a.WentReady(("sales",)),
    a.WentAway("lunch"),
    a.WentOffline(),
    a.DeskLost(),
    a.TimeOver(),
]
PRESENCES: list[a.Presence] = [
    a.Offline(),
    a.Ready(NOW),
    a.Reserved("c", "2", SOON, NOW),
    a.OnCall("c", NOW),
    a.WrapUp("c", NOW, SOON),
    a.Away("lunch", NOW),
    a.Away("missed a call", NOW, automatic=True),
]


def _name(presence: a.Presence) -> str:
    return f"{type(presence).__name__} {getattr(presence, 'reason', '')}".strip()


@pytest.mark.parametrize("presence", PRESENCES, ids=_name)
@pytest.mark.parametrize("event", EVENTS, ids=lambda e: type(e).__name__)
def test_asking_twice_is_asking_once(presence: a.Presence, event: a.AgentEvent) -> None:
    """However late the second time: since when it is so, does not change."""
    once = a.change(a.Agent("anna", presence=presence), event, SOON)

    assert a.change(once, event, SOON) == once
    assert a.change(once, event, SOON + timedelta(hours=1)) == once


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("presence", PRESENCES[2:4], ids=lambda p: type(p).__name__)
def test_nothing_an_agent_asks_for_takes_a_call_away(
    presence: a.Presence, event: a.AgentEvent
) -> None:
    """F18: the wish waits until after the call."""
    assert a.change(a.Agent("anna", presence=presence), event, SOON).presence == presence


def test_a_wish_for_after_the_call_can_be_undone() -> None:
    """F19."""
    anna = a.Agent("anna", presence=a.OnCall("c", NOW))

    wishing = a.change(anna, a.WentAway("lunch"), NOW)
    undone = a.change(wishing, a.WentReady(()), NOW)

    assert (wishing.next, undone.next) == ("lunch", None)


def test_a_wrap_up_ends_at_its_stored_deadline_and_not_before() -> None:
    """F17."""
    anna = a.wraps_up(a.Agent("anna", presence=a.OnCall("c", NOW)), "c", 30, NOW)

    early = a.change(anna, a.TimeOver(), SOON - timedelta(milliseconds=1))
    over = a.change(anna, a.TimeOver(), SOON)

    assert early == anna
    assert over.presence == a.Ready(SOON)


def test_after_the_wrap_up_comes_what_was_wished_for() -> None:
    anna = a.Agent("anna", presence=a.OnCall("c", NOW), next="lunch")

    after = a.change(a.wraps_up(anna, "c", 30, NOW), a.TimeOver(), SOON)

    assert after.presence == a.Away("lunch", SOON)
    assert after.next is None


def test_who_is_freed_keeps_the_place_among_the_idle() -> None:
    """F9: a caller who gave up costs the agent nothing."""
    anna = a.reserved(a.Agent("anna", presence=a.Ready(NOW)), "c", "2", SOON, NOW)

    assert a.freed(anna, SOON).presence == a.Ready(NOW)


@pytest.mark.parametrize("presence", PRESENCES, ids=_name)
@pytest.mark.parametrize("event", EVENTS, ids=lambda e: type(e).__name__)
def test_only_who_asks_to_be_available_and_was_not_is_available_by_hand(
    presence: a.Presence, event: a.AgentEvent
) -> None:
    after = a.change(a.Agent("anna", presence=presence), event, SOON)

    by_hand = isinstance(event, a.WentReady) and isinstance(after.presence, a.Ready)
    was_ready = isinstance(presence, a.Ready)
    assert after.available_at == (SOON if by_hand and not was_ready else None)


def test_who_is_rung_on_another_device_keeps_the_place_among_the_idle() -> None:
    first = a.reserved(a.Agent("dan", presence=a.Ready(NOW)), "c", "2", SOON, NOW)

    second = a.reserved(first, "c", "dan.1", SOON, SOON)

    assert a.freed(second, SOON).presence == a.Ready(NOW)


def test_an_offer_is_remembered_whatever_becomes_of_it() -> None:
    anna = a.reserved(a.Agent("anna", presence=a.Ready(NOW)), "c", "2", SOON, NOW)

    for after in (a.freed(anna, SOON), a.set_aside(anna, "missed a call", SOON)):
        assert after.offered_at == NOW


def test_a_conversation_counts_on_the_day_on_which_it_begins() -> None:
    anna = a.Agent("anna", today=a.Today("2026-11-19", 7, 900))

    talking = a.talks(anna, "c", "2026-11-20", NOW)
    again = a.talks(a.wraps_up(talking, "c", 30, SOON), "c2", "2026-11-20", SOON)

    assert talking.today == a.Today("2026-11-20", 1, 0)
    assert a.wraps_up(talking, "c", 30, SOON).today == a.Today("2026-11-20", 1, 30)
    assert again.today == a.Today("2026-11-20", 2, 30)


def test_the_time_in_conversation_counts_however_it_ends() -> None:
    talking = a.talks(a.Agent("anna"), "c", "2026-11-20", NOW)

    for after in (
        a.freed(talking, SOON),
        a.set_aside(talking, "device lost", SOON),
        a.wraps_up(talking, "c", 0, SOON),
    ):
        assert after.today.talk_seconds == 30


def test_being_set_aside_is_visible_and_reversible() -> None:
    """F14."""
    aside = a.set_aside(a.Agent("anna", presence=a.Ready(NOW)), "missed a call", NOW)

    back = a.change(aside, a.WentReady(("sales",)), SOON)

    assert aside.presence == a.Away("missed a call", NOW, automatic=True)
    assert back.presence == a.Ready(SOON)


@pytest.mark.parametrize("kinds", [("phone",), ("client",), ("desk", "phone"), ("phone", "desk")])
@pytest.mark.parametrize("presence", PRESENCES, ids=_name)
def test_who_has_a_telephone_or_an_app_is_not_away_for_a_page_that_is_gone(
    presence: a.Presence, kinds: tuple[a.DeviceKind, ...]
) -> None:
    """S11."""
    devices = tuple(a.Device(kind, "+447700900555") for kind in kinds)
    cleo = a.Agent("cleo", presence=presence, devices=devices)

    assert a.change(cleo, a.DeskLost(), SOON) == cleo


def test_who_is_away_and_asks_to_be_away_for_something_else_is_away_for_that() -> None:
    anna = a.Agent("anna", presence=a.Away("lunch", NOW))

    changed = a.change(anna, a.WentAway("training"), SOON)

    assert changed.presence == a.Away("training", SOON)


def test_who_was_set_aside_and_asks_to_be_away_is_away_by_hand() -> None:
    anna = a.Agent("anna", presence=a.Away("lunch", NOW, automatic=True))

    changed = a.change(anna, a.WentAway("lunch"), SOON)

    assert changed.presence == a.Away("lunch", SOON)
