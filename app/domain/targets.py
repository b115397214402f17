"""Where an agent may send a caller: the nodes of the call's plan that people know by a label."""

from app.domain.dialplan import Plan
from app.domain.nodes.base import WaitPoint
from app.domain.value import value


@value
class Target:
    """`kind`: of its node, as the company's file says it; `agent`: whose extension it is."""

    node: str
    label: str
    kind: str
    agent: str = ""


def targets(plan: Plan, sender: str) -> tuple[Target, ...]:
    """In the order of the plan; nobody sends a caller to their own extension."""
    found = (target_of(plan, name) for name in plan.nodes)
    return tuple(one for one in found if one is not None and one.agent != sender)


def target_of(plan: Plan, name: str) -> Target | None:
    """None: there is no such node, or it has no label."""
    node = plan.nodes.get(name)
    if node is None or not node.title:
        return None
    agent = node.only_agent if isinstance(node, WaitPoint) else None
    return Target(name, node.title, node.kind, agent or "")
