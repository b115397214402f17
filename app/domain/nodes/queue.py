"""A queue: callers wait for one of its members."""

from app.domain.nodes.base import WaitPoint, node


@node("queue", "Callers wait here for an agent who is a member of this queue.")
class Queue(WaitPoint):
    pass
