"""Agents and callers who do the same all day: what differs between two worlds is their number."""

from __future__ import annotations

from dataclasses import dataclass

from app.console.interfaces import Account
from app.console.presenters.desk import DeskPresenter
from app.domain import agent as a
from app.domain.access import Person as Viewer
from app.domain.states import Offered
from app.service.desk import DeskState
from app.service.live import Conversations
from app.service.overviews import OverviewReader
from tests.load.company import Company
from tests.simulation.cloud import Instance
from tests.simulation.people import BEAT_SECONDS, Agent, Caller
from tests.stories.company import MAIN

LOOK_SECONDS = 60.0  # a page fetches by itself, beside what is pushed to it
PAGE_SECONDS = 20.0
REGIONS = ("phone", "context", "timeline", "my-queues", "colleagues", "unread")


@dataclass(frozen=True, slots=True)
class Habits:
    """How long calls last; a caller who waits longer than `patience_seconds` hangs up."""

    talk_seconds: float
    patience_seconds: float
    spread: float = 0.2  # of both, either way


class Desk(Agent):
    """Takes each call, ends every other one itself, and comes back from each break."""

    habits: Habits

    def lives(self) -> None:
        self.sleeps(0.1, 20.0)
        self.asks("ready", lambda i: i.services.desk.set_ready(self.id))
        while not self.is_gone:
            self.waits(LOOK_SECONDS)
            state = self.asks(
                f"looks while {self.presence}", lambda i: i.services.desk.state(self.id)
            )
            if state is not None and not self.is_gone:
                self.acts(state)

    def happens(self, what: str, chance: float) -> bool:
        """Nothing by chance."""
        return False

    @property
    def presence(self) -> str:
        return type(self.deployment.switch.agents.get(self.id).presence).__name__

    def beats(self) -> None:
        """As every desk; what it costs depends on the agent's presence."""
        name = self.world.numbered(f"{self.name}/beat while {self.presence}")
        work = lambda i: i.services.desk.heartbeat(self.id)  # noqa: E731 - named by what it does
        self.deployment.cloud.start("console", name, work, lambda _: None)
        self.world.later(BEAT_SECONDS, f"beat/{self.name}", self.beats)

    def acts(self, state: DeskState) -> None:
        match state.agent.presence:
            case a.Reserved() if state.call is not None and isinstance(state.call.state, Offered):
                self.is_offered(state.call.id, state.call.state.leg)
            case a.Away():
                self.asks("ready", lambda i: i.services.desk.set_ready(self.id))
            case _:
                pass

    def is_offered(self, call: str, leg: str) -> None:
        offer = f"{call}:{leg}"
        if offer in self._seen:
            return
        self._seen.add(offer)
        self.asks("shown", lambda i: i.services.desk.report_offer_shown(self.id, call, leg))
        self.sleeps(1.0, 3.0)
        grant = self.asks("accept", lambda i: self.clicks(i, "accept", call, leg))
        if grant is None:
            return
        self.connects(grant)
        if len(self._seen) % 2:
            low, high = _about(self.habits.talk_seconds, self.habits.spread)
            ends_at = self.world.seconds + self.span(low, high)
            while self.world.seconds < ends_at and self.presence in ("Reserved", "OnCall"):
                self.sleeps(2.0, 4.0)
            self.asks("end", lambda i: self.clicks(i, "end", call))


class Talker(Caller):
    """Presses a key in the menu, waits, talks."""

    habits: Habits
    key = "1"

    def lives(self) -> None:
        digits = sum(ord(c) * 7**i for i, c in enumerate(self.name)) % 90_000 + 10_000
        self.leg = self.deployment.dial(self.name, f"+4477009{digits}", MAIN)
        self.sleeps(3.0, 6.0)
        self.deployment.exchange.press(self.leg, self.key)
        low, high = _about(self.habits.patience_seconds, self.habits.spread)
        gives_up = self.world.seconds + self.span(low, high)
        while not self.is_talking and self.world.seconds < gives_up and not self.is_cut_off:
            self.sleeps(2.0, 4.0)
        if self.is_talking:
            self.sleeps(*_about(self.habits.talk_seconds * 1.1, self.habits.spread))
        self.hangs_up()

    @property
    def is_talking(self) -> bool:
        call = self.deployment.switch.calls.get(self.leg[2:])
        return call is not None and call.call.agent is not None


def page_of(viewer: str):  # type: ignore[no-untyped-def] # a request to an instance
    """All that the desk's page shows, read once."""
    account = Account(Viewer(viewer, viewer, "agent"), f"{viewer}@kestrel.example")

    def work(instance: Instance) -> object:
        ports = instance.services.ports
        presenter = DeskPresenter(
            desk_service=instance.services.desk,
            staff=instance.services.staff,
            outgoing=instance.services.outgoing,
            pickup=instance.services.pickup,
            conversations=Conversations(ports.calls),
            agents=ports.agents,
            overviews=OverviewReader(
                ports.overviews, ports.shared_topics, ports.notices, ports.clock
            ),
            directory=ports.directory,
            register=ports.register,
            tokens=ports.tokens,
            clock=ports.clock,
        )
        return presenter.desk(account, REGIONS)

    return work


def looks_at_the_page(company: Company, viewer: str) -> None:
    """The desk's page, again and again."""
    agent = company.switch.agents.get(viewer)
    before = "" if agent.today.calls else ", before the first call"
    presence = f"{type(agent.presence).__name__}{before}"
    name = f"{viewer}/all while {presence}/{company.world.numbered('all')}"
    company.cloud.start("console", name, page_of(viewer), lambda _: None)
    company.world.later(PAGE_SECONDS, name, lambda: looks_at_the_page(company, viewer))


def _about(seconds: float, spread: float) -> tuple[float, float]:
    return seconds * (1 - spread), seconds * (1 + spread)
