"""Each story is told twice: in memory, and on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.stories import environments
from tests.stories.office import Office
from tests.stories.traces import TRACES

if TYPE_CHECKING:
    from tests.support.ministack import Cloud


def _keep(request: pytest.FixtureRequest, office: Office) -> None:
    TRACES[(request.node.originalname, request.param)] = office.trace


@pytest.fixture(params=["memory", pytest.param("wire", marks=pytest.mark.wire)])
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    if request.param == "memory":
        with environments.in_memory() as office:
            yield office
            office.closes()
            _keep(request, office)
        return
    cloud: Cloud = request.getfixturevalue("cloud")
    with environments.on_the_wire(cloud) as office:
        yield office
        office.closes()
        office.was_on_the_wire()
        _keep(request, office)
