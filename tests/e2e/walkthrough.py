"""A newcomer's walk, by the README: the five calls of the street phone, at three hours of the day.

`make walkthrough` starts the box at each hour, dials each call with the page's own button, follows
its steps, and checks on the pages what each step says; FOLDER gets a picture of each moment, light
and dark, wide and narrow. What is heard is judged by the captions here, by samples in the stories.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from playwright.sync_api import Browser, Page, expect, sync_playwright

from infra.local.exchange.calls_to_try import CallToTry, Step, read_calls_to_try
from tests.e2e.box import Box, running
from tests.e2e.company import ROOT, copied_company
from tests.e2e.desk_page import HEIGHT, SCHEMES, WIDTHS, DeskPage
from tests.e2e.pitches import AGENT_HERTZ, CALLER_HERTZ
from tests.exchange.sound.browsers import chromium
from tests.exchange.sound.street_page import StreetPage

HOURS = (9, 19, 2)
PATIENCE_MILLISECONDS = 75_000  # the words of a queue come once a minute
CONTINENTS = ("Africa/", "America/", "Asia/", "Australia/", "Europe/", "Pacific/")
OUTCOMES = {"abandoned": "Gave up waiting", "message left": "Message left"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make walkthrough", description=__doc__)
    parser.add_argument("--pictures", type=Path, default=ROOT / "var" / "walkthrough")
    pictures: Path = parser.parse_args().pictures
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    calls = read_calls_to_try(ROOT / "demo" / "calls-to-try.json")
    with tempfile.TemporaryDirectory() as made, _browsers(Path(made)) as (street, desks):
        for hour in HOURS:
            folder = pictures / f"at-{hour}"
            folder.mkdir(parents=True, exist_ok=True)
            var = Path(made) / f"box-{hour}"
            with running(var, company_at(Path(made) / f"company-{hour}", hour)) as box:
                for number, call in enumerate(calls, 1):
                    _Walk(box, street, desks, folder / f"{number}").take(call)
                    print(f"{hour:2} o'clock: {call.title}: each step does what it says")
    print(f"the pictures are in {pictures}")
    return 0


@contextmanager
def _browsers(folder: Path) -> Iterator[tuple[Browser, Browser]]:
    with (
        sync_playwright() as playwright,
        chromium(playwright, folder, CALLER_HERTZ) as street,
        chromium(playwright, folder, AGENT_HERTZ, asks=True) as desks,
    ):
        yield street, desks


def company_at(folder: Path, hour: int) -> Path:
    """The demo company in a place where it is that hour now."""
    places = sorted(name for name in available_timezones() if name.startswith(CONTINENTS))
    now = datetime.now(UTC)
    place = next(name for name in places if now.astimezone(ZoneInfo(name)).hour == hour)
    plan = copied_company(folder)
    written = re.sub(r"\bzone: \w+/\w+", f"zone: {place}", plan.read_text(encoding="utf-8"))
    plan.write_text(written, encoding="utf-8")
    return plan


class _Walk:
    """One call of the page. Its agents become available first, as the page says."""

    def __init__(self, box: Box, street: Browser, desks: Browser, pictures: Path) -> None:
        self._box = box
        self._browser = desks
        self._pictures = pictures
        self._street = StreetPage(street, box.exchange)
        self._desks: dict[str, DeskPage] = {}

    def take(self, call: CallToTry) -> None:
        watchers = {step.offered_to for step in call.steps if step.offered_to} or {"agnieszka"}
        for agent in sorted(watchers):
            desk = self._desks[agent] = DeskPage(self._browser, self._box.product)
            desk.signs_in(f"{agent}@kestrel.example", "kestrel")
            if any(step.offered_to == agent for step in call.steps):
                desk.is_ready()
        for number, step in enumerate(call.steps):
            self._do(call, step, is_first=number == 0)
            self._check(step)
            self._picture(f"{number + 1}-street", self._street.page)
            for agent, desk in self._desks.items():
                self._picture(f"{number + 1}-{agent}", desk.page)
        if not call.steps[-1].hang_up:
            self._street.page.get_by_role("button", name="Hang up").click()
        self._street.is_in_state("ended")
        problems = [*self._street.problems]
        for desk in self._desks.values():
            problems += desk.problems
            desk.leaves()
        self._street.page.close()
        assert problems == [], problems

    def _do(self, call: CallToTry, step: Step, *, is_first: bool) -> None:
        page = self._street.page
        if is_first:
            page.get_by_text(call.title, exact=True).click()
            page.get_by_role("button", name=f"Dial this call: {call.title}").click()
            self._street.is_in_state("talking")
        elif step.hang_up:
            if step.outcome == "message left":
                self._leave_message()
            page.get_by_role("button", name="Hang up").click()
        else:
            self._street.presses(step.keys)

    def _leave_message(self) -> None:
        """As long as a person speaks: until the page shows it is counted as talk, five seconds."""
        clock = self._street.page.locator("#clock")
        begun = _seconds(clock.inner_text())
        self._street.page.wait_for_function(
            "(end) => { const [m, s] = document.getElementById('clock').textContent.split(':');"
            " return 60 * m + 1 * s >= end; }",
            arg=begun + 12,
        )

    def _check(self, step: Step) -> None:
        if step.heard:
            captions = self._street.page.locator("#captions")
            expect(captions).to_contain_text(step.heard)
        if step.offered_to:
            self._desks[step.offered_to].rings()
        if step.outcome:
            self._check_register(OUTCOMES[step.outcome])

    def _check_register(self, words: str) -> None:
        """A supervisor sees every call; the newest stands first."""
        desk = self._desks["priya"] = DeskPage(self._browser, self._box.product)
        desk.signs_in("priya@kestrel.example", "kestrel")
        desk.goes_to("Calls")
        expect(desk.page.locator("tbody tr").first).to_contain_text(words)

    def _picture(self, name: str, page: Page) -> None:
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": HEIGHT})
                page.screenshot(path=f"{self._pictures}-{name}-{width}-{scheme}.png")
        page.emulate_media(color_scheme=SCHEMES[0])
        page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})


def _seconds(clock: str) -> int:
    minutes, _, seconds = clock.partition(":")
    return int(minutes) * 60 + int(seconds)


if __name__ == "__main__":
    sys.exit(main())
