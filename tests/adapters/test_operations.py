"""Operations and request units per event, held to the design's table and to docs/operations.md."""

from __future__ import annotations

import pytest

from tests.adapters.operations import PAGE, measured, page
from tests.adapters.operations_store import in_memory, on_dynamo
from tests.adapters.operations_table import ROWS, Cost, Row
from tests.adapters.whole_calls import CALLS, Step, by_process
from tests.support.ministack import Cloud

MOST = (13, 40)  # requests of each of CALLS, all processes together


@pytest.fixture(scope="module")
def costs(cloud: Cloud) -> dict[str, Cost]:
    with on_dynamo(cloud) as store:
        return measured(store)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.event)
def test_an_event_costs_what_the_table_says(costs: dict[str, Cost], row: Row) -> None:
    assert costs[row.event].operations == row.operations


def test_memory_counts_the_same_operations(costs: dict[str, Cost]) -> None:
    counted = measured(in_memory())

    # What memory cannot know: that an instance's knowledge of the head grows old.
    expected = {event: cost.operations for event, cost in costs.items() if "30 s" not in event}
    assert {event: counted[event].operations for event in expected} == expected


@pytest.fixture(scope="module")
def calls(cloud: Cloud) -> dict[str, tuple[Step, ...]]:
    return {name: tell(cloud) for name, tell in CALLS.items()}


@pytest.mark.parametrize(("name", "most"), list(zip(CALLS, MOST, strict=True)))
def test_a_whole_call_costs_no_more_requests_than_it_must(
    calls: dict[str, tuple[Step, ...]], name: str, most: int
) -> None:
    assert sum(by_process(calls[name]).values()) <= most


def test_the_page_says_what_is_measured(
    costs: dict[str, Cost], calls: dict[str, tuple[Step, ...]]
) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(costs, calls), "stale: run `make docs`"
