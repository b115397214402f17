"""A queue: callers wait for one of its members."""

from app.domain.nodes.base import WaitPoint, node
from app.domain.nodes.fields import StrategyName, declared
from app.domain.strategies import LONGEST_IDLE


@node("queue", "Callers wait here for an agent who is a member of this queue.")
class Queue(WaitPoint):
    strategy: StrategyName = declared(
        "How the next caller's agent is chosen among those who are free.",
        example="round robin",
        default=LONGEST_IDLE,
    )

    @property
    def chooses_by(self) -> str:
        return self.strategy
