"""The overview of an office, made now: as the worker makes it after each change."""

from __future__ import annotations

from datetime import timedelta

from app.service.overviews import OverviewMaker, OverviewReader
from tests.stories.office import Office


def reader_of(office: Office) -> OverviewReader:
    ports = office.services.ports
    return OverviewReader(ports.overviews, ports.shared_topics, ports.notices, ports.clock)


def make_overview(office: Office) -> None:
    ports = office.services.ports
    maker = OverviewMaker(
        agents=ports.agents,
        calls=ports.calls,
        board=ports.board,
        register=ports.register,
        directory=ports.directory,
        overviews=ports.overviews,
        clock=ports.clock,
    )
    maker.make(ports.clock.now() + timedelta(hours=2))
