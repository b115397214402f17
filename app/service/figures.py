"""Counts each call that is over, once: a step of the worker, which costs no caller anything.

The save that ended the call says all of it, so records of the stream may come twice and in any
order. Whoever looks at the figures reads sums: one small item for each queue and day.
"""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from app.domain.call import Call
from app.domain.figures import GIVEN_UP, SOON_SECONDS, CountedCall
from app.domain.states import Ended
from app.ports import CallRecord, Directory, Register
from app.service.register import Saved, head_of


class DayFigures:
    def __init__(self, register: Register, directory: Directory) -> None:
        self._register = register
        self._directory = directory

    def count(self, saves: Sequence[Saved]) -> None:
        """One request for all of these. Pages are told by the step after it (`Sharing.follow`)."""
        found = (self._counted(saved.after) for saved in saves if _ends(saved))
        calls = tuple(call for call in found if call is not None)
        if calls:
            self._register.count_calls(calls)

    def _counted(self, call: Call) -> CountedCall | None:
        """By the zone of the call's own plan, which is the same whenever this is done again."""
        return counted(head_of(call), ZoneInfo(self._directory.plan(call.plan).zone))


def counted(head: CallRecord, zone: ZoneInfo) -> CountedCall | None:
    """None: this call counts in no queue's figures."""
    gave_up = head.outcome in GIVEN_UP
    if head.direction == "out" or head.wait_point is None or not (gave_up or head.agents):
        return None
    day = head.started.astimezone(zone).date().isoformat()
    soon = not gave_up and head.waited_seconds <= SOON_SECONDS
    return CountedCall(head.id, day, head.wait_point, gave_up, soon)


def _ends(saved: Saved) -> bool:
    was_over = saved.before is not None and isinstance(saved.before.state, Ended)
    return isinstance(saved.after.state, Ended) and not was_over
