"""What befalls one call in a state that chance alone seldom shows: an accident waits for it.

Each accident of a world has a moment from which it waits, a state (`Where`), and what happens then
(`Accident`); some first bring a call there, by something that an agent may do at any moment. The
first call that comes into the state is struck, after a while. Nothing here is more than people,
pages, networks and the carrier do; `docs/simulation.md` says how it counts.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import assert_never

from app.domain.call import Call
from app.domain.states import (
    AtNode,
    Connecting,
    Consult,
    HandedOver,
    InConversation,
    Offered,
    Parked,
    State,
    Waiting,
)
from app.ports import WriteSet
from tests.simulation import calling_out
from tests.simulation.accident_effects import Effects
from tests.simulation.accident_kinds import ALL, CALLING_OUT, LEADS, TELEPHONES, Aim, Where
from tests.simulation.deployment import Deployment
from tests.simulation.fault_profiles import Accident

MOST = 3  # of one call
OFTEN = 0.9  # each kind
LATEST = 0.8  # of the world's time: when the last one begins to wait
DELAY_SECONDS = 2.0
SOON_SECONDS = 0.2  # of a connection, which is there within a moment
AGAIN_SECONDS = 0.05  # until what is not possible yet is tried again
TRIES = 600
LED = timedelta(seconds=90)  # by then the call has come where it was brought, or never will
BRIEF = timedelta(seconds=9)  # a page that comes no more is given up after 8
W = Where
SPEAKING = {"consulted": W.CONSULTING, "caller": W.SWAPPED}
FOURTH = {"consulted": W.FOURTH_CONSULTED, "caller": W.FOURTH_SWAPPED}


class Accidents:
    def __init__(
        self,
        deployment: Deployment,
        effects: Effects,
        seconds: float,
    ) -> None:
        """Those of this world, within so many seconds."""
        self._deployment = deployment
        self._world = deployment.world
        self._effects = effects
        self._calls: dict[str, Call] = {}
        self._waiting: list[Aim] = []
        self._befell: Counter[str] = Counter()  # by call
        choices = self._world.choices
        is_calling_out = deployment.plan.routes == calling_out.ROUTES
        kinds = (*ALL, *CALLING_OUT) if is_calling_out else ALL
        for number, (where, what) in enumerate(kinds):
            name = f"accident{number}"
            if choices.happens(name, OFTEN):
                when = choices.span(f"{name}/when", 0.0, seconds * LATEST)
                begin = partial(self._waiting.append, self._aim(name, where, what))
                self._world.later(when, name, begin)
        deployment.on_saved.append(self._on_saved)

    def _aim(self, name: str, where: Where, what: Accident) -> Aim:
        chance = TELEPHONES.get((where, what), 0.0)
        is_telephones = self._world.choices.draw(f"{name}/telephone") < chance
        return Aim(name, where, what, is_telephones=is_telephones)

    def _on_saved(self, write_set: WriteSet) -> None:
        call = write_set.call
        if call is None:
            return
        self._calls[call.id] = call
        for aim in self._waiting:
            if aim.led_until is not None and aim.led_until < self._world.now():
                aim.call, aim.led_until = "", None
            is_free = aim.call == call.id or (not aim.call and self._befell[call.id] < MOST)
            if is_free and self._is_there(aim, call):
                self._waiting.remove(aim)
                self._befell[call.id] += not aim.call
                aim.call, aim.tries = call.id, 0
                longest = SOON_SECONDS if isinstance(call.state, Connecting) else DELAY_SECONDS
                delay = self._world.choices.span(f"{aim.name}/delay", 0.0, longest)
                self._world.later(delay, aim.name, partial(self._strike, aim))
                return

    def _is_there(self, aim: Aim, call: Call) -> bool:
        where = Where.TALKING if aim.is_lead else aim.where
        return self._is_at(where, call) and self._has_device(aim, call)

    def _has_device(self, aim: Aim, call: Call) -> bool:
        if not aim.is_telephones or (aim.is_lead and LEADS[aim.where] is Accident.SENDS):
            return True
        headset = call.leg(getattr(call.state, "headset", None) or "")
        return headset is not None and bool(headset.dialled)

    def _is_at(self, where: Where, call: Call) -> bool:
        is_sent = call.transfer is not None and call.transfer.back_to is not None
        state = call.state
        match where:
            case W.MAILBOX:
                return isinstance(state, AtNode) and call.message is not None and not is_sent
            case W.OFFERED_LAST:
                soon = self._world.now() + BRIEF
                return isinstance(state, Offered) and state.position.until < soon
            case (
                W.TALKING
                | W.ON_HOLD
                | W.HOLD_RINGS
                | W.AWAY
                | W.CONSULTING
                | W.SWAPPED
                | W.ALL_THREE
                | W.HANDED_OVER
                | W.PARKED
                | W.THREE_ON_HOLD
                | W.THREE_HOLD_RINGS
                | W.THREE_AWAY
                | W.FOURTH_CONSULTED
                | W.FOURTH_SWAPPED
            ):
                return _phase(state) is where
            case W.SENT_TALKING:
                return _phase(state) is W.TALKING and call.node in self._effects.persons
            case W.WAITING | W.SENT_WAITING:
                kind: type[State] = Waiting
            case W.OFFERED | W.SENT_OFFERED:
                kind = Offered
            case W.CALLING_OUT:
                return isinstance(state, Connecting) and call.is_unanswered
            case W.CONNECTING | W.SENT_CONNECTING:
                if call.is_unanswered:
                    return False
                kind = Connecting
            case _:
                assert_never(where)
        return isinstance(state, kind) and is_sent == where.name.startswith("SENT_")

    def _strike(self, aim: Aim) -> None:
        """Or the lead to it; when that is not possible yet, a moment later."""
        call = self._calls[aim.call]
        if not self._is_there(aim, call):
            self._wait_again(aim)
            return
        is_lead = aim.is_lead
        what = LEADS[aim.where] if is_lead else aim.what
        if self._effects.happens(aim, what, call):
            name = self._deployment.names.of(call.id)
            self._world.note(f"{aim.name}: {what} of {name}, {aim.where}")
            self._deployment.cloud.strikes(f"{aim.name}/{name}", what)
            if is_lead:
                aim.led_until = self._world.now() + LED
                self._waiting.append(aim)
            return
        aim.tries += 1
        if aim.tries < TRIES:
            self._world.later(AGAIN_SECONDS, aim.name, partial(self._strike, aim))
        else:
            self._wait_again(aim)

    def _wait_again(self, aim: Aim) -> None:
        aim.call, aim.led_until = "", None
        self._waiting.append(aim)


def _phase(state: State) -> Where | None:
    match state:
        case InConversation(met=False):
            return None
        case InConversation(away=away, guests=guests) if away is not None:
            return Where.THREE_AWAY if guests else Where.AWAY
        case InConversation(consult=Consult(speaks_with=whom, answered=True), guests=guests):
            return FOURTH[whom] if guests else SPEAKING[whom]
        case InConversation(consult=Consult()):
            return None
        case HandedOver():
            return Where.HANDED_OVER
        case InConversation(hold=None, guests=(_, *_)):
            return Where.ALL_THREE
        case InConversation(hold=None):
            return Where.TALKING
        case InConversation(hold=hold, guests=(_, *_)):
            rings = hold is not None and hold.is_ringing
            return Where.THREE_HOLD_RINGS if rings else Where.THREE_ON_HOLD
        case Parked():
            return Where.PARKED
        case InConversation(hold=hold):
            return Where.HOLD_RINGS if hold is not None and hold.is_ringing else Where.ON_HOLD
        case _:
            return None
