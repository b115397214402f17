"""M3: when all of ours is down, two files on a static host take the caller's message."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.adapters.twilio.account import Account
from app.adapters.twilio.numbers import configure
from app.adapters.twilio.rest import connect
from app.adapters.twilio.urls import Urls
from app.entrypoints.command import main
from infra.local.exchange.interfaces import Answer, NoAnswer, Request
from infra.local.exchange.journal import Captioned
from infra.local.exchange.virtual import TEST_ACCOUNT, HttpFetcher, VirtualExchange
from tests.stories.company import MAIN, PLAN

HOST = "bucket.example"


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
        return Answer(200, {"content-type": "text/xml"}, body)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    assert main(["documents", str(tmp_path / "bucket")], say=lambda _: None) == 0
    return tmp_path / "bucket"


def test_the_static_documents_take_a_message_while_our_webhooks_are_down(written: Path) -> None:
    urls = Urls("https://pbx.example", "dev", f"https://{HOST}/switchroom")
    with VirtualExchange(OnlyFiles(written)) as network:
        api = network.serve_rest()
        account = Account(TEST_ACCOUNT.sid, TEST_ACCOUNT.key_sid, TEST_ACCOUNT.key_secret, api)
        configure(connect(account, lambda: 10.0), PLAN, urls, rent=True)
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
