"""A recording as the register's page plays it, and what is on it when: by samples."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass

import numpy as np

from tests.e2e.desk_page import DeskPage

RATE = 8000
PIECE_SECONDS = 0.1
QUIET = 64  # of 32,768: less than the least step of a telephone's code, twice
_HALF = RATE // 2
_PIECE = round(RATE * PIECE_SECONDS)


@dataclass(frozen=True)
class Recording:
    """Samples of 16 bits, 8,000 a second: `caller` spoke, `agent` is what the caller heard."""

    caller: np.ndarray
    agent: np.ndarray

    @property
    def seconds(self) -> float:
        return len(self.caller) / RATE

    def longest_silence(self) -> tuple[float, float]:
        """From when to when both channels are quiet, in seconds from its beginning."""
        longest, begun = (0, 0), 0
        pieces = np.maximum(_loudest_of_pieces(self.caller), _loudest_of_pieces(self.agent))
        for number, loudest in enumerate([*pieces, np.inf]):
            if loudest > QUIET:
                longest = max(longest, (begun, number), key=lambda part: part[1] - part[0])
                begun = number + 1
        return longest[0] * PIECE_SECONDS, longest[1] * PIECE_SECONDS

    def between(self, since: float, until: float) -> Recording:
        """A part of it, in seconds from its beginning."""
        part = slice(round(since * RATE), round(until * RATE))
        return Recording(self.caller[part], self.agent[part])


def recording_of(desk: DeskPage) -> Recording:
    """Of the call whose page is open: it comes there by itself; asked for as its player does."""
    play = desk.page.get_by_role("button", name="Play", exact=True)
    play.wait_for()
    listen = desk.page.locator("[data-player]").get_attribute("data-listen")
    with desk.page.expect_response(
        lambda answer: (
            answer.url.endswith(".wav") or "wav" in answer.headers.get("content-type", "")
        )
    ) as sound:
        play.click()
    assert listen
    return _read(sound.value.body())


def pitch_of(samples: np.ndarray) -> float:
    """The strongest pitch of the loudest half second, in Hz."""
    starts = range(0, len(samples) - _HALF + 1, _HALF)
    loudest = max((samples[at : at + _HALF] for at in starts), key=lambda part: np.abs(part).sum())
    spectrum = np.abs(np.fft.rfft(loudest * np.hanning(_HALF)))
    return float(np.argmax(spectrum)) * RATE / _HALF


def _read(body: bytes) -> Recording:
    with wave.open(io.BytesIO(body)) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, RATE)
        both = np.frombuffer(file.readframes(file.getnframes()), np.int16).reshape(-1, 2)
    return Recording(both[:, 0].astype(float), both[:, 1].astype(float))


def _loudest_of_pieces(samples: np.ndarray) -> np.ndarray:
    whole = len(samples) // _PIECE * _PIECE
    loudest: np.ndarray = np.abs(samples[:whole]).reshape(-1, _PIECE).max(axis=1)
    return loudest
