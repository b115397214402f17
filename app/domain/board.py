"""The board of a pool: a row for each caller who waits and for each agent who is ready.

Rows are hints (S3): calls and agents themselves are the truth. A row carries whatever the matching
and the strategies look at, so that they read nothing else. A new field needs a default here and
nothing in the adapters, which keep a row by the names of its fields.
"""

from datetime import datetime, timedelta

from app.domain.agent import Today
from app.domain.states import CoolDown
from app.domain.value import value

POOL = "default"
PARKED_ROW_KEPT = timedelta(hours=1)  # overdue for so long, a row was left behind


@value
class WaitingRow:
    """A caller on the board.

    `since` is the age of the place; `waiting_since` is later by what was talked meanwhile.
    """

    call: str
    node: str
    priority: int
    since: datetime
    cool_downs: tuple[CoolDown, ...] = ()
    only: str | None = None  # an extension: this agent and nobody else
    strategy: str = ""  # of the queue; none for an extension
    waiting_since: datetime | None = None  # None: as `since`
    caller: str = ""
    name: str = ""  # of the contact, as the call has it

    @property
    def order(self) -> tuple[int, datetime, str]:
        return (self.priority, self.since, self.call)

    def cool_down(self, agent: str, now: datetime) -> CoolDown | None:
        """The one of this agent, if it is not over."""
        found = (one for one in self.cool_downs if one.agent == agent and one.until > now)
        return next(found, None)


@value
class ParkedRow:
    """A caller at a slot: no queue offers the call, any agent may take it."""

    slot: int
    call: str
    node: str
    caller: str
    since: datetime
    until: datetime
    by: str  # the agent who parked the call
    name: str = ""  # of the contact, as the call has it


@value
class ReadyRow:
    """An agent on the board; one row, however many queues (S2).

    `alive_until` is the lease of the agent's open page. It ends nothing for an agent who can be
    reached without a page (`needs_page`).
    """

    agent: str
    since: datetime
    queues: tuple[str, ...]
    alive_until: datetime
    available_at: datetime | None = None
    offered_at: datetime | None = None
    today: Today = Today()
    needs_page: bool = True

    def is_reachable(self, now: datetime) -> bool:
        return not self.needs_page or self.alive_until > now

    def may_take(self, caller: WaitingRow) -> bool:
        """Whether calls of that queue or extension are this agent's at all."""
        return caller.only == self.agent if caller.only else caller.node in self.queues
