"""Random people: callers in the street and agents at their desks, each a task of its own.

They act only as people can, at any moment, and know only what a person would: a caller that the
line is dead, an agent what the page shows. What they do is drawn by their own names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from app.domain import agent as a
from app.domain.access import Person as User
from app.domain.access import Refused
from app.domain.call import Call
from app.domain.dialplan import Member
from app.domain.states import Offered, Waiting
from app.domain.verbs import TABLE
from app.service.desk import DeskState, Grant
from infra.local.exchange.phones import ScriptedPhone
from tests.simulation.cloud import Died, Instance
from tests.simulation.deployment import Deployment
from tests.simulation.tasks import current
from tests.stories import company
from tests.support.verbs import click

T = TypeVar("T")

BEAT_SECONDS = 30.0
ENDLESS_CHANCE = 0.08  # that a caller waits longer than any queue allows
ENDLESS_SECONDS = 900.0
REQUEST_TIMEOUT_SECONDS = 12.0  # a page gives a request up after that
NUMBERS = (
    *(company.MAIN,) * 6,
    *(company.SALES,) * 6,
    company.NIGHT,
    company.SHUT,
    *(company.DIRECT,) * 2,
    *(company.CLAIMS,) * 3,
    company.POLISH,
    *(company.BY_CALLER,) * 2,
)
VERBS = {  # how likely at each look; others: 0.05
    "hold": 0.15,
    "retrieve": 0.15,
    "transfer": 0.2,
    "record": 0.3,
    "pause-recording": 0.1,
    "stop-recording": 0.15,
}
TAKES_PARKED = 0.2
PICKS_UP = 0.05
SEVERAL_LINES = "has several lines"
SEVERAL_LINES_CHANCE = 1 / 4  # that a world's agents pick up a second call in one
TAKES_ANOTHER = 0.4  # of an agent in a call there, at each look
SWITCHES = 0.3  # of one with a call on hold
TARGETS = ("sales", "claims", "infolinia", "anna", "ben-line", "cleo-line", "box", "menu")
TYPED = ("208", "208", "3208", "29", "999", "11")  # several digits, one after the other


class Person:
    def __init__(self, deployment: Deployment, name: str) -> None:
        self.deployment = deployment
        self.world = deployment.world
        self.name = name
        self.is_gone = False
        self._draws = 0

    def sleeps(self, low: float, high: float) -> None:
        self.world.pause(self.span(low, high))

    def span(self, low: float, high: float) -> float:
        return self.world.choices.span(self._next("span"), low, high)

    def happens(self, what: str, chance: float) -> bool:
        return self.world.choices.happens(self._next(what), chance)

    def says(self, words: str) -> None:
        self.world.note(f"{self.name} {words}")

    def _next(self, what: str) -> str:
        self._draws += 1
        return f"{self.name}/{what}/{self._draws}"


def telephone_of(caller: str) -> str:
    """The number that the caller of that name dials from."""
    digits = sum(ord(c) * 7 ** (3 * i) for i, c in enumerate(caller)) % 90_000 + 10_000
    return f"+4477009{digits}"


class Caller(Person):
    """Dials once; presses keys at any moment; hangs up when the talk is over or in impatience."""

    leg = ""
    listens_until = 0.0  # before that neither a key nor the hang-up comes

    def lives(self) -> None:
        number = self.world.choices.pick(f"{self.name}/did", NUMBERS)
        self.leg = self.deployment.dial(self.name, self.dials_from(), number)
        self.says(f"dials {number}")
        patience = self.world.seconds + self._patience_seconds()
        while not self.is_cut_off and self.world.seconds < patience and not self.is_gone:
            self.sleeps(0.2, 12.0)
            if self.is_cut_off:
                return
            if self.world.seconds < self.listens_until:
                patience = max(patience, self.listens_until + 1.0)
                continue
            if self.happens("types", 0.04):
                self.types(self.world.choices.pick(self._next("typed"), TYPED))
            elif self.happens("presses", 0.45):
                key = self.world.choices.pick(self._next("key"), "1112223390*#8")
                self.says(f"presses {key}")
                self.deployment.exchange.press(self.leg, key)
        self.hangs_up()

    def types(self, digits: str) -> None:
        self.says(f"types {digits}")
        for digit in digits:
            if not self.is_cut_off:
                self.deployment.exchange.press(self.leg, digit)
                self.sleeps(0.1, 0.8)

    def dials_from(self) -> str:
        """Mostly a mobile of their own; a number that the plan knows, another country, none."""
        known = ("+48600100200", company.ON_THE_LIST, "anonymous")
        if self.happens("is somebody else", 0.12):
            return self.world.choices.pick(f"{self.name}/from", known)
        return telephone_of(self.name)

    def _patience_seconds(self) -> float:
        """Some wait longer than any queue lets them."""
        if self.happens("waits for ever", ENDLESS_CHANCE):
            return ENDLESS_SECONDS
        drawn = self.world.choices.draw(f"{self.name}/for")
        return 5 + 150 * drawn * drawn

    def hangs_up(self) -> None:
        """Or loses the network: the carrier tells the two apart as little as the company does."""
        if self.leg and not self.is_cut_off:
            self.says("hangs up")
            self.deployment.exchange.hang_up(self.leg)

    @property
    def is_cut_off(self) -> bool:
        return self.deployment.exchange.leg(self.leg).over


class Handset(ScriptedPhone):
    """An agent's telephone or app: picked up or not, and 1 pressed or not, all after a while."""

    def __init__(self, agent: Agent) -> None:
        super().__init__(agent.deployment.exchange)
        self._agent = agent

    def ring(self, leg: str, caller: str, called: str, parameters: Mapping[str, str]) -> None:
        self.leg = leg
        agent, world = self._agent, self._agent.world
        agent.deployment.names.assign(leg, world.numbered(f"{agent.name}-leg"))
        if agent.happens("lets it ring", 0.1):
            return
        act = self._rejects if agent.happens("rejects", 0.08) else self._picks_up
        world.later(agent.span(1.0, 8.0), f"handset/{agent.name}", lambda: act(leg))

    def _rejects(self, leg: str) -> None:
        if not self.exchange.leg(leg).over:
            self.exchange.rejected(leg, self)

    def _picks_up(self, leg: str) -> None:
        if self.exchange.leg(leg).over:
            return
        agent, world = self._agent, self._agent.world
        agent.says("picks up")
        self.exchange.answered(leg, self)
        agent.leg = leg
        agent.talks_for(agent.span(2.0, 120.0))
        if not agent.happens("is no person", 0.05):
            key = "5" if agent.happens("presses wrong", 0.05) else "1"
            world.later(agent.span(0.5, 6.0), f"key/{agent.name}", lambda: self._presses(leg, key))
        world.later(agent.span(5.0, 150.0), f"ends/{agent.name}", lambda: self._hangs_up(leg))

    def _presses(self, leg: str, key: str) -> None:
        if not self.exchange.leg(leg).over:
            self.exchange.press(leg, key)

    def _hangs_up(self, leg: str) -> None:
        self.exchange.hang_up(leg)


