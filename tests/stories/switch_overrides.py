"""Each switch of the exchange in its other setting, and the stories as a table."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import TypeAlias

from infra.local.exchange.switches import Switches, UnusedSwitches
from tests.stories import (
    environments,
    test_hanging_up,
    test_hold,
    test_menus_and_messages,
    test_outages,
    test_reaching_somebody,
    test_telephones,
    test_uncertain,
)
from tests.stories.office import Office

Story: TypeAlias = Callable[[Office], None]
Setting: TypeAlias = bool | int | float | str | None

OTHER: dict[str, Setting] = {
    "client_first_status": "in-progress",
    "empty_digits_sent": False,
    "empty_body_hangs_up": True,
    "unregistered_client": "failed",
    "ring_buffer_seconds": 0,
    "interrupted_action_requested": False,
    "hangup_action_requested": False,
    "interrupted_record_reports": True,
    "recording_survives_redirect": False,
    "wait_request_names_conference": True,
    "http_failure_code": 11217,
    "documents_in_a_row": 20,
    "old_document_until_fetched": True,
    "second_hold_takes_effect": True,
    "gather_hangup_reports": True,
    "gather_names_key": True,
    "record_names_recording": False,
    "abandoned_inbound": "canceled",
    "token_on_first_attempt": False,
    "concurrency_refused": False,
    "invalid_state_status": 404,
    "stale_call_seconds": 15.0,
}
OTHER_UNUSED: dict[str, Setting] = {
    "pause_answers": False,
    "removed_leg_continues": False,
    "ended_conference_continues": False,
    "coach_audible_without_target": False,
    "duplicate_label_refused": False,
    "participants_per_second": 30.0,
    "keys_cross_rooms": False,
    "announced_keys_arrive": False,
    "announcement_replaces": True,
    "change_before_start_refused": False,
}
TOLD = (
    test_hanging_up,
    test_hold,
    test_menus_and_messages,
    test_outages,
    test_reaching_somebody,
    test_telephones,
    test_uncertain,
)


def stories_of(module: ModuleType) -> Iterator[tuple[str, Story]]:
    """Those that run in any environment: all they need is the office."""
    for name, found in inspect.getmembers(module, inspect.isfunction):
        ours = found.__module__ == module.__name__ and name.startswith("test_")
        if ours and list(inspect.signature(found).parameters) == ["office"]:
            yield name.removeprefix("test_"), found


STORIES: dict[str, Story] = {name: story for module in TOLD for name, story in stories_of(module)}


def with_(*names: str) -> Switches:
    """These switches in their other setting."""
    return replace(Switches(), **{name: OTHER[name] for name in names})  # type: ignore[arg-type]


def all_unused() -> UnusedSwitches:
    """Those of paths that the product does not take, all in their other setting."""
    return replace(UnusedSwitches(), **OTHER_UNUSED)  # type: ignore[arg-type]


def tell(
    story: Story, switches: Switches, unused_switches: UnusedSwitches | None = None
) -> tuple[str, ...]:
    """The story, from its beginning to what must be left of it; and all that passed on the line."""
    with environments.in_memory(switches=switches, unused_switches=unused_switches) as office:
        story(office)
        office.closes()
        return tuple(repr(entry.news) for entry in office.network.exchange.journal.entries())
