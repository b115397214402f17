"""The caller types an extension; each extension is a node of the plan."""

from typing import Annotated

from app.domain.events import Pressed
from app.domain.nodes.base import Answer, Ask, GoTo, Mistake, Node, Outcome, Successor, Visit, node
from app.domain.nodes.fields import KeyedBy, NodeName, declared
from app.domain.nodes.keys import ask_again, sorry_of
from app.domain.replies import AskDigits, Prompt, Reply
from app.domain.states import Memory
from app.domain.value import value


@value
class ExtensionNumber:
    number: str = declared(
        "The digits to type.",
        example="201",
        pattern="[0-9]{1,8}",
        expected="extension: write digits, such as 201",
    )
    then: NodeName = declared("The node that it rings.", example="anna-line")


@node("ask extension", "Asks for the digits of an extension, and rings it.")
class AskExtension(Node):
    prompt: Prompt = declared("What the caller hears.", example="Please type the extension.")
    digits: int = declared("How many digits an extension has.", example="3", low=1, high=8)
    extensions: Annotated[tuple[ExtensionNumber, ...], KeyedBy("number", "extension")] = declared(
        "Each extension and the node it rings.", example="{201: anna-line}"
    )
    otherwise: NodeName = declared(
        "The node for who has typed no extension of these often enough.", example="mailbox"
    )
    attempts: int = declared(
        "How often the caller is asked.", example="3", default=3, low=1, high=9
    )
    timeout_seconds: int = declared(
        "How long the caller may wait before the next digit.",
        example="5",
        default=5,
        low=1,
        high=60,
    )

    def enter(self, visit: Visit) -> Outcome:
        return Ask()

    def answer(self, visit: Visit, memory: Memory | None, event: Answer) -> Outcome | None:
        if not isinstance(event, Pressed):
            return None
        for extension in self.extensions:
            if extension.number == event.digits:
                return GoTo(extension.then, dialled=extension.number)
        return ask_again(memory, self.attempts, self.otherwise, event.digits, "wrong extension")

    def document(self, visit: Visit, memory: Memory | None) -> Reply:
        sorry = sorry_of(memory)
        return AskDigits(
            self.prompt, sorry, visit.language, visit.question, self.digits, self.timeout_seconds
        )

    def successors(self) -> tuple[Successor, ...]:
        dialled = (Successor(extension.then, by_key=True) for extension in self.extensions)
        return (*dialled, Successor(self.otherwise))

    def mistakes(self) -> tuple[Mistake, ...]:
        if not self.extensions:
            return (Mistake(("extensions",), "no extension leads anywhere: write 201: line."),)
        words = f"has not {self.digits} digits, as are asked for here."
        return tuple(
            Mistake(("extensions", extension.number), f"{extension.number} {words}")
            for extension in self.extensions
            if len(extension.number) != self.digits
        )
