"""Whatever happens in a company, its last overview is what is true, a moment later."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from app.adapters.memory import MemoryNotices
from app.domain.board import POOL
from app.domain.overview import Overview, overview, reserved_for
from app.domain.topics import BOARD, is_personal
from app.service.sharing import ChangePlanner
from tests.stories import environments
from tests.stories.company import NIGHT, SALES
from tests.stories.office import Office


class PlanningNotices(MemoryNotices):
    """Leaves what is shared to the worker, as in production."""

    def __init__(self) -> None:
        super().__init__()
        self.plan: Callable[[Sequence[str]], None] = lambda topics: None

    def notify(self, *topics: str) -> None:
        super().notify(*topics)
        self.plan([topic for topic in topics if not is_personal(topic)])


@pytest.fixture
def office() -> Iterator[Office]:
    """A company whose pages are open."""
    notices = PlanningNotices()
    with environments.in_memory(notices=notices) as office:
        ports = office.services.ports
        notices.plan = ChangePlanner(ports.shared_topics, ports.timers, ports.clock).plan
        ports.shared_topics.want(BOARD, ports.clock.now() + timedelta(days=1))
        yield office
        office.closes()


def _truth(office: Office) -> Overview:
    ports = office.services.ports
    members = [member.id for member in ports.directory.head().members]
    agents = ports.agents.get_all(members)
    today = ports.clock.now().astimezone(ZoneInfo("Europe/London")).date().isoformat()
    return overview(
        1,
        ports.clock.now(),
        agents,
        ports.board.waiting(POOL),
        ports.register.open_messages(),
        ports.clock.now(),
        ports.calls.read_all(reserved_for(agents)),
        day=today,
        figures=ports.register.figures_of(today),
    )


def _is_shown(office: Office) -> None:
    """Within the pause between two sends."""
    office.passes(2)
    shown = office.services.ports.overviews.get()
    assert shown is not None
    assert shown.same_as(_truth(office)), (shown, _truth(office))


def test_a_day_is_shown_as_it_goes_on(office: Office) -> None:
    anna, ben = office.agent("anna"), office.agent("ben")
    first, second, third = office.caller(), office.caller(), office.caller()
    steps: tuple[Callable[[], object], ...] = (
        anna.is_ready,
        lambda: first.dials(SALES),
        anna.declines,
        lambda: office.passes(121),  # late by time alone
        ben.is_ready,
        ben.answers,
        lambda: second.dials(SALES),
        second.hangs_up,
        anna.takes_a_break,
        lambda: third.dials(SALES),
        anna.is_ready,
        lambda: office.passes(40),  # nobody takes it: the agent is set away
        first.hangs_up,
        lambda: office.passes(60),  # the wrap-up is over
        third.hangs_up,
        anna.goes_home,
        ben.closes_the_laptop,
        lambda: office.passes(120),  # a page is gone
    )

    for step in steps:
        step()
        _is_shown(office)


def test_what_changes_has_a_later_version_and_what_does_not_keeps_its_own(office: Office) -> None:
    """A page takes what is later than what it shows, and nothing else."""
    versions = []
    for step in (office.agent("anna").is_ready, office.agent("ben").is_ready, lambda: None):
        step()
        office.passes(2)
        shown = office.services.ports.overviews.get()
        assert shown is not None
        versions.append(shown.version)

    first, changed, same = versions
    assert first < changed == same


def test_a_message_that_is_left_is_counted(office: Office) -> None:
    caller = office.caller()
    caller.dials(NIGHT)
    office.passes(10)
    caller.hangs_up()
    office.passes(30)

    _is_shown(office)
    shown = office.services.ports.overviews.get()
    assert shown is not None
    assert shown.open_messages == (("box", 1),)


def test_who_begins_to_listen_is_told_once_more_what_others_did_not_plan() -> None:
    """Another process may remember for a second that nobody listened."""
    notices = PlanningNotices()
    with environments.in_memory(notices=notices) as office:
        ports, anna = office.services.ports, office.agent("anna")
        notices.plan = ChangePlanner(ports.shared_topics, ports.timers, ports.clock).plan
        ports.shared_topics.want(BOARD, ports.clock.now() + timedelta(days=1))
        notices.plan([BOARD])
        office.settles()

        notices.plan = lambda topics: None
        anna.is_ready()
        notices.plan = ChangePlanner(ports.shared_topics, ports.timers, ports.clock).plan

        _is_shown(office)
        office.closes()
