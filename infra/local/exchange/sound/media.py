"""Uploaded prompts: whatever the carrier plays (WAV, MP3, AIFF, GSM, mu-law), to 8 kHz mono."""

from __future__ import annotations

from io import BytesIO

import av

from infra.local.exchange.interfaces import Unplayable
from infra.local.exchange.sound.pcmu import Samples, whole_frames
from infra.local.exchange.sound.resample import samples_of, telephone_resampler

_MAX_BYTES = 40_000_000


def title_of(body: bytes) -> str:
    """The title in the file's metadata, or an empty string."""
    try:
        with av.open(BytesIO(body), "r") as container:
            return container.metadata.get("title", "").strip()
    except (av.FFmpegError, ValueError):
        return ""


def decode_media(body: bytes) -> Samples:
    """The file's sound in whole frames. Raises Unplayable (13420 at the carrier)."""
    if len(body) > _MAX_BYTES:
        raise Unplayable(f"the file has {len(body)} bytes; {_MAX_BYTES} are the limit")
    try:
        with av.open(BytesIO(body), "r") as container:
            if not container.streams.audio:
                raise Unplayable("the file holds no sound")
            resampler = telephone_resampler()
            frames = [
                piece for frame in container.decode(audio=0) for piece in resampler.resample(frame)
            ]
            frames += resampler.resample(None)
    except (av.FFmpegError, ValueError) as error:
        raise Unplayable(str(error)) from error
    if not frames:
        raise Unplayable("the file holds no sound")
    return whole_frames(samples_of(frames))
