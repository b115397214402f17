"""What a caller on hold must get: music, no recording, an end in time, and the way back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from app.domain.call import CALLER, Call
from app.domain.commands import Hold
from app.domain.conversation import HOLD_RING_SECONDS
from app.domain.events import (
    CommandDone,
    CommandRefused,
    ConsultRequested,
    HoldRequested,
    SwapToConsultedRequested,
)
from app.domain.states import InConversation, OnHold, OnOtherLine
from app.ports import WriteSet
from infra.local.exchange.recording import RecordingState
from tests.simulation.deployment import Deployment
from tests.simulation.recording_wishes import RecordingWishes

REFUSALS = 2  # of a hold, in a row: then the agent is told, and the caller is not on hold


class HoldChecks:
    def __init__(self, deployment: Deployment, wishes: RecordingWishes) -> None:
        self._deployment = deployment
        self._wishes = wishes
        self._refused: dict[str, int] = {}
        self._since: dict[tuple[str, str], datetime] = {}  # by call and violation
        deployment.on_saved.append(self._on_saved)

    def check(self, live: Iterable[Call], tolerance_seconds: float) -> None:
        """Once a second. `live`: the calls that have not ended."""
        still: dict[tuple[str, str], datetime] = {}
        now = self._deployment.world.now()
        for call in live:
            for wrong in self._wrong(call):
                since = still[(call.id, wrong)] = self._since.get((call.id, wrong), now)
                if (now - since).total_seconds() > tolerance_seconds:
                    self._deployment.world.violate(wrong, self._deployment.names.of(call.id))
        self._since = still

    def _wrong(self, call: Call) -> Iterable[str]:
        if self._is_overdue(call):
            yield "a forgotten hold ends"
        exchange = self._deployment.exchange
        sid = self._deployment.customers.leg_of(call.id)
        participant = exchange.conferences.participants.get(sid)
        running = [one for one in exchange.recordings.of_leg(sid) if one.running]
        if participant is None or not running:
            return
        is_paused = any(one.state is RecordingState.PAUSED for one in running)
        if participant.state.hold and not is_paused:
            yield "a caller on hold is not recorded"
        others = [
            one
            for one in participant.conference.participants.values()
            if one.leg != sid and not self._deployment.customers.is_supervisor(one.leg)
        ]
        is_overheard = any(
            self._deployment.customers.is_consulted(one.leg) and not one.hold for one in others
        )
        is_wanted = self._wishes.is_wanted(call) and not self._wishes.is_paused(call)
        is_together = bool(others) and not is_overheard and is_wanted
        if is_paused and is_together and not participant.state.hold:
            yield "a recording goes on after a hold"

    def _is_overdue(self, call: Call) -> bool:
        """F32, by the plan: the reminder, then the queue; once the agent's page is back, or while
        the agent is on another line."""
        match call.state:
            case InConversation(position, hold=OnHold(since=since), away=OnOtherLine() | None):
                plan = self._deployment.directory.plan(call.plan)
                seconds = plan.wait_point(position.node).max_hold_seconds + HOLD_RING_SECONDS
                return self._deployment.world.now() > since + timedelta(seconds=seconds + 2)
            case _:
                return False

    def _on_saved(self, write_set: WriteSet) -> None:
        """R16: a hold that is refused twice is given up, and what is wanted goes back."""
        call, applied = write_set.call, write_set.applied
        if call is None or applied is None:
            return
        match applied.event:
            case CommandRefused(command=Hold(leg=leg)) if leg == CALLER:
                self._refused[call.id] = self._refused.get(call.id, 0) + 1
            case CommandDone(command=Hold(leg=leg)) if leg == CALLER:
                self._refused[call.id] = 0
            case HoldRequested() | ConsultRequested() | SwapToConsultedRequested():
                self._refused[call.id] = 0
            case _:
                return
        is_wanted = isinstance(call.state, InConversation) and call.state.hold is not None
        if is_wanted and self._refused[call.id] >= REFUSALS:
            name = self._deployment.names.of(call.id)
            self._deployment.world.violate("a hold that is refused twice is given up", name)
