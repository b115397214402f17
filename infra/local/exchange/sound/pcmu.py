"""G.711 mu-law by look-up tables: the only coding on the media path (no libav there).

One frame is 20 ms: 160 samples, 160 bytes of PCMU. Sound is int16, mono, 8 kHz.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Samples: TypeAlias = npt.NDArray[np.int16]

RATE: Final = 8000
FRAME: Final = 160
FRAME_SECONDS: Final = FRAME / RATE
SILENCE: Final = b"\xff" * FRAME

_BIAS = 0x84
_CLIP = 32635


def _decoding_table() -> Samples:
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    magnitude = (((code & 0x0F) << 3) + _BIAS) << ((code & 0x70) >> 4)
    return np.where(code & 0x80, _BIAS - magnitude, magnitude - _BIAS).astype(np.int16)


def _encoding_table() -> npt.NDArray[np.uint8]:
    sample = np.arange(-32768, 32768, dtype=np.int32)
    sign = np.where(sample < 0, 0x80, 0)
    magnitude = np.minimum(np.abs(sample), _CLIP) + _BIAS
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    code: npt.NDArray[np.int32] = ~(sign | (exponent << 4) | mantissa) & 0xFF
    return code.astype(np.uint8)


_DECODE: Final = _decoding_table()
_ENCODE: Final = _encoding_table()


def decode(payload: bytes) -> Samples:
    return _DECODE[np.frombuffer(payload, np.uint8)]


def encode(samples: Samples) -> bytes:
    return _ENCODE[samples.astype(np.int32) + 32768].tobytes()


def mix(parts: list[Samples]) -> Samples:
    """The sum, held inside 16 bits (loud voices are clipped, never wrapped)."""
    total = np.sum(parts, axis=0, dtype=np.int32)
    return np.clip(total, -32768, 32767).astype(np.int16)


def whole_frames(samples: Samples) -> Samples:
    """Padded with silence to a whole number of frames, at least one."""
    missing = -len(samples) % FRAME if len(samples) else FRAME
    return np.concatenate([samples, np.zeros(missing, np.int16)]) if missing else samples
