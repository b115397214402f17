"""What the desk says of an offer: beforehand, and when it is over. Telephone calls that happen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.console import labels
from app.console import views as v
from app.console.interfaces import Account
from app.console.presenters import parts
from app.domain.access import Person
from app.domain.states import Offered
from tests.console.viewers import ANNA, BEN, CLEO, ELEANOR, seen
from tests.stories.company import CLAIMS, DIRECT, MAIN, MOBILE, SALES, SECOND_MOBILE
from tests.stories.office import Office
from tests.stories.people import AgentPerson, Caller
from tests.support.verbs import click

DAN = Account(Person("dan", "Dan", "agent"), "dan@kestrel.example")


def idle(office: Office, viewer: Account = ANNA) -> v.Idle:
    moment = seen(office, viewer).moment
    assert isinstance(moment, v.Idle), moment
    return moment


def says(offer: v.Missed) -> str:
    who = offer.party.name or "the caller"
    return f"{labels.missed(offer, who)}. {labels.became(offer)}".strip()


def rings(office: Office, did: str = SALES, agent: str = "anna") -> tuple[Caller, AgentPerson]:
    caller, anna = office.caller(ELEANOR), office.agent(agent)
    anna.is_ready()
    caller.dials(did)
    office.passes(1)
    return caller, anna


# --- Beforehand ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("did", "agent", "wish"),
    [
        (SALES, "anna", ""),
        (SALES, "anna", "offline"),
        (SALES, "anna", "lunch"),
        (DIRECT, "anna", ""),
        (CLAIMS, "cleo", ""),
        (CLAIMS, "dan", ""),
    ],
)
def test_what_is_said_of_doing_nothing_is_what_happens_then(
    office: Office, did: str, agent: str, wish: str
) -> None:
    viewer = Account(Person(agent, agent, "agent"), f"{agent}@kestrel.example")
    for number, owner in ((MOBILE, "cleo"), (SECOND_MOBILE, "dan")):
        office.agent(owner).has_a_telephone(number)
    caller, person = rings(office, did, agent)
    if agent == "dan":
        person.sees_the_offer()
    match wish:
        case "offline":
            person.goes_home()
        case "lunch":
            person.takes_a_break()
        case _:
            pass
    offer = seen(office, viewer).moment
    assert isinstance(offer, v.Offer)
    forecast = offer.if_nothing

    left = (offer.until - office.services.ports.clock.now()).total_seconds()
    office.passes(left + 1.5)  # the wait document ends within a second, and its caller asks again

    after = seen(office, viewer)
    assert (after.status.kind, after.status.reason) == (
        forecast.status.kind,
        forecast.status.reason,
    )
    waits = forecast.becomes in ("waits", "waits for me")
    plan = office.services.ports.directory.head()
    assert (caller.call.position is not None and not caller.is_talking) == waits
    assert parts.queue_label(plan, caller.call.node) == forecast.where
    caller.hangs_up()


def test_a_caller_whose_time_is_up_before_the_ring_is_goes_on_as_was_said(office: Office) -> None:
    caller = office.caller(ELEANOR)
    caller.dials(DIRECT)
    office.passes(15)
    office.agent("anna").is_ready()
    offer = seen(office).moment
    assert isinstance(offer, v.Offer)

    office.passes(21)

    assert labels.if_nothing(offer.if_nothing) == (
        "If you do nothing, the caller goes on to Reception"
    )
    caller.hears("Please leave a message")
    caller.hangs_up()


def test_the_sentence_names_the_queue_or_says_that_nobody_else_is_asked(office: Office) -> None:
    first, _ = rings(office, SALES)
    offer = seen(office).moment
    assert isinstance(offer, v.Offer)
    in_queue = labels.if_nothing(offer.if_nothing)
    first.hangs_up()
    second, _ = rings(office, DIRECT)
    offer = seen(office).moment
    assert isinstance(offer, v.Offer)

    assert in_queue == "If you do nothing, the caller waits on in Deliveries"
    assert labels.if_nothing(offer.if_nothing) == (
        "If you do nothing, the caller waits on for you alone"
    )
    assert labels.status(offer.if_nothing.status) == "Break: no answer"
    second.hangs_up()


# --- When it is over ----------------------------------------------------------------------------


def gives_up(office: Office, caller: Caller, anna: AgentPerson) -> None:
    caller.hangs_up()


def lets_it_ring(office: Office, caller: Caller, anna: AgentPerson) -> None:
    office.passes(21)


def gives_up_on_the_way(office: Office, caller: Caller, anna: AgentPerson) -> None:
    anna.accepts()
    caller.hangs_up()


def never_connects(office: Office, caller: Caller, anna: AgentPerson) -> None:
    anna.accepts()
    office.passes(9)


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (gives_up, "Eleanor Whitcombe gave up."),
        (lets_it_ring, "You did not answer Eleanor Whitcombe in time. Still waiting"),
        (gives_up_on_the_way, "Eleanor Whitcombe gave up."),
        (never_connects, "You could not be connected to Eleanor Whitcombe. Still waiting"),
    ],
)
def test_an_offer_that_ends_says_how_and_is_listed(
    office: Office, ends: Callable[[Office, Caller, AgentPerson], None], words: str
) -> None:
    caller, anna = rings(office, MAIN)
    caller.presses("1")

    ends(office, caller, anna)

    desk = idle(office)
    assert desk.ended is not None
    assert desk.missed == (desk.ended,)
    assert says(desk.ended) == words
    assert (desk.ended.party.number, desk.ended.queue) == (ELEANOR, "Deliveries")
    caller.hangs_up()


def test_who_answered_instead_is_said(office: Office) -> None:
    caller, _ = rings(office)
    ben = office.agent("ben")
    office.passes(21)
    ben.is_ready()
    ben.answers()
    office.passes(2)

    while_they_talk = idle(office).missed
    ben.hangs_up()
    afterwards = idle(office).missed

    words = "You did not answer Eleanor Whitcombe in time. Ben Marsh answered"
    assert [says(offer) for offer in (*while_they_talk, *afterwards)] == [words, words]
    assert idle_moment_of(office, BEN) == ()
    caller.is_cut_off()


def idle_moment_of(office: Office, viewer: Account) -> tuple[v.Missed, ...]:
    moment = seen(office, viewer).moment
    return moment.missed if isinstance(moment, v.Idle) else ()


def test_a_telephone_that_rang_out_is_listed(office: Office) -> None:
    office.agent("cleo").has_a_telephone(MOBILE)
    caller, _ = rings(office, CLAIMS, "cleo")

    office.passes(45)

    (offer,) = idle(office, CLEO).missed
    assert labels.missed(offer, "Eleanor") == "You did not answer Eleanor in time"
    caller.hangs_up()


def test_what_was_declined_or_answered_later_is_not_missed(office: Office) -> None:
    _, anna = rings(office)
    office.passes(21)
    assert len(idle(office).missed) == 1

    anna.is_ready()
    anna.answers()
    anna.hangs_up()
    office.passes(31)
    assert idle(office).missed == ()
    second = office.caller(ELEANOR)
    second.dials(SALES)
    anna.declines()

    assert idle(office).missed == ()
    second.hangs_up()


def test_the_last_word_is_said_until_something_else_happens(office: Office) -> None:
    caller, anna = rings(office)
    office.passes(21)
    assert idle(office).ended is not None
    caller.hangs_up()

    anna.is_ready()

    assert idle(office).ended is None
    assert len(idle(office).missed) == 1


# --- The telephone instead ----------------------------------------------------------------------


def test_an_offer_rings_on_the_telephone_instead_when_that_is_asked_for(office: Office) -> None:
    office.agent("dan").has_a_telephone(SECOND_MOBILE)
    caller, dan = rings(office, CLAIMS, "dan")
    dan.sees_the_offer()
    call = dan.rings()
    assert isinstance(call.state, Offered)
    offer = seen(office, DAN).moment
    assert isinstance(offer, v.Offer)
    assert "telephone" in [button.verb for button in offer.buttons]

    click(office.services.desk, "dan", "telephone", call.id, leg=call.state.leg)
    click(office.services.desk, "dan", "telephone", call.id, leg=call.state.leg)
    office.passes(3)
    rung = seen(office, DAN).moment
    dan.picks_up()
    dan.presses("1")

    assert isinstance(rung, v.Offer)
    assert rung.device == "phone"
    assert "telephone" not in [button.verb for button in rung.buttons]
    assert dan.telephone.rings == 1
    caller.talks_to(dan)
    caller.hangs_up()


def test_an_agent_without_a_telephone_is_not_offered_one(office: Office) -> None:
    caller, _ = rings(office)

    offer = seen(office).moment

    assert isinstance(offer, v.Offer)
    assert "telephone" not in [button.verb for button in offer.buttons]
    caller.hangs_up()


def test_the_note_on_the_contact_is_on_the_offer(office: Office) -> None:
    directory = office.services.ports.directory
    caller, _ = rings(office)

    offer = seen(office).moment

    assert isinstance(offer, v.Offer)
    contact = directory.contact(ELEANOR)
    assert contact is not None
    assert contact.note
    assert offer.party.note == contact.note
    caller.hangs_up()
