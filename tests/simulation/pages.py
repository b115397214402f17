"""What all pages of a world share: who wants it, what is pushed, and what a page shows of it.

A page reads the overview when it is opened, at any moment of the day, and then each minute, which
makes the topic wanted, as the product's page does; before that nobody wants it. Between that it
shows what is pushed, change by change. What does not follow on what it shows makes it read again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from app.adapters.memory import MemorySharedTopics
from app.console.push import SHARED_SECONDS
from app.domain.overview import Overview, OverviewChange
from app.domain.topics import is_personal
from app.service.overviews import OverviewReader
from app.service.sharing import ChangePlanner
from tests.simulation.cloud import Instance
from tests.simulation.tasks import current
from tests.simulation.world import World

if TYPE_CHECKING:
    from tests.simulation.deployment import Deployment

LOOK_SECONDS = 60.0
LISTED = 25  # calls, on the same page
FETCH_AGAIN_SECONDS = 1.5  # push.js
PAUSE = timedelta(seconds=1)  # between two sends of one topic (D10)
SENT = "a shared topic is sent once a second"


class ObservedTopics(MemorySharedTopics):
    """Watches that a topic is sent at most once a second, by the clocks of those who send it."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world
        self._taken: dict[str, datetime] = {}

    def take(self, topic: str, now: datetime) -> datetime | None:
        wanted_until = super().take(topic, now)
        if wanted_until is not None:
            before = self._taken.get(topic)
            if before is not None and now < before + PAUSE:
                seconds = (now - before).total_seconds()
                self._world.violate(SENT, f"{topic} {seconds} s")
            self._taken[topic] = now
        return wanted_until


class InstanceNotices:
    """The notices of one instance: personal ones go to their page, shared ones are planned."""

    def __init__(self, deployment: Deployment, planner: ChangePlanner) -> None:
        self._deployment = deployment
        self._planner = planner

    def is_heard(self, topic: str) -> bool:
        return topic in self._deployment.on_notice

    def notify(self, *topics: str) -> None:
        for topic in filter(is_personal, topics):
            self._deployment.tell(topic)
        shared = tuple(topic for topic in topics if not is_personal(topic))
        if shared:
            self._planner.plan(shared)

    def send(self, topic: str, version: int, change: OverviewChange | None = None) -> None:
        if change is not None:
            self._deployment.page.is_pushed(change)


class SharedPage:
    """One page of the company, which stays open. `shown` is what it shows."""

    def __init__(self, deployment: Deployment) -> None:
        self.shown: Overview | None = None
        self.opened: datetime | None = None
        self._deployment = deployment

    @property
    def is_open(self) -> bool:
        return self.opened is not None

    def opens(self) -> None:
        """Twice at first: a function may remember for a moment that nobody listened."""
        self.opened = self._deployment.world.now()
        self._looks_each_minute()
        self._deployment.world.later(FETCH_AGAIN_SECONDS, "page/looks", self._looks)

    def is_pushed(self, change: OverviewChange) -> None:
        """Late by a moment, or lost, perhaps after all the time that it may take."""
        world, profile = self._deployment.world, self._deployment.cloud.profile
        name = world.numbered("page/push")
        world.note(f"{name} {change.before} {change.version}")
        if world.choices.happens(f"slow/{name}", profile.slow_push):
            if current() is not None:
                world.pause(SHARED_SECONDS)
        elif not world.choices.happens(name, profile.unpushed):
            delay = world.choices.span(f"delay/{name}", 0.02, 0.2)
            world.later(delay, name, partial(self._shows, change))

    def _looks_each_minute(self) -> None:
        self._looks()
        self._deployment.world.later(LOOK_SECONDS, "page/looks", self._looks_each_minute)

    def _looks(self) -> None:
        name = self._deployment.world.numbered("page/read")
        self._deployment.cloud.start("console", name, _read, self._has_read)

    def _has_read(self, found: Overview | BaseException | None) -> None:
        if isinstance(found, Overview) and (not self.shown or found.version >= self.shown.version):
            self.shown = found

    def _shows(self, change: OverviewChange) -> None:
        shown = self.shown
        if shown is not None and change.version <= shown.version:
            return
        if shown is None or change.before != shown.version:
            self._looks()
            return
        people = {one.agent: one for one in (*shown.people, *change.people)}
        queues = {one.node: one for one in (*shown.queues, *change.queues)}
        self.shown = replace(
            shown,
            version=change.version,
            people=tuple(people[key] for key in sorted(people) if people[key].kind != "offline"),
            queues=tuple(queues[key] for key in sorted(queues) if queues[key].waiting),
        )


def _read(instance: Instance) -> Overview | None:
    """The newest calls are read with it, as whoever looks at the register does."""
    ports = instance.services.ports
    ports.register.newest(agent=None, limit=LISTED)
    reader = OverviewReader(ports.overviews, ports.shared_topics, ports.notices, ports.clock)
    return reader.read()
