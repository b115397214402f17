import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from jinja2 import Environment

from app.adapters.memory import MemoryDirectory
from app.console import views as v
from app.console.rows import OverviewRows
from app.domain.agent import DeviceKind
from app.domain.dialplan import Member
from app.domain.overview import OverviewChange, PersonNow
from tests.console.fake_calls import NOW
from tests.console.fakes import Company
from tests.console.visitor import Visitor
from tests.stories.company import PLAN

HELD_12_SECONDS = '<time data-since="2026-11-20T14:36:32+00:00" aria-live="off">0:12</time>'
HOSTILE = v.Party("+442079460142", '<script>alert("x")</script>', "\"><img src=x onerror='y'>")


def versions(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-region="([^"]+)" data-version="([^"]+)"', page))


def test_a_direct_load_is_the_whole_page_and_a_swap_only_its_main_region(agent: Visitor) -> None:
    whole, inner = agent.get("/calls").text, agent.get("/calls", HX_Request="true").text

    assert whole.startswith("<!doctype html>")
    assert 'id="rail"' in whole
    assert 'class="register"' in whole
    assert 'class="register"' in inner
    assert 'id="rail"' not in inner
    assert inner.startswith("<title>Calls")


def test_the_browsers_back_button_gets_a_whole_page(agent: Visitor) -> None:
    headers = {"HX_Request": "true", "HX_History_Restore_Request": "true"}

    assert 'id="rail"' in agent.get("/calls", **headers).text


@pytest.mark.parametrize("moment", ["is_ready", "rings", "talks", "wraps_up"])
def test_hostile_names_stay_words(kestrel: Company, agent: Visitor, moment: str) -> None:
    if moment == "is_ready":
        kestrel.desk.moment = v.Idle(recent=(v.CallRow(
            "c", kestrel.clock.now(), "incoming", HOSTILE, HOSTILE.name, HOSTILE.name, 1, 1, "<b>"
        ),))  # fmt: skip
    else:
        getattr(kestrel.desk, moment)(party=HOSTILE)

    page = agent.get("/desk").text

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;" in page


def test_an_offer_says_who_calls_which_queue_and_what_was_chosen(
    kestrel: Company, agent: Visitor
) -> None:
    kestrel.desk.rings()

    page = agent.get("/desk").text

    for words in ("Eleanor Whitcombe", "+44\xa020\xa07946\xa00142", "UK main line",
                  "Change a delivery", "Deliveries EN", "Break: no answer"):  # fmt: skip
        assert words in page


def test_a_wait_that_is_a_cool_down_is_explained_with_its_end(
    kestrel: Company, agent: Visitor
) -> None:
    kestrel.desk.is_ready()
    kestrel.desk.held_back = (
        v.HeldBack("Deliveries EN", datetime(2026, 11, 20, 14, 37, 21, tzinfo=UTC)),
    )

    page = agent.get("/desk").text

    assert "A caller in Deliveries EN whose call you did not take is waiting." in page
    assert "You can be asked again from 14:37:21 on" in page


def test_a_number_without_a_contact_is_the_name(kestrel: Company, agent: Visitor) -> None:
    kestrel.desk.rings(v.Party("+447700900361"))

    page = agent.get("/desk").text

    assert re.search(r'id="h-offer">\+44\xa07700\xa0900361<', page)
    assert "Not in contacts" in page


def test_a_withheld_number_has_words(kestrel: Company, agent: Visitor) -> None:
    kestrel.desk.rings(v.Party(None))

    assert 'id="h-offer">Withheld number<' in agent.get("/desk").text


def test_only_regions_that_show_something_else_are_sent(kestrel: Company, agent: Visitor) -> None:
    kestrel.desk.is_ready()
    known = versions(agent.get("/desk").text)
    asked = {name: version for name, version in known.items() if name != "colleagues"}
    query = "&".join(f"{name}={version}" for name, version in asked.items())
    assert agent.get(f"/live?{query}").status_code == 204

    kestrel.desk.rings()
    changed = versions(agent.get(f"/live?{query}").text)

    assert set(changed) == {"my-status", "line", "phone", "context"}


def test_time_that_passes_changes_no_version(kestrel: Company, agent: Visitor) -> None:
    kestrel.desk.talks()
    before = versions(agent.get("/desk").text)
    kestrel.clock.move(timedelta(seconds=3))

    after = versions(agent.get("/desk").text)

    assert {name for name in before if before[name] != after[name]} <= {"colleagues"}


def test_a_note_that_is_being_typed_is_not_swapped_from_the_call_to_its_wrap_up(
    kestrel: Company, agent: Visitor
) -> None:
    kestrel.desk.talks()
    before = versions(agent.get("/desk").text)["context"]

    kestrel.desk.wraps_up()

    assert versions(agent.get("/desk").text)["context"] == before


def test_accepting_answers_what_the_browser_calls_in_with(kestrel: Company, agent: Visitor) -> None:
    kestrel.desk.rings()

    answer = agent.post("/desk/calls/accept", call="call1", leg="2", tab="t1")

    assert answer.json == {
        "params": {"call": "call1", "headset": "agnieszka.1", "nonce": "n1"},
        "leg": "agnieszka.1",
    }


def test_a_refusal_is_409_with_words_for_people(kestrel: Company, agent: Visitor) -> None:
    kestrel.desk.refuses = "This call is gone: it went to somebody else."

    answer = agent.post("/desk/calls/accept", call="call1", leg="2", tab="t1")

    assert answer.status_code == 409
    assert answer.json == {"words": kestrel.desk.refuses}


def test_an_incomplete_request_is_400(kestrel: Company, agent: Visitor) -> None:
    assert agent.post("/desk/calls/accept", call="call1").status_code == 400
    assert kestrel.desk.asked == []


def test_a_voice_token_is_of_one_tab(agent: Visitor) -> None:
    answer = agent.post("/desk/voice-token", tab="ab12")

    assert answer.json
    assert answer.json["token"] == "token of agnieszka_ab12"
    assert answer.json["ttl_seconds"] == 21600


@pytest.mark.parametrize("tab", ["", "a b", "x" * 33, "<b>", "a_b", "ä"])
def test_a_tabs_name_cannot_become_another_identity(agent: Visitor, tab: str) -> None:
    assert agent.post("/desk/voice-token", tab=tab).status_code == 400


@pytest.mark.parametrize("reason", ["missed a call", "no connection", "device lost", "desk lost"])
def test_what_was_done_to_the_agent_is_said_with_a_way_back(
    kestrel: Company, agent: Visitor, reason: str
) -> None:
    """F14."""
    kestrel.desk.status = v.Status("away", kestrel.clock.now(), reason, automatic=True)

    page = agent.get("/desk").text

    assert "Be available again" in page
    assert f">{reason}<" not in page


def test_a_next_status_can_be_cancelled(kestrel: Company, agent: Visitor) -> None:
    """F19."""
    kestrel.desk.talks()

    page = agent.get("/desk").text

    assert "Cancel the next status" in page


def test_presence_is_a_real_form_so_that_a_click_before_the_scripts_is_not_lost(
    kestrel: Company, agent: Visitor
) -> None:
    page = agent.get("/desk").text
    form = re.search(
        r'<form class="status" method="post" action="([^"]+)".*?</form>', page, re.DOTALL
    )
    assert form
    token = re.search(r'name="csrf" value="([^"]+)"', form[0])
    assert token

    fields = {"csrf": token[1], "wish": "ready"}
    answer = agent.client.post(form[1], data=fields, headers={"Referer": "http://localhost/calls"})

    assert 'name="wish" value="ready"' in form[0]
    assert (answer.status_code, answer.headers["Location"]) == (303, "/calls")
    assert kestrel.desk.asked == [("presence", "agnieszka", "ready")]


def test_what_needs_the_scripts_waits_for_them(kestrel: Company, agent: Visitor) -> None:
    kestrel.desk.rings()

    page = agent.get("/desk").text

    assert re.findall(r'data-verb="(?:accept|decline)"(?![^>]* aria-disabled="true")', page) == []


@pytest.mark.parametrize(
    ("hold", "words", "button"),
    [
        ("asked", "Holding…", "retrieve"),
        (
            "held",
            'On hold <time data-since="2026-11-20T14:36:32+00:00" aria-live="off">0:12</time>',
            "retrieve",
        ),
        ("retrieving", "Retrieving…", "hold"),
    ],
)
def test_the_line_shows_what_is_observed_and_what_is_wanted(
    kestrel: Company, agent: Visitor, hold: v.HoldKind, words: str, button: str
) -> None:
    kestrel.desk.talks()
    kestrel.desk.holds(hold)

    desk, strip = agent.get("/desk").text, agent.get("/calls").text

    assert words in desk
    assert words in strip
    assert f'data-verb="{button}" data-key="h"' in desk


@pytest.mark.parametrize(
    ("hold", "words"),
    [
        ("", "Hanging up there ends the call."),
        ("asked", "Hanging up there gives the caller on hold back to the queue."),
        ("held", "Hanging up there gives the caller on hold back to the queue."),
        ("retrieving", "Hanging up there ends the call."),
    ],
)
@pytest.mark.parametrize("device", ["phone", "client"])
def test_what_hanging_up_a_telephone_does_is_told_as_it_is(
    kestrel: Company, agent: Visitor, device: DeviceKind, hold: v.HoldKind, words: str
) -> None:
    kestrel.desk.talks(device=device)
    kestrel.desk.holds(hold)

    page = agent.get("/desk").text

    assert words in page


def test_a_hold_that_rings_says_on_every_page_when_the_call_goes_back_to_the_queue(
    kestrel: Company, agent: Visitor
) -> None:
    kestrel.desk.talks()
    kestrel.desk.holds("held")
    kestrel.desk.changes(hold_until=kestrel.clock.now() + timedelta(seconds=29))

    desk, strip = agent.get("/desk").text, agent.get("/calls").text

    for page in (desk, strip):
        assert re.search(r"In <time[^>]*>0:29</time> the call goes back to the queue\.", page)
        assert "data-reminds" in page


@pytest.mark.parametrize(("hears_music", "words"), [(True, "Hears music"), (False, "Sound lost")])
def test_that_the_caller_hears_music_is_said_when_it_is_so(
    kestrel: Company, agent: Visitor, hears_music: bool, words: str
) -> None:
    kestrel.desk.talks()
    kestrel.desk.is_interrupted()
    kestrel.desk.changes(hears_music=hears_music)

    page = agent.get("/desk").text

    assert words in page
    assert ("The caller hears music." in page) is hears_music


def test_a_call_on_the_telephone_has_no_verb_that_needs_the_sound_here(
    kestrel: Company, agent: Visitor
) -> None:
    kestrel.desk.talks(device="phone")

    found = re.search(r'<section class="phone".*?</section>', agent.get("/desk").text, re.DOTALL)

    assert found
    assert set(re.findall(r'data-verb="([a-z]+)"', found[0])) == {"hold", "transfer", "park", "end"}


def test_what_is_not_known_yet_of_queues_and_colleagues_is_said(
    kestrel: Company, agent: Visitor
) -> None:
    kestrel.desk.overview = 0

    page = agent.get("/desk").text

    assert "Who waits is not known yet." in page
    assert "Who is here is not known yet." in page
    assert "Tomasz" not in page


def test_a_row_that_is_pushed_is_the_row_that_a_page_has(kestrel: Company, agent: Visitor) -> None:
    tomasz = Member("tomasz", "Tomasz Zieliński", "tomasz@kestrel.example", "agent", ("sales",))
    directory, since = MemoryDirectory(), NOW - timedelta(seconds=6)
    directory.publish(replace(PLAN, members=(tomasz,)), previous=None)
    change = OverviewChange(1, 2, (PersonNow("tomasz", "ready", since),), (), ())

    fields = OverviewRows(directory, kestrel.clock.now).fields(change)

    assert fields["people"] == {"tomasz": _row_of(agent.get("/desk").text, "tomasz")}


def test_the_templates_of_pushed_rows_are_compiled_once(
    kestrel: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change comes each second: compiling them takes some 35 ms of the worker."""
    compiled: list[str | None] = []
    known = Environment.compile

    def compile_(self: Environment, source: str, name: str | None = None, *rest: object) -> object:
        compiled.append(name)
        return known(self, source, name, *rest)  # type: ignore[call-overload]

    monkeypatch.setattr(Environment, "compile", compile_)
    directory = MemoryDirectory()
    directory.publish(PLAN, previous=None)
    rows = OverviewRows(directory, kestrel.clock.now)

    for version in (2, 3):
        rows.fields(OverviewChange(version - 1, version, (), (), ()))

    assert compiled.count("_rows.html") == 1


def _row_of(page: str, row: str) -> str:
    found = re.search(f'<li data-row="{row}">.*?</li>', page)
    assert found
    return found[0]
