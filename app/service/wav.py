"""Whether what passes by is a whole WAV file of the expected length, without keeping it.

Its own header says how long it is, and so does the carrier; a recording is whole when both and the
number of bytes agree. What cannot agree is refused as soon as its header has come.
"""

import struct
from collections.abc import Iterable, Iterator

from app.domain.value import value

AUDIO_TYPES = ("audio/x-wav", "audio/wav", "audio/vnd.wave")
LONGEST_HEADER_BYTES = 4096
SLOWEST_BYTES_A_SECOND = 8000  # of a telephone
SLACK_SECONDS = 1.0  # the carrier says whole seconds


class NotAudio(ValueError):
    """It is no WAV file, not a whole one, or one of another length."""


@value
class Shape:
    """What a header says. `file_bytes`: of the whole file, the header included."""

    channels: int
    seconds: float
    file_bytes: int


class PassingSound:
    """Reads the shape of a WAV file that is passed on chunk by chunk."""

    def __init__(self, content_type: str, seconds: int) -> None:
        """`seconds`: what the carrier says. Raises NotAudio."""
        if content_type.partition(";")[0].strip().lower() not in AUDIO_TYPES:
            raise NotAudio(f"it is {content_type}")
        self._seconds = seconds
        self.shape: Shape | None = None  # known before the first chunk is passed on

    def passed(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same bytes. Raises NotAudio, at the latest after the last one."""
        held, passed = b"", 0  # until its header is whole
        for chunk in chunks:
            passed += len(chunk)
            held += chunk
            if self.shape is None:
                self.shape = self._checked(shape_of(held))
            if self.shape is not None:
                if passed > self.shape.file_bytes:
                    raise NotAudio(f"more than the {self.shape.file_bytes} bytes of its header")
                yield held
                held = b""
        if self.shape is None or passed != self.shape.file_bytes:
            raise NotAudio(f"{passed} bytes are not what its header says: {self.shape}")

    def _checked(self, shape: Shape | None) -> Shape | None:
        if shape is not None and abs(shape.seconds - self._seconds) > SLACK_SECONDS:
            raise NotAudio(f"{shape.seconds:.1f} s are not the carrier's {self._seconds} s")
        return shape


def shape_of(head: bytes) -> Shape | None:
    """From the beginning of a file; None: more of it is needed. Raises NotAudio."""
    if head[:4] != b"RIFF"[: len(head)] or head[8:12] != b"WAVE"[: max(len(head) - 8, 0)]:
        raise NotAudio("it has no WAV header")
    channels = bytes_a_second = 0
    at = 12
    while at + 8 <= len(head):
        name, size = struct.unpack_from("<4sI", head, at)
        at += 8
        if name == b"data":
            return _shape(head, channels, bytes_a_second, at, size)
        if name == b"fmt " and size >= 16 and at + 16 <= len(head):
            channels, _, bytes_a_second = struct.unpack_from("<HII", head, at + 2)
        at += size + size % 2
    if max(at, len(head)) > LONGEST_HEADER_BYTES:
        raise NotAudio("its header does not end")
    return None


def _shape(head: bytes, channels: int, bytes_a_second: int, at: int, size: int) -> Shape:
    file_bytes = 8 + struct.unpack_from("<I", head, 4)[0]
    if channels < 1 or bytes_a_second < SLOWEST_BYTES_A_SECOND:
        raise NotAudio(f"{channels} channels of {bytes_a_second} bytes a second are no sound")
    if not size or at + size > file_bytes:
        raise NotAudio(f"it has {size} bytes of sound in a file of {file_bytes}")
    return Shape(channels, size / bytes_a_second, file_bytes)
