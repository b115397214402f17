"""What a supervisor does for an accident: listens to that call, and takes it over."""

from __future__ import annotations

from functools import partial

from app.domain.access import Person as User
from app.domain.call import Call
from app.domain.verbs import TABLE
from tests.simulation.cloud import Instance
from tests.simulation.deployment import Deployment
from tests.simulation.fault_profiles import Accident
from tests.simulation.supervising import Supervisor


class SupervisionEffects:
    """`supervisor`: None where nobody supervises."""

    def __init__(self, deployment: Deployment, supervisor: Supervisor | None) -> None:
        self._deployment = deployment
        self._supervisor = supervisor

    @property
    def is_possible(self) -> bool:
        return self._supervisor is not None

    def happens(self, name: str, what: Accident, call: Call) -> bool:
        """False: it is not possible yet."""
        if self._supervisor is None:
            return False
        if what is Accident.SUPERVISES:
            self._supervisor.wants = call.id
        else:
            who = User(self._supervisor.id, self._supervisor.name, "supervisor")
            work = partial(_takes_over, who, call.id)
            named = f"{who.id}/take-over/{name}"
            self._deployment.cloud.start("console", named, work, lambda _: None)
        return True


def _takes_over(who: User, call: str, instance: Instance) -> None:
    instance.services.desk.do(who, call, TABLE["take-over"], tab="tab0")
