"""Resampling to the telephone's 8 kHz mono, with libav."""

from __future__ import annotations

import av
import numpy as np

from infra.local.exchange.sound.pcmu import RATE, Samples


def telephone_resampler() -> av.AudioResampler:
    return av.AudioResampler(format="s16", layout="mono", rate=RATE)


def samples_of(frames: list[av.AudioFrame]) -> Samples:
    parts = [frame.to_ndarray().reshape(-1).astype(np.int16) for frame in frames]
    return np.concatenate(parts) if parts else np.zeros(0, np.int16)


def to_telephone_rate(samples: Samples, rate: int) -> Samples:
    """Mono `samples` at `rate` Hz, brought to 8 kHz."""
    if not len(samples):
        return samples
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = rate
    resampler = telephone_resampler()
    return samples_of([*resampler.resample(frame), *resampler.resample(None)])
