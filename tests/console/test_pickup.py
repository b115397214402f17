"""What the desk lists of calls that ring and wait, for whom, and what is told of a pickup."""

from __future__ import annotations

from app.console import labels
from app.console import views as v
from app.console.interfaces import Account
from app.domain.access import Person
from tests.console.viewers import ANNA, BEN, BOSS, ELEANOR, register_of, seen, told
from tests.stories.company import CLAIMS, DIRECT, SALES
from tests.stories.office import Office

DAN = Account(Person("dan", "Dan", "agent"), "dan@kestrel.example")


def _listed(office: Office, viewer: Account) -> list[tuple[str | None, str, str]]:
    return [(row.party.number, row.queue, row.rings_at) for row in seen(office, viewer).to_take]


def test_who_waits_and_who_rings_is_listed_the_longest_first(office: Office) -> None:
    anna, waiting, ringing = office.agent("anna"), office.caller(), office.caller(ELEANOR)
    waiting.dials(CLAIMS)
    office.passes(5)
    anna.is_ready()
    ringing.dials(SALES)

    listed = _listed(office, BEN)

    assert listed == [
        (waiting.number, "Claims", ""),
        (ELEANOR, "Deliveries", "Anna Nowak"),
    ]


def test_each_person_sees_only_the_calls_that_they_may_take(office: Office) -> None:
    sales, claims, direct = (
        office.caller("+447700900701"),
        office.caller("+447700900702"),
        office.caller("+447700900703"),
    )
    sales.dials(SALES)
    claims.dials(CLAIMS)
    direct.dials(DIRECT)

    lists = {who.person.id: _listed(office, who) for who in (ANNA, BEN, DAN, BOSS)}

    numbers = {who: {number for number, _, _ in rows} for who, rows in lists.items()}
    assert numbers == {
        "anna": {sales.number, direct.number},
        "ben": {sales.number, claims.number, direct.number},
        "dan": {claims.number},
        "boss": {sales.number, claims.number, direct.number},
    }


def test_a_call_that_rings_for_me_is_not_in_my_list(office: Office) -> None:
    office.agent("anna").is_ready()
    office.caller().dials(SALES)

    assert _listed(office, ANNA) == []


def test_who_is_being_connected_is_not_listed(office: Office) -> None:
    anna = office.agent("anna")
    anna.is_ready()
    office.caller().dials(SALES)
    anna.accepts()

    assert _listed(office, BEN) == []


def test_of_a_long_queue_the_first_are_listed_and_the_others_are_counted(office: Office) -> None:
    for number in range(12):
        office.caller(f"+4477009007{number:02}").dials(SALES)
        office.passes(1)
    for number in range(3):
        office.caller(f"+4477009008{number:02}").dials(CLAIMS)

    desk = seen(office, BEN)

    assert [row.party.number for row in desk.to_take][:2] == ["+447700900700", "+447700900701"]
    assert (len(desk.to_take), desk.more_to_take) == (10, 3)


def test_who_was_rung_reads_who_took_the_call(office: Office) -> None:
    anna, ben, caller = office.agent("anna"), office.agent("ben"), office.caller(ELEANOR)
    anna.is_ready()
    ben.takes_a_break()
    caller.dials(SALES)

    ben.clicks_pick_up(caller.call.id)

    moment = seen(office, ANNA).moment
    assert isinstance(moment, v.Idle)
    assert moment.ended is not None
    assert labels.missed(moment.ended, "Eleanor") == "A colleague picked up the call of Eleanor"
    assert labels.became(moment.ended) == "Ben Marsh is taking it"


def test_the_timeline_tells_of_the_pickup(office: Office) -> None:
    anna, ben, caller = office.agent("anna"), office.agent("ben"), office.caller(ELEANOR)
    anna.is_ready()
    ben.takes_a_break()
    caller.dials(SALES)
    ben.picks_up_call(caller.call.id)
    office.passes(3)

    detail = register_of(office).call(BEN, caller.call.id)

    assert detail is not None
    said = told(detail.timeline)
    assert said[said.index("Rang Anna Nowak") :][:3] == [
        "Rang Anna Nowak",
        "Ben Marsh picked up the call",
        "Ben Marsh answered",
    ]
