"""Hold music of our own making: a slow, quiet chord sequence that loops without a gap."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from infra.local.exchange.sound.pcmu import RATE, Samples

Wave: TypeAlias = npt.NDArray[np.float64]

_CHORD_SECONDS = 4
_CHORDS = (  # MIDI notes: Cmaj7, Am7, Fmaj7, G6, Em7, Am9, Dm7, G7
    (48, 60, 64, 67, 71),
    (45, 60, 64, 67, 69),
    (41, 57, 60, 64, 69),
    (43, 59, 62, 64, 67),
    (40, 59, 62, 67, 71),
    (45, 60, 64, 67, 71),
    (38, 57, 60, 65, 69),
    (43, 55, 59, 62, 65),
)
_PATTERN = (1, 2, 3, 4, 3, 2, 4, 3)  # which note of the chord each half second plucks
_PEAK = 5500  # about -15 dBFS: under a speaker's level


def _hertz(note: int) -> float:
    return float(440 * 2 ** ((note - 69) / 12))


def _pluck(hertz: float) -> Wave:
    time = np.arange(int(1.8 * RATE)) / RATE
    attack = np.minimum(1, time / 0.008)
    tone = np.sin(2 * np.pi * hertz * time) + 0.3 * np.sin(4 * np.pi * hertz * time)
    return np.asarray(attack * np.exp(-2.6 * time) * tone, dtype=np.float64)


def _pad(hertz: float) -> Wave:
    time = np.arange(int((_CHORD_SECONDS + 1.5) * RATE)) / RATE
    swell = np.minimum(1, time / 1.5) * np.minimum(1, (time[-1] - time) / 1.5)
    return np.asarray(swell * np.sin(2 * np.pi * hertz * time), dtype=np.float64)


def hold_music() -> Samples:
    """32 s at 8 kHz. Notes that ring past the end are laid over the beginning."""
    total: Wave = np.zeros(len(_CHORDS) * _CHORD_SECONDS * RATE)

    def lay(sound: Wave, at: float, level: float) -> None:
        where = (int(at * RATE) + np.arange(len(sound))) % len(total)
        total[where] += level * sound

    for number, chord in enumerate(_CHORDS):
        start = number * _CHORD_SECONDS
        for note in chord[:4]:
            lay(_pad(_hertz(note)), start, 0.16)
        for step, which in enumerate(_PATTERN):
            lay(_pluck(_hertz(chord[which])), start + step * 0.5, 0.5)
    levelled: Wave = total * (_PEAK / float(np.abs(total).max()))
    return levelled.astype(np.int16)
