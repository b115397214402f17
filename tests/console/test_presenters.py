"""What the desk shows of a telephone call that happens: the services in memory, virtual time."""

from datetime import timedelta

import pytest

from app.console import labels
from app.console import views as v
from app.console.pages import REGIONS
from app.console.presenters.accounts import PlanAccounts
from app.domain.access import Person
from app.domain.note import Draft
from app.domain.states import COOLDOWN_SECONDS
from app.domain.topics import BOARD
from app.ports import CallRecord, Note, SharedJob
from tests.console.viewers import (
    ANNA,
    BEN,
    BOSS,
    CLEO,
    ELEANOR,
    a_call_rings,
    desk_of,
    register_of,
    seen,
    told,
)
from tests.stories.company import CLAIMS, MAIN, MOBILE, SALES
from tests.stories.office import Office
from tests.support.verbs import click


def test_at_first_the_desk_is_offline_and_idle(office: Office) -> None:
    desk = seen(office)

    assert desk.status == v.Status("offline")
    assert desk.moment == v.Idle()


def test_an_offer_shows_who_which_number_which_choices_and_until_when(office: Office) -> None:
    a_call_rings(office)

    offer = seen(office).moment

    assert isinstance(offer, v.Offer)
    assert (offer.party.number, offer.party.name) == (ELEANOR, "Eleanor Whitcombe")
    assert [(step.kind, step.value) for step in offer.path] == [
        ("dialled", MAIN),
        ("choice", "Deliveries"),
        ("queue", offer.queue),
    ]
    assert (offer.until - offer.since).total_seconds() == 20


def test_a_call_is_connecting_then_talking_then_wrapped_up(office: Office) -> None:
    caller = a_call_rings(office)
    anna = office.agent("anna")

    anna.accepts()
    connecting = seen(office).moment
    anna.connects()
    office.passes(42)
    talking = seen(office).moment
    caller.hangs_up()
    wrap_up = seen(office).moment

    assert isinstance(connecting, v.Line)
    assert connecting.connecting
    assert isinstance(talking, v.Line)
    assert not talking.connecting
    assert (talking.leg, talking.tab) == ("anna.1", "tab0")
    assert talking.recording.kind == "running"
    assert talking.recording.since
    assert isinstance(wrap_up, v.WrapUp)
    assert wrap_up.talked_seconds == 42
    assert seen(office).status.kind == "wrap-up"


def test_a_lost_headset_shows_until_when_it_may_come_back(office: Office) -> None:
    """F25."""
    a_call_rings(office)
    anna = office.agent("anna")
    anna.answers()

    anna.reloads_the_page()
    lost = seen(office).moment
    assert isinstance(lost, v.Line)
    assert lost.interrupted_until
    anna.comes_back()
    back = seen(office).moment

    assert isinstance(back, v.Line)
    assert back.interrupted_until is None
    assert back.leg == "anna.2"


def test_a_hold_is_shown_when_it_is_confirmed_and_rings_when_it_is_forgotten(
    office: Office,
) -> None:
    """F32. While the headset is away another time counts, so the page says only that one."""
    call = a_call_rings(office).call
    anna = office.agent("anna")
    anna.answers()
    node = call.position.node if call.position else ""
    longest = office.services.ports.directory.head().wait_point(node).max_hold_seconds

    click(office.services.desk, "anna", "hold", call.id)
    office.settles()
    held = seen(office).moment
    office.passes(longest)
    rings = seen(office).moment
    anna.reloads_the_page()
    away = seen(office).moment

    assert isinstance(held, v.Line)
    assert isinstance(rings, v.Line)
    assert isinstance(away, v.Line)
    assert (held.hold, held.hold_until, held.recording.kind) == ("held", None, "paused")
    assert rings.hold_until
    assert (away.hold_until, away.hears_music) == (None, True)
    assert away.interrupted_until


def test_a_ready_agent_is_told_why_a_caller_waits_and_until_when(office: Office) -> None:
    """F13: who declined is left out for a while; the desk says so, and the time is right."""
    a_call_rings(office)
    anna = office.agent("anna")
    assert seen(office).held_back == ()
    anna.declines()

    told_of = seen(office).held_back
    declined = office.services.ports.clock.now()

    assert [call.queue for call in told_of] == ["Deliveries"]
    assert (told_of[0].until - declined).total_seconds() == COOLDOWN_SECONDS
    assert seen(office, BEN).held_back == ()
    office.passes(COOLDOWN_SECONDS)
    assert seen(office).held_back == ()
    anna.rings()


