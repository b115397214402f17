"""A status that a supervisor sets: the agent's own requests, with who made them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import pytest

from app.domain import agent as a
from app.domain.value import replace
from app.service.commit import commit_agent

NOW = datetime(2026, 11, 20, 14, 36, tzinfo=UTC)
SOON = NOW + timedelta(seconds=30)
LATER = NOW + timedelta(minutes=5)
IN_A_CALL: dict[str, a.Presence] = {
    "rung": a.Reserved("c", "2", SOON, NOW),
    "talks": a.OnCall("c", NOW),
    "calls out": a.OnCall("c", NOW, has_begun=False),
    "listens": a.OnCall("c", NOW, supervises=True),
}
AT_REST: dict[str, a.Presence] = {
    "offline": a.Offline(),
    "available": a.Ready(NOW),
    "away": a.Away("lunch", NOW),
    "set aside": a.Away("missed a call", NOW, automatic=True),
}
AGENTS = {name: a.Agent("anna", presence=presence) for name, presence in AT_REST.items()} | {
    f"{name}, then {wish}": a.Agent("anna", presence=presence, next=wish)
    for name, presence in (IN_A_CALL | {"wraps up": a.WrapUp("c", NOW, SOON)}).items()
    for wish in (None, "lunch", "offline")
}
Wish: TypeAlias = a.WentReady | a.WentAway | a.WentOffline
WISHES: dict[str, Wish] = {
    "ready": a.WentReady(("sales",)),
    "lunch": a.WentAway("lunch"),
    "training": a.WentAway("training"),
    "offline": a.WentOffline(),
}
of_every_agent = pytest.mark.parametrize("anna", AGENTS.values(), ids=list(AGENTS))
for_every_wish = pytest.mark.parametrize("wish", WISHES)


def _by(who: str, wish: str) -> Wish:
    return replace(WISHES[wish], by=who)


@of_every_agent
@for_every_wish
def test_whoever_asks_the_agent_becomes_the_same(anna: a.Agent, wish: str) -> None:
    own, set_for_her = a.change(anna, WISHES[wish], SOON), a.change(anna, _by("priya", wish), SOON)

    assert replace(set_for_her, set_by=None) == own


@of_every_agent
@for_every_wish
def test_who_set_it_and_when_is_kept_where_something_became_another(
    anna: a.Agent, wish: str
) -> None:
    after = a.change(anna, _by("priya", wish), SOON)

    is_another = (after.presence, after.next) != (anna.presence, anna.next)
    assert after.set_by == (a.StatusSetBy("priya", wish, SOON) if is_another else None)
    assert after.status == wish


@of_every_agent
@for_every_wish
def test_a_second_click_moves_neither_who_nor_when(anna: a.Agent, wish: str) -> None:
    once = a.change(anna, _by("priya", wish), SOON)

    assert a.change(once, _by("priya", wish), LATER) == once
    assert a.change(once, _by("olga", wish), LATER) == once


@of_every_agent
@for_every_wish
def test_the_agents_own_click_takes_the_status_over(anna: a.Agent, wish: str) -> None:
    after = a.change(a.change(anna, _by("priya", wish), SOON), WISHES[wish], LATER)

    assert after.set_by is None
    assert after.status == wish


@pytest.mark.parametrize("presence", IN_A_CALL.values(), ids=list(IN_A_CALL))
@for_every_wish
@pytest.mark.parametrize("lets_go", ["freed", "set aside", "no wrap-up", "wrap-up over"])
def test_whatever_lets_the_agent_go_what_was_set_is_honoured(
    presence: a.Presence, wish: str, lets_go: str
) -> None:
    """But for who is set aside: no calls come to them either way."""
    busy = a.change(a.Agent("anna", presence=presence), _by("priya", wish), NOW)

    match lets_go:
        case "freed":
            after = a.freed(busy, SOON)
        case "set aside":
            after = a.set_aside(busy, "device lost", SOON)
        case "no wrap-up":
            after = a.wraps_up(busy, "c", 0, SOON)
        case _:
            after = a.change(a.wraps_up(busy, "c", 20, NOW), a.TimeOver(), SOON)

    is_aside = lets_go == "set aside" and wish != "offline"
    assert after.status == ("" if is_aside else wish)
    assert isinstance(after.presence, a.Ready) == (after.status == "ready")
    assert after.set_by == busy.set_by


def test_who_was_made_available_and_has_taken_a_call_is_told_of_it_no_more() -> None:
    anna = a.change(a.Agent("anna"), a.WentReady(("sales",), by="priya"), NOW)

    talking = a.talks(a.reserved(anna, "c", "2", SOON, NOW), "c", "2026-11-20", SOON)

    assert anna.set_by is not None
    assert talking.set_by is None


def test_what_was_set_for_after_the_call_while_it_rang_is_kept_when_it_is_taken() -> None:
    ringing = a.Agent("anna", presence=a.Reserved("c", "2", SOON, NOW))
    sent_home = a.change(ringing, a.WentOffline(by="priya"), NOW)

    talking = a.talks(sent_home, "c", "2026-11-20", SOON)

    assert talking.set_by == a.StatusSetBy("priya", "offline", NOW)


@pytest.mark.parametrize("wish", ["lunch", "training", "offline"])
def test_the_row_of_the_board_goes_in_the_save_that_sets_the_agent_away(
    wish: str,
) -> None:
    anna = a.Agent("anna", rev=3, presence=a.Ready(NOW), queues=("sales",))

    commit = commit_agent(anna, a.change(anna, _by("priya", wish), SOON), "w1", SOON)

    assert commit.write_set.drop_ready == ("anna",)
    assert commit.write_set.put_ready == ()
    assert [agent.set_by for agent in commit.write_set.agents] == [
        a.StatusSetBy("priya", wish, SOON)
    ]


def test_the_save_that_makes_an_agent_available_puts_the_row_and_moves_the_board() -> None:
    """D2: whoever commits it reads the board after that."""
    anna = a.Agent("anna", rev=3, presence=a.Away("lunch", NOW))

    after = a.change(anna, a.WentReady(("sales",), by="priya"), SOON)
    commit = commit_agent(anna, after, "w1", SOON)

    assert [row.queues for row in commit.write_set.put_ready] == [("sales",)]
    assert commit.board_changed
