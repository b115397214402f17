"""What an accident does around a colleague who is consulted, or is a guest: by a click of the agent
or of the colleague, or to the colleague's leg.

False where it is not possible yet.
"""

from __future__ import annotations

from functools import partial

from app.domain.access import Person as User
from app.domain.agent import Ready
from app.domain.call import Call
from app.domain.verb import consult_of, guests_of
from app.domain.verbs import TABLE
from tests.simulation.cloud import Instance
from tests.simulation.deployment import Deployment
from tests.simulation.dismissals import Dismissals
from tests.simulation.exchange_effects import ExchangeEffects
from tests.simulation.fault_profiles import Accident
from tests.support.verbs import click

DISMISSED_SECONDS = 100.0


class ColleagueEffects:
    def __init__(
        self, deployment: Deployment, dismissals: Dismissals, carrier: ExchangeEffects
    ) -> None:
        self._deployment = deployment
        self._world = deployment.world
        self._dismissals = dismissals
        self._carrier = carrier

    def happens(self, name: str, what: Accident, call: Call) -> bool:
        """`what`: one of those that are named after a colleague."""
        if what in (Accident.ASKS_COLLEAGUE, Accident.ASKS_IN_VAIN):
            return self._asks(name, call)
        who, leg_id = colleague_in(call)
        leg = call.leg(leg_id)
        sid = leg.sid if leg is not None else ""
        match what:
            case Accident.COLLEAGUE_LEAVES:
                self._start(f"{who}/withdraw/{name}", partial(_withdraws, who, call.id))
                return True
            case Accident.COLLEAGUE_CLOSES:
                if leg is None or leg.dialled:
                    return False
                self._start(f"{who}/goodbye/{name}", partial(_closes, who, call.id, leg_id))
                return True
            case Accident.COLLEAGUE_LEAVES_FIRST:
                return self._carrier.leaves_first(name, sid)
            case Accident.COLLEAGUE_SHUT_OUT:
                return self._carrier.is_live(sid) and self._carrier.is_shut_out(name, sid)
            case _:
                number = self._dismissals.next_number()
                self._dismissals.dismiss(who, number)
                back = partial(self._dismissals.take_back, who, number)
                self._world.later(DISMISSED_SECONDS, f"takes back/{name}", back)
                return True

    def _asks(self, name: str, call: Call) -> bool:
        """For one who is available, by name."""
        agents, me = self._deployment.switch.agents, call.agent or ""
        members = (one for one in self._deployment.plan.members if one.id != me)
        free = [one.name for one in members if isinstance(agents.get(one.id).presence, Ready)]
        if not free:
            return False
        asked = self._world.choices.pick(f"{name}/colleague", free)
        self._start(f"{me}/consult/{name}", partial(_asks, me, call.id, asked))
        return True

    def _start(self, name: str, work: partial[None]) -> None:
        named = self._world.numbered(name)
        self._deployment.cloud.start("console", named, work, lambda _: None)


def colleague_in(call: Call) -> tuple[str, str]:
    """Who is asked, consulted or a guest of the company, the newest first: agent and leg."""
    consult = consult_of(call)
    if consult is not None and consult.agent:
        return consult.agent, consult.leg
    ours = [(guest.agent, guest.leg) for guest in guests_of(call) if guest.agent]
    return ours[-1] if ours else ("", "")


def _asks(agent: str, call: str, name: str, instance: Instance) -> None:
    user = User(agent, agent, "agent")
    instance.services.outgoing.consult(user, call, TABLE["consult"], name)


def _withdraws(agent: str, call: str, instance: Instance) -> None:
    click(instance.services.desk, agent, "withdraw", call)


def _closes(agent: str, call: str, headset: str, instance: Instance) -> None:
    instance.services.desk.report_headset_lost(agent, call, headset, "page closed")
