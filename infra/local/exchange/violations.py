"""What was wrong with a customer's TwiML or REST request: a test asserts that there is nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

# What the carrier has and this exchange has not. The carrier's own codes have five digits.
NOT_EMULATED = 900_001


@dataclass(frozen=True, slots=True)
class TwimlViolation:
    """`code` is the carrier's warning, or NOT_EMULATED; `where` the element's path."""

    code: int
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class RestViolation:
    """What a REST request asks in vain: a parameter, or a whole resource.

    `code` is the carrier's warning for a name that it does not know either, or NOT_EMULATED.
    """

    code: int
    path: str
    parameter: str


Violation: TypeAlias = TwimlViolation | RestViolation
