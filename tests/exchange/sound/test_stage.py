"""The stage as a whole: what is left when it is over."""

from __future__ import annotations

import pytest

from tests.exchange.sound.stage_thread import StageThread

pytestmark = pytest.mark.alone


def test_no_connection_outlives_the_exchange() -> None:
    """Not even one that nobody plugged or closed."""
    stage = StageThread()
    peer = stage.call(lambda: stage.stage._lines.open("CA" + "0" * 32))

    stage.close()

    assert peer._connection.connectionState == "closed"
