"""Who hears a supervisor, and for how long: by the checker's own record of the clicks (R14).

A mode counts as wanted from the click until the next one has surely taken effect. The other checks
leave supervisors out: what is said among caller, agent and guests is the same without them.
"""

from __future__ import annotations

from datetime import datetime

from app.domain import events as e
from app.domain.call import Call
from app.domain.states import InConversation
from app.ports import WriteSet
from infra.local.exchange.interfaces import Heard, Voices
from tests.simulation.deployment import Deployment

SECRET = "nobody but the agent hears a supervisor who has not joined in"
GONE = "a supervisor is in the room for the conversation alone"
QUIET_SECONDS = 2.0  # the click's request, or the loss of a headset, and a command


class SupervisionChecks:
    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._calls: dict[str, Call] = {}
        self._barged: dict[str, datetime | None] = {}  # by call: until when; None: still
        self._overheard: dict[tuple[str, str], datetime] = {}  # by hearer and supervisor
        self._over: dict[str, datetime] = {}  # by supervisor's leg: since the conversation is over
        deployment.on_saved.append(self._on_saved)
        deployment.on_heard_by_all.append(self._on_heard)

    def _on_saved(self, write_set: WriteSet) -> None:
        call, applied = write_set.call, write_set.applied
        if call is None or applied is None:
            return
        self._calls[call.id] = call
        match applied.event:
            case e.BargeRequested():
                self._barged[call.id] = None
            case e.ListenRequested() | e.CoachRequested():
                self._barged[call.id] = self._deployment.world.now()
            case _:
                pass

    def _on_heard(self, leg: str, heard: Heard) -> None:
        voices = heard.legs if isinstance(heard, Voices) else ()
        customers, now = self._deployment.customers, self._deployment.world.now()
        theirs = {one for one in voices if customers.is_supervisor(one)}
        for key in [key for key in self._overheard if key[0] == leg and key[1] not in theirs]:
            del self._overheard[key]
        for one in theirs:
            if not self._is_agents(leg, customers.supervised_by(one)):
                self._overheard.setdefault((leg, one), now)

    def _is_agents(self, leg: str, call_id: str) -> bool:
        call = self._calls.get(call_id)
        mine = next((one for one in call.legs if one.sid == leg), None) if call else None
        return mine is not None and mine.role == "agent"

    def check(self, tolerance_seconds: float) -> None:
        now, most = self._deployment.world.now(), QUIET_SECONDS + tolerance_seconds
        for (leg, one), since in self._overheard.items():
            call_id = self._deployment.customers.supervised_by(one)
            if self._deployment.exchange.leg(leg).over or self._may_be_heard(call_id, most):
                continue
            if (now - since).total_seconds() > most:
                names = self._deployment.names
                self._violate(SECRET, f"{names.of(leg)} hears {names.of(one)} since {since}")
        self._check_gone(now, most)

    def _may_be_heard(self, call_id: str, most: float) -> bool:
        if call_id not in self._barged:
            return False
        until, now = self._barged[call_id], self._deployment.world.now()
        return until is None or (now - until).total_seconds() <= most

    def _check_gone(self, now: datetime, most: float) -> None:
        spared = self._deployment.versions.spared()
        for leg, call_id in self._deployment.customers.supervisors():
            call = self._calls.get(call_id)
            is_on = call is not None and isinstance(call.state, InConversation)
            if self._deployment.exchange.leg(leg).over or is_on or call_id in spared:
                self._over.pop(leg, None)
                continue
            since = self._over.setdefault(leg, now)
            if (now - since).total_seconds() > most:
                name = self._deployment.names.of(leg)
                self._violate(GONE, f"{name} is there since {since:%H:%M:%S}: {call}")

    def _violate(self, name: str, detail: str) -> None:
        self._deployment.world.violate(name, detail)
