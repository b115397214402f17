"""Messages: whose they are, what their page shows, and who may be done with them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from app.adapters.memory import MemoryNotices
from app.console import views as v
from app.console.interfaces import Account
from app.domain.access import Person, Refused
from app.domain.mailboxes import agents_of, mailboxes
from app.domain.nodes.greeting import Greeting
from app.domain.nodes.mailbox import Mailbox
from app.domain.nodes.menu import Choice, Menu
from app.domain.replies import Prompt
from tests.console.fakes import Company
from tests.console.viewers import ANNA, BOSS, desk_of, messages_of, register_of, seen
from tests.console.visitor import Visitor
from tests.stories.company import NIGHT, PLAN
from tests.stories.office import Office
from tests.stories.people import Caller

NOBODY = Account(Person("zoe", "Zoe", "agent"), "zoe@kestrel.example")  # in no queue


# --- Whose mailbox --------------------------------------------------------------------------------


def test_a_mailbox_is_of_the_agents_whose_queues_or_extension_lead_to_it() -> None:
    nodes = {
        **PLAN.nodes,
        "claims": replace(PLAN.nodes["claims"], otherwise="closed"),  # type: ignore[type-var]
        "closed": Greeting(Prompt("We are closed."), then="claims-box"),
        "claims-box": Mailbox("Claims box", Prompt("After the tone.")),
    }
    plan = replace(PLAN, nodes=nodes)

    assert mailboxes(plan) == ("box", "claims-box")
    assert agents_of(plan, "box") == ("anna", "ben", "cleo")  # Cleo by her extension alone
    assert agents_of(plan, "claims-box") == ("ben", "cleo", "dan", "emma")
    assert agents_of(plan, "gone") == ()


def test_a_way_by_a_key_makes_no_mailbox_ones_own() -> None:
    nodes = {
        **PLAN.nodes,
        "claims": replace(PLAN.nodes["claims"], otherwise="ways"),  # type: ignore[type-var]
        "ways": Menu(Prompt("1"), (Choice("1", "A message", "other-box"),), otherwise="box"),
        "other-box": Mailbox("Other box", Prompt("After the tone.")),
    }
    plan = replace(PLAN, nodes=nodes)

    assert agents_of(plan, "other-box") == ()
    assert "cleo" in agents_of(plan, "box")


# --- On the services ------------------------------------------------------------------------------


def _leaves_a_message(office: Office, seconds: float = 10) -> Caller:
    caller = office.caller()
    caller.dials(NIGHT)
    office.passes(seconds)
    caller.hangs_up()
    office.passes(30)
    return caller


def _rows(
    office: Office, viewer: Account = ANNA, *, done: bool = False
) -> tuple[v.MessageRow, ...]:
    page = messages_of(office).messages(viewer, None, None, 25, done=done)
    assert page is not None
    return page.rows


def test_an_agent_of_the_queue_sees_hears_and_finishes_a_message(office: Office) -> None:
    caller = _leaves_a_message(office)
    [row] = _rows(office)
    before = seen(office).open_messages

    link = register_of(office).listen(ANNA, row.call, row.recording.id).url
    messages_of(office).settle(ANNA, row.call, done=True)

    assert (row.mailbox, row.did, row.did_label) == ("Reception", NIGHT, "Night line")
    assert row.party.number == caller.number
    assert link
    assert [(who.person, who.recording) for who in caller.record.listenings] == [
        ("anna", row.recording.id)
    ]
    assert (before, seen(office).open_messages) == (1, 0)
    assert _rows(office) == ()
    [done] = _rows(office, done=True)
    assert done.done_by == "Anna Nowak"


def test_a_finished_message_is_opened_again(office: Office) -> None:
    caller = _leaves_a_message(office)
    call = caller.record.head.id
    messages_of(office).settle(ANNA, call, done=True)

    messages_of(office).settle(BOSS, call, done=False)

    [row] = _rows(office)
    assert (row.done_by, row.done_at) == ("", None)
    assert seen(office, BOSS).open_messages == 1


def test_who_said_nothing_is_in_no_list_and_no_badge(office: Office) -> None:
    """C9: no row, no badge, no outcome."""
    _leaves_a_message(office, seconds=1.8)

    [head] = register_of(office).calls(BOSS, None, 9).rows
    assert _rows(office) == ()
    assert seen(office).open_messages == 0
    assert (head.outcome, head.mailbox) == ("no message", "")


def test_an_agent_of_no_such_queue_neither_sees_hears_nor_finishes_it(office: Office) -> None:
    caller = _leaves_a_message(office)
    call, [recording] = caller.record.head.id, caller.record.recordings

    page = messages_of(office).messages(NOBODY, None, None, 25, done=False)
    with pytest.raises(Refused):
        messages_of(office).settle(NOBODY, call, done=True)
    with pytest.raises(Refused):
        register_of(office).listen(NOBODY, call, recording.sid)

    assert page == v.MessagePage((), None, done=False)
    assert messages_of(office).messages(NOBODY, "box", None, 25, done=False) is None
    assert seen(office, NOBODY).open_messages == 0
    assert register_of(office).call(NOBODY, call) is None
    assert caller.record.listenings == ()


def test_a_new_message_and_a_finished_one_are_pushed(office: Office) -> None:
    caller = _leaves_a_message(office)
    notices = office.services.ports.notices
    assert isinstance(notices, MemoryNotices)
    told = notices.topics
    arrived, before = told[-2:], len(told)

    messages_of(office).settle(ANNA, caller.record.head.id, done=True)

    assert (arrived, told[before:]) == (["board", "calls"], ["board"])


def test_the_desk_reads_no_counts_for_regions_without_a_badge(office: Office) -> None:
    _leaves_a_message(office)

    assert desk_of(office).desk(ANNA, ("my-status",)).open_messages == 0


# --- The page -------------------------------------------------------------------------------------


def test_a_row_names_the_caller_the_mailbox_and_the_number_dialled(agent: Visitor) -> None:
    page = re.sub(r"<[^>]+>", "", agent.get("/messages").text)

    for words in ("Dieter Krause", "+49\xa030\xa023125047", "Reception UK", "UK main line",
                  "+44\xa020\xa07946\xa00800", "0:23", "Withheld number"):  # fmt: skip
        assert words in page


def test_the_navigation_has_a_badge_with_the_count_in_words(
    kestrel: Company, agent: Visitor
) -> None:
    kestrel.desk.open_messages = 3
    page = agent.get("/calls").text

    link = re.search(r'<a href="/messages".*?</a>', page, re.DOTALL)
    assert link
    assert re.sub(r"<[^>]+>", "", link[0]).split() == ["Messages", "3", "open"]


def test_the_badge_is_a_region_that_the_push_renews(kestrel: Company, agent: Visitor) -> None:
    page = agent.get("/calls").text
    known = re.search(r'data-region="unread" data-version="([^"]+)"', page)
    assert known
    same = agent.get(f"/live?unread={known[1]}").status_code

    kestrel.desk.open_messages = 1

    assert same == 204
    assert 'class="bubble">1<' in agent.get(f"/live?unread={known[1]}").text


def test_a_message_is_done_and_the_list_shows_the_others(agent: Visitor, kestrel: Company) -> None:
    answer = agent.client.post(
        "/messages/call5/done",
        data={"in": "reception"},
        headers={"X-CSRF-Token": agent.token(), "HX-Request": "true"},
    )

    assert kestrel.messages.done == ["call5"]
    assert "Dieter Krause" not in answer.text
    assert "Dieter Krause" in agent.get("/messages?in=reception&show=done").text
    assert "Open again" in agent.get("/messages?in=reception&show=done").text


def test_without_scripts_the_plain_form_leads_back_to_the_list(agent: Visitor) -> None:
    done = agent.post("/messages/call5/done", **{"in": "reception"})
    opened = agent.post("/messages/call5/open", **{"in": "reception"})

    assert (done.status_code, done.location) == (303, "/messages?in=reception")
    assert opened.location == "/messages?in=reception&show=done"


def test_a_mailbox_that_is_not_mine_is_not_found(agent: Visitor) -> None:
    assert agent.get("/messages?in=poczta").status_code == 404
    assert agent.post("/messages/other/done", **{"in": "reception"}).status_code == 409


def test_the_player_of_a_message_names_its_caller_and_no_agent(agent: Visitor) -> None:
    page = agent.get("/messages").text

    assert "Message from Dieter Krause" in page
    assert "Agent</span>" not in page


def test_the_player_of_a_conversation_names_both(agent: Visitor) -> None:
    page = agent.get("/calls/call4").text

    assert "Conversation with Zofia Grabowska" in page
    assert re.search(r"</i>Agnieszka Nowak</span>", page)
