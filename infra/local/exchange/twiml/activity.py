"""A verb that is running, and the reasons why it is stopped."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from infra.local.exchange.interfaces import Heard


class StopReason(StrEnum):
    HUNG_UP = "hung up"  # the leg is over; its status says so already
    REDIRECTED = "redirected"  # the leg is to run another document
    REPLACED = "replaced"  # the owner has no more use for this program


class SoundSource(Protocol):
    """Something that a leg hears until it is stopped: a program or a clip."""

    def heard(self) -> Heard: ...

    def stop(self, reason: StopReason) -> None: ...


class Activity(SoundSource, Protocol):
    """A running verb. It calls `done` (given to its `begin`) when the next verb is due."""

    def start(self) -> None: ...

    def press(self, digit: str) -> None: ...
