"""RFC 4733: keys out of RTP."""

from __future__ import annotations

import pytest

from infra.local.exchange.sound.dtmf import KeyReceiver


def packet(event: int, *, ended: bool = False) -> bytes:
    return bytes([event, 0x80 if ended else 0x0A, 0x03, 0x20])


def test_the_packets_of_one_press_are_one_key() -> None:
    keys = KeyReceiver()

    heard = [keys.key(8000, packet(5, ended=i > 3)) for i in range(7)]

    assert heard == ["5", None, None, None, None, None, None]


def test_the_same_key_twice_is_two_keys() -> None:
    keys = KeyReceiver()

    heard = [keys.key(stamp, packet(1)) for stamp in (8000, 8000, 9600, 9600)]

    assert heard == ["1", None, "1", None]


@pytest.mark.parametrize(("event", "key"), [(0, "0"), (9, "9"), (10, "*"), (11, "#"), (15, "D")])
def test_events_are_keys(event: int, key: str) -> None:
    assert KeyReceiver().key(1, packet(event)) == key


@pytest.mark.parametrize("payload", [b"", b"\x05", packet(16), packet(200)])
def test_what_is_no_key_is_nothing(payload: bytes) -> None:
    assert KeyReceiver().key(1, payload) is None