class Agent(Person):
    looks_seconds = (4.0, 30.0)
    begins_within = 10.0  # seconds
    forgets_until = 0.0  # before that the conversation is left as it is
    stays_away_until = 0.0  # before that whoever has lost the headset does nothing
    will_crash = False  # the page, after the next accept

    def __init__(self, deployment: Deployment, member: Member) -> None:
        super().__init__(deployment, member.id)
        self.id = member.id
        self.leg = ""
        self.grant: Grant | None = None
        self._seen: set[str] = set()
        self._until = 0.0  # when this conversation is over for the agent
        self._requests = 0
        self._has_desk = "desk" in member.devices
        has_lines = deployment.world.choices.happens(SEVERAL_LINES, SEVERAL_LINES_CHANCE)
        self._lines: list[str] = []  # the calls on hold, as the page showed them last
        self._has_lines = has_lines and self._has_desk
        self.at_desk = self._has_desk  # who has a telephone or an app alone leaves no page open
        if member.phone:
            deployment.exchange.plug_in(member.phone, Handset(self))
        if "client" in member.devices:
            deployment.exchange.register(f"{member.id}_app", Handset(self))

    # --- the page ---------------------------------------------------------------------------

    def asks(self, what: str, request: Callable[[Instance], T]) -> T | None:
        """Of the console, over the network; None: refused, failed, or no answer in time."""
        self._requests += 1
        name = f"{self.name}/{what}/{self._requests}"
        self.says(what)
        self.deployment.asked(self.id, what, is_answered=None)
        answers: list[T | BaseException] = []
        task = current()
        assert task is not None

        def done(result: T | BaseException) -> None:
            if not answers:
                answers.append(result)
                self.world.later(0, f"page/{name}", task.resume)

        self.deployment.cloud.start("console", name, request, done)
        self.world.later(REQUEST_TIMEOUT_SECONDS, f"patience/{name}", lambda: done(TimeoutError()))
        task.park()
        result = answers[0]
        self.deployment.asked(self.id, what, is_answered=not isinstance(result, BaseException))
        if isinstance(result, BaseException):
            if not isinstance(result, Refused | Died | TimeoutError):
                self.deployment.page_failed(name, result)
            return None
        return result

    def clicks(self, instance: Instance, verb: str, call: str, leg: str = "") -> Grant | None:
        return click(instance.services.desk, self.id, verb, call, leg=leg)

    def beats(self) -> None:
        if self.is_gone:
            return
        if self.at_desk:
            name = self.world.numbered(f"{self.name}/beat")
            work = lambda i: i.services.desk.heartbeat(self.id)  # noqa: E731 - named by what it does
            self.deployment.cloud.start("console", name, work, lambda _: None)
        self.world.later(BEAT_SECONDS, f"beat/{self.name}", self.beats)

    # --- the day ----------------------------------------------------------------------------

    def lives(self) -> None:
        self.sleeps(0.1, self.begins_within)
        self.asks("ready", lambda i: i.services.desk.set_ready(self.id))
        while not self.is_gone:
            self.waits(self.span(*self.looks_seconds))
            if not self.at_desk:
                self.at_desk = self._has_desk  # the laptop is opened again
            state = self.asks("looks", lambda i: i.services.desk.state(self.id))
            if state is not None and not self.is_gone:
                self.acts(state)

    def waits(self, seconds: float) -> None:
        """Until then, or until the page is notified."""
        task = current()
        assert task is not None
        woken = False

        def jobs() -> None:
            nonlocal woken
            if not woken:
                woken = True
                self.deployment.on_notice.pop(f"agent:{self.id}", None)
                task.resume()

        self.deployment.on_notice[f"agent:{self.id}"] = jobs
        self.world.later(seconds, f"waits/{self.name}", jobs)
        task.park()

    def acts(self, state: DeskState) -> None:
        self._lines = [line.id for line in state.lines]
        offered_to, leg = (state.call and state.call.offered_to) or ("", "")
        match state.agent.presence:
            case a.Reserved(call=call) if offered_to == self.id:
                self.is_offered(call, leg)
            case a.Reserved() | a.OnCall() if state.call and self.id in state.call.colleagues:
                self.is_asked_in(state.call.id)
            case a.Reserved(call=call) | a.OnCall(call=call):
                self.in_call(call)
            case a.Holding():
                self.takes_a_line(state)
            case a.Ready() | a.WrapUp() | a.Away() if self.takes_a_parked_call():
                pass
            case a.Ready() | a.WrapUp() | a.Away() if self.picks_up_a_call():
                pass
            case a.WrapUp():
                if self.happens("early", 0.2):
                    self.asks("ready", lambda i: i.services.desk.set_ready(self.id))
                else:
                    self.wishes()
            case a.Away() | a.Offline():
                self.sleeps(1.0, 20.0)
                self.asks("ready", lambda i: i.services.desk.set_ready(self.id))
            case a.Ready():
                self.wishes()

    def takes_a_line(self, state: DeskState) -> None:
        """Back to one of the calls on hold, or the end of it."""
        if not state.lines:
            self.sleeps(0.5, 2.0)
            return
        self.sleeps(0.5, 20.0)
        self._switches()

    def takes_a_parked_call(self) -> bool:
        """Now and then, as the page lists them; whether this agent tried."""
        parked = self.deployment.switch.all_parked if self._has_desk else ()
        rows = [row for row in parked if row.call not in self.deployment.left_parked]
        if not rows or not self.happens("takes a parked call", TAKES_PARKED):
            return False
        row = self.world.choices.pick(self._next("slot"), rows)
        self._picks_up(row.call)
        return True

    def picks_up_a_call(self) -> bool:
        """One that waits or rings at a colleague, hardly ever; whether this agent tried."""
        if not self._has_desk or not self.happens("picks up a call", PICKS_UP):
            return False
        calls = [c.id for c in self.deployment.switch.all_calls if self._is_to_take(c)]
        if calls:
            self._picks_up(self.world.choices.pick(self._next("which call"), sorted(calls)))
        return bool(calls)

    def _is_to_take(self, call: Call) -> bool:
        return isinstance(call.state, Waiting | Offered) and call.agent != self.id

    def _picks_up(self, call: str) -> None:
        grant = self.asks("pick up", lambda i: self.picks_up(i, call))
        if grant is not None:
            self.talks_for(self.span(2.0, 120.0))
            self.connects(grant)

    def picks_up(self, instance: Instance, call: str) -> Grant:
        return instance.services.pickup.pick_up(User(self.id, self.id, "agent"), call, "tab0")

    def is_offered(self, call: str, leg: str) -> None:
        offer = f"{call}:{leg}"
        if offer in self._seen or not self._has_desk:
            return
        self._seen.add(offer)
        self.sleeps(0.2, 6.0)
        if self.happens("misses", 0.06):
            return
        has_changed = self.happens("changes in the ring", 0.08)
        if has_changed:
            self.changes_in_the_ring()
        if self.happens("declines", 0.5 if has_changed else 0.08):
            self.asks("decline", lambda i: self.clicks(i, "decline", call, leg))
            return
        grant = self.asks("accept", lambda i: self.clicks(i, "accept", call, leg))
        if grant is not None:
            self._until = self.world.seconds + self.span(2.0, 120.0)
            self.connects(grant)

    def changes_in_the_ring(self) -> None:
        """For after the call; once more, that is undone."""
        for _ in range(1 + self.happens("thinks again", 0.3)):
            match self.world.choices.pick(self._next("wish"), ("away", "offline", "ready")):
                case "away":
                    self.asks("away", lambda i: i.services.desk.set_away(self.id, "lunch"))
                case "offline":
                    self.asks("offline", lambda i: i.services.desk.set_offline(self.id))
                case _:
                    self.asks("ready", lambda i: i.services.desk.set_ready(self.id))

    def talks_for(self, seconds: float) -> None:
        self._until = self.world.seconds + seconds

    def connects(self, grant: Grant) -> None:
        self.grant = grant
        if self.happens("no microphone", 0.03):
            self.leaves(grant, "no microphone")
            return
        if self.will_crash:
            self.will_crash = False
            self.says("closes the laptop")
            self.sleeps(10.0, 20.0)
            return
        if self.happens("crashes", 0.03):
            self.says("sees the page crash")  # neither a headset nor a goodbye comes from it
            return
        self.sleeps(0.05, 1.5)
        said = {"call": grant.call, "headset": grant.headset, "nonce": grant.nonce}
        who = self.world.numbered(f"{self.name}-leg")
        self.leg = self.deployment.connect(who, f"{self.id}_tab0", said)
        self.says(f"connects as {grant.headset}")
        if self.happens("two tabs", 0.02):
            self.deployment.connect(
                self.world.numbered(f"{self.name}-leg"), f"{self.id}_tab1", said
            )

    def in_call(self, call: str) -> None:
        until = self.stays_away_until if self.is_cut_off else self.forgets_until
        if self.world.seconds < until:
            return
        if self.world.seconds >= self._until or self.happens("ends", 0.1):
            self.asks("hang up", lambda i: self.clicks(i, "end", call))
        elif self.is_cut_off and self._has_desk:
            if self.happens("stays away", 0.2):
                self.sleeps(5.0, 40.0)
                return
            grant = self.asks("rejoin", lambda i: self.clicks(i, "rejoin", call))
            if grant is not None:
                self.connects(grant)
        elif self.happens("loses network", 0.06):
            self.loses_the_network()
        elif self.grant is not None and self.happens("reloads", 0.06):
            self.leaves(self.grant, "page closed")
            self.deployment.exchange.hang_up(self.leg)
        elif self._lines and self.happens("switches", SWITCHES):
            self._switches()
        elif self._has_lines and self.happens("takes another call", TAKES_ANOTHER):
            self._picks_up_another()
        else:
            self.uses_a_verb(call)
            self.wishes()

    def _switches(self) -> None:
        """To one of the calls on hold, or that one is ended there."""
        line = self.world.choices.pick(self._next("line"), self._lines)
        verb = "end" if self.happens("ends a line", 0.2) else "switch"
        grant = self.asks(verb, lambda i: self.clicks(i, verb, line))
        if grant is not None:
            self.talks_for(self.span(2.0, 60.0))
            self.connects(grant)

    def _picks_up_another(self) -> None:
        """One that waits, or one that is on hold: the call of now is put on hold for it."""
        calls = [c.id for c in self.deployment.switch.all_calls if self._is_to_take(c)]
        if calls:
            self._picks_up(self.world.choices.pick(self._next("which other call"), sorted(calls)))

    def is_asked_in(self, call: str) -> None:
        """In the call of a colleague, or on the way there: consulted, or as a guest."""
        if self.world.seconds < self.forgets_until and not self.is_cut_off:
            return
        if self.world.seconds >= self._until or self.happens("withdraws", 0.08):
            self.asks("withdraw", lambda i: self.clicks(i, "withdraw", call))
        elif self.is_cut_off:
            return  # there is no way back
        elif self.happens("loses network", 0.06):
            self.loses_the_network()
        elif self.grant is not None and self.happens("reloads", 0.06):
            self.leaves(self.grant, "page closed")
            self.deployment.exchange.hang_up(self.leg)
        else:
            if self.happens("is not the agent", 0.1):
                self.asks("hang up", lambda i: self.clicks(i, "end", call))
            self.wishes()

    def uses_a_verb(self, call: str) -> None:
        """Any of the table that neither connects nor ends, whether it is allowed or not."""
        for name, verb in TABLE.items():
            chance = VERBS.get(name, 0.05)
            is_mine = verb.makes and verb.style == "control" and verb.action != "supervise"
            if is_mine and self.happens(f"uses {name}", chance):
                target = self._target() if verb.takes == "target" else ""
                self.asks(name, partial(self._uses, name, call, target))

    def _uses(self, verb: str, call: str, target: str, instance: Instance) -> None:
        click(instance.services.desk, self.id, verb, call, target=target)

    def _target(self) -> str:
        """Mostly a queue or a colleague, sometimes what cannot be."""
        return self.world.choices.pick(self._next("target"), TARGETS)

    def loses_the_network(self) -> None:
        """Neither sound nor page get through; the carrier notices first, or the page is back."""
        self.says("loses the network")
        leg, at_desk = self.leg, self.at_desk
        hangs_up = partial(self.deployment.exchange.hang_up, leg)
        self.world.later(self.span(0.0, 10.0), f"unheard/{self.name}", hangs_up)
        self.at_desk = False
        self.sleeps(0.5, 15.0)
        self.at_desk = at_desk

    def leaves(self, grant: Grant, reason: str) -> None:
        self.asks(
            "goodbye",
            lambda i: i.services.desk.report_headset_lost(
                self.id, grant.call, grant.headset, reason
            ),
        )

    def wishes(self) -> None:
        """Presence, changed at any moment."""
        if self.happens("break", 0.04):
            self.asks("away", lambda i: i.services.desk.set_away(self.id, "lunch"))
        elif self.happens("home", 0.02):
            self.asks("offline", lambda i: i.services.desk.set_offline(self.id))
        elif self.happens("ready again", 0.05):
            self.asks("ready", lambda i: i.services.desk.set_ready(self.id))
        elif self.happens("sleeps", 0.01):
            self.says("closes the laptop")
            self.at_desk = False
            self.sleeps(60.0, 200.0)

    # --- the end ----------------------------------------------------------------------------

    @property
    def is_cut_off(self) -> bool:
        return not self.leg or self.deployment.exchange.leg(self.leg).over


class Colleague(Agent):
    """One of very many, who look at their page less often."""

    looks_seconds = (60.0, 180.0)
