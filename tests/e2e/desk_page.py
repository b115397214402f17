"""The desk in a browser, used as an agent uses it; heard by samples at the receiver."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Error, Locator, Page, expect

from tests.e2e.pitches import hear_each_other
from tests.exchange.sound.hearing import PATIENCE_MILLISECONDS
from tests.exchange.sound.street_page import StreetPage

_HERE = Path(__file__).parent
_EARS = _HERE.parent / "exchange" / "sound" / "page" / "ears.js"
_STREAMS = _HERE / "page" / "streams.js"

_WATCH = """() => {
  window.statesShown = [];
  let last = document.querySelector('[data-party=caller] .state')?.textContent;
  new MutationObserver(() => {
    const shown = document.querySelector('[data-party=caller] .state')?.textContent;
    if (shown && shown !== last) statesShown.push(last = shown);
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS, HEIGHT = (1440, 390), 900


class DeskPage:
    def __init__(self, browser: Browser, product: str) -> None:
        self.product = product
        self.context = browser.new_context(viewport={"width": WIDTHS[0], "height": HEIGHT})
        self.context.grant_permissions(["microphone"], origin=product)
        self.context.set_default_timeout(PATIENCE_MILLISECONDS)
        self.context.add_init_script(path=_STREAMS)
        self.context.add_init_script(path=_EARS)
        self.problems: list[str] = []
        self.page: Page = self._opened()

    def signs_in(self, email: str, password: str) -> None:
        self.page.goto(self.product)
        self.page.get_by_label("Work email").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("group", name="My status")).to_be_visible()

    def opens_another_page(self) -> None:
        """The one before is dead, or forgotten."""
        self.page = self._opened()
        self.page.goto(f"{self.product}/desk")

    def denies_the_microphone(self) -> None:
        """As a person does in the browser's settings, for this site."""
        session = self.context.new_cdp_session(self.page)
        of_page = session.send("Target.getTargetInfo")["targetInfo"]
        session.send(
            "Browser.setPermission",
            {
                "permission": {"name": "microphone"},
                "setting": "denied",
                "origin": self.product,
                "browserContextId": of_page["browserContextId"],
            },
        )

    def crashes(self) -> None:
        """The page dies without a word: no beacon, no hang-up frame."""
        with self.page.expect_event("crash"), suppress(Error):  # there is nobody to answer
            self.page.goto("chrome://crash")

    def leaves(self) -> None:
        """Offline, so that no later call is offered here, and gone."""
        token = self.page.evaluate("() => document.querySelector('meta[name=csrf-token]').content")
        answer = self.context.request.post(
            f"{self.product}/desk/presence",
            form={"wish": "offline"},
            headers={"X-CSRF-Token": token},
        )
        self.context.close()
        assert answer.ok, answer.status

    def is_ready(self) -> None:
        """With somebody waiting, the desk rings in the same moment."""
        status = self.page.get_by_role("group", name="My status")
        status.get_by_role("button", name="Available").click()

    def rings(self, *words: str) -> None:
        offer = self.page.get_by_role("alertdialog")
        expect(offer).to_be_visible(timeout=PATIENCE_MILLISECONDS)
        for word in words:
            expect(self.page.get_by_role("main")).to_contain_text(word)

    def accepts(self) -> None:
        self.page.get_by_role("button", name="Accept").click()
        expect(self.end).to_be_visible(timeout=PATIENCE_MILLISECONDS)

    def comes_in(self) -> None:
        """Accepts, to a colleague who consults this agent."""
        self.page.get_by_role("button", name="Accept").click()
        left = self.page.get_by_role("button", name="Leave the call")
        expect(left).to_be_visible(timeout=PATIENCE_MILLISECONDS)

    @property
    def end(self) -> Locator:
        return self.page.get_by_role("button", name="End call with")

    @property
    def state_of_the_call(self) -> Locator:
        """Beside the caller's name: "Talking", "On hold 0:05" …"""
        return self.page.locator('[data-party="caller"] .state')

    @property
    def state_of_the_consulted(self) -> Locator:
        """Beside the name of whoever is consulted: "Ringing…", "Talking", "On hold"."""
        return self.page.locator('[data-party="consulted"] .state')

    def speaks_with(self, words: str) -> None:
        """What the line panel says of it."""
        expect(self.page.locator("#phone .sec-head").first).to_contain_text(words)

    def presses(self, key: str) -> None:
        self.keys_work()
        self.page.keyboard.press(key)

    def watches_the_state(self) -> None:
        """From now on each state that the page shows is kept, however short it is."""
        self.page.evaluate(_WATCH)

    def states_shown(self) -> list[str]:
        shown: list[str] = self.page.evaluate("statesShown")
        return shown

    def answers(self, street: StreetPage) -> None:
        """A caller with a business account, one key away; both hear the other."""
        self.is_ready()
        street.dial("UK main line")
        street.is_in_state("talking")
        street.presses("3")
        self.rings()
        self.accepts()
        hear_each_other(street, self)
        self.keys_work()

    def keys_work(self) -> None:
        """Single keys rest for two seconds after a typed letter, and after an offer."""
        self.page.locator("body[data-phone]:not([data-keys])").wait_for()

    def opens_the_dial_pad(self) -> None:
        self.page.locator("#device[data-device=ready]").wait_for(state="attached")
        self.keys_work()
        self.page.keyboard.press("c")
        expect(self.page.get_by_role("dialog", name="Call a number")).to_be_visible()

    def opens_the_dialog_to_consult(self) -> None:
        self.presses("c")
        expect(self.page.get_by_role("dialog", name="Consult somebody")).to_be_visible()

    def types_a_number(self, number: str) -> None:
        self.page.keyboard.type(number)
        self.page.keyboard.press("Enter")

    def goes_to(self, name: str) -> None:
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=name).click()

    def is_pictured(self, folder: Path | None, name: str) -> None:
        """Light and dark, wide and narrow, if there is a folder; `name` alone is for the docs."""
        if folder is None:
            return
        self.page.screenshot(path=folder / f"{name}.png")
        for scheme in SCHEMES:
            self.page.emulate_media(color_scheme=scheme)
            for width in WIDTHS:
                self.page.set_viewport_size({"width": width, "height": HEIGHT})
                self.page.screenshot(path=folder / f"{name}-{width}-{scheme}.png")
        self.page.emulate_media(color_scheme=SCHEMES[0])
        self.page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})

    def hears(self, *pitches: int) -> dict[int, float]:
        """dB of each pitch in the newest stream."""
        measured: dict[str, float] = self.page.evaluate(
            "(pitches) => listenToNewest(pitches)", list(pitches)
        )
        return {int(pitch): level for pitch, level in measured.items()}

    def _opened(self) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._console)
        return page

    def _console(self, message: object) -> None:
        if getattr(message, "type", "") == "error":
            self.problems.append(getattr(message, "text", ""))
