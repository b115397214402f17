"""What counts as heard: the spectrum at a browser's receiver, over several short windows.

A tone that is connected is there in every window; a click, a word of speech or the beginning of a
sound has every pitch, but only in its own. So a tone is heard when it stands out of one window,
and is not there when one window is without it.
"""

from __future__ import annotations

from typing import Protocol

AUDIBLE_DB = -45
INAUDIBLE_DB = -65
OUTSTANDING_DB = 35  # 56 times the amplitude: a leg that heard itself would have both as loud
WINDOWS = 80  # of a quarter of a second: long enough for a busy machine
PATIENCE_MILLISECONDS = 30_000  # of a test with a real browser or real sound


class Ears(Protocol):
    def hears(self, *pitches: int) -> dict[int, float]:
        """dB of each pitch (Hz) in one window."""


def hears(ears: Ears, pitch: int, *others: int) -> None:
    """That tone, and none of the others."""
    heard: dict[int, float] = {}
    for _ in range(WINDOWS):
        heard = ears.hears(pitch, *others)
        is_alone = all(heard[pitch] - heard[other] > OUTSTANDING_DB for other in others)
        if heard[pitch] > AUDIBLE_DB and is_alone:
            return
    raise AssertionError(f"{pitch} Hz does not stand out: {heard}")


def hears_no(ears: Ears, pitch: int) -> None:
    """That tone is not connected, whatever else is heard."""
    heard: dict[int, float] = {}
    for _ in range(WINDOWS):
        heard = ears.hears(pitch)
        if heard[pitch] < INAUDIBLE_DB:
            return
    raise AssertionError(f"{pitch} Hz is there all the time: {heard}")
