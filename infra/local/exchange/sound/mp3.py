"""A recording's WAV file as MP3 (C6): 32 kbit/s."""

from __future__ import annotations

from io import BytesIO

import av

BITS_PER_SECOND = 32_000


def mp3_of_wav(wav: bytes) -> bytes:
    """The whole file. An hour takes some ten seconds: not for the thread of the exchange."""
    file = BytesIO()
    with av.open(BytesIO(wav), "r") as source, av.open(file, "w", format="mp3") as made:
        sound = source.streams.audio[0]
        layout = "stereo" if sound.channels == 2 else "mono"  # a WAV file need not name its own
        encoder = made.add_stream("mp3", rate=sound.rate, layout=layout, format="s16p")
        encoder.bit_rate = BITS_PER_SECOND
        resampler = av.AudioResampler(format="s16p", layout=layout, rate=sound.rate)
        for frame in source.decode(sound):
            for piece in resampler.resample(frame):
                made.mux(encoder.encode(piece))
        made.mux(encoder.encode(None))
    return file.getvalue()
