"""The worlds that are compared: one small, one large, alike but for the number of people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from infra.local.exchange.virtual import EPOCH
from tests.load.company import Company
from tests.load.meter import Kind
from tests.load.people import Desk, Habits, Talker, looks_at_the_page
from tests.simulation.choices import Choices
from tests.simulation.world import World

BEGIN_SECONDS = 30.0  # the agents are there when the first caller dials
ONE_IN = 10  # calls is recorded
PAGES = 3  # of one in so many desks they are read again and again


@dataclass(frozen=True, slots=True)
class Scene:
    """`live` calls at any time, or `calls` spread over the time; never both."""

    name: str
    desks: int
    habits: Habits
    seconds: float
    live: int = 0
    calls: int = 0
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Measured:
    """What one world cost. `sweeps` and `shared`: when each began, in seconds of the world."""

    scene: Scene
    kinds: dict[str, Kind]
    sweeps: tuple[float, ...]
    shared: dict[str, tuple[float, ...]]  # the shared pushes, by topic
    most_late_seconds: float  # between a save and the end of what the stream's worker does for it
    calls: int
    counts: dict[str, int]  # of what should not happen


def play(scene: Scene) -> Measured:
    world = World(Choices(scene.seed), EPOCH)
    company = Company(world, scene.desks)
    callers = _Callers(company, scene)
    with company.open():
        company.open_pages()
        company.forget_recordings()
        for number, member in enumerate(company.plan.members):
            desk = Desk(company, member)
            desk.habits = scene.habits
            world.spawn(desk.name, desk.lives)
            world.later(1.0 + number % 30, f"beat/{desk.name}", desk.beats)
        for member in company.plan.members[::PAGES]:
            looks_at_the_page(company, member.id)
        callers.begin()
        world.run(world.now() + timedelta(seconds=BEGIN_SECONDS + scene.seconds))
        return Measured(
            scene,
            company.meter.kinds,
            tuple(company.meter.sweeps),
            {topic: tuple(seen.values()) for topic, seen in company.shared.items()},
            company.most_late_seconds,
            callers.count,
            {**company.counts, **company.meter.failures},
        )


class _Callers:
    def __init__(self, company: Company, scene: Scene) -> None:
        self._company = company
        self._scene = scene
        self.count = 0

    def begin(self) -> None:
        scene = self._scene
        for number in range(scene.live):  # not all at once: they end as they begin
            dials_at = number / scene.live * min(scene.habits.talk_seconds, scene.seconds / 4)
            self._dials_in(BEGIN_SECONDS + dials_at, again=True)
        for number in range(scene.calls):
            self._dials_in(BEGIN_SECONDS + number / scene.calls * scene.seconds, again=False)

    def _dials_in(self, seconds: float, *, again: bool) -> None:
        self.count += 1
        caller = Talker(self._company, f"c{self.count:05d}")
        caller.habits = self._scene.habits
        caller.key = "1" if self.count % ONE_IN else "2"
        world = self._company.world

        def lives() -> None:
            caller.lives()
            if again:
                self._dials_in(1.0, again=True)

        def dials() -> None:
            world.spawn(caller.name, lives)

        world.later(seconds, f"dials/{caller.name}", dials)
