"""What cannot be read is counted, logged and kept for a person; and put back when it can be again.

One damaged item, or one that a newer version wrote, stops nobody: whoever meets it reports it here
and goes on with the others. A row of the board is dropped with it. The version that can read it
finds it in the list, once a minute, and puts the row again.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

from app.domain.board import POOL
from app.domain.matching import ready_row, waiting_row
from app.domain.park import parked_row
from app.ports import (
    Agents,
    Board,
    Calls,
    Clock,
    Directory,
    Unavailable,
    Unreadable,
    UnreadableItem,
    UnreadableItems,
)
from app.service.commit import ALIVE_SECONDS

COUNTED = "item.unreadable"  # an alarm stands on it (infra/aws/alarms.yml)
Count: TypeAlias = Callable[[str], None]
_log = logging.getLogger(__name__)


class UnreadableReport:
    def __init__(self, kept: UnreadableItems, clock: Clock, count: Count) -> None:
        self._kept = kept
        self._clock = clock
        self._count = count

    def report(self, found: Unreadable) -> None:
        """Never raises: who met it goes on."""
        self._count(COUNTED)
        _log.error("an item cannot be read", extra={"kind": found.kind, "reason": str(found)})
        try:
            self._kept.keep(found, self._clock.now())
        except Unavailable:  # it is where it was, and is met again
            _log.exception("an unreadable item is not listed")


class Restoration:
    def __init__(
        self,
        *,
        kept: UnreadableItems,
        calls: Calls,
        agents: Agents,
        board: Board,
        directory: Directory,
        clock: Clock,
    ) -> None:
        self._kept = kept
        self._calls = calls
        self._agents = agents
        self._board = board
        self._directory = directory
        self._clock = clock

    def run(self) -> bool:
        """Put the rows of what can be read again; whether there was any. One query, if not."""
        restored = [item for item in self._kept.all() if self._is_restored(item)]
        for item in restored:
            self._kept.forget(item)
        return bool(restored)

    def _is_restored(self, item: UnreadableItem) -> bool:
        try:
            match item.kind:
                case "call" | "waiting row" | "parked row":
                    self._restore_call(item.item)
                case "agent" | "ready row":
                    self._restore_agent(item.item)
                case "contact" | "plan" | "register row" | "job" | "overview" | "lease":
                    return False  # of no board: the entry ends by itself
        except Unreadable:
            return False
        return True

    def _restore_call(self, call_id: str) -> None:
        """One that has left the queue meanwhile makes a stale row, which is dropped (S3)."""
        loaded = self._calls.get(call_id)
        if loaded is None:
            return
        waiting = waiting_row(self._directory.plan(loaded.call.plan), loaded.call)
        for row in (waiting, parked_row(loaded.call)):
            if row is not None:
                self._board.put(POOL, row)

    def _restore_agent(self, agent_id: str) -> None:
        """Without a page that beats, the row of one who needs a page is over after that time."""
        until = self._clock.now() + timedelta(seconds=ALIVE_SECONDS)
        row = ready_row(self._agents.get(agent_id), until)
        if row is not None:
            self._board.put(POOL, row)
