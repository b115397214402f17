"""Calls as this process saw them last: decided on without a read, for the save has a condition.

What is remembered may be old. A save on it then fails, and its answer is the call as it is: so the
attempt costs no request more than reading first. Only a decision that saves may rest on it; whoever
finds nothing to save, or a reason to refuse, reads first.
"""

from app.ports import CallSnapshot

MOST = 512  # calls; then all are forgotten, which costs a read each


class RecentCalls:
    def __init__(self) -> None:
        self._known: dict[str, CallSnapshot] = {}

    def get(self, call_id: str) -> CallSnapshot | None:
        return self._known.get(call_id)

    def put(self, snapshot: CallSnapshot) -> None:
        if len(self._known) >= MOST:
            self._known = {}
        self._known[snapshot.call.id] = snapshot
