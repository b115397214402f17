"""Goes on at another node: one name for a place to which many ways lead."""

from app.domain.nodes.base import GoTo, Node, Outcome, Successor, Visit, node
from app.domain.nodes.fields import NodeName, declared


@node("goto", "Goes on at another node.")
class Goto(Node):
    then: NodeName = declared("The node to go on at.", example="menu")

    def enter(self, visit: Visit) -> Outcome:
        return GoTo(self.then)

    def successors(self) -> tuple[Successor, ...]:
        return (Successor(self.then),)
