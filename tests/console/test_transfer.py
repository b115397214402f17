"""What the desk shows of a transfer: where a caller may go, who sent the caller, who comes back."""

from __future__ import annotations

from app.console import labels
from app.console import views as v
from app.console.interfaces import Account
from tests.console.viewers import ANNA, BEN, ELEANOR, desk_of, register_of, seen, told
from tests.stories.company import SALES
from tests.stories.office import Office
from tests.stories.people import AgentPerson, Caller
from tests.support.overviews import make_overview


def talk(office: Office) -> tuple[Caller, AgentPerson]:
    caller, anna = office.caller(ELEANOR), office.agent("anna")
    anna.is_ready()
    caller.dials(SALES)
    anna.answers()
    office.passes(5)
    return caller, anna


def found(office: Office, caller: Caller, words: str = "", viewer: Account = ANNA) -> v.Targets:
    make_overview(office)
    return desk_of(office).targets(viewer, caller.call.id, words)


def offer(office: Office, viewer: Account) -> v.Offer:
    moment = seen(office, viewer).moment
    assert isinstance(moment, v.Offer), moment
    return moment


def test_a_caller_may_go_to_whatever_has_a_label_but_my_own_extension(office: Office) -> None:
    caller, _ = talk(office)
    office.agent("ben").is_ready()

    rows = found(office, caller).rows

    shown = {row.node: (row.label, labels.target(row.kind).text, row.is_open) for row in rows}
    assert shown == {
        "sales": ("Deliveries", "Queue", True),
        "claims": ("Claims", "Queue", True),
        "infolinia": ("Infolinia", "Queue", True),
        "ben-line": ("Ben Marsh", "Colleague", True),
        "cleo-line": ("Cleo Hart", "Colleague", False),  # she is not here
        "box": ("Reception", "Mailbox", True),
    }


def test_a_target_is_found_by_a_part_of_its_name_and_what_begins_so_comes_first(
    office: Office,
) -> None:
    caller, _ = talk(office)

    assert [row.label for row in found(office, caller, "  CL ").rows] == ["Claims", "Cleo Hart"]
    assert [row.label for row in found(office, caller, "r").rows][:1] == ["Reception"]
    assert found(office, caller, "nobody").rows == ()


def test_who_waits_in_a_queue_is_said_beside_it(office: Office) -> None:
    caller, _ = talk(office)
    office.caller("+447700900777").dials(SALES)

    (sales,) = found(office, caller, "deliveries").rows

    assert sales.waiting == 1


def test_a_colleague_reads_who_sent_the_caller_and_what_happens_if_nothing_is_done(
    office: Office,
) -> None:
    """T2: said beforehand, and so it is."""
    caller, anna, ben = *talk(office), office.agent("ben")
    ben.is_ready()
    anna.transfers_to("ben-line")

    shown = offer(office, BEN)
    wrap_up = seen(office).moment

    assert shown.sent_by == "Anna Nowak"
    assert labels.if_nothing(shown.if_nothing) == (
        "If you do nothing, the caller goes back to Anna Nowak, or to Deliveries if Anna Nowak"
        " is not free"
    )
    assert isinstance(wrap_up, v.WrapUp)
    assert (wrap_up.goes_on, wrap_up.sent_to) == (True, "Ben Marsh")
    # The queue in which the caller waits now is not that of the conversation.
    assert (wrap_up.queue, wrap_up.waited_seconds) == ("", None)
    office.passes(22)
    assert seen(office, BEN).status.reason == shown.if_nothing.status.reason
    assert offer(office, ANNA).call == caller.call.id


def test_what_was_talked_is_not_said_to_have_been_waited(office: Office) -> None:
    """Though the place keeps its age: in the offer, and in the queue's longest wait."""
    _, anna, ben = *talk(office), office.agent("ben")
    office.passes(100)
    anna.transfers_to("claims")
    office.passes(4)
    longest = next(row for row in seen(office, BEN).queues if row.id == "claims").longest_since
    now = office.services.ports.clock.now()
    ben.is_ready()

    shown = offer(office, BEN)

    assert longest is not None
    assert 4 <= (now - longest).total_seconds() < 6
    assert 4 <= (now - shown.waiting_since).total_seconds() < 6


def test_who_gets_a_caller_back_reads_from_whom(office: Office) -> None:
    _, anna, ben = *talk(office), office.agent("ben")
    ben.is_ready()
    anna.transfers_to("ben-line")
    ben.declines()

    shown = offer(office, ANNA)

    assert (shown.sent_by, shown.sent_to, shown.queue) == ("", "Ben Marsh", "Deliveries")
    assert labels.if_nothing(shown.if_nothing) == (
        "If you do nothing, the caller waits on in Deliveries"
    )


def test_the_timeline_tells_the_whole_way(office: Office) -> None:
    """F51: one call, one timeline."""
    caller, anna, ben = *talk(office), office.agent("ben")
    ben.is_ready()
    anna.transfers_to("ben-line")
    ben.declines()
    anna.answers()
    office.passes(2)
    anna.transfers_to("claims")
    office.passes(1)
    ben.answers()
    office.passes(2)
    ben.hangs_up()
    office.passes(60)

    shown = register_of(office).call(ANNA, caller.call.id)

    assert shown is not None
    way = [
        words
        for words in told(shown.timeline)
        if any(who in words for who in ("Anna", "Ben", "Joined", "queue"))
    ]
    assert way == [
        "Joined Deliveries",
        "Rang Anna Nowak",
        "Anna Nowak accepted",
        "Anna Nowak answered",
        "Anna Nowak transferred the caller to Ben Marsh",
        "Joined Ben Marsh",
        "Rang Ben Marsh",
        "Ben Marsh declined",
        "Came back to Anna Nowak",
        "Anna Nowak accepted",
        "Anna Nowak answered",
        "Anna Nowak transferred the caller to Claims",
        "Joined Claims",
        "Rang Ben Marsh",
        "Ben Marsh accepted",
        "Ben Marsh answered",
        "Ben Marsh ended the call",
    ]


def test_the_register_names_both_and_how_it_ended(office: Office) -> None:
    caller, anna, ben = *talk(office), office.agent("ben")
    ben.is_ready()
    anna.transfers_to("ben-line")
    office.passes(3)
    caller.hangs_up()
    office.passes(60)

    row = register_of(office).calls(ANNA, None, 10).rows[0]

    assert labels.outcome(row.outcome).text == "Gave up in a transfer"
