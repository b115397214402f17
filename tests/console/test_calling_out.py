"""What an agent reads of an outgoing call: at the desk, in the wrap-up, in the register."""

from __future__ import annotations

import pytest

from app.console import labels
from app.console import views as v
from app.console.timeline import _calling_out
from app.domain.call import CALLER
from app.domain.events import HungUp
from app.domain.outgoing import ENDS
from app.ports import Entry
from infra.local.exchange.phones import OnRing
from infra.local.exchange.virtual import EPOCH
from tests.console.viewers import ANNA, register_of, seen
from tests.stories.company import SALES
from tests.stories.office import Office
from tests.stories.people import HOME, rung


def told(office: Office, call_id: str) -> list[str]:
    detail = register_of(office).call(ANNA, call_id)
    assert detail is not None
    return [labels.describe(happening).title for happening in detail.timeline]


def test_until_the_answer_the_desk_says_calling_and_then_talking(office: Office) -> None:
    eleanor, _ = rung(office)

    before = seen(office).moment
    eleanor.picks_up()
    office.passes(2)
    after = seen(office).moment

    assert isinstance(before, v.Line)
    assert (before.direction, before.calling, before.path) == ("outgoing", True, ())
    assert [button.verb for button in before.buttons] == ["mute", "keypad", "rejoin", "end"]
    assert isinstance(after, v.Line)
    assert not after.calling
    assert "hold" in [button.verb for button in after.buttons]


def test_the_time_of_the_conversation_begins_with_the_answer(office: Office) -> None:
    eleanor, _ = rung(office)
    office.passes(20)
    eleanor.picks_up()
    office.passes(5)

    line = seen(office).moment

    assert isinstance(line, v.Line)
    waited = office.network.clock.now() - line.since
    assert 4 <= waited.total_seconds() <= 7


def test_who_did_not_answer_is_said_in_the_wrap_up_and_nothing_was_waited(office: Office) -> None:
    office.outside(HOME, OnRing.IGNORE)
    anna = office.agent("anna")
    anna.is_ready()
    anna.calls(HOME)
    office.passes(55)

    wrap = seen(office).moment

    assert isinstance(wrap, v.WrapUp)
    assert labels.outcome(wrap.outcome).text == "Not answered"
    assert (wrap.queue, wrap.waited_seconds, wrap.talked_seconds) == ("", None, 0)


def test_the_register_tells_who_called_whom_and_shows_the_number_that_was_seen(
    office: Office,
) -> None:
    eleanor, anna = rung(office)
    eleanor.picks_up()
    office.passes(5)
    anna.holds()
    office.passes(2)
    anna.retrieves()
    office.passes(2)
    eleanor.hangs_up()
    office.passes(2)

    page = register_of(office).calls(ANNA, None, 10)
    (row,) = page.rows
    detail = register_of(office).call(ANNA, row.id)

    assert (row.direction, row.party.number, row.waited_seconds) == ("outgoing", HOME, None)
    assert detail is not None
    assert detail.did == SALES
    assert [leg.name for leg in detail.legs] == ["called", "Anna Nowak"]
    titles = told(office, row.id)
    assert titles[:3] == [
        "Anna Nowak called +44\N{NO-BREAK SPACE}20\N{NO-BREAK SPACE}7946\N{NO-BREAK SPACE}0142",
        "Dialled Eleanor Whitcombe",
        "Eleanor Whitcombe answered",
    ]
    assert "Anna Nowak put Eleanor Whitcombe on hold" in titles
    assert titles[-1] in ("Eleanor Whitcombe hung up", "Recording stored")
    assert not [title for title in titles if "caller" in title.lower()]


def test_each_way_not_to_reach_somebody_has_words_of_its_own(office: Office) -> None:
    ways = {
        OnRing.DECLINE: "was busy",
        OnRing.UNREACHABLE: "could not be reached",
        OnRing.IGNORE: "did not answer",
    }
    anna = office.agent("anna")
    for line, (on_ring, words) in enumerate(ways.items()):
        number = f"+44207946013{line}"
        office.outside(number, on_ring)
        anna.calls(number)
        office.passes(90)

        assert told(office, office.called_out[-1])[-1].endswith(words)


@pytest.mark.parametrize("reason", sorted(ENDS))
def test_what_is_told_of_the_end_before_an_answer_has_words(reason: str) -> None:
    """Who answered, though the join was never told, is not said to be out of reach."""
    entry = Entry(4, EPOCH, HungUp(CALLER, reason), "Ended")

    told_as = _calling_out(entry)

    assert told_as in labels.TIMELINE
    assert (told_as == "caller hung up") == (ENDS[reason] == "unheard")


def test_who_may_call_out_is_offered_the_routes_of_the_plan(office: Office) -> None:
    mine = seen(office).routes

    assert [(route.name, route.label, route.shows) for route in mine] == [
        ("uk", "UK customers", SALES)
    ]
