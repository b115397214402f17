"""Whether and how a call that is over counts in the figures of its day: read from its head alone.

The save that ended the call says all of it, so the stream may tell of it twice and in any order.
"""

from zoneinfo import ZoneInfo

from app.domain.figures import GIVEN_UP, SOON_SECONDS, CountedCall
from app.ports import CallRecord


def counts(head: CallRecord) -> bool:
    """Whether that call, now that it is over, counts in a queue's figures."""
    is_either = head.outcome in GIVEN_UP or bool(head.agents)
    return head.direction == "in" and head.wait_point is not None and is_either


def counted(head: CallRecord, zone: ZoneInfo) -> CountedCall | None:
    """None: this call counts in no queue's figures. `zone`: the company's."""
    if head.wait_point is None or not counts(head):
        return None
    gave_up = head.outcome in GIVEN_UP
    day = head.started.astimezone(zone).date().isoformat()
    soon = not gave_up and head.waited_seconds <= SOON_SECONDS
    return CountedCall(head.id, day, head.wait_point, gave_up, soon)
