"""The media runtime as a whole: what is left when it has stopped."""

from __future__ import annotations

import asyncio
import gc
import warnings

import pytest

from infra.local.exchange.signalling.peer import Peer, prepare_aiortc
from tests.exchange.sound.media_runtime_thread import MediaRuntimeThread

pytestmark = pytest.mark.alone


def test_no_connection_outlives_the_exchange() -> None:
    """Not even one that nobody attached or closed."""
    thread = MediaRuntimeThread()
    sid = "CA" + "0" * 32
    peer = thread.call(lambda: thread.media_runtime._connections.open(sid))

    thread.close()

    assert peer._connection.connectionState == "closed"


@pytest.mark.parametrize("turns", range(1, 6))
def test_a_connection_that_is_closed_while_it_negotiates_leaves_no_socket(turns: int) -> None:
    prepare_aiortc()

    async def close_while_offering() -> None:
        peer = Peer(on_key=lambda _key: None, on_lost=lambda: None)
        offering = asyncio.create_task(peer.offer())
        for _ in range(turns):
            await asyncio.sleep(0)
        await peer.close()
        await offering

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", ResourceWarning)
        asyncio.run(close_while_offering())
        gc.collect()

    assert [str(one.message) for one in warned] == []
