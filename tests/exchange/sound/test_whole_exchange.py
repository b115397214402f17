"""`python -m infra.local.exchange` whole: street phone, browser, documents, recording, Ctrl-C."""

from __future__ import annotations

import subprocess
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from infra.local.exchange.inspection.saved_call import load
from infra.local.exchange.sound.media import decode_media
from infra.local.exchange.sound.pcmu import Samples
from tests.exchange.sound.browsers import SdkPage
from tests.exchange.sound.company import (
    NUMBER,
    PROMPT_HERTZ,
    Company,
    RunningExchange,
    exchange_command,
    running_exchange,
)
from tests.exchange.sound.hearing import INAUDIBLE_DB, hears
from tests.exchange.sound.origin import ROOT
from tests.exchange.sound.street_page import StreetPage


@dataclass(frozen=True)
class Town:
    exchange: RunningExchange
    company: Company
    data: Path


@contextmanager
def town_in(folder: Path) -> Iterator[Town]:
    with running_exchange(folder) as exchange:
        company = Company(exchange)
        yield Town(exchange, company, folder)
        if exchange.process.poll() is None:
            exchange.interrupt()
        company.close()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with town_in(tmp_path) as town:
        yield town


def strength(samples: Samples, hertz: int) -> float:
    """The amplitude of one pitch."""
    time = np.arange(len(samples)) / 8000
    wave_ = np.exp(-2j * np.pi * hertz * time)
    return float(2 * np.abs((samples * wave_).mean()))


def channels_of(wav: bytes) -> list[Samples]:
    with wave.open(BytesIO(wav)) as file:
        flat = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return list(flat.reshape(-1, file.getnchannels()).T)


@pytest.mark.alone
def test_the_first_call(town: Town, browser_700: Browser, browser_1000: Browser) -> None:
    """A caller hears the prompt, presses a key, talks to a browser; the recording has both."""
    street = StreetPage(browser_700, town.exchange.exchange)
    street.dial("Main line")
    street.is_in_state("talking")
    hears(street, PROMPT_HERTZ, 1000)
    street.page.keyboard.press("1")
    application = town.company.application
    with SdkPage.opened(browser_1000, town.company, "agent", application) as agent:
        agent.dial("office")
        agent.wait("accept")
        hears(street, 1000, 700, PROMPT_HERTZ)
        hears(agent, 700, 1000)
        call = town.exchange.rest.get("Calls")["calls"][-1]["sid"]
        recording = town.exchange.rest.post(
            f"Calls/{call}/Recordings",
            RecordingChannels="dual",
            RecordingStatusCallback=f"{town.company.origin}/status",
        )["sid"]
        agent.hears(700)
        agent.hears(700)
        street.page.get_by_role("button", name="Hang up").click()
        assert town.company.until(lambda form: form.get("RecordingStatus") == "completed")
    customer, heard = channels_of(town.exchange.rest.media(recording))
    mixed = decode_media(town.exchange.rest.media(recording, "mp3"))

    assert strength(customer, 700) > 1000 > 100 > strength(customer, 1000)
    assert strength(heard, 1000) > 1000 > 100 > strength(heard, 700)
    assert min(strength(mixed, 700), strength(mixed, 1000)) > 500
    assert town.company.until(lambda form: form.get("CallStatus") == "completed")
    assert street.problems == []
    street.page.close()


@pytest.mark.alone
def test_a_call_made_over_rest_rings_in_the_browser_and_is_answered(
    town: Town, browser_1000: Browser
) -> None:
    application = town.company.application
    with SdkPage.opened(browser_1000, town.company, "agent", application) as agent:
        made = town.exchange.rest.post(
            "Calls",
            To="client:agent?offer=7",
            From="+442079460142",
            Url=f"{town.company.origin}/voice",
            StatusCallback=f"{town.company.origin}/status",
        )
        incoming = agent.wait("incoming")
        agent.page.evaluate("call.accept({ rtcConstraints: RAW })")
        agent.wait("accept")
        hears(agent, PROMPT_HERTZ, 1000)
        agent.page.evaluate("call.disconnect()")

    assert incoming == {"from": "+442079460142", "custom": {"offer": "7"}}
    assert town.company.until(
        lambda form: (form["CallSid"], form["CallStatus"]) == (made["sid"], "completed")
    )


@pytest.mark.alone
def test_a_street_phone_can_be_called(town: Town, browser_700: Browser) -> None:
    street = StreetPage(browser_700, town.exchange.exchange)
    town.exchange.rest.post(
        "Calls", To="+442079460142", From=NUMBER, Url=f"{town.company.origin}/voice"
    )
    street.is_in_state("incoming")

    street.page.get_by_role("button", name="Answer").click()
    street.is_in_state("talking")

    hears(street, PROMPT_HERTZ, 1000)
    street.page.close()


