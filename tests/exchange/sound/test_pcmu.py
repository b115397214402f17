"""G.711: the tables against libav's coder, and mixing."""

from __future__ import annotations

import av
import numpy as np

from infra.local.exchange.sound.pcmu import FRAME, SILENCE, Samples, decode, encode, mix
from infra.local.exchange.sound.pcmu import whole_frames as whole


def _ramp() -> Samples:
    return np.arange(-32768, 32768, 7).astype(np.int16)


def test_decoding_equals_libav_for_every_code() -> None:
    codes = bytes(range(256))
    codec = av.CodecContext.create("pcm_mulaw", "r")
    codec.sample_rate, codec.layout, codec.format = 8000, "mono", "s16"

    theirs = np.concatenate([f.to_ndarray().reshape(-1) for f in codec.decode(av.Packet(codes))])

    assert np.array_equal(decode(codes), theirs)


def test_what_is_coded_comes_back_within_half_a_step() -> None:
    original = _ramp()

    back = decode(encode(original))

    step = np.maximum(np.abs(original.astype(np.int32)) / 16, 8)
    clipped = np.abs(original.astype(np.int32)) > 32124
    assert np.all((np.abs(back.astype(np.int32) - original) <= step) | clipped)


def test_coding_again_changes_nothing() -> None:
    once = decode(encode(_ramp()))

    assert np.array_equal(decode(encode(once)), once)


def test_silence_is_zero() -> None:
    assert not decode(SILENCE).any()


def test_loud_voices_are_clipped_and_never_wrap() -> None:
    loud = np.full(FRAME, 30000, np.int16)

    assert mix([loud, loud]).max() == 32767
    assert mix([-loud, -loud]).min() == -32768


def test_a_clip_has_whole_frames_and_at_least_one() -> None:
    assert [len(whole(np.zeros(n, np.int16))) for n in (0, 1, 160, 161)] == [160, 160, 160, 320]
