"""The WebRTC connections of legs: attached to the mixer, and closed when their media ends.

A browser that is killed says nothing. Even a muted one sends 50 packets a second, so a leg that
was heard and then sends nothing for 5 s is over (ICE would notice after about 30 s).
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from infra.local.exchange.signalling.call_control import CallControl
from infra.local.exchange.signalling.peer import Peer
from infra.local.exchange.sound.mixer import Mixer

_SILENT_SECONDS = 5.0
_LOOK_SECONDS = 1.0


class Tasks:
    """Background coroutines, referenced until they are done."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def finish(self, seconds: float) -> None:
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)


class Connections:
    def __init__(self, call_control: CallControl, mixer: Mixer, tasks: Tasks) -> None:
        self.call_control = call_control
        self.tasks = tasks
        self._mixer = mixer
        self._attached: dict[str, Peer] = {}
        self._open: set[Peer] = set()

    def open(self, leg: str) -> Peer:
        """A new peer for `leg`, without sound until `attach`. Its owner closes it."""
        peer = Peer(
            on_key=lambda key: self.call_control.press(leg, key),
            on_lost=lambda: self._lost(leg, peer),
        )
        self._open.add(peer)
        return peer

    def attach(self, leg: str, peer: Peer) -> None:
        """Sound flows from now on; a peer that was there before is closed."""
        former = self._attached.get(leg)
        if former is not None and former is not peer:
            self._closes(former)
        self._attached[leg] = peer
        self._mixer.attach(leg, peer)

    def close(self, leg: str, peer: Peer) -> None:
        if self._attached.get(leg) is peer:
            del self._attached[leg]
            self._mixer.detach(leg)
        self._closes(peer)

    def close_all(self) -> None:
        """All of them, so that no socket outlives the exchange."""
        for peer in list(self._open):
            self._closes(peer)

    def _closes(self, peer: Peer) -> None:
        self._open.discard(peer)
        self.tasks.start(peer.close())

    async def watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            heard_after = loop.time() - _SILENT_SECONDS
            for leg, peer in list(self._attached.items()):
                if peer.last_packet_at is not None and peer.last_packet_at < heard_after:
                    self._lost(leg, peer)

    def _lost(self, leg: str, peer: Peer) -> None:
        if self._attached.get(leg) is peer:
            self.close(leg, peer)
            self.call_control.hang_up(leg)
