"""What befalls one call in a state that chance alone seldom shows: an accident waits for it.

Each accident of a world has a moment from which it waits, a state (`Where`), and what happens then
(`Accident`); some first bring a call there, step by step, by what an agent may do at any moment.
Meanwhile no other befalls that call. The first call that comes into the state is struck, after a
while. Nothing here is more than people, pages, networks and the carrier do; `docs/simulation.md`
says how it counts.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import assert_never

from app.domain.call import Call
from app.domain.dialplan import Route
from app.domain.states import (
    AtNode,
    Connecting,
    Consult,
    HandedOver,
    InConversation,
    Offered,
    Parked,
    State,
    Supervision,
    Waiting,
)
from app.ports import WriteSet
from tests.simulation import calling_out, consulting
from tests.simulation.accident_effects import Effects
from tests.simulation.accident_kinds import (
    ALL,
    BY_CHANCE,
    CALLING_OUT,
    COLLEAGUES,
    CONSULTING,
    PAGES,
    TELEPHONES,
    Aim,
    Where,
    way_to,
)
from tests.simulation.choices import Choices
from tests.simulation.deployment import Deployment
from tests.simulation.fault_profiles import Accident

MOST = 5  # of one call
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
        self._led: set[str] = set()  # the calls on their way
        choices = self._world.choices
        kinds = (*ALL, *_of_routes(deployment.plan.routes, choices))
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
        return Aim(name, way_to(where, what), is_telephones=is_telephones)

    def _on_saved(self, write_set: WriteSet) -> None:
        call = write_set.call
        if call is None:
            return
        self._calls[call.id] = call
        for aim in self._waiting:
            if aim.led_until is not None and aim.led_until < self._world.now():
                self._lets_go(aim)
        taken = self._that_takes(call)
        if taken is not None:
            self._waiting.remove(taken)
            self._befell[call.id] += not taken.call
            taken.call, taken.tries = call.id, 0
            longest = SOON_SECONDS if isinstance(call.state, Connecting) else DELAY_SECONDS
            delay = self._world.choices.span(f"{taken.name}/delay/{taken.done}", 0.0, longest)
            self._world.later(delay, taken.name, partial(self._strike, taken))

    def _that_takes(self, call: Call) -> Aim | None:
        """The one that has brought the call here; else one that waits for what is seldom."""
        places, common = self._places(call), None
        for aim in self._waiting:
            step = self._step(aim, call, places) if self._may_take(aim, call) else None
            if step is None:
                continue
            if aim.call or aim.steps[step][0] is not W.TALKING:
                return aim
            common = common or aim
        return common

    def _places(self, call: Call) -> frozenset[Where]:
        return frozenset(where for where in Where if self._is_at(where, call))

    def _may_take(self, aim: Aim, call: Call) -> bool:
        if aim.call:
            return aim.call == call.id
        is_free = self._befell[call.id] < MOST and call.id not in self._led
        return is_free and (aim.where not in BY_CHANCE or call.agent in consulting.CONSULTING)

    def _step(self, aim: Aim, call: Call, places: frozenset[Where]) -> int | None:
        """Which of them is possible now, the last one first; None: not any."""
        for number in reversed(range(aim.done, len(aim.steps))):
            where, what = aim.steps[number]
            may_begin = bool(aim.call) or number == 0 or where in BY_CHANCE
            if may_begin and where in places and self._has_device(aim, number, call):
                return number if self._effects.suits(what, call) else None
        return None

    def _has_device(self, aim: Aim, number: int, call: Call) -> bool:
        where, what = aim.steps[number]
        is_sent_on = what is Accident.SENDS  # it is of whoever is sent the call
        is_page = aim.where in PAGES and where is not aim.where  # whose headset is gone there
        if not is_page and (is_sent_on or not aim.is_telephones):
            return True
        headset = call.leg(getattr(call.state, "headset", None) or "")
        return headset is not None and bool(headset.dialled) is not is_page

    def _is_at(self, where: Where, call: Call) -> bool:
        is_sent = call.transfer is not None and call.transfer.back_to is not None
        state = call.state
        match where:
            case W.MAILBOX:
                return isinstance(state, AtNode) and call.message is not None and not is_sent
            case W.OFFERED_LAST:
                soon = self._world.now() + BRIEF
                return isinstance(state, Offered) and state.position.until < soon
            case W.HELD_AWAY:
                return _phase(state) is W.AWAY and _is_held(state)
            case W.SUPERVISED | W.SUPERVISED_HOLD:
                phase = W.TALKING if where is W.SUPERVISED else W.ON_HOLD
                return _phase(state) is phase and _is_heard(state)
            case W.SUPERVISED_AWAY:
                return _phase(state) is W.AWAY and _is_held(state) and _is_heard(state)
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
            case (
                W.ASKED
                | W.COMING
                | W.COLLEAGUE
                | W.COLLEAGUE_SWAPPED
                | W.WITH_COLLEAGUE
                | W.COLLEAGUE_AWAY
            ):
                return _phase_of_a_colleague(state) is where
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
        """Or what leads to it; when that is not possible yet, a moment later."""
        call = self._calls[aim.call]
        step = self._step(aim, call, self._places(call))
        if step is None:
            self._waits_again(aim)
            return
        where, what = aim.steps[step]
        if self._effects.happens(aim, what, call):
            name = self._deployment.names.of(call.id)
            self._world.note(f"{aim.name}: {what} of {name}, {where}")
            self._deployment.cloud.strikes(f"{aim.name}/{name}", what)
            self._led.discard(call.id)
            if step + 1 < len(aim.steps):
                self._led.add(call.id)
                aim.done, aim.led_until = step + 1, self._world.now() + LED
                self._waiting.append(aim)
            return
        aim.tries += 1
        if aim.tries < TRIES:
            self._world.later(AGAIN_SECONDS, aim.name, partial(self._strike, aim))
        else:
            self._waits_again(aim)

    def _waits_again(self, aim: Aim) -> None:
        self._lets_go(aim)
        self._waiting.append(aim)

    def _lets_go(self, aim: Aim) -> None:
        if aim.done:
            self._led.discard(aim.call)
        aim.forgets()


def _of_routes(routes: tuple[Route, ...], choices: Choices) -> tuple[tuple[Where, Accident], ...]:
    """What may befall calls of agents who call out, or consult, besides."""
    match routes:
        case calling_out.ROUTES:
            return CALLING_OUT
        case consulting.ROUTES:
            return (*CONSULTING, *COLLEAGUES) if consulting.asks_colleagues(choices) else CONSULTING
        case _:
            return ()


def _is_held(state: State) -> bool:
    return isinstance(state, InConversation) and state.hold is not None


def _is_heard(state: State) -> bool:
    """By a supervisor."""
    match state:
        case InConversation(supervision=Supervision(until=None)):
            return True
        case _:
            return False


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


def _phase_of_a_colleague(state: State) -> Where | None:
    match state:
        case InConversation(met=True, consult=Consult(agent=asked) as consult) if asked:
            if consult.offer is not None:
                is_coming, is_asked = consult.offer.accepted, consult.offer.begun
                return Where.COMING if is_coming else Where.ASKED if is_asked else None
            is_with_caller = consult.speaks_with == "caller"
            return Where.COLLEAGUE_SWAPPED if is_with_caller else Where.COLLEAGUE
        case InConversation(met=True, consult=None, guests=guests, away=away):
            has_one = any(guest.agent for guest in guests)
            there = Where.WITH_COLLEAGUE if away is None else Where.COLLEAGUE_AWAY
            return there if has_one and state.hold is None else None
        case _:
            return None
