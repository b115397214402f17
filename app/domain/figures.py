"""What became today of the calls that waited in a queue: sums, of calls that are over.

A call that came in counts once, in the queue in which it waited last, on the day on which it began:
as given up, if its caller hung up waiting there, also for a colleague to whom the call was sent;
else as answered, if an agent talked to the caller. One that went on to a mailbox counts as neither.
"""

from app.domain.outcomes import CallOutcome
from app.domain.value import value

SOON_SECONDS = 20  # an answer after no more waiting, all its waits together, is one within 20 s
GIVEN_UP: tuple[CallOutcome, ...] = ("abandoned", "lost in transfer")


@value
class CountedCall:
    """One call, as it counts. `day`: ISO 8601, in the company's zone."""

    call: str
    day: str
    node: str
    gave_up: bool = False  # else it was answered …
    soon: bool = False  # … within `SOON_SECONDS`


@value
class QueueDay:
    """The sums of one queue and day."""

    node: str
    answered: int = 0
    soon: int = 0  # of those answered
    gave_up: int = 0

    def with_call(self, one: CountedCall) -> "QueueDay":
        return QueueDay(
            self.node,
            self.answered + (not one.gave_up),
            self.soon + one.soon,
            self.gave_up + one.gave_up,
        )
