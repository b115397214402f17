"""How a queue chooses among its free agents: a table of sort keys, one entry a strategy.

The free agent with the smallest key gets the call; of several with the same, who has been idle
longest. A key looks at rows of the board only, never at the clock: then time alone moves nobody
ahead of another, and no timer is needed for a strategy (D1). From the table follow the names that a
plan may use, docs/strategies.md and the laws of tests/domain/test_matching.py.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from app.domain.agent import Today
from app.domain.board import ReadyRow
from app.domain.value import value

Key: TypeAlias = tuple[bool | int | str | datetime, ...]

LONGEST_IDLE = "longest idle"  # what a queue does that names no strategy


@value
class Strategy:
    """`sentence`: who is rung, for the docs. `key`: of a free agent, for the queue of that name."""

    name: str
    sentence: str
    key: Callable[[ReadyRow, str], Key]


def _longest_idle(agent: ReadyRow, queue: str) -> Key:
    return (agent.since,)


def _round_robin(agent: ReadyRow, queue: str) -> Key:
    return (agent.offered_at is not None, agent.offered_at or agent.since)


def least_today(count: Callable[[Today], int]) -> Callable[[ReadyRow, str], Key]:
    """The key of a strategy that prefers the smallest count of the day.

    Who was counted last on an earlier day has none today and comes first. So the key needs no
    clock, and midnight changes no order.
    """

    def key(agent: ReadyRow, queue: str) -> Key:
        return (agent.today.day, count(agent.today))

    return key


STRATEGIES: dict[str, Strategy] = {
    strategy.name: strategy
    for strategy in (
        Strategy(
            LONGEST_IDLE,
            "The agent who has been idle longest.",
            _longest_idle,
        ),
        Strategy(
            "fewest calls today",
            "The agent with the fewest calls today. A day begins at midnight in the company's "
            "zone; agents without a call today come first, in the order of their last day.",
            least_today(lambda today: today.calls),
        ),
        Strategy(
            "round robin",
            "The agents in turn: the one whose last offer, taken or not, was longest ago.",
            _round_robin,
        ),
    )
}


def names() -> tuple[str, ...]:
    """What a plan may say, the default first."""
    return tuple(STRATEGIES)


def named(name: str) -> Strategy:
    """The default for none, and for one that only a newer version knows: its caller is served."""
    return STRATEGIES.get(name, STRATEGIES[LONGEST_IDLE])
