"""A piece of a WAV file: what a waiting caller hears between two wait requests.

The carrier plays a sound to its end, so the music of a wait document, and what of a long prompt is
heard in it, must be as long as the document may last (V8, D5). A piece keeps the title of the
whole; whatever is no WAV comes back whole.
"""

import struct


def excerpt(sound: bytes, start: int, seconds: int, *, repeats: bool) -> bytes:
    """From second `start` on, `seconds` long.

    After the end the sound begins again if it `repeats`; else the piece is shorter, or empty.
    """
    chunks = _chunks(sound)
    form, samples = chunks.get(b"fmt "), chunks.get(b"data")
    if form is None or len(form) < 16 or not samples:
        return sound
    bytes_per_second, block = struct.unpack_from("<IH", form, 8)
    samples = samples[: _whole(len(samples), block)]
    first, size = (_whole(bytes_per_second * n, block) for n in (start, seconds))
    if not size or not samples:
        return sound
    piece = samples[first % len(samples) if repeats else first :][:size]
    while repeats and len(piece) < size:
        piece += samples[: size - len(piece)]
    named = chunks.get(b"LIST")
    title = _chunk(b"LIST", named) if named else b""
    body = b"WAVE" + _chunk(b"fmt ", form) + _chunk(b"data", piece) + title
    return _chunk(b"RIFF", body)


def _whole(size: int, block: int) -> int:
    """Without half a frame."""
    return size - size % max(block, 1)


def _chunks(sound: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    if sound[:4] != b"RIFF" or sound[8:12] != b"WAVE":
        return found
    at = 12
    while at + 8 <= len(sound):
        name, length = struct.unpack_from("<4sI", sound, at)
        found.setdefault(name, sound[at + 8 : at + 8 + length])
        at += 8 + length + length % 2
    return found


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
