"""What nodes share that ask for keys: attempts, and the way of a caller who presses none."""

from app.domain.call import Memory
from app.domain.nodes.base import Ask, GoTo, Outcome
from app.domain.value import value


@value
class Attempt(Memory):
    """How often the caller has been asked here, this time included; not kept at the first."""

    number: int


def attempt_of(memory: Memory | None) -> int:
    return memory.number if isinstance(memory, Attempt) else 1


def ask_again(memory: Memory | None, attempts: int, otherwise: str) -> Outcome:
    """Once more, or on to `otherwise` when the caller was asked often enough."""
    number = attempt_of(memory) + 1
    return Ask(Attempt(number)) if number <= attempts else GoTo(otherwise)
