"""The page Live, what a supervisor reads of the call they listen to, and what its agent reads."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.console import labels
from app.console import views as v
from app.console.interfaces import Account
from app.console.pages import REGIONS
from app.domain.access import Person
from app.domain.figures import QueueDay
from app.domain.overview import Overview
from tests.console.viewers import ANNA, BEN, desk_of, register_of, seen, told
from tests.stories.company import CLAIMS, SALES
from tests.stories.office import Office
from tests.stories.people import AgentPerson, Caller, in_conference, talk
from tests.support.overviews import make_overview

PRIYA = Account(Person("priya", "Priya Shah", "supervisor"), "priya@kestrel.example")


def _supervised(office: Office) -> tuple[Caller, AgentPerson, AgentPerson]:
    (caller, anna), priya = talk(office), office.agent("priya")
    priya.listens_to(caller.call.id)
    office.passes(2)
    return caller, anna, priya


def _supervising(office: Office) -> v.Supervising:
    moment = seen(office, PRIYA).moment
    assert isinstance(moment, v.Supervising)
    return moment


def _line(office: Office) -> v.Line:
    moment = seen(office, ANNA).moment
    assert isinstance(moment, v.Line)
    return moment


def test_live_lists_who_talks_with_whom_and_where_the_longest_first(office: Office) -> None:
    caller, _ = talk(office)
    ben, other = office.agent("ben"), office.caller("+447700900777")
    ben.is_ready()
    other.dials(CLAIMS)
    ben.answers()
    office.passes(2)

    rows = seen(office, PRIYA).live_calls

    assert [(row.agent, row.party.number, row.queue) for row in rows] == [
        ("Anna Nowak", caller.number, "Deliveries"),
        ("Ben Marsh", other.number, "Claims"),
    ]
    assert all(row.button is not None and row.button.verb == "supervise" for row in rows)


def test_live_lists_nothing_for_who_may_not_listen(office: Office) -> None:
    talk(office)

    shown = seen(office, BEN)

    assert not shown.may_supervise
    assert shown.live_calls == ()


def test_live_names_who_listens_and_offers_nobody_else_to(office: Office) -> None:
    _supervised(office)
    office.promotes("ben")
    ben = Account(Person("ben", "Ben Marsh", "supervisor"), "ben@kestrel.example")

    (row,) = seen(office, ben).live_calls

    assert (row.listener, row.button) == ("Priya Shah", None)


def test_who_listens_is_not_listed_as_a_call_of_their_own(office: Office) -> None:
    _supervised(office)

    (row,) = seen(office, PRIYA).live_calls

    assert row.agent == "Anna Nowak"


def test_a_conference_whose_agent_has_left_it_is_no_call_of_an_agent(office: Office) -> None:
    _, anna, _ = in_conference(office)
    anna.leaves()
    office.passes(2)

    assert seen(office, PRIYA).live_calls == ()


def test_all_queues_are_shown_with_the_longest_wait(office: Office) -> None:
    office.caller().dials(CLAIMS)
    office.passes(5)

    shown = seen(office, PRIYA)

    assert [queue.id for queue in shown.all_queues] == ["sales", "claims", "infolinia"]
    assert shown.waiting == 1
    assert shown.longest is not None
    assert shown.longest.id == "claims"


def test_of_each_queue_what_became_of_todays_calls_is_shown(office: Office) -> None:
    """Once they are over."""
    _, anna = talk(office)
    before = seen(office, PRIYA)
    anna.hangs_up()
    anna.goes_home()
    other = office.caller("+447700900777")
    other.dials(SALES)
    office.passes(5)
    other.hangs_up()

    shown = seen(office, PRIYA)

    assert (before.answered, before.soon_percent, before.gave_up) == (0, None, 0)
    assert (shown.answered, shown.soon_percent, shown.gave_up) == (1, 100, 1)
    figures = {one.id: (one.answered, one.soon, one.gave_up) for one in shown.all_queues}
    assert figures == {"sales": (1, 1, 1), "claims": (0, 0, 0), "infolinia": (0, 0, 0)}


def test_at_midnight_nothing_has_been_counted_yet_though_nothing_has_changed(
    office: Office,
) -> None:
    """The overview is that of the day before: nobody had a reason to make another one."""
    ports = office.services.ports
    now = ports.clock.now()
    days = [(now - timedelta(days=back)).date().isoformat() for back in (0, 1)]
    shown = []

    for version, day in enumerate(days, start=1):
        kept_until, figures = now + timedelta(hours=1), (QueueDay("sales", gave_up=3),)
        ports.overviews.put(Overview(version, kept_until, day=day, figures=figures))
        shown.append(desk_of(office).desk(PRIYA, ("live-queues",)))

    assert [(one.overview, one.gave_up) for one in shown] == [(1, 3), (2, 0)]


@pytest.mark.parametrize(
    ("mode", "to_the_supervisor", "to_the_agent"),
    [
        ("listen", "Nobody hears you.", "Priya Shah listens."),
        (
            "coach",
            "Anna Nowak alone hears you.",
            "Priya Shah coaches you: you alone hear it.",
        ),
        (
            "barge",
            "Everybody in the call hears you.",
            "Priya Shah is in the call: everybody hears it.",
        ),
    ],
)
def test_both_read_who_hears_the_supervisor(
    office: Office, mode: str, to_the_supervisor: str, to_the_agent: str
) -> None:
    _, _, priya = _supervised(office)
    if mode != "listen":
        priya.coaches() if mode == "coach" else priya.joins_in()
    office.passes(2)

    mine, hers = _supervising(office), _line(office).supervised

    assert labels.supervising(mine.supervised.mode, mine.agent) == to_the_supervisor
    assert hers is not None
    assert labels.supervised(hers.mode, hers.by) == to_the_agent


def test_the_buttons_are_those_of_the_mode(office: Office) -> None:
    _, _, priya = _supervised(office)
    priya.coaches()
    office.passes(2)

    buttons = [button.verb for button in _supervising(office).buttons]

    assert buttons == ["listen", "barge", "take-over", "stop-listening"]


def test_while_the_agent_is_away_the_supervisor_reads_that_nobody_hears_them(
    office: Office,
) -> None:
    _, anna, priya = _supervised(office)
    priya.coaches()
    office.passes(2)

    anna.loses_the_connection()
    office.passes(2)

    mine = _supervising(office)
    assert (mine.supervised.mode, mine.supervised.wanted, mine.with_agent) == (
        "listen",
        "coach",
        False,
    )


def test_a_page_that_calls_in_is_connecting_and_the_agent_reads_nothing_yet(
    office: Office,
) -> None:
    (caller, _), priya = talk(office), office.agent("priya")

    priya.clicks_listen(caller.call.id)

    assert _supervising(office).supervised.connecting
    hers = _line(office).supervised
    assert hers is not None
    assert hers.connecting


def test_the_timeline_tells_who_listened_coached_and_took_over(office: Office) -> None:
    caller, _, priya = _supervised(office)
    priya.coaches()
    office.passes(2)
    priya.joins_in()
    office.passes(2)
    priya.takes_over()
    office.passes(2)
    priya.hangs_up()
    office.passes(2)

    call = register_of(office).call(PRIYA, caller.call_id)

    assert call is not None
    told_of = [words for words in told(call.timeline) if "Priya" in words]
    assert told_of == [
        "Priya Shah began to listen",
        "Priya Shah coached Anna Nowak",
        "Priya Shah joined in",
        "Priya Shah took the call over from Anna Nowak",
        "Priya Shah ended the call",
    ]


@pytest.mark.parametrize(
    ("in_a_call", "wish", "words"),
    [
        (False, "lunch", "Priya Shah set you to “Lunch” at {at}."),
        (False, "offline", "Priya Shah set you to “Offline” at {at}."),
        (True, "lunch", "Priya Shah set you to “Lunch” at {at}, for after this call."),
        (True, "offline", "Priya Shah set you to “Offline” at {at}, for after this call."),
    ],
)
def test_an_agent_reads_who_set_which_status_and_when(
    office: Office, in_a_call: bool, wish: str, words: str
) -> None:
    anna = talk(office)[1] if in_a_call else office.agent("anna")
    if not in_a_call:
        anna.is_ready()

    office.agent("priya").sets_status_of(anna, wish)

    status = seen(office, ANNA).status
    assert status.set_at is not None
    at = f"{status.set_at:%H:%M}"
    assert labels.set_by(status, at) == words.format(at=at)


def test_who_was_made_available_reads_it_until_the_own_click(office: Office) -> None:
    anna, priya = office.agent("anna"), office.agent("priya")
    anna.opens_the_desk()
    priya.sets_status_of(anna, "ready")
    set_by = seen(office, ANNA).status.set_by

    anna.is_ready()

    assert (set_by, seen(office, ANNA).status.set_by) == ("Priya Shah", "")


def test_of_a_status_that_has_become_another_nobody_is_said_to_have_set_it(
    office: Office,
) -> None:
    """Anna was made available, and her page gave no sign of life."""
    anna = office.agent("anna")
    anna.opens_the_desk()
    office.agent("priya").sets_status_of(anna, "ready")
    anna.closes_the_laptop()
    caller = office.caller()
    office.passes(110)
    caller.dials(CLAIMS)

    status = seen(office, ANNA).status

    assert (status.reason, status.set_by) == ("desk lost", "")
    caller.hangs_up()


def test_live_lists_everybody_else_who_takes_calls(office: Office) -> None:
    office.agent("anna").is_ready()
    make_overview(office)

    shown = desk_of(office).desk(PRIYA, ("live-agents",)).colleagues

    assert [(one.id, one.kind) for one in shown] == [
        ("anna", "ready"),
        ("ben", "offline"),
        ("cleo", "offline"),
        ("dan", "offline"),
        ("emma", "offline"),
    ]


def test_who_is_listened_to_has_the_same_buttons_as_before(office: Office) -> None:
    caller, _ = talk(office)
    before = [button.verb for button in _line(office).buttons]

    office.agent("priya").listens_to(caller.call.id)
    office.passes(2)

    assert [button.verb for button in _line(office).buttons] == before


def test_the_calls_are_read_in_one_request_however_many_there_are(office: Office) -> None:
    """One get of the overview; one request for the calls that are listed."""
    talk(office)
    make_overview(office)
    reads: list[int] = []
    calls = office.services.ports.calls
    read_all = calls.read_all

    def counted(ids):  # type: ignore[no-untyped-def]
        reads.append(len(ids))
        return read_all(ids)

    calls.read_all = counted  # type: ignore[method-assign]

    desk_of(office).desk(PRIYA, REGIONS)
    desk_of(office).desk(PRIYA, ("phone",))

    assert reads == [1]
