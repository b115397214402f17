"""What policy and clicks say of each call's recording: the checkers' own reading of C10.

A click counts while its agent talks with the caller alone. Nothing of the product's wish is read:
only the events that it took in, the place of the call, and the plan.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain import events as e
from app.domain.call import Call
from app.domain.commands import PauseRecording, ResumeRecording
from app.domain.states import InConversation, RecordPolicy
from app.ports import WriteSet
from tests.simulation.deployment import Deployment

PAUSE = timedelta(seconds=120)
REFUSALS = 2  # of a pause, in a row: then the agent is told, and there is none


class RecordingWishes:
    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._started: set[str] = set()  # calls, by hand
        self._were_started: set[str] = set()
        self._paused: dict[str, datetime] = {}  # by call, until when
        self._over: dict[str, datetime] = {}  # by call, when the last pause ended
        self._refused: dict[str, int] = {}
        deployment.on_saved.append(self._on_saved)

    # --- asking -----------------------------------------------------------------------------

    def policy(self, call: Call) -> RecordPolicy:
        if call.position is None:
            return "never"
        plan = self._deployment.directory.plan(call.plan)
        return plan.wait_point(call.position.node).record

    def is_wanted(self, call: Call) -> bool:
        policy = self.policy(call)
        return policy == "always" or (policy == "by hand" and call.id in self._started)

    def was_ever_wanted(self, call: Call) -> bool:
        policy = self.policy(call)
        return policy == "always" or (policy == "by hand" and call.id in self._were_started)

    def is_paused(self, call: Call) -> bool:
        until = self._paused.get(call.id)
        return until is not None and self._deployment.world.now() < until

    def paused_until(self, call: Call) -> datetime | None:
        """When the last pause ended, if one has."""
        until = self._paused.get(call.id)
        if until is not None and until <= self._deployment.world.now():
            return until
        return self._over.get(call.id)

    # --- saves ------------------------------------------------------------------------------

    def _on_saved(self, write_set: WriteSet) -> None:
        call, applied = write_set.call, write_set.applied
        if call is None or applied is None:
            return
        match applied.event:
            case e.CommandRefused(command=PauseRecording()):
                self._refused[call.id] = self._refused.get(call.id, 0) + 1
                if self._refused[call.id] >= REFUSALS:
                    self._ends_pause(call)
            case e.CommandDone(command=PauseRecording() | ResumeRecording()):
                self._refused[call.id] = 0
            case (
                e.RecordRequested(who)
                | e.StopRecordingRequested(who)
                | e.PauseRecordingRequested(who)
                | e.ResumeRecordingRequested(who)
            ) if _is_alone(call, who):
                self._on_click(call, applied.event)
            case _:
                pass

    def _on_click(self, call: Call, event: e.Event) -> None:
        match event:
            case e.RecordRequested() if self.policy(call) == "by hand":
                self._started.add(call.id)
                self._were_started.add(call.id)
            case e.StopRecordingRequested() if self.policy(call) == "by hand":
                self._started.discard(call.id)
                self._ends_pause(call)
            case e.PauseRecordingRequested() if self.is_wanted(call) and not self.is_paused(call):
                self._paused[call.id] = self._deployment.world.now() + PAUSE
                self._refused[call.id] = 0
            case e.ResumeRecordingRequested():
                self._ends_pause(call)
            case _:
                pass

    def _ends_pause(self, call: Call) -> None:
        if self._paused.pop(call.id, None) is not None:
            self._over[call.id] = self._deployment.world.now()


def _is_alone(call: Call, who: str) -> bool:
    match call.state:
        case InConversation(agent=agent, met=True, hold=None, away=None, consult=None):
            return agent == who
        case _:
            return False
