"""What nodes share that ask for keys: attempts, and the way of a caller who presses none."""

from app.domain.nodes.base import Ask, GoTo, Outcome
from app.domain.replies import Sorry
from app.domain.states import Memory
from app.domain.value import value


@value
class Attempt(Memory):
    """How often the caller has been asked here, this time included; not kept at the first."""

    number: int
    sorry: Sorry  # what was wrong with the last answer


def sorry_of(memory: Memory | None) -> Sorry:
    return memory.sorry if isinstance(memory, Attempt) else ""


def ask_again(
    memory: Memory | None, attempts: int, otherwise: str, digits: str, wrong: Sorry
) -> Outcome:
    """Once more, or on to `otherwise` when the caller was asked often enough.

    `digits`: what the caller pressed; none is silence, and anything else is `wrong`.
    """
    number = memory.number + 1 if isinstance(memory, Attempt) else 2
    sorry: Sorry = wrong if digits else "silence"
    return Ask(Attempt(number, sorry)) if number <= attempts else GoTo(otherwise)
