"""A mailbox: the caller leaves a message after the tone, and the call ends with it."""

from typing import ClassVar

from app.domain.call import Memory
from app.domain.events import MessageLeft
from app.domain.nodes.base import Answer, Ask, End, Node, Outcome, Successor, Visit, node
from app.domain.nodes.fields import declared
from app.domain.outcomes import CallOutcome
from app.domain.replies import Prompt, Reply, TakeMessage


@node("mailbox", "Takes a message after a tone, and ends the call.")
class Mailbox(Node):
    outcome_of_hang_up: ClassVar[CallOutcome] = "no message"  # until there is sound of one

    label: str = declared("What people read in the register.", example="Voicemail, UK")
    prompt: Prompt = declared(
        "What the caller hears before the tone.", example="Please leave a message after the tone."
    )
    max_seconds: int = declared(
        "How long a message may be.", example="120", default=120, low=5, high=3600
    )

    def enter(self, visit: Visit) -> Outcome:
        return Ask()

    def answer(self, visit: Visit, memory: Memory | None, event: Answer) -> Outcome | None:
        if not isinstance(event, MessageLeft):
            return None
        return End("message left" if event.seconds else "no message")

    def document(self, visit: Visit, memory: Memory | None) -> Reply:
        return TakeMessage(self.prompt, visit.language, visit.question, self.max_seconds)

    def successors(self) -> tuple[Successor, ...]:
        return ()
