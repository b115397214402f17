"""What an accident does to a leg at the exchange: as networks, telephones and the carrier do.

False where it is not possible yet.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random

from app.domain.call import Call
from infra.local.exchange.faults import FaultInjector, Faults
from infra.local.exchange.latency import Span
from tests.simulation.deployment import Deployment
from tests.simulation.fault_profiles import ACCIDENT_SECONDS

LATE_CHANCE = 0.7  # that its callbacks are late
LATE = Faults(callback_late=1.0, late=Span(3.0, 5.0))
DIES_SECONDS = 0.3  # after it has left the room
UNHEARD_SECONDS = 14.0
KEY_SECONDS = 0.4
LOST_TRIES = 20


class ExchangeEffects:
    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._world = deployment.world
        self._exchange = deployment.exchange

    def hangs_up(self, sid: str) -> bool:
        if not self.is_live(sid):
            return False
        self._exchange.hang_up(sid)
        return True

    def leaves_first(self, name: str, sid: str) -> bool:
        """It is out of the room a moment before its call is over."""
        participant = self._exchange.conferences.participants.get(sid)
        if participant is None or not self.is_live(sid):
            return False
        self._exchange.conferences.leave(participant)
        self._world.later(DIES_SECONDS, name, partial(self._exchange.hang_up, sid))
        return True

    def is_live(self, sid: str) -> bool:
        return bool(sid) and not self._exchange.leg(sid).over

    def is_shut_out(self, name: str, sid: str) -> bool:
        """For a while; who is in a room is removed from it, and that may be told late."""
        conferences = self._exchange.conferences
        conferences.shut_out.add(sid)
        self._world.later(ACCIDENT_SECONDS, name, partial(conferences.shut_out.discard, sid))
        participant = conferences.participants.get(sid)
        if participant is not None:
            is_late = self._world.choices.draw(f"{name}/told") < LATE_CHANCE
            self._told(late=is_late, what=partial(conferences.remove, participant))
        return True

    def _told(self, *, late: bool, what: Callable[[], None]) -> None:
        """The callbacks of what happens are late, or not."""
        context = self._exchange.context
        before = context.fault_injector
        if late:
            seeded = Random(self._world.choices.draw(f"late/{self._world.steps}"))
            context.fault_injector = FaultInjector(LATE, seeded)
        try:
            what()
        finally:
            context.fault_injector = before

    def room_ends(self, leg: str) -> bool:
        participant = self._exchange.conferences.participants.get(leg)
        if participant is None:
            return False
        self._exchange.conferences.end(participant.conference)
        return True

    def is_unheard(self, call: Call, leg: str) -> bool:
        """From just before the end of the wait."""
        assert call.position is not None
        left = call.position.until - self._world.now()
        if left > timedelta(seconds=1):
            return False
        until = self._world.seconds + UNHEARD_SECONDS
        self._deployment.webhooks.unheard_until[leg] = until
        return True

    @property
    def may_lose(self) -> bool:
        """Whether the call of who is removed from a room goes on: it does, or not, by world."""
        settings = self._exchange.context.unused_switches
        return settings.removed_leg_continues or settings.ended_conference_continues

    def is_lost_twice(self, name: str, leg: str) -> bool:
        """On hold in the room; then in the queue, where the way back from the room led."""
        conferences = self._exchange.conferences
        participant = conferences.participants.get(leg)
        if participant is None:
            return False
        if self._exchange.context.unused_switches.removed_leg_continues:
            conferences.remove(participant)
        else:
            conferences.end(participant.conference)
        self._loses_soon(name, leg, LOST_TRIES)
        return True

    def _loses_soon(self, name: str, leg: str, tries: int) -> None:
        if tries and not self._exchange.queues.lose(leg):
            again = partial(self._loses_soon, name, leg, tries - 1)
            self._world.later(KEY_SECONDS, name, again)

    def ends_recordings(self, name: str, leg: str) -> None:
        """As soon as each has begun."""
        if self._exchange.leg(leg).over:
            return
        running = (one for one in self._exchange.recordings.of_leg(leg) if one.running)
        if any(one.source == "RecordVerb" for one in running):
            self._exchange.press(leg, "#")
        again = partial(self.ends_recordings, name, leg)
        self._world.later(KEY_SECONDS, name, again)
