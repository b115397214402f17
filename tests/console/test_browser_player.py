"""The recording player in a real Chromium: a link is good for minutes, a listener stays longer."""

import re
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

from app.console import views as v
from app.console.interfaces import Account
from app.domain.access import Refused
from tests.console.conftest import Served, Window
from tests.console.fake_calls import NOW
from tests.console.window import press, wait_until
from tests.support.serving import serving

SECONDS, RATE = 1200, 8000
BODY = SECONDS * RATE * 2
HEAD = (
    b"RIFF" + struct.pack("<I", 36 + BODY) + b"WAVEfmt "
    + struct.pack("<IHHIIHH", 16, 1, 1, RATE, RATE * 2, 2, 16) + b"data" + struct.pack("<I", BODY)
)  # fmt: skip
TOTAL = len(HEAD) + BODY


@dataclass
class Bucket:
    """Serves one long recording to signed links, as long as they are good."""

    good: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    refuses: str = ""
    url: str = ""
    listenings: set[datetime] = field(default_factory=set)
    gives_links: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gives_links.set()

    def listen(
        self, viewer: Account, call: str, recording: str, since: datetime | None = None
    ) -> v.Link:
        if self.refuses:
            raise Refused(self.refuses)
        self.asked.append(f"s{len(self.asked)}")
        self.good.add(self.asked[-1])
        assert self.gives_links.wait(30)
        since = since or NOW + timedelta(seconds=len(self.listenings))
        self.listenings.add(since)
        return v.Link(f"{self.url}/r.wav?sig={self.asked[-1]}", since)

    def all_links_are_over(self) -> None:
        self.good.clear()


def _handler(bucket: Bucket) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Nothing: a test reads the page."""

        def do_GET(self) -> None:
            if self.path.rpartition("sig=")[2] not in bucket.good:
                self.send_response(403)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            asked = re.match(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "bytes=0-"))
            assert asked
            at, end = int(asked[1]), int(asked[2] or TOTAL - 1)
            self.send_response(206)
            self.send_header("Content-Type", "audio/wav")
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(end - at + 1))
            self.send_header("Content-Range", f"bytes {at}-{end}/{TOTAL}")
            self.end_headers()
            while at <= end and not self.close_connection:
                piece = (HEAD[at:] + bytes(65536))[: min(65536, end - at + 1)]
                at += len(piece)
                try:
                    self.wfile.write(piece)
                except OSError:
                    self.close_connection = True  # the browser has enough, and asks again later

    return Handler


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    made = Bucket()
    server = ThreadingHTTPServer(("localhost", 0), _handler(made))
    made.url = f"http://localhost:{server.server_port}"
    with serving(server):
        yield made


@pytest.fixture
def console_settings(bucket: Bucket) -> dict[str, object]:
    return {"media_origins": (bucket.url,)}


@pytest.fixture
def listening(
    window: Window, served: Served, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> Page:
    """A recording of twenty minutes plays."""
    register = served.company.register
    known = register.call

    def call(viewer: Account, name: str) -> v.CallDetail | None:
        detail = known(viewer, name)
        return detail and replace(detail, recordings=(v.Recording("RE1", SECONDS),))

    monkeypatch.setattr(register, "call", call)
    monkeypatch.setattr(register, "listen", bucket.listen)
    window.sign_in("/calls/call1")
    press(window.page, "play")
    plays_on_from(window.page, 0)
    return window.page


AUDIO = "document.querySelector('[data-audio]')"


def plays_on_from(page: Page, second: int) -> None:
    plays = f"!{AUDIO}.paused && !{AUDIO}.error && {AUDIO}.currentTime > value + 0.3"
    wait_until(page, plays, second)


def seeks(page: Page, second: int) -> None:
    page.evaluate(
        "s => { const seek = document.querySelector('[data-seek]'); seek.value = String(s);"
        " seek.dispatchEvent(new Event('input', { bubbles: true })); }",
        second,
    )


def test_a_link_that_is_over_is_renewed_and_the_recording_goes_on_at_the_place_chosen(
    listening: Page, bucket: Bucket
) -> None:
    bucket.all_links_are_over()

    seeks(listening, 1100)

    plays_on_from(listening, 1100)
    assert len(bucket.asked) == 2
    assert len(bucket.listenings) == 1


def test_the_speed_is_kept_over_a_new_link(listening: Page, bucket: Bucket) -> None:
    press(listening, "speed")
    bucket.all_links_are_over()

    seeks(listening, 1100)

    plays_on_from(listening, 1100)
    assert listening.evaluate(f"{AUDIO}.playbackRate") == 1.25


def test_after_a_long_pause_it_goes_on_where_it_stood(listening: Page, bucket: Bucket) -> None:
    seeks(listening, 600)
    plays_on_from(listening, 600)
    press(listening, "play")
    bucket.all_links_are_over()
    with listening.expect_response("**/listen"):
        seeks(listening, 900)  # nothing of it is there yet
    wait_until(listening, f"!{AUDIO}.error")

    press(listening, "play")

    plays_on_from(listening, 900)


def test_play_pressed_while_the_new_link_is_asked_for_plays_when_it_is_there(
    listening: Page, bucket: Bucket
) -> None:
    press(listening, "play")
    bucket.all_links_are_over()
    bucket.gives_links.clear()
    with listening.expect_request("**/listen"):
        seeks(listening, 900)

    press(listening, "play")
    bucket.gives_links.set()

    plays_on_from(listening, 900)
    assert len(bucket.asked) == 2


def test_play_pressed_twice_before_the_recording_is_there_is_one_listening(
    window: Window, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.served.company.register, "listen", bucket.listen)
    window.sign_in("/calls/call4")
    bucket.gives_links.clear()

    with window.page.expect_request("**/listen"):
        press(window.page, "play")
    press(window.page, "play")
    bucket.gives_links.set()

    plays_on_from(window.page, 0)
    assert len(bucket.asked) == 1


def test_a_recording_that_may_not_be_heard_any_more_says_so(
    listening: Page, bucket: Bucket
) -> None:
    bucket.all_links_are_over()
    bucket.refuses = "This recording was deleted."

    seeks(listening, 1100)

    status = listening.locator("[data-player-status]")
    expect(status).to_have_text("This recording was deleted.")
    bucket.refuses = ""
    press(listening, "play")
    plays_on_from(listening, 1100)
    expect(status).to_have_text("")


def test_a_link_that_was_never_good_is_said_and_not_asked_for_again_and_again(
    window: Window, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def listen(viewer: Account, call: str, recording: str, since: datetime | None = None) -> v.Link:
        link = bucket.listen(viewer, call, recording, since)
        return replace(link, url=link.url + "wrong")

    monkeypatch.setattr(window.served.company.register, "listen", listen)
    window.sign_in("/calls/call4")

    press(window.page, "play")

    expect(window.page.locator("[data-player-status]")).to_have_text(
        "The recording could not be opened."
    )
    assert len(bucket.asked) == 1
