"""An agent on a mobile in a real Chromium: the page is opened once, and not needed afterwards."""

import logging
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from tests.console.conftest import whole, with_fake_sdk
from tests.console.fakes import PASSWORD, Accounts, person
from tests.console.real_console import console_of
from tests.stories.company import CLAIMS, MOBILE
from tests.stories.office import Office
from tests.support.serving import serving

TEN_MINUTES = 600


class People(Accounts):
    def __init__(self) -> None:
        cleo = person("cleo", "Cleo", "agent")
        self.known = {cleo.person.id: cleo}


@pytest.fixture
def url(office: Office) -> Iterator[str]:
    """The console of the office; one request at a time, as the services in memory are used."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, with_fake_sdk(whole(console_of(office, People()))))
    with serving(server):
        yield f"http://localhost:{server.server_port}"


def test_a_mobile_whose_agent_has_had_no_page_for_ten_minutes_rings(
    office: Office, url: str, chromium: Browser
) -> None:
    """F20: the lease is the page's, and a telephone needs no page."""
    cleo, caller = office.agent("cleo"), office.caller()
    cleo.has_a_telephone(MOBILE)
    cleo.closes_the_laptop()  # of all that beats for her, nothing is left but the page below
    becomes_available_and_goes(chromium, url, "cleo")

    office.passes(TEN_MINUTES)
    caller.dials(CLAIMS)
    office.passes(5)

    cleo.picks_up()
    cleo.presses("1")
    caller.talks_to(cleo)
    caller.hangs_up()


def becomes_available_and_goes(chromium: Browser, url: str, who: str) -> None:
    context = chromium.new_context(locale="en-GB", permissions=["microphone"])
    page = context.new_page()
    page.goto(f"{url}/desk")
    page.get_by_label("Work email").fill(f"{who}@kestrel.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Be available").click()
    expect(page.get_by_role("heading", name="Calls ring on your telephone")).to_be_visible()
    expect(page.get_by_text("whether this page is open or not")).to_be_visible()
    context.close()