def calls_into_the_office(town: Town, number: str, **fields: str) -> None:
    town.exchange.rest.post(
        "Conferences/office/Participants",
        To=number,
        From=NUMBER,
        Beep="false",
        StatusCallback=f"{town.company.origin}/status",
        **fields,
    )


@pytest.mark.alone
@pytest.mark.parametrize(
    ("number", "pitch"),
    [
        ("+441614960113", 1400),  # not in use: the tones before the answer
        ("+442079460118", 2100),  # a fax: the tone after it
    ],
)
def test_an_agent_hears_a_telephone_that_acts_by_itself(
    number: str, pitch: int, town: Town, browser_1000: Browser
) -> None:
    application = town.company.application
    with SdkPage.opened(browser_1000, town.company, "agent", application) as agent:
        agent.dial("office")
        agent.wait("accept")

        calls_into_the_office(town, number)

        hears(agent, pitch, 700)


@pytest.mark.alone
def test_an_agent_hears_the_document_of_a_number_of_the_account(
    town: Town, browser_1000: Browser
) -> None:
    application = town.company.application
    with SdkPage.opened(browser_1000, town.company, "agent", application) as agent:
        agent.dial("office")
        agent.wait("accept")

        calls_into_the_office(town, NUMBER)

        hears(agent, PROMPT_HERTZ, 700)


@pytest.mark.alone
def test_without_early_media_an_agent_hears_nothing_before_the_answer(
    town: Town, browser_1000: Browser
) -> None:
    application = town.company.application
    with SdkPage.opened(browser_1000, town.company, "agent", application) as agent:
        agent.dial("office")
        agent.wait("accept")

        calls_into_the_office(town, "+441614960113", EarlyMedia="false")
        loudest = [max(agent.hears(950, 1400, 1800).values()) for _ in range(6)]

        assert max(loudest) < INAUDIBLE_DB
        assert town.company.until(lambda form: form.get("SipResponseCode") == "404")


def test_a_caller_hears_by_name_what_is_not_emulated(town: Town, browser_700: Browser) -> None:
    street = StreetPage(browser_700, town.exchange.exchange)
    town.exchange.rest.post(
        "Calls",
        To="+442079460142",
        From=NUMBER,
        Twiml="<Response><Pause/><Connect><Stream url='wss://x.example/'/></Connect></Response>",
        StatusCallback=f"{town.company.origin}/status",
    )
    street.is_in_state("incoming")
    street.page.get_by_role("button", name="Answer").click()

    expect(street.page.locator("body")).to_contain_text("Not emulated here: Connect, Stream.")
    expect(street.page.locator("body")).to_contain_text("an application error has occurred")
    assert town.company.until(lambda form: form["CallStatus"] == "completed")
    street.page.close()


def test_a_street_phone_declines(town: Town, browser_700: Browser) -> None:
    street = StreetPage(browser_700, town.exchange.exchange)
    town.exchange.rest.post(
        "Calls",
        To="+442079460142",
        From=NUMBER,
        Url=f"{town.company.origin}/voice",
        StatusCallback=f"{town.company.origin}/status",
    )
    street.is_in_state("incoming")

    street.page.get_by_role("button", name="Decline").click()

    assert town.company.until(lambda form: form["CallStatus"] == "busy")
    street.page.close()


@pytest.mark.alone
def test_ctrl_c_ends_a_live_call_and_its_callback_is_delivered(
    town: Town, browser_700: Browser
) -> None:
    street = StreetPage(browser_700, town.exchange.exchange)
    street.dial("Main line")
    street.is_in_state("talking")

    code = town.exchange.interrupt()

    assert code == 0
    assert town.company.until(lambda form: form.get("CallStatus") == "completed")
    street.is_in_state("unreachable")
    street.page.close()


def test_the_inspector_says_why(town: Town, browser_700: Browser) -> None:
    street = StreetPage(browser_700, town.exchange.exchange)
    street.dial("Main line")
    street.is_in_state("talking")
    page = browser_700.new_page()
    page.goto(f"http://{town.exchange.exchange}/inspector")
    feed = page.locator("#feed")

    expect(page.get_by_label("Live legs")).to_contain_text("Main line")
    expect(page.get_by_label("Live legs")).to_contain_text("prompt.wav")
    page.get_by_label("What", exact=True).select_option("Webhooks")
    feed.locator("summary", has_text="POST /voice").click()
    expect(feed).to_contain_text("CallSid")
    expect(feed).not_to_contain_text("Applications")
    page.get_by_label("What", exact=True).select_option("Documents")
    feed.locator("summary", has_text="Gather").click()
    expect(feed).to_contain_text("<Gather")
    page.get_by_label("What", exact=True).select_option("REST calls")
    expect(feed).to_contain_text("POST /Applications.json → 201")
    expect(feed).not_to_contain_text("POST /voice")
    page.close()
    street.page.close()


