"""The street phone in a browser, used as a person uses it; heard by samples."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.exchange.sound.hearing import AUDIBLE_DB, PATIENCE_MILLISECONDS, WINDOWS

_EARS = Path(__file__).parent / "page" / "ears.js"


# Media starts a moment after the answer: before that there is nothing to listen to.
_LISTEN = """async (pitches) => {
  const sound = document.getElementById('sound');
  if (!sound.srcObject) {
    await new Promise((done) => { sound.addEventListener('playing', done, { once: true }); });
  }
  return loudness(sound.srcObject, pitches);
}"""


class StreetPage:
    def __init__(self, browser: Browser, exchange: str) -> None:
        self.page: Page = browser.new_page()
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._console)
        self.page.add_init_script(path=_EARS)
        self.page.goto(f"http://{exchange}/street?raw")
        self.is_in_state("idle")

    def dial(self, name: str) -> None:
        self.page.get_by_role("button", name=f"Dial {name}").click()

    def answers(self) -> None:
        self.page.get_by_role("button", name="Answer").click()
        self.is_in_state("talking")

    def presses(self, keys: str) -> None:
        for key in keys:
            self.page.locator(f"#pad [data-key='{key}']").click()

    def hears_music(self) -> None:
        """Sound that changes: the strongest note of the scale is not always the same."""
        scale = [round(440 * 2 ** ((note - 69) / 12)) for note in range(48, 85)]
        strongest = set()
        for _ in range(WINDOWS):
            measured: dict[str, float] = self.page.evaluate(
                "(p) => loudness(document.getElementById('sound').srcObject, p)", scale
            )
            pitch, level = max(measured.items(), key=lambda one: one[1])
            if level > AUDIBLE_DB:
                strongest.add(pitch)
            if len(strongest) >= 3:
                return
        raise AssertionError(f"no music: {strongest}")

    def is_in_state(self, state: str) -> None:
        handset = self.page.locator(f"#handset[data-call={state}]")
        expect(handset).to_be_visible(timeout=PATIENCE_MILLISECONDS)

    def hears(self, *pitches: int) -> dict[int, float]:
        """dB of each pitch at the receiver."""
        measured: dict[str, float] = self.page.evaluate(_LISTEN, list(pitches))
        return {int(pitch): level for pitch, level in measured.items()}

    def _console(self, message: object) -> None:
        if getattr(message, "type", "") == "error":
            self.problems.append(getattr(message, "text", ""))