def test_a_telephone_rings_then_talks_then_is_hung_up(office: Office) -> None:
    caller, cleo = office.caller(), office.agent("cleo")
    cleo.has_a_telephone(MOBILE)
    cleo.is_ready()
    caller.dials(CLAIMS)

    offer = seen(office, CLEO).moment
    cleo.picks_up()
    cleo.presses("1")
    line = seen(office, CLEO).moment
    cleo.hangs_up_the_telephone()
    detail = register_of(office).call(CLEO, caller.call.id)

    assert isinstance(offer, v.Offer)
    assert offer.device == "phone"
    assert isinstance(line, v.Line)
    assert line.device == "phone"
    assert detail
    name = detail.row.agent
    lines = told(detail.timeline)
    assert [line for line in lines if name in line] == [
        f"Rang {name}",
        f"Dialled {name}’s telephone",
        f"{name} accepted on the telephone",
        f"{name} answered",
        f"{name} ended the call",
    ]
    assert not [line for line in lines if line.startswith("Pressed 1")]
    assert [leg.device for leg in detail.legs] == ["phone", "phone"]


def test_the_desk_of_a_telephones_agent_takes_the_call_over(office: Office) -> None:
    """The telephone is hung up, and the page is the headset."""
    caller, cleo = office.caller(), office.agent("cleo")
    cleo.has_a_telephone(MOBILE)
    cleo.is_ready()
    caller.dials(CLAIMS)

    cleo.accepts()
    cleo.connects()
    line = seen(office, CLEO).moment

    assert isinstance(line, v.Line)
    assert line.device == "desk"
    assert cleo.telephone.news[-1] == "ended"
    detail = register_of(office).call(CLEO, caller.call.id)
    assert detail
    assert [leg.device for leg in detail.legs] == ["phone", "phone", "desk"]


def test_a_missed_offer_is_told_and_shown_with_its_reason(office: Office) -> None:
    """F14."""
    caller = a_call_rings(office)
    office.passes(21)

    status = seen(office).status
    detail = register_of(office).call(BOSS, caller.call.id)

    assert (status.kind, status.reason, status.automatic) == ("away", "missed a call", True)
    assert status.reason in labels.AUTOMATIC
    assert detail
    assert any(line.endswith("did not answer") for line in told(detail.timeline))


def test_a_note_of_the_desk_is_in_the_register_and_back_on_the_desk(office: Office) -> None:
    caller = a_call_rings(office)
    office.agent("anna").answers()
    desk_of(office).save_note(ANNA, caller.call.id, Draft("Wants a redelivery", "v1"))

    line = seen(office).moment
    mine = register_of(office).call(ANNA, caller.call.id)
    others = register_of(office).call(BOSS, caller.call.id)

    assert isinstance(line, v.Line)
    assert (line.note, line.note_version) == ("Wants a redelivery", "v1")
    assert mine
    assert (mine.my_note, mine.my_note_version) == ("Wants a redelivery", "v1")
    assert others
    assert [note.text for note in others.notes] == ["Wants a redelivery"]


def test_a_note_is_saved_to_its_call_after_the_wrap_up(office: Office) -> None:
    caller = a_call_rings(office)
    anna = office.agent("anna")
    anna.answers()
    caller.hangs_up()
    office.settles()
    anna.is_ready()

    desk_of(office).save_note(ANNA, caller.call.id, Draft("Wants a redelivery", "v1"))

    detail = register_of(office).call(ANNA, caller.call.id)
    assert detail
    assert detail.my_note == "Wants a redelivery"


