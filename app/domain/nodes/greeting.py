"""A greeting: words or a sound, and then on to another node, or goodbye."""

from app.domain.events import Heard
from app.domain.nodes.base import (
    Answer,
    Ask,
    End,
    GoTo,
    Node,
    Outcome,
    Successor,
    Visit,
    node,
)
from app.domain.nodes.fields import NodeName, declared
from app.domain.replies import Announce, Prompt, Reply
from app.domain.states import Memory


@node("greeting", "Says something, and goes on; without `then` it hangs up afterwards.")
class Greeting(Node):
    prompt: Prompt = declared("What the caller hears.", example="Welcome to Kestrel Parcels.")
    then: NodeName | None = declared(
        "The node afterwards; without it the call ends.", example="menu", default=None
    )

    def enter(self, visit: Visit) -> Outcome:
        return Ask()

    def answer(self, visit: Visit, memory: Memory | None, event: Answer) -> Outcome | None:
        if not isinstance(event, Heard):
            return None
        return GoTo(self.then) if self.then else End("announced")

    def document(self, visit: Visit, memory: Memory | None) -> Reply:
        return Announce(self.prompt, visit.language, visit.question)

    def successors(self) -> tuple[Successor, ...]:
        return (Successor(self.then),) if self.then else ()
