"""What was wrong with a customer's TwiML or REST request: a test asserts that there is nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class TwimlViolation:
    """`code` is the carrier's warning; `where` the element's path."""

    code: int
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class RestViolation:
    """A parameter of a REST request that this exchange does not know or does not use."""

    code: int
    path: str
    parameter: str


Violation: TypeAlias = TwimlViolation | RestViolation
