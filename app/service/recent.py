"""Calls as this process saw them last: decided on without a read, for the save has a condition.

What is remembered may be old. A save on it then fails, and its answer is the call as it is: so the
attempt costs no request more than reading first. Where a decision saves nothing, nothing proves
that what is remembered is still so, and the call is read; but for two kinds of events:

- one that tells what the call knows already, and will know at each later rev (`is_known`);
- a wait request within `FRESH` of what is remembered. Whoever moves the caller on in between has
  the carrier fetch another document, whatever this one says.
"""

from datetime import datetime, timedelta

from app.domain.events import AskedWhileWaiting, Event
from app.domain.observe import is_known
from app.domain.value import value
from app.ports import CallSnapshot

MOST = 512  # calls; then all are forgotten, which costs a read each
FRESH = timedelta(seconds=1)


@value
class RecentCall:
    snapshot: CallSnapshot
    at: datetime  # when it was read or saved

    def answers(self, event: Event, now: datetime) -> bool:
        """Whether an event that saves nothing needs no read."""
        match event:
            case AskedWhileWaiting():
                return now - self.at < FRESH
            case _:
                return is_known(self.snapshot.call, event)


class RecentCalls:
    def __init__(self) -> None:
        self._known: dict[str, RecentCall] = {}

    def get(self, call_id: str) -> RecentCall | None:
        return self._known.get(call_id)

    def put(self, snapshot: CallSnapshot, now: datetime) -> None:
        if len(self._known) >= MOST:
            self._known = {}
        self._known[snapshot.call.id] = RecentCall(snapshot, now)
