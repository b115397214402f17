import re
from pathlib import Path

import pytest

import app.console
from app.console import labels
from app.console.views import Happening
from app.domain import verbs
from tests.console.fake_calls import NOW
from tests.console.fakes import Company
from tests.console.visitor import Visitor

TEMPLATES = Path(app.console.__file__).parent / "templates"


def test_the_list_is_newest_first_with_numbers_in_groups(agent: Visitor) -> None:
    page = agent.get("/calls").text

    names = re.findall(r'class="c-who"><a [^>]*>([^<]+)</a>', page)
    assert names[:3] == ["Eleanor Whitcombe", "Marcus Reed", "+44\xa07700\xa0900361"]
    assert "+1\xa0202\xa0555\xa00147" in page
    assert "Gave up waiting" in page


def test_a_page_leads_to_the_older_one_and_back(agent: Visitor) -> None:
    first, second = agent.get("/calls").text, agent.get("/calls?from=next").text

    assert 'href="/calls?from=next"' in first
    assert 'href="/calls"' in second
    assert "Bartosz Wilk" in second


def test_an_empty_register_says_what_will_appear(kestrel: Company, agent: Visitor) -> None:
    kestrel.register.empty = True

    assert "No calls yet" in agent.get("/calls").text


def test_a_call_shows_its_legs_timeline_recording_and_notes(agent: Visitor) -> None:
    page = agent.get("/calls/call4").text

    for shown in ("8:29", "6:21", "Pressed 2: Change a delivery", "Joined Deliveries EN",
                  "Agnieszka Nowak answered", "Recording started", "Fragile goods",
                  "/calls/call4/recordings/RE1/listen"):  # fmt: skip
        assert shown in page


def test_an_unknown_call_is_not_found(agent: Visitor) -> None:
    assert agent.get("/calls/never").status_code == 404


def test_each_listening_is_written_down(kestrel: Company, agent: Visitor) -> None:
    """F50."""
    answer = agent.post("/calls/call4/recordings/RE1/listen")

    assert answer.json == {"url": "/static/sounds/silence.wav", "since": NOW.isoformat()}
    assert kestrel.register.heard == [("agnieszka", "RE1")]
    assert agent.get("/calls/call4/recordings/RE1/listen").status_code == 405


@pytest.mark.parametrize("since", ["yesterday", "2026-11-20T14:00:00"])
def test_what_is_no_time_of_a_listening_is_refused(
    kestrel: Company, agent: Visitor, since: str
) -> None:
    answer = agent.post("/calls/call4/recordings/RE1/listen", since=since)

    assert answer.status_code == 400
    assert kestrel.register.heard == []


def test_a_note_is_saved_and_says_when_in_the_companys_zone(
    kestrel: Company, agent: Visitor
) -> None:
    answer = agent.post("/calls/call4/note", text="Called back", version="v1", seen="")

    assert answer.json == {"text": "Called back", "version": "v1", "words": "Saved 14:36:44"}
    assert kestrel.desk.asked[-1] == ("note", "agnieszka", "call4", "Called back")


def test_a_note_typed_over_a_version_that_was_seen_replaces_it(agent: Visitor) -> None:
    agent.post("/calls/call4/note", text="Called back", version="v1", seen="")

    answer = agent.post("/calls/call4/note", text="Called", version="v2", seen="v0 v1")

    assert answer.json
    assert (answer.json["text"], answer.json["version"]) == ("Called", "v2")


def test_a_note_typed_over_a_version_that_was_not_seen_keeps_both(agent: Visitor) -> None:
    agent.post("/calls/call4/note", text="Fragile\nCalls", version="v1", seen="")

    answer = agent.post("/calls/call4/note", text="Calls back\r\nMonday", version="w1", seen="")

    assert answer.json
    assert answer.json["text"] == "Fragile\nCalls back\nMonday"
    assert answer.json["version"] == "w1+"


def test_a_note_has_a_limit(agent: Visitor) -> None:
    answer = agent.post("/calls/call4/note", text="x" * 8001, version="v1", seen="")

    assert answer.status_code == 409
    assert answer.json
    assert "8,000" in answer.json["words"]


def test_a_version_is_a_short_word(agent: Visitor) -> None:
    assert agent.post("/calls/c/note", text="x", version="", seen="").status_code == 400
    assert agent.post("/calls/c/note", text="x", version="v1", seen="ü").status_code == 400


@pytest.mark.parametrize(
    "what", [*labels.TIMELINE, *(verb.name for verb in verbs.TABLE.values() if verb.told)]
)
def test_every_line_of_the_timeline_reads_without_its_facts(what: str) -> None:
    entry = labels.describe(Happening(NOW, what))

    assert entry.title.strip()
    assert "{" not in entry.title + entry.detail


def test_facts_are_never_taken_for_a_template() -> None:
    entry = labels.describe(Happening(NOW, "offered", {"agent": "{0.__class__}"}))

    assert entry.title == "Rang {0.__class__}"


def test_every_sign_is_drawn(stranger: Visitor) -> None:
    signs = (*labels.OUTCOMES.values(), *labels.AWAY_REASONS.values())
    used = {sign.icon for sign in signs} | {wording.icon for wording in labels.TIMELINE.values()}
    used |= {verb.icon for verb in verbs.TABLE.values()}
    used |= {f"g-{kind}" for kind in labels.PRESENCE}
    for template in TEMPLATES.rglob("*.html"):
        used |= set(re.findall(r'"([gi]-[a-z][a-z0-9-]*[a-z0-9])"', template.read_text()))

    drawn = set(re.findall(r'symbol id="([^"]+)"', stranger.get("/static/icons/sprite.svg").text))

    assert used - drawn == set()
