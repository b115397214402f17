"""Tones that a telephone network makes itself, and those of faxes."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from infra.local.exchange.interfaces import PAUSES_SECONDS
from infra.local.exchange.sound.pcmu import RATE, Samples, whole_frames

_ROWS = (697, 770, 852, 941)
_COLUMNS = (1209, 1336, 1477, 1633)
KEYS: Final = {
    key: (_ROWS[row], _COLUMNS[column])
    for row, keys in enumerate(("123A", "456B", "789C", "*0#D"))
    for column, key in enumerate(keys)
}
_KEY_SECONDS = 0.1
_GAP_SECONDS = 0.1
_EDGE_SECONDS = 0.004  # a soft edge, so that no tone begins or ends with a click


def sine(*hertz: float, seconds: float, amplitude: float = 6000) -> Samples:
    """The sum of pure tones, each with `amplitude`."""
    time = np.arange(int(seconds * RATE)) / RATE
    wave = sum((np.sin(2 * np.pi * pitch * time) for pitch in hertz), np.zeros(len(time)))
    edge = np.minimum(1.0, np.minimum(time, seconds - time) / _EDGE_SECONDS)
    shaped: npt.NDArray[np.float64] = amplitude * wave * np.clip(edge, 0, 1)
    return shaped.astype(np.int16)


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE), np.int16)


def digits(keys: str) -> Samples:
    """DTMF for `0-9 A-D * #`, with `w` for 0.5 s and `W` for 1 s of silence.

    Raises KeyError for anything else.
    """
    parts: list[Samples] = [silence(0)]
    for key in keys:
        if key in PAUSES_SECONDS:
            parts.append(silence(PAUSES_SECONDS[key]))
        else:
            parts += [sine(*KEYS[key], seconds=_KEY_SECONDS), silence(_GAP_SECONDS)]
    return whole_frames(np.concatenate(parts))


def ringback() -> Samples:
    """One period of the North American ringback: 2 s of 440 + 480 Hz, 4 s of silence."""
    return np.concatenate([sine(440, 480, seconds=2, amplitude=2500), silence(4)])


def beep() -> Samples:
    return whole_frames(sine(1400, seconds=0.3, amplitude=4000))


def not_in_service() -> Samples:
    """Special information tones (ITU-T E.180): three rising ones, then a second of silence."""
    rising = [sine(hertz, seconds=0.33, amplitude=4000) for hertz in (950, 1400, 1800)]
    return whole_frames(np.concatenate([*rising, silence(1)]))


def fax_answer() -> Samples:
    """CED of ITU-T T.30."""
    return whole_frames(sine(2100, seconds=3, amplitude=4000))


def fax_call() -> Samples:
    """One period of CNG of ITU-T T.30."""
    return whole_frames(np.concatenate([sine(1100, seconds=0.5, amplitude=4000), silence(3)]))
