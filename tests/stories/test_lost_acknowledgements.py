"""Every story in memory again, with the acknowledgement of each of its saves lost once (W3).

Its writer must recognise a save that landed though the answer was lost: else no agent rings, or a
recording is started twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from itertools import pairwise
from random import Random

import pytest

from app.ports import Unavailable
from infra.local.exchange.journal import RestCalled
from tests.stories import (
    environments,
    test_hanging_up,
    test_menus_and_messages,
    test_reaching_somebody,
)
from tests.stories.switch_overrides import Story, stories_of

STORIES: dict[str, Story] = {
    name: story
    for module in (test_hanging_up, test_menus_and_messages, test_reaching_somebody)
    for name, story in stories_of(module)
}
AT_MOST = 7
_CREATES = re.compile(r"/Calls/(CA\w+)/Recordings\.json$")


class LosesOne:
    """Loses the answer of the save of that number, after it took effect."""

    unwatched: Collection[str] = ()

    def __init__(self, lost: int | None = None) -> None:
        self.saves = 0
        self._lost = lost

    def before(self, port: str, operation: str) -> None:
        pass

    def after(self, port: str, operation: str) -> None:
        if (port, operation) != ("calls", "save"):
            return
        self.saves += 1
        if self.saves == self._lost:
            raise Unavailable("the answer was lost")


def _some(name: str, saves: int) -> list[int]:
    """All of a short story's saves; of a longer one as many, drawn by its name."""
    numbers = range(1, saves + 1)
    return sorted(Random(name).sample(numbers, min(saves, AT_MOST)))


def run_story(story: Story, points: LosesOne) -> tuple[tuple[str, ...], Counter[str], set[str]]:
    """Its trace, how often each leg's recording was started, and every other command given.

    No more recordings are started than conversations are begun.
    """
    with environments.in_memory(points) as office:
        story(office)
        office.closes()
        creates: Counter[str] = Counter()
        others: set[str] = set()
        for entry in office.network.exchange.journal.entries():
            if isinstance(entry.news, RestCalled) and entry.news.method == "POST":
                if found := _CREATES.search(entry.news.path):
                    creates[found[1]] += 1
                else:
                    others.add(entry.news.path)
        begun = sum(
            before.endswith(">Connecting") and after == "JoinedRoom>InConversation"
            for before, after in pairwise(office.trace)
        )
        assert creates.total() <= begun
        return office.trace, creates, others


@pytest.mark.parametrize("name", STORIES)
def test_a_lost_answer_to_any_save_changes_no_story(name: str) -> None:
    """Creates happen exactly once, other commands at least once; the trace is the same."""
    story = STORIES[name]
    counted = LosesOne()
    trace, creates, others = run_story(story, counted)

    for lost in _some(name, counted.saves):
        again = run_story(story, LosesOne(lost))

        assert again[0] == trace, f"save {lost}"
        assert again[1] == creates, f"save {lost}"
        assert again[2] >= others, f"save {lost}"
