"""What the register tells of a consultation: its timeline, its legs, the time handed over."""

from __future__ import annotations

import pytest

from app.console import labels
from app.console import views as v
from app.console.formatting import number
from infra.local.exchange.phones import OnRing
from tests.console.viewers import ANNA, register_of, seen, told
from tests.stories.office import Office
from tests.stories.people import (
    BRANCH,
    HOME,
    consult_rings,
    consulted,
    consulting,
    in_conference,
    talk,
)


def detail(office: Office, call_id: str) -> v.CallDetail:
    shown = register_of(office).call(ANNA, call_id)
    assert shown is not None
    return shown


def test_who_hangs_up_before_the_two_could_talk_sends_the_caller_back_by_name(
    office: Office,
) -> None:
    """T3: the carrier's answer is lost, so nobody knows that the two heard each other."""
    caller, anna, eleanor = consulting(office)
    with office.loses_the_carriers_answers():
        anna.completes()
        eleanor.hangs_up()

    moment = seen(office).moment

    assert isinstance(moment, v.Offer)
    assert (moment.sent_to, moment.left_with) == ("", v.Party(HOME, "Eleanor Whitcombe"))
    titles = told(detail(office, caller.call_id).timeline)
    assert titles[-2:] == ["Eleanor Whitcombe hung up", "Came back to Anna Nowak"]


@pytest.mark.parametrize(
    ("answers", "titles"),
    [
        (True, ["Eleanor Whitcombe answered", "Eleanor Whitcombe hung up"]),
        (False, ["Eleanor Whitcombe was busy", "Came back to Anna Nowak"]),
    ],
)
def test_who_is_left_to_somebody_at_whom_it_rings_is_told_so(
    office: Office, answers: bool, titles: list[str]
) -> None:
    caller, anna, eleanor = consult_rings(office)
    anna.completes()

    if answers:
        eleanor.picks_up()
        office.passes(10)
        eleanor.hangs_up()
    else:
        eleanor.declines()

    said = told(detail(office, caller.call_id).timeline)
    given = said.index("Anna Nowak left the caller to Eleanor Whitcombe, where it rang")
    after = [title for title in said[given + 1 :] if title in titles]
    assert after == titles


def test_the_time_handed_over_ticks_and_then_stands(office: Office) -> None:
    caller, anna, _ = consulting(office)
    assert detail(office, caller.call_id).row.handed_over_seconds is None
    anna.completes()
    office.passes(20)
    during = detail(office, caller.call_id).row
    caller.hangs_up()
    office.passes(60)
    after = detail(office, caller.call_id).row

    assert (during.ticks, labels.state(during).text) == ("handed over", "Handed over")
    assert during.ticks_since is not None
    lasted = (office.network.clock.now() - during.ticks_since).total_seconds()
    assert 79 <= lasted <= 82
    assert (after.ticks, after.handed_over_seconds) == ("", 20)


def test_the_legs_name_who_was_consulted(office: Office) -> None:
    caller, _, _ = consulting(office)

    legs = detail(office, caller.call_id).legs

    assert [(leg.name, leg.device) for leg in legs] == [
        ("caller", "phone"), ("Anna Nowak", "desk"), ("Eleanor Whitcombe", "phone"),
    ]  # fmt: skip


def test_the_timeline_tells_who_of_the_two_heard_music(office: Office) -> None:
    caller, anna, _ = consulting(office)
    for ask in (anna.swaps, anna.swaps_back, anna.joins_all, anna.leaves):
        ask()
        office.passes(2)
    caller.hangs_up()
    office.passes(60)

    titles = told(detail(office, caller.call_id).timeline)

    from_the_consultation = titles[titles.index("Recording started") + 1 :]
    assert from_the_consultation == [
        "Anna Nowak called Eleanor Whitcombe to consult them",
        "The caller hears music",
        "Dialled Eleanor Whitcombe",
        "Recording paused",
        "Eleanor Whitcombe answered Anna Nowak",
        "Anna Nowak went back to the caller, Eleanor Whitcombe on hold",
        "Eleanor Whitcombe hears music",
        "Recording goes on",
        "The caller is back from the music",
        "Anna Nowak went back to Eleanor Whitcombe, the caller on hold",
        "The caller hears music",
        "Eleanor Whitcombe is back from the music",
        "Recording paused",
        "Anna Nowak joined the caller and Eleanor Whitcombe",
        "The caller is back from the music",
        "Anna Nowak left the caller with Eleanor Whitcombe",
        "Recording stopped",
        "Recording stored",
        "The caller hung up",
    ]


@pytest.mark.parametrize(
    ("on_ring", "told_as"),
    [
        (OnRing.REJECT, "Eleanor Whitcombe was busy"),
        (OnRing.UNREACHABLE, "Eleanor Whitcombe could not be reached"),
        (OnRing.IGNORE, "Eleanor Whitcombe did not answer"),
    ],
)
def test_the_timeline_says_of_who_was_not_reached_what_the_desk_says(
    office: Office, on_ring: OnRing, told_as: str
) -> None:
    caller, anna = talk(office)
    office.outside(HOME, on_ring)
    anna.consults(HOME)
    office.passes(45)

    titles = told(detail(office, caller.call_id).timeline)

    assert titles[-1] == told_as


def test_who_is_let_go_by_the_agent_is_not_said_to_have_hung_up(office: Office) -> None:
    caller, anna = talk(office)
    office.outside(HOME)
    anna.consults(HOME)
    office.passes(3)
    anna.cancels()
    office.passes(3)

    titles = told(detail(office, caller.call_id).timeline)

    assert "Anna Nowak ended the consultation with Eleanor Whitcombe" in titles
    assert not [title for title in titles if title.startswith("Eleanor Whitcombe hung up")]


def test_the_timeline_names_who_joined_who_left_and_who_was_removed(office: Office) -> None:
    caller, anna, eleanor = in_conference(office)
    frank = consulted(office, anna, BRANCH)
    anna.joins_all()
    office.passes(3)
    eleanor.hangs_up()
    office.passes(3)
    anna.removes(frank)
    office.passes(3)

    titles = told(detail(office, caller.call_id).timeline)

    stranger = number(BRANCH)
    assert [title for title in titles if "hears music" in title][-1] == (
        "Eleanor Whitcombe hears music"
    )
    assert titles[-3:] == [
        "Eleanor Whitcombe hung up",
        f"Anna Nowak removed {stranger}",
        "Recording goes on",
    ]


def test_the_timeline_names_all_with_whom_the_agent_left_the_caller(office: Office) -> None:
    caller, anna, _ = in_conference(office)
    consulted(office, anna, BRANCH)

    anna.completes()
    office.passes(3)

    titles = told(detail(office, caller.call_id).timeline)
    assert f"Anna Nowak left the caller with Eleanor Whitcombe, {number(BRANCH)}" in titles
