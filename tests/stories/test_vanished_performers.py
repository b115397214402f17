"""Every story in memory again, with the performer of each command vanishing once (W6, W7, W8).

Before the effect or after it: somebody else finishes the outbox, and no repeat is heard: no leg
leaves its room for it, none is made twice, nothing is recorded twice.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

import pytest

from app.domain.call import Call, Pending, StopRecording
from app.ports import Carrier, CarrierUnsure, Done
from infra.local.exchange.journal import ConferenceChanged, LegChanged, RestCalled
from tests.stories import (
    environments,
    test_hanging_up,
    test_hold,
    test_menus_and_messages,
    test_reaching_somebody,
    test_telephones,
)
from tests.stories.switch_overrides import Story, stories_of

STORIES: dict[str, Story] = {
    name: story
    for module in (
        test_hanging_up,
        test_hold,
        test_menus_and_messages,
        test_reaching_somebody,
        test_telephones,
    )
    for name, story in stories_of(module)
}


class Vanishing:
    """A carrier of whose command number `lost` nobody ever hears the answer."""

    def __init__(self, carrier: Carrier, lost: int | None, *, after: bool) -> None:
        self._carrier = carrier
        self._lost = lost
        self._after = after
        self.given: list[Pending] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._carrier, name)

    def do(self, call: Call, pending: Pending) -> Done:
        self.given.append(pending)
        if len(self.given) != self._lost:
            return self._carrier.do(call, pending)
        if self._after:
            self._carrier.do(call, pending)
        raise CarrierUnsure("nobody will ever know")


def play(story: Story, lost: int | None, *, after: bool = False) -> tuple[Vanishing, Counter[str]]:
    """The carrier, and what the exchange saw of legs, rooms and recordings."""
    seen: Counter[str] = Counter()
    made: list[Vanishing] = []

    def vanishing(carrier: Carrier) -> Carrier:
        made.append(Vanishing(carrier, lost, after=after))
        return cast(Carrier, made[0])

    with environments.in_memory(carrier=vanishing) as office:
        story(office)
        office.closes()
        for entry in office.network.exchange.journal.entries():
            match entry.news:
                case LegChanged(status="queued" | "ringing", direction="outbound-api"):
                    seen["dialled"] += 1
                case ConferenceChanged(event="participant-leave" | "participant-join" as event):
                    seen[event] += 1
                case RestCalled("POST", path) if path.endswith("/Recordings.json"):
                    seen["recorded"] += 1
                case _:
                    pass
    return made[0], seen


@pytest.mark.parametrize("name", STORIES)
def test_a_command_that_took_effect_is_not_heard_twice(name: str) -> None:
    story = STORIES[name]
    carrier, seen = play(story, None)

    for lost in range(1, len(carrier.given) + 1):
        _, again = play(story, lost, after=True)

        command = carrier.given[lost - 1].command
        assert again - seen == Counter(), f"twice: {command}"
        if not isinstance(command, StopRecording):  # the next start waits until that is certain
            assert again == seen, f"missing: {command}"
