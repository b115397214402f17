"""Business hours: one way while the company is open, another while it is closed."""

from datetime import date

from app.domain.hours import Schedule, Span
from app.domain.nodes.base import GoTo, Node, Outcome, Successor, Visit, node
from app.domain.nodes.fields import NodeName, ZoneName, declared


@node("hours", "Goes one way while the company is open, and another while it is closed.")
class Hours(Node):
    open: tuple[Span, ...] = declared(
        "The days and the times between which it is open.", example="{mon-fri: 08:00-18:00}"
    )
    opened: NodeName = declared("The node while it is open.", example="menu")
    closed: NodeName = declared("The node while it is closed.", example="mailbox")
    holidays: tuple[date, ...] = declared(
        "Days on which it is closed.", example="[2026-12-25]", default=()
    )
    zone: ZoneName = declared(
        "The time zone of these times; without it, the company's.",
        example="Europe/London",
        default="",
    )

    def is_open(self, visit: Visit) -> bool:
        return Schedule(self.zone or visit.zone, self.open, self.holidays).is_open(visit.now)

    def enter(self, visit: Visit) -> Outcome:
        return GoTo(self.opened if self.is_open(visit) else self.closed)

    def successors(self) -> tuple[Successor, ...]:
        return (Successor(self.opened), Successor(self.closed))
