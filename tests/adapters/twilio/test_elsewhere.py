"""Files on a static host: hold music (R4), and what takes a message when all of ours is down (M3).

In each test nothing of ours answers but those files.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import fromstring

import pytest

from app.adapters.languages import languages
from app.adapters.plan import read_company
from app.adapters.twilio.account import Account
from app.adapters.twilio.numbers import configure
from app.adapters.twilio.rest import connect
from app.adapters.twilio.urls import Urls
from app.domain.nodes.base import WaitPoint
from app.entrypoints.command import main
from infra.local.exchange.interfaces import Answer, NoAnswer, Playing, Request
from infra.local.exchange.journal import Captioned
from infra.local.exchange.virtual import TEST_ACCOUNT, HttpFetcher, VirtualExchange
from tests.stories.company import MAIN, PLAN

HOST = "bucket.example"
STATIC_URLS = Urls("https://pbx.example", "dev", f"https://{HOST}/switchroom")
PLAN_FILE = Path(__file__).parents[3] / "switchroom.yaml"
COMPANY = read_company(PLAN_FILE)
MUSIC = {
    node.music for node in COMPANY.plan.nodes.values() if isinstance(node, WaitPoint) and node.music
}
ROOM = """<Response><Dial><Conference beep="false" waitUrl="">r</Conference></Dial></Response>"""


class OnlyFiles(HttpFetcher):
    """A bucket is all that answers; to a POST it says 405, as buckets do."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def perform(self, request: Request) -> Answer | NoAnswer:
        parts = urlsplit(request.url)
        if parts.hostname != HOST:
            return NoAnswer("connect", "nobody is there")
        if request.method != "GET":
            return Answer(405, {"content-type": "text/html"}, b"")
        body = (self._folder / Path(parts.path).name).read_bytes()
        kind = "audio/wav" if parts.path.endswith(".wav") else "text/xml"
        return Answer(200, {"content-type": kind}, body)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    asked = ["documents", str(tmp_path / "bucket"), "--plan", str(PLAN_FILE)]
    assert main(asked, say=lambda _: None) == 0
    return tmp_path / "bucket"


def test_the_static_documents_take_a_message_while_our_webhooks_are_down(written: Path) -> None:
    with VirtualExchange(OnlyFiles(written)) as network:
        api = network.serve_rest()
        account = Account(TEST_ACCOUNT.sid, TEST_ACCOUNT.key_sid, TEST_ACCOUNT.key_secret, api)
        configure(connect(account, lambda: 10.0), PLAN, STATIC_URLS, rent=True)
        caller = network.dial("+447700900361", MAIN)
        network.advance(25)
        network.press(caller, "#")
        network.settle()
        entries = [entry.news for entry in network.exchange.journal.entries()]

        said = [news.caption for news in entries if isinstance(news, Captioned)]
        assert any("leave a message" in words for words in said)
        assert said[-1] == "Thank you. Goodbye."
        [message] = network.exchange.recordings.recordings.values()
        assert message.call_sid == caller


@pytest.mark.parametrize("moment", ["", *languages()])
@pytest.mark.parametrize("sound", [None, *sorted(MUSIC)])
def test_every_hold_document_of_the_company_is_a_file_and_so_is_its_music(
    written: Path, sound: str | None, moment: str
) -> None:
    """R4, M15: an address without a query, for a file that names only other files."""
    url = urlsplit(STATIC_URLS.music(sound, moment))

    verbs = list(fromstring((written / Path(url.path).name).read_bytes()))
    assert (url.hostname, url.query) == (HOST, "")
    assert [verb.tag for verb in verbs if verb.tag == "Say"] == ["Say"] * bool(moment)
    again, itself = urlsplit(verbs[-1].text or ""), urlsplit(STATIC_URLS.music(sound))
    assert (verbs[-1].tag, again.path) == ("Redirect", Path(itself.path).name)
    played = [urlsplit(verb.text or "").path for verb in verbs if verb.tag == "Play"]
    sounds = [COMPANY.sounds[sound].body] if sound else []
    assert [(written / name).read_bytes() for name in played] == sounds


def test_a_caller_on_hold_hears_the_queues_music_though_no_function_answers(written: Path) -> None:
    """R4."""
    (written / "room.xml").write_text(ROOM)
    [music] = MUSIC
    with VirtualExchange(OnlyFiles(written)) as network:
        api = network.serve_rest()
        account = Account(TEST_ACCOUNT.sid, TEST_ACCOUNT.key_sid, TEST_ACCOUNT.key_secret, api)
        client = connect(account, lambda: 10.0)
        client.incoming_phone_numbers.create(
            phone_number=MAIN, voice_url=f"https://{HOST}/room.xml", voice_method="GET"
        )
        caller, _agent = network.dial("+447700900361", MAIN), network.dial("+447700900362", MAIN)
        network.settle()
        [room] = client.conferences.list(status="in-progress")

        client.conferences(room.sid).participants(caller).update(
            hold=True, hold_url=STATIC_URLS.music(music, "en"), hold_method="GET"
        )
        network.advance(600)
        entries = [entry.news for entry in network.exchange.journal.entries()]

        heard = network.exchange.hears(caller)
        said = [news.caption for news in entries if isinstance(news, Captioned)]
        assert said[0] == "One moment, please."
        assert isinstance(heard, Playing)
        assert heard.clip.caption == f"♪ {music}.wav"


def test_a_plan_that_is_wrong_writes_no_file(tmp_path: Path) -> None:
    wrong = tmp_path / "company.yaml"
    wrong.write_text("company: 7\n")
    told: list[object] = []

    code = main(["documents", str(tmp_path / "bucket"), "--plan", str(wrong)], say=told.append)

    assert code == 2
    assert told
    assert not (tmp_path / "bucket").exists()
