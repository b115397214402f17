"""Every story in memory again, each command once without an answer to its performer (W6, W7, W8).

The command took effect; a second performer finishes the outbox, and its repeat changes nothing: no
leg leaves its room, none is made twice, nothing is recorded twice.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

import pytest

from app.domain.call import Call
from app.domain.commands import Pending, StopRecording
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


class LosesCommand:
    """A carrier that never answers command number `lost`."""

    def __init__(self, carrier: Carrier, lost: int | None, *, after: bool) -> None:
        self._carrier = carrier
        self._lost = lost
        self._after = after
        self.given: list[Pending] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._carrier, name)

    def perform(self, call: Call, pending: Pending) -> Done:
        self.given.append(pending)
        if len(self.given) != self._lost:
            return self._carrier.perform(call, pending)
        if self._after:
            self._carrier.perform(call, pending)
        raise CarrierUnsure("the answer was lost")


def run_story(
    story: Story, lost: int | None, *, after: bool = False
) -> tuple[LosesCommand, Counter[str]]:
    """The carrier, and what the exchange saw of legs, rooms and recordings."""
    seen: Counter[str] = Counter()
    made: list[LosesCommand] = []

    def losing(carrier: Carrier) -> Carrier:
        made.append(LosesCommand(carrier, lost, after=after))
        return cast(Carrier, made[0])

    with environments.in_memory(carrier=losing) as office:
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
def test_a_repeated_command_takes_effect_once(name: str) -> None:
    story = STORIES[name]
    carrier, seen = run_story(story, None)

    for lost in range(1, len(carrier.given) + 1):
        _, again = run_story(story, lost, after=True)

        command = carrier.given[lost - 1].command
        assert again - seen == Counter(), f"twice: {command}"
        if not isinstance(command, StopRecording):  # the next start waits until that is certain
            assert again == seen, f"missing: {command}"
