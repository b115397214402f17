"""What an accident does around a consultation: by a click of the agent, or by who is consulted.

Whoever is called answers soon and has time, as has whoever was called before; or is busy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import count

from app.domain.access import Person as User
from app.domain.call import Call
from app.domain.verb import consult_of, guests_of
from app.domain.verbs import TABLE
from tests.simulation.calling_out import Outsider
from tests.simulation.cloud import Instance
from tests.simulation.deployment import Deployment
from tests.simulation.fault_profiles import Accident
from tests.support.verbs import click

STAYS_SECONDS = 110.0
BUSY_SECONDS = 8.0
BREAK_SECONDS = 0.7  # after the agent has asked for a break
CLICKS, CLICK_SECONDS = 40, 0.2  # of an agent who wants to be gone
VERBS = {Accident.SWAPS: "swap", Accident.JOINS: "join", Accident.COMPLETES: "complete"}


class ConsultEffects:
    """`outsiders`: whose telephone has which number."""

    def __init__(self, deployment: Deployment, outsiders: Mapping[str, Outsider]) -> None:
        self._deployment = deployment
        self._world = deployment.world
        self._outsiders = outsiders
        self._count = count()

    def happens(self, name: str, what: Accident, call: Call) -> bool:
        """False: it is not possible yet."""
        self._stay(call)
        match what:
            case Accident.CONSULTS:
                return self._consults(name, call)
            case Accident.CONSULTS_IN_VAIN:
                return self._consults(name, call, in_vain=True)
            case Accident.CONSULTS_REFUSED:
                return self._is_not_dialled(name, call)
            case Accident.NOT_DIALLED:
                return self._is_not_dialled(name, call) and self._leaves_soon(name, call)
            case Accident.CONSULTED_LEAVES:
                consult = consult_of(call)
                return consult is not None and self._hangs_up(call, consult.leg)
            case Accident.GUEST_LEAVES:
                self._world.later(BREAK_SECONDS, name, partial(self._all_hang_up, call))
                return True
            case Accident.REMOVES:
                self._clicks(name, call, "remove", guests_of(call)[0].leg)
                return True
            case _:
                self._clicks(name, call, VERBS[what])
                return True

    def _stay(self, call: Call) -> None:
        there = {leg.sid for leg in call.legs if leg.sid}
        for one in self._outsiders.values():
            if one.leg in there:
                one.stays_until = self._world.seconds + STAYS_SECONDS

    def _free(self, name: str) -> str:
        """The number of somebody who is in no call; empty: there is none."""
        free = [number for number, one in self._outsiders.items() if one.is_free]
        draw = f"{name}/number/{next(self._count)}"
        return self._world.choices.pick(draw, free) if free else ""

    def _consults(self, name: str, call: Call, *, in_vain: bool = False) -> bool:
        number = self._free(name)
        if not number:
            return False
        if in_vain:
            self._outsiders[number].busy_until = self._world.seconds + BUSY_SECONDS
        else:
            self._outsiders[number].stays_until = self._world.seconds + STAYS_SECONDS
        return self._asks_for(name, call, number)

    def _is_not_dialled(self, name: str, call: Call) -> bool:
        number = self._free(name)
        if not number:
            return False
        self._deployment.refuses_to_dial(number)
        return self._asks_for(name, call, number)

    def _leaves_soon(self, name: str, call: Call) -> bool:
        """The agent does not wait until it rings there."""
        for click_number in range(CLICKS):
            seconds = click_number * CLICK_SECONDS
            self._world.later(seconds, name, partial(self._clicks, name, call, "complete"))
        return True

    def _all_hang_up(self, call: Call) -> None:
        for guest in guests_of(call):
            self._hangs_up(call, guest.leg)

    def _hangs_up(self, call: Call, leg_id: str) -> bool:
        leg = call.leg(leg_id)
        who = next((one for one in self._outsiders.values() if leg and one.leg == leg.sid), None)
        if who is None:
            return False
        who.hangs_up()
        return True

    def _asks_for(self, name: str, call: Call, number: str) -> bool:
        user = User(call.agent or "", call.agent or "", "agent")

        def work(instance: Instance) -> None:
            instance.services.outgoing.consult(user, call.id, TABLE["consult"], number)

        self._starts(f"{user.id}/consult/{name}", work)
        return True

    def _clicks(self, name: str, call: Call, verb: str, target: str = "") -> None:
        agent = call.agent or ""

        def work(instance: Instance) -> None:
            click(instance.services.desk, agent, verb, call.id, target=target)

        self._starts(f"{agent}/{verb}/{name}", work)

    def _starts(self, name: str, work: Callable[[Instance], object]) -> None:
        named = self._world.numbered(name)
        self._deployment.cloud.start("console", named, work, lambda _: None)
