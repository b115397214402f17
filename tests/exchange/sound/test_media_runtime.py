"""The media runtime as a whole: what is left when it has stopped."""

from __future__ import annotations

import pytest

from tests.exchange.sound.media_runtime_thread import MediaRuntimeThread

pytestmark = pytest.mark.alone


def test_no_connection_outlives_the_exchange() -> None:
    """Not even one that nobody attached or closed."""
    thread = MediaRuntimeThread()
    sid = "CA" + "0" * 32
    peer = thread.call(lambda: thread.media_runtime._connections.open(sid))

    thread.close()

    assert peer._connection.connectionState == "closed"
