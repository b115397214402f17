"""Scripted phones: telephones that answer, decline or ignore a call by themselves, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from infra.local.exchange.leg import DECLINED

if TYPE_CHECKING:
    from infra.local.exchange.exchange import Exchange


class OnRing(StrEnum):
    ANSWER = "answer"
    REJECT = "reject"
    IGNORE = "ignore"
    DECLINE = "decline"
    UNREACHABLE = "unreachable"


@dataclass(slots=True, eq=False)
class ScriptedPhone:
    """`on_ring` says what it does at once; `answer_after_seconds` delays an answer or a refusal."""

    exchange: Exchange
    on_ring: OnRing = OnRing.ANSWER
    answer_after_seconds: float = 0.0
    leg: str | None = None  # the last leg that rang here or was made here
    caller: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    rings: int = 0
    news: list[str] = field(default_factory=list)
    code: int | None = None

    def ring(self, leg: str, caller: str, called: str, parameters: Mapping[str, str]) -> None:
        self.leg, self.caller, self.parameters = leg, caller, parameters
        self.rings += 1
        self.news.append("ring")
        self.exchange.context.call_later(self.answer_after_seconds, lambda: self._act(leg))

    def _act(self, leg: str) -> None:
        match self.on_ring:
            case OnRing.ANSWER:
                self.exchange.answered(leg, self)
            case OnRing.REJECT:
                self.exchange.rejected(leg, self)
            case OnRing.DECLINE:
                self.exchange.rejected(leg, self, DECLINED)
            case OnRing.UNREACHABLE:
                self.exchange.unreachable(leg)
            case OnRing.IGNORE:
                pass

    def ringing(self, leg: str) -> None:
        self.news.append("ringing")

    def answered(self, leg: str) -> None:
        self.news.append("answered")

    def ended(self, leg: str, code: int | None, message: str) -> None:
        self.news.append("ended")
        self.code = code
