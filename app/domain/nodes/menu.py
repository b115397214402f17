"""A menu: one key of several. Keys are taken while the prompt still plays."""

from typing import Annotated

from app.domain.events import Pressed
from app.domain.nodes.base import Answer, Ask, GoTo, Mistake, Node, Outcome, Successor, Visit, node
from app.domain.nodes.fields import KeyedBy, NodeName, declared
from app.domain.nodes.keys import ask_again, sorry_of
from app.domain.replies import AskDigits, Prompt, Reply
from app.domain.states import Memory
from app.domain.value import value


@value
class Choice:
    digit: str = declared(
        "The key.", example="1", pattern="[0-9*#]", expected="key: write one of 0 to 9, * or #"
    )
    label: str = declared("What the agent reads when the caller chose it.", example="Sales")
    then: NodeName = declared("The node to go on at.", example="sales")


@node("menu", "Asks for one key, and goes on where it leads.")
class Menu(Node):
    prompt: Prompt = declared("What the caller hears.", example="For sales, press 1.")
    choices: Annotated[tuple[Choice, ...], KeyedBy("digit", "key")] = declared(
        "The keys and where they lead.", example="{1: {label: Sales, then: sales}}"
    )
    otherwise: NodeName = declared(
        "The node for who has pressed no key of these often enough.", example="mailbox"
    )
    attempts: int = declared(
        "How often the caller is asked.", example="3", default=3, low=1, high=9
    )
    timeout_seconds: int = declared(
        "How long the caller may think after the prompt.", example="5", default=5, low=1, high=60
    )

    def choice(self, digit: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.digit == digit), None)

    def enter(self, visit: Visit) -> Outcome:
        return Ask()

    def answer(self, visit: Visit, memory: Memory | None, event: Answer) -> Outcome | None:
        if not isinstance(event, Pressed):
            return None
        if choice := self.choice(event.digits):
            return GoTo(choice.then, choice.label)
        return ask_again(memory, self.attempts, self.otherwise, event.digits, "wrong choice")

    def document(self, visit: Visit, memory: Memory | None) -> Reply:
        sorry = sorry_of(memory)
        return AskDigits(
            self.prompt, sorry, visit.language, visit.question, 1, self.timeout_seconds
        )

    def successors(self) -> tuple[Successor, ...]:
        chosen = (Successor(choice.then, by_key=True) for choice in self.choices)
        return (*chosen, Successor(self.otherwise))

    def mistakes(self) -> tuple[Mistake, ...]:
        if self.choices:
            return ()
        return (Mistake(("choices",), "no key leads anywhere: write 1: {label: …, then: …}."),)
