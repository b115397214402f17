"""What the stories above went through: it runs last, and looks at those that ran."""

from __future__ import annotations

import pytest

from tests.stories.traces import TRACES


@pytest.fixture
def told(request: pytest.FixtureRequest) -> set[str]:
    """The stories of this run."""
    return {
        getattr(item, "originalname", item.name)
        for item in request.session.items
        if "office" in getattr(item, "fixturenames", ())
    }


@pytest.mark.parametrize("stage", ["memory", pytest.param("wire", marks=pytest.mark.wire)])
def test_the_stories_have_many_different_traces(stage: str, told: set[str]) -> None:
    """By what happened, in its order: neither names nor times make a story another one."""
    distinct = {trace for (_, where), trace in TRACES.items() if where == stage}

    assert len(distinct) >= min(45, len(told) - 20)


def test_each_story_has_the_same_trace_in_memory_and_on_the_wire() -> None:
    for (name, stage), trace in TRACES.items():
        other = TRACES.get((name, "wire" if stage == "memory" else "memory"), trace)

        assert trace == other, name
