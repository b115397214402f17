"""What is recorded of a conversation is what policy and clicks say, within the latency (C10).

Whether a recording runs, and who is in the room, is asked from the exchange; what is wanted is the
agents' clicks and the plan (`recording_wishes.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from app.domain.call import Call
from app.domain.states import InConversation
from infra.local.exchange.recording import RecordingState
from tests.simulation.deployment import Deployment
from tests.simulation.recording_wishes import RecordingWishes
from tests.simulation.reference import Disagreement
from tests.simulation.register_checks import BY_COMMAND

SECRET = "nothing is recorded that is paused, or was not asked for"
RECORDED = "what an agent wants recorded is recorded, and again after a pause"
TOLD = "an agent is told that it is paused only while it is"

SOON_SECONDS = 4.0  # two requests, one after the other, and their functions
SECRET_SECONDS = 3.0
TURNS_SECONDS = 3.0  # where other tasks may run first: two functions, 1.5 s each


class RecordingChecks:
    def __init__(self, deployment: Deployment, wishes: RecordingWishes) -> None:
        self._deployment = deployment
        self._world = deployment.world
        self._wishes = wishes
        self._since: dict[tuple[str, str], datetime] = {}  # by call and law: it is otherwise

    def check(self, live: Iterable[Call], tolerance: float, *, is_faultless: bool) -> None:
        """Once a second. `live`: the calls that have not ended."""
        turns = 0.0 if self._deployment.cloud.is_in_turn else TURNS_SECONDS
        late_seconds = turns if is_faultless else tolerance
        still: dict[tuple[str, str], datetime] = {}
        now = self._world.now()
        for call in live:
            for law, most, product, says in self._wrong(call):
                since = still[(call.id, law)] = self._since.get((call.id, law), now)
                if (now - since).total_seconds() > most + late_seconds:
                    what = f"the conversation of {self._deployment.names.of(call.id)}"
                    said = f"{product} for {(now - since).total_seconds():.1f} s"
                    self._world.violate(law, str(Disagreement("C10", what, said, says)))
        self._since = still

    def _wrong(self, call: Call) -> Iterator[tuple[str, float, str, str]]:
        if not isinstance(call.state, InConversation):
            return
        is_to_run = self._wishes.is_wanted(call) and not self._wishes.is_paused(call)
        is_running = self._is_running(call)
        if is_running and not is_to_run:
            yield SECRET, SECRET_SECONDS, "records it", "records nothing"
        if is_to_run and not is_running and self._is_heard(call):
            yield RECORDED, SOON_SECONDS, "records nothing", "records it"
        if is_running and call.recording_paused:
            yield TOLD, SECRET_SECONDS, "says that it is paused", "says what is so"

    def _is_running(self, call: Call) -> bool:
        leg = self._deployment.customers.leg_of(call.id)
        return any(
            one.state is RecordingState.IN_PROGRESS and one.source == BY_COMMAND
            for one in self._deployment.exchange.recordings.of_leg(leg)
        )

    def _is_heard(self, call: Call) -> bool:
        """The caller is in a room with an agent alone, and neither is on hold."""
        leg = self._deployment.customers.leg_of(call.id)
        there = self._deployment.exchange.conferences.participants.get(leg)
        if there is None or there.state.hold:
            return False
        others = [
            one
            for one in there.conference.participants.values()
            if one.leg != leg and not self._deployment.customers.is_supervisor(one.leg)
        ]
        is_overheard = any(self._deployment.customers.is_consulted(one.leg) for one in others)
        return bool(others) and not is_overheard
