"""What pages say of a parked call: who parked it where, until when, and what became of it."""

from __future__ import annotations

from app.console import views as v
from tests.console.viewers import ANNA, BEN, BOSS, CLEO, register_of, seen, told
from tests.stories.office import Office
from tests.stories.people import Caller, talk


def _taken_by_ben(office: Office) -> Caller:
    """Anna has parked the call, and Ben has taken it."""
    caller, anna = talk(office)
    anna.parks()
    ben = office.agent("ben")
    ben.takes_a_break()
    ben.picks_up_call(caller.call.id)
    office.passes(3)
    return caller


def test_everybody_reads_who_parked_a_call_where(office: Office) -> None:
    """In whatever queue it was: it is announced by word of mouth (D15)."""
    caller, anna = talk(office)
    slot = anna.parks()
    office.passes(5)

    for viewer in (ANNA, BEN, CLEO, BOSS):
        (row,) = seen(office, viewer).to_take
        assert (row.call, row.parked_at, row.parked_by) == (caller.call.id, slot, "Anna Nowak")
        assert row.party.number == caller.number


def test_who_parked_a_call_reads_in_the_wrap_up_where_it_is_and_until_when(office: Office) -> None:
    caller, anna = talk(office)
    slot = anna.parks()

    wrap = seen(office, ANNA).moment

    assert isinstance(wrap, v.WrapUp)
    assert (wrap.parked_at, wrap.back_at) == (slot, caller.call.deadlines[0])
    assert (wrap.goes_on, wrap.sent_to, wrap.left_with) == (True, "", ())


def test_once_it_is_taken_the_wrap_up_says_so_no_more(office: Office) -> None:
    _taken_by_ben(office)

    wrap = seen(office, ANNA).moment

    assert isinstance(wrap, v.WrapUp)
    assert (wrap.parked_at, wrap.back_at) == (0, None)


def test_who_gets_it_back_reads_that_nobody_took_it(office: Office) -> None:
    _, anna = talk(office)
    slot = anna.parks()
    anna.is_ready()
    office.passes(121)

    offer = seen(office, ANNA).moment

    assert isinstance(offer, v.Offer)
    assert (offer.parked_at, offer.sent_by, offer.sent_to, offer.left_with) == (slot, "", "", None)


def test_the_timeline_tells_where_it_was_parked_and_that_it_came_back(office: Office) -> None:
    caller, anna = talk(office)
    slot = anna.parks()
    anna.is_ready()
    office.passes(121)

    detail = register_of(office).call(BOSS, caller.call.id)

    assert detail is not None
    said = told(detail.timeline)
    assert said[said.index(f"Anna Nowak parked the caller at {slot}") :][-1] == (
        "Came back to Anna Nowak"
    )


def test_the_timeline_tells_who_took_it(office: Office) -> None:
    caller = _taken_by_ben(office)

    detail = register_of(office).call(BOSS, caller.call.id)

    assert detail is not None
    said = told(detail.timeline)
    assert "Ben Marsh answered" in said[said.index("Ben Marsh picked up the call") :]
