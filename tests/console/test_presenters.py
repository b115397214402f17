"""The pages' values from a telephone call that happens: the services in memory, virtual time."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from app.console import labels
from app.console import views as v
from app.console.interfaces import Account
from app.console.pages import REGIONS
from app.console.presenters.accounts import PlanAccounts
from app.console.presenters.desk import DeskPresenter
from app.console.presenters.register import RegisterPresenter
from app.domain.access import Person, Refused
from app.domain.call import COOLDOWN_SECONDS
from app.domain.note import Draft
from app.domain.outcomes import IN_PROGRESS, CallOutcome
from app.ports import CallRecord, Note, RecordingRecord
from tests.stories import environments
from tests.stories.company import CLAIMS, MAIN, MOBILE, PLAN, SALES
from tests.stories.office import Office
from tests.stories.people import Caller
from tests.support.verbs import click

ELEANOR = "+442079460142"
THIRTY = timedelta(seconds=30)
CLEO = Account(Person("cleo", "Cleo", "agent"), "cleo@kestrel.example")
ANNA = Account(Person("anna", "Anna", "agent"), "anna@kestrel.example")
BEN = Account(Person("ben", "Ben", "agent"), "ben@kestrel.example")
BOSS = Account(Person("boss", "Boss", "supervisor"), "boss@kestrel.example")


@pytest.fixture
def office() -> Iterator[Office]:
    with environments.in_memory() as office:
        yield office
        office.closes()


def desk_of(office: Office) -> DeskPresenter:
    ports = office.services.ports
    return DeskPresenter(
        desk_service=office.services.desk,
        agents=ports.agents,
        board=ports.board,
        directory=ports.directory,
        register=ports.register,
        tokens=ports.tokens,
        clock=ports.clock,
    )


def register_of(office: Office) -> RegisterPresenter:
    ports = office.services.ports
    return RegisterPresenter(ports.register, ports.recordings, ports.directory, ports.clock)


def seen(office: Office, viewer: Account = ANNA) -> v.Desk:
    return desk_of(office).desk(viewer, REGIONS)


def told(happenings: tuple[v.Happening, ...]) -> list[str]:
    return [labels.describe(happening).title for happening in happenings]


def a_call_rings(office: Office, number: str = ELEANOR) -> Caller:
    caller, anna = office.caller(number), office.agent("anna")
    anna.is_ready()
    caller.dials(MAIN)
    caller.presses("1")
    return caller


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
    assert talking.recording_since
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
    assert (held.hold, held.hold_until, held.recording_paused) == ("held", None, True)
    assert rings.hold_until
    assert (away.hold_until, away.hears_music) == (None, True)
    assert away.interrupted_until


def test_the_timeline_tells_the_call_in_plain_words(office: Office) -> None:
    caller = a_call_rings(office)
    anna = office.agent("anna")
    anna.declines()
    office.passes(61)
    anna.answers()
    anna.reloads_the_page()
    anna.comes_back()
    anna.hangs_up()

    detail = register_of(office).call(ANNA, caller.call.id)

    assert detail
    name = office.services.ports.directory.head().members[0].name
    assert [line for line in told(detail.timeline) if "music" not in line] == [
        "Dialled +44\xa020\xa07946\xa00800",
        "Pressed 1: Deliveries",
        "Joined Deliveries",
        f"Rang {name}",
        f"{name} declined",
        "Back in the queue, at the old place",
        f"Rang {name}",
        f"{name} accepted",
        f"{name} answered",
        "Recording started",
        f"{name} lost the sound",
        "Recording paused",
        f"{name} is back",
        "Recording goes on",
        f"{name} ended the call",
    ]


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


def test_a_telephone_that_is_rejected_is_told_as_declined_and_one_that_rings_out_as_missed(
    office: Office,
) -> None:
    caller, cleo = office.caller(), office.agent("cleo")
    cleo.has_a_telephone(MOBILE)
    cleo.is_ready()
    caller.dials(CLAIMS)
    cleo.rejects()
    office.passes(61)
    office.passes(45)

    detail = register_of(office).call(BOSS, caller.call.id)

    assert detail
    verdicts = [line for line in told(detail.timeline) if "declined" in line or "answer" in line]
    assert [verdict.split()[-1] for verdict in verdicts] == ["declined", "answer"]


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


def test_wrong_and_missing_keys_are_told(office: Office) -> None:
    caller = office.caller()
    caller.dials(MAIN)
    caller.presses("9")
    caller.stays_silent()
    caller.hangs_up()

    detail = register_of(office).call(BOSS, caller.call.id)

    assert detail
    lines = told(detail.timeline)
    assert "Pressed 9, which was no choice" in lines
    assert "Pressed nothing" in lines
    assert "Came to Reception" in lines
    assert labels.outcome(detail.row.outcome).text == "No message left"


def test_who_waits_too_long_in_one_queue_is_told_to_have_joined_the_next(office: Office) -> None:
    sales = replace(PLAN.wait_point("sales"), otherwise="claims")
    office.publishes(replace(PLAN, sha="b" * 64, nodes={**PLAN.nodes, "sales": sales}))
    office.passes(31)
    caller = office.caller()
    caller.dials(SALES)
    office.passes(330)
    caller.waits()
    caller.hangs_up()

    detail = register_of(office).call(BOSS, caller.call.id)

    assert detail
    assert told(detail.timeline)[1:] == [
        "Joined Deliveries",
        "Waited as long as this queue allows",
        "Joined Claims",
        "The caller hung up",
    ]


def test_a_message_that_was_left_while_we_were_down_is_a_call_like_others(office: Office) -> None:
    """M3: nothing of it is known but who called, when, and what was said."""
    caller = office.caller(ELEANOR)
    office.gateway.goes_down()
    caller.dials(MAIN)
    office.passes(20)
    caller.hangs_up()
    office.gateway.works()
    office.is_swept()
    office.is_swept()
    register = register_of(office)

    [row] = register.calls(BOSS, None, 9).rows
    detail = register.call(BOSS, row.id)

    assert labels.outcome(row.outcome).text == "Message left"
    assert detail
    assert (detail.legs, detail.did) == ((), MAIN)
    assert [happening.what for happening in detail.timeline] == ["recording stored"]
    [recording] = detail.recordings
    assert register.listen(BOSS, row.id, recording.id).url


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


def test_an_agent_sees_only_own_calls_and_a_supervisor_all(office: Office) -> None:
    caller = a_call_rings(office)
    office.agent("anna").answers()
    caller.hangs_up()
    register = register_of(office)

    assert register.call(ANNA, caller.call.id)
    assert register.call(BOSS, caller.call.id)
    assert register.call(BEN, caller.call.id) is None
    assert not register.calls(BEN, None, 25).rows
    assert len(register.calls(BOSS, None, 25).rows) == 1
    with pytest.raises(Refused):
        register.listen(BEN, caller.call.id, "RE1")
    with pytest.raises(Refused):
        desk_of(office).save_note(BEN, caller.call.id, Draft("peek", "v1"))
    with pytest.raises(Refused):
        desk_of(office).save_note(BOSS, "no call", Draft("peek", "v1"))


def test_a_listening_is_in_the_timeline_before_anybody_listens(office: Office) -> None:
    """F50."""
    caller = a_call_rings(office)
    office.agent("anna").answers()
    caller.hangs_up()
    ports = office.services.ports
    kept = RecordingRecord("RE1", "conversation", "stored", 9, 2, "", "k", ports.clock.now())
    ports.register.put_recording(caller.call.id, kept)
    ports.recordings.put("k", b"RIFF", "audio/wav", hashlib.sha256(b"RIFF").hexdigest())

    link = register_of(office).listen(BOSS, caller.call.id, "RE1").url

    detail = register_of(office).call(ANNA, caller.call.id)
    assert link
    assert detail
    assert v.Recording("RE1", 9) in detail.recordings
    assert "boss listened to the recording" in told(detail.timeline)


def test_a_listening_that_goes_on_with_a_new_link_is_written_down_once(office: Office) -> None:
    caller = a_call_rings(office)
    office.agent("anna").answers()
    caller.hangs_up()
    register, ports = register_of(office), office.services.ports
    kept = RecordingRecord("RE1", "conversation", "stored", 9, 2, "", "k", ports.clock.now())
    ports.register.put_recording(caller.call.id, kept)
    ports.recordings.put("k", b"RIFF", "audio/wav", hashlib.sha256(b"RIFF").hexdigest())
    call = caller.call.id

    begun = register.listen(BOSS, call, "RE1")
    office.passes(400)
    renewed = register.listen(BOSS, call, "RE1", begun.since)
    in_the_log = len(caller.record.listenings)
    register.listen(ANNA, call, "RE1", begun.since)  # of somebody else
    register.listen(BOSS, call, "RE1")  # the page was opened anew
    office.passes(13 * 3600)
    register.listen(BOSS, call, "RE1", begun.since)  # far too late

    assert renewed.since == begun.since
    assert in_the_log == 1
    listeners = sorted(one.person for one in caller.record.listenings)
    assert listeners == ["anna", "boss", "boss", "boss"]


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


def test_a_call_that_goes_on_shows_its_present_times_and_its_agent_may_open_it(
    office: Office,
) -> None:
    a_call_rings(office)
    office.passes(7)
    office.agent("anna").answers()
    office.passes(30)

    [row] = register_of(office).calls(ANNA, None, 25).rows
    detail = register_of(office).call(ANNA, row.id)

    assert (row.outcome, row.agent, row.waited_seconds) == ("in progress", "Anna Nowak", 7)
    assert (row.ticks, row.ticks_since) == ("talked", office.services.ports.clock.now() - THIRTY)
    assert detail is not None


def test_who_lost_a_caller_may_open_the_call_that_was_given_up_in_the_queue(
    office: Office,
) -> None:
    caller, anna = a_call_rings(office), office.agent("anna")
    anna.answers()
    office.passes(30)
    anna.reloads_the_page()
    office.passes(25)
    caller.hangs_up()

    detail = register_of(office).call(ANNA, caller.call.id)

    assert detail is not None
    assert (detail.row.agent, detail.rung, detail.row.outcome) == (
        "Anna Nowak",
        "Anna Nowak",
        "cut off",
    )


def test_legs_are_in_the_order_in_which_they_began(office: Office) -> None:
    caller = office.caller(ELEANOR)
    ben = office.agent("ben")
    ben.is_ready()
    caller.dials(SALES)
    ben.answers()
    office.passes(5)
    ben.reloads_the_page()
    office.passes(25)
    office.agent("anna").is_ready()
    office.agent("anna").answers()
    caller.hangs_up()

    detail = register_of(office).call(BOSS, caller.call.id)

    assert detail is not None
    assert [leg.name for leg in detail.legs] == ["caller", "Ben Marsh", "Anna Nowak"]


def test_every_outcome_has_a_label_and_a_sign() -> None:
    assert set(labels.OUTCOMES) == {*get_args(CallOutcome), IN_PROGRESS}


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


def test_the_list_of_calls_does_not_end_at_a_page(office: Office) -> None:
    ports = office.services.ports
    now = ports.clock.now()
    for number in range(60):
        began = now - timedelta(minutes=number)
        ports.register.put_head(CallRecord(f"c{number:02d}", ELEANOR, "", MAIN, began))

    listed, cursor = [], None
    while True:
        page = register_of(office).calls(BOSS, cursor, 25)
        listed += [row.id for row in page.rows]
        cursor = page.older
        if cursor is None:
            break

    assert listed == [f"c{number:02d}" for number in range(60)]