@pytest.fixture(scope="module")
def ended_call(
    browser_700: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningExchange]:
    """With one call, dialled and hung up: who looks at it changes nothing of it."""
    with town_in(tmp_path_factory.mktemp("ended-call")) as town:
        street = StreetPage(browser_700, town.exchange.exchange)
        street.dial("Main line")
        street.is_in_state("talking")
        street.page.get_by_role("button", name="Hang up").click()
        street.page.close()
        yield town.exchange


@pytest.fixture
def inspector(ended_call: RunningExchange, browser_700: Browser) -> Iterator[Page]:
    """The inspector's page after that call."""
    page = browser_700.new_page()
    page.goto(f"http://{ended_call.exchange}/inspector")
    yield page
    page.close()


def test_a_call_is_drawn_as_a_ladder_and_an_arrow_opens_by_keyboard(inspector: Page) -> None:
    inspector.locator("#calls").get_by_role("button", name="+44 20 7946 0142 → Main line").click()

    expect(inspector.locator("#lanes")).to_contain_text("The carrier")
    expect(inspector.locator("#lanes")).to_contain_text("+44 20 7946 0142")
    expect(inspector.locator("#feed")).to_contain_text("calls Main line")
    arrow = inspector.locator("#feed summary", has_text="POST /voice").first
    arrow.focus()
    inspector.keyboard.press("Enter")
    expect(inspector.locator("#feed details[open]")).to_contain_text("CallSid")


def test_calls_are_found_by_number_and_by_name(inspector: Page) -> None:
    calls = inspector.locator("#calls button")
    find = inspector.get_by_label("Number or person")

    find.fill("main LINE")
    expect(calls).to_have_count(1)
    find.fill("+44 20 7946 0142")
    expect(calls).to_have_count(1)
    find.fill("Zofia")
    expect(calls).to_have_count(0)


def test_a_call_is_saved_as_a_file_that_can_be_loaded(inspector: Page) -> None:
    inspector.locator("#calls").get_by_role("button", name="Main line").click()

    with inspector.expect_download() as download:
        inspector.get_by_role("link", name="Save this call as a file").click()

    saved = load(download.value.path().read_text(encoding="utf-8"))
    assert {type(entry.news).__name__ for entry in saved.entries} >= {
        "LegChanged",
        "WebhookSent",
        "WebhookAnswered",
    }


@pytest.mark.parametrize("width", [390, 1440])
def test_the_ladder_does_not_scroll_the_page_sideways(inspector: Page, width: int) -> None:
    inspector.set_viewport_size({"width": width, "height": 900})

    inspector.locator("#calls").get_by_role("button", name="Main line").click()

    expect(inspector.locator("#feed")).to_contain_text("calls Main line")
    assert inspector.evaluate("document.documentElement.scrollWidth") == width


def test_no_words_of_the_ladder_run_across_a_lifeline(inspector: Page) -> None:
    inspector.set_viewport_size({"width": 1440, "height": 900})
    inspector.locator("#calls").get_by_role("button", name="Main line").click()
    expect(inspector.locator("#feed")).to_contain_text("calls Main line")

    crossing = inspector.evaluate(
        """() => {
          const middle = ({ left, right }) => (left + right) / 2;
          const lanes = [...document.querySelectorAll('#lanes > span')];
          const lifelines = lanes.map((lane) => middle(lane.getBoundingClientRect()));
          return [...document.querySelectorAll('#feed .words')].filter((words) => {
            const { left, right } = words.getBoundingClientRect();
            return lifelines.some((x) => left < x && x < right);
          }).map((words) => words.textContent);
        }"""
    )

    assert crossing == []


def test_a_restart_has_numbers_applications_and_recordings(tmp_path: Path) -> None:
    with running_exchange(tmp_path) as exchange:
        company = Company(exchange)
        before = exchange.rest.get("IncomingPhoneNumbers")
        application = company.application
        company.close()

    with running_exchange(tmp_path) as exchange:
        after = exchange.rest.get("IncomingPhoneNumbers")
        applications = exchange.rest.get("Applications")["applications"]

    kept = "incoming_phone_numbers"
    assert after[kept] == before[kept]
    assert [one["sid"] for one in applications] == [application]


def test_a_port_in_use_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    with running_exchange(tmp_path / "one") as exchange:
        port = int(exchange.exchange.partition(":")[2])

        second = subprocess.run(
            exchange_command(tmp_path / "two", port),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    assert second.returncode == 2
    assert second.stderr == (
        f"Port {port} is in use: stop what runs there, or give another with --port.\n"
    )


def test_kept_state_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("{")

    run = subprocess.run(
        exchange_command(tmp_path), cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert run.returncode == 2
    assert "move it away" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_file_of_telephones_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "telephones.json"
    file.write_text('{"telephones": [{"number": "+442079460111"}]}')

    run = subprocess.run(
        [*exchange_command(tmp_path), "--telephones", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 2
    assert "telephones.json holds no telephones" in run.stderr
    assert "Traceback" not in run.stderr
