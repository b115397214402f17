"""Real Chromium for the sound tests, with a known tone in each microphone."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import jwt
from playwright.sync_api import Browser, Error, Page, Playwright

from infra.local.exchange.sound import tones
from tests.exchange.sound.hearing import PATIENCE_MILLISECONDS
from tests.exchange.sound.media_runtime_thread import ACCOUNT, APPLICATION, KEY, SECRET
from tests.exchange.sound.origin import wav_of

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
_FLAGS = (
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
)
_NEVER_ASKS = "--use-fake-ui-for-media-stream"  # whatever the site's permission is


class Origin(Protocol):
    """Where the page is, and the exchange (host:port) that it talks to."""

    @property
    def origin(self) -> str: ...

    @property
    def exchange(self) -> str: ...


def access_token(
    identity: str,
    *,
    seconds: int = 3600,
    secret: str = SECRET,
    application: str = APPLICATION,
) -> str:
    now = int(time.time())
    claims = {
        "jti": f"{KEY}-{now}",
        "iss": KEY,
        "sub": ACCOUNT,
        "exp": now + seconds,
        "grants": {
            "identity": identity,
            "voice": {
                "incoming": {"allow": True},
                "outgoing": {"application_sid": application, "params": {"fixed": "yes"}},
            },
        },
    }
    headers = {"cty": "twilio-fpa;v=1"}
    return jwt.encode(claims, secret, algorithm="HS256", headers=headers)


@contextmanager
def chromium(
    playwright: Playwright, folder: Path, microphone_hertz: float, *, asks: bool = False
) -> Iterator[Browser]:
    """A browser whose microphone hears one tone for ever. `asks`: a site needs its permission."""
    file = folder / f"microphone-{microphone_hertz:.0f}.wav"
    file.write_bytes(wav_of(tones.sine(microphone_hertz, seconds=10, amplitude=9000)))
    flags = [*_FLAGS, f"--use-file-for-fake-audio-capture={file}"]
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM, args=flags if asks else [*flags, _NEVER_ASKS]
    )
    try:
        yield browser
    finally:
        browser.close()


class SdkPage:
    """The test page with one device; waits are the page's own events, never sleeps."""

    def __init__(
        self, browser: Browser, origin: Origin, identity: str, application: str = APPLICATION
    ) -> None:
        self.page: Page = browser.new_page()
        self.page.goto(origin.origin)
        self.page.evaluate(
            "([token, exchange]) => boot(token, exchange)",
            [access_token(identity, application=application), origin.exchange],
        )

    @classmethod
    @contextmanager
    def opened(
        cls, browser: Browser, origin: Origin, identity: str, application: str = APPLICATION
    ) -> Iterator[SdkPage]:
        page = cls(browser, origin, identity, application)
        try:
            yield page
        finally:
            page.close()

    def close(self) -> None:
        if self.page.context.browser is not None and self.page.context.browser.is_connected():
            self.page.close()

    def kill(self) -> None:
        """The whole browser dies without a word."""
        browser = self.page.context.browser
        assert browser is not None
        session = browser.new_browser_cdp_session()
        with suppress(Error):  # the answer never comes
            session.send("Browser.crash")

    def dial(self, target: str, **parameters: str) -> None:
        self.page.evaluate("dial", {"To": target, **parameters})

    def wait(self, name: str) -> Any:
        """The detail of the first event of that name."""
        found = self.page.wait_for_function(
            "(name) => seen.find((one) => one.name === name)",
            arg=name,
            timeout=PATIENCE_MILLISECONDS,
        )
        return found.json_value().get("detail")

    def forget(self) -> None:
        self.page.evaluate("seen.length = 0")

    def hears(self, *pitches: int) -> dict[int, float]:
        """dB of each pitch at the receiver."""
        measured: dict[str, float] = self.page.evaluate("hear", list(pitches))
        return {int(pitch): level for pitch, level in measured.items()}
