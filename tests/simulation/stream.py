"""The table's stream: each call's saves in their order, late, one at a time, sometimes repeated.

What is repeated is the end of what was done, in order, as when a batch fails after its effects:
after record k again come k+1, k+2 … again, never k alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from app.service.register import Saved
from tests.simulation.cloud import Cloud, Instance
from tests.simulation.edge import Names
from tests.simulation.world import World

REPEATED_RECORDS = 3
AGAIN_SECONDS = 1.0
SOON_SECONDS = 0.4
LATE_SECONDS = 5.0


@dataclass(slots=True)
class _Shard:
    waiting: deque[Saved] = field(default_factory=deque)
    done: deque[Saved] = field(default_factory=lambda: deque(maxlen=REPEATED_RECORDS))
    busy: bool = False


class Stream:
    def __init__(
        self, world: World, names: Names, handle: Callable[[Instance, Saved], None]
    ) -> None:
        self.cloud: Cloud
        self._world = world
        self._names = names
        self._handle = handle
        self._shards: dict[str, _Shard] = {}
        self._stalled_until = world.now()

    def stall(self, until: datetime) -> None:
        """Nothing is delivered before that."""
        self._stalled_until = until

    def put(self, saved: Saved) -> None:
        shard = self._shards.setdefault(saved.after.id, _Shard())
        shard.waiting.append(saved)
        self._deliver_next(shard, 0.05)

    @property
    def is_drained(self) -> bool:
        return not any(shard.busy or shard.waiting for shard in self._shards.values())

    def _deliver_next(self, shard: _Shard, least_seconds: float) -> None:
        if shard.busy or not shard.waiting:
            return
        shard.busy = True
        saved = shard.waiting[0]
        name = self._world.numbered(f"stream/{self._names.of(saved.after.id)}/{saved.after.rev}")
        choices, profile = self._world.choices, self.cloud.profile
        is_late = choices.happens(f"delayed/{name}", profile.delayed)
        high = LATE_SECONDS if is_late else SOON_SECONDS
        seconds = self.cloud.lateness(f"late/{name}", least_seconds, high)
        self.cloud.deliveries.append(name)
        self._world.later(seconds, name, lambda: self._deliver(shard, name, saved))

    def _deliver(self, shard: _Shard, name: str, saved: Saved) -> None:
        stalled = (self._stalled_until - self._world.now()).total_seconds()
        if stalled > 0:
            self._world.later(stalled, name, lambda: self._deliver(shard, name, saved))
            return

        def done(result: BaseException | None) -> None:
            shard.busy = False
            if isinstance(result, BaseException):
                self._deliver_next(shard, AGAIN_SECONDS)
                return
            shard.done.append(shard.waiting.popleft())
            profile = self.cloud.profile
            if self._world.choices.happens(f"repeated/{name}", profile.repeated):
                shard.waiting.extendleft(reversed(shard.done))
                shard.done.clear()
            self._deliver_next(shard, 0.0)

        self.cloud.start("stream", name, lambda i: self._handle(i, saved), done)