def test_two_windows_that_save_a_note_at_the_same_time_keep_both(office: Office) -> None:
    caller = a_call_rings(office)
    office.agent("anna").answers()
    desk, register, call = desk_of(office), office.services.ports.register, caller.call.id
    read = register.note

    def other_window_saves_in_between(call_id: str, author: str) -> Note | None:
        known = read(call_id, author)
        if known is None:
            other = Note(author, "Fragile", office.services.ports.clock.now(), "w1")
            register.put_note(call_id, other, "")
        return known

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(register, "note", other_window_saves_in_between)
        kept = desk.save_note(ANNA, call, Draft("Monday", "v1"))

    assert kept.text == "Fragile\nMonday"


def test_who_waits_is_on_the_desk_of_those_who_could_answer(office: Office) -> None:
    caller = office.caller()
    caller.dials(MAIN)
    caller.presses("1")
    office.passes(130)

    rows = seen(office).queues

    waiting = next(row for row in rows if row.waiting)
    assert waiting.longest_since
    assert waiting.late


def test_colleagues_are_all_others_with_their_presence(office: Office) -> None:
    office.agent("ben").is_ready()

    colleagues = seen(office).colleagues

    assert "ready" in {colleague.kind for colleague in colleagues}
    assert len(colleagues) >= 1


def test_an_overview_that_is_not_made_yet_is_asked_for_and_shown_as_unknown(
    office: Office,
) -> None:
    ports = office.services.ports
    office.agent("ben").is_ready()

    before = desk_of(office).desk(ANNA, REGIONS)
    planned = ports.shared_topics.plan(
        [BOARD], ports.clock.now()
    )  # which MemoryNotices leaves to us
    office.services.job_runner.run(SharedJob(BOARD))
    after = desk_of(office).desk(ANNA, REGIONS)

    assert planned
    assert before.overview == 0
    assert after.overview > 0
    assert "ready" in {colleague.kind for colleague in after.colleagues}


def test_only_regions_that_are_shown_are_read(office: Office) -> None:
    office.agent("ben").is_ready()

    desk = desk_of(office).desk(ANNA, ("my-status", "line"))

    assert (desk.queues, desk.colleagues) == ((), ())


def test_accounts_are_the_members_of_the_plan(office: Office) -> None:
    accounts = PlanAccounts(office.services.ports.directory)
    member = office.services.ports.directory.head().members[0]

    found = accounts.by_email(member.email.upper())

    assert found
    assert found.person == Person(member.id, member.name, member.role)
    assert accounts.get(member.id) == found
    assert accounts.by_email("nobody@kestrel.example") is None


def test_the_sums_of_a_day_do_not_end_at_a_page_of_the_register(office: Office) -> None:
    ports = office.services.ports
    now, plan = ports.clock.now(), ports.directory.head().sha
    for number in range(250):
        began = now - timedelta(seconds=number)
        ports.register.put_head(
            CallRecord(
                f"c{number:03d}",
                ELEANOR,
                "",
                MAIN,
                began,
                "answered",
                now,
                ("anna",),
                talked_seconds=10,
                talked_each_seconds=(10,),
                plan=plan,
            )
        )
    long_ago = now - timedelta(days=2)
    ports.register.put_head(
        CallRecord(
            "old",
            ELEANOR,
            "",
            MAIN,
            long_ago,
            "answered",
            long_ago,
            ("anna",),
            talked_each_seconds=(10,),
            plan=plan,
        )
    )

    moment = seen(office).moment

    assert isinstance(moment, v.Idle)
    assert (moment.calls_today, moment.talked_today_seconds) == (250, 2500)
    assert moment.average_talk_seconds == 10


def test_the_day_of_an_agent_has_what_that_agent_talked_in_a_call_of_two(office: Office) -> None:
    caller, ben = office.caller(ELEANOR), office.agent("ben")
    ben.is_ready()
    caller.dials(SALES)
    ben.answers()
    office.passes(60)
    ben.reloads_the_page()
    office.passes(30)
    office.agent("anna").is_ready()
    office.passes(2)
    office.agent("anna").answers()
    office.passes(27)
    caller.hangs_up()
    office.passes(60)

    of_anna, of_ben = seen(office).moment, seen(office, BEN).moment

    assert isinstance(of_anna, v.Idle)
    assert isinstance(of_ben, v.Idle)
    assert (of_anna.talked_today_seconds, of_ben.talked_today_seconds) == (27, 60)
    assert (of_anna.average_talk_seconds, of_ben.average_talk_seconds) == (27, 60)
