"""A console with a pretended company: for Flask's test client, and served to a real Chromium."""

import itertools
import logging
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server
from werkzeug.test import Cookie

from app.console.push_socket import LocalSockets, add_push_socket
from app.domain.topics import agent_topic
from tests.console.fakes import PASSWORD, Clock, Company, company
from tests.console.visitor import Visitor
from tests.stories import environments
from tests.stories.office import Office
from tests.support.serving import serving

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FAKE_SDK = (Path(__file__).parent / "fake_sdk.js").read_bytes()
SDK = "/static/vendor/twilio.min.js"
PATIENCE_MILLISECONDS = 30_000  # a busy machine

expect.set_options(timeout=PATIENCE_MILLISECONDS)


@pytest.fixture
def office() -> Iterator[Office]:
    """Services in memory, on which a story happens."""
    with environments.in_memory() as office:
        yield office
        office.closes()


@pytest.fixture
def kestrel() -> Company:
    return company()


@pytest.fixture
def stranger(kestrel: Company) -> Visitor:
    """Nobody has signed in."""
    return Visitor(kestrel.app.test_client())


@pytest.fixture
def agent(stranger: Visitor) -> Visitor:
    stranger.sign_in("agnieszka@kestrel.example")
    return stranger


def whole(app: Flask) -> "WSGIApplication":
    """The application, each answer in one piece: a page that goes leaves no file open."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        pieces = app(environ, start_response)
        try:
            return [b"".join(pieces)]
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()

    return answer


def with_fake_sdk(app: "WSGIApplication") -> "WSGIApplication":
    """The pretended telephone in place of the Voice SDK.

    A route of playwright could do that too, but then each request of the page waits for this
    process.
    """

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] != SDK:
            return app(environ, start_response)
        return Response(FAKE_SDK, mimetype="text/javascript")(environ, start_response)

    return answer


@dataclass
class Served:
    """The console on a real socket, for a browser."""

    company: Company
    url: str

    def poke(self) -> None:
        """What the switchboard does when something of the agent changes."""
        self.company.push.deliver(agent_topic("agnieszka"), "1")


@pytest.fixture
def console_settings() -> dict[str, object]:
    """What a module's console is set up with, beyond the usual."""
    return {}


@pytest.fixture
def served(console_settings: dict[str, object]) -> Iterator[Served]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    sockets, ids = LocalSockets(), itertools.count()
    origins: list[str] = []
    kestrel = company(Clock(runs=True), sockets=sockets, origins=origins, **console_settings)
    add_push_socket(kestrel.app, kestrel.push, sockets, lambda: f"c{next(ids)}")
    server = make_server("127.0.0.1", 0, with_fake_sdk(whole(kestrel.app)), threaded=True)
    origins.append(f"http://localhost:{server.server_port}")
    with serving(server):
        yield Served(kestrel, f"http://localhost:{server.server_port}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """For a module only: an open playwright holds this thread's event loop, for others too."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                "--autoplay-policy=no-user-gesture-required",
            ],
        )
        yield browser
        browser.close()


@dataclass
class Window:
    """One browser window on the console; `troubles` are its console errors and violations."""

    page: Page
    served: Served
    troubles: list[str]

    def sign_in(self, path: str = "/desk", who: str = "agnieszka") -> None:
        """With no call going on."""
        self.open_signed_in(path, who)
        self.page.locator('#device[data-device="ready"]').wait_for(state="attached")

    def open_signed_in(self, path: str = "/desk", who: str = "agnieszka") -> None:
        """With the cookie of a session that the console has opened: the form costs a page more."""
        cookie = session_cookie(self.served.company.app, f"{who}@kestrel.example")
        self.page.context.add_cookies(
            [
                {
                    "name": cookie.key,
                    "value": cookie.value,
                    "url": self.served.url,
                    "httpOnly": cookie.http_only,
                    "sameSite": "Lax",
                }
            ]
        )
        self.page.goto(f"{self.served.url}{path}")
        self.page.locator("body[data-pushed]").wait_for()

    def sign_in_by_form(self, path: str = "/desk", who: str = "agnieszka") -> None:
        self.page.goto(f"{self.served.url}{path}")
        self.page.get_by_label("Work email").fill(f"{who}@kestrel.example")
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.locator("body[data-pushed]").wait_for()

    def poke(self) -> None:
        self.served.poke()


def session_cookie(app: Flask, email: str) -> Cookie:
    """As the form's answer sets it."""
    client = app.test_client()
    Visitor(client).sign_in(email)
    cookie = client.get_cookie(str(app.config["SESSION_COOKIE_NAME"]))
    assert cookie is not None
    return cookie


@pytest.fixture
def window(chromium: Browser, served: Served) -> Iterator[Window]:
    context = chromium.new_context(locale="en-GB", permissions=["microphone"])
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda message: troubles.append(message.text) if message.type == "error" else None,
    )
    yield Window(page, served, troubles)
    context.close()
