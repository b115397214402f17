"""F36, F44, R9: the stories while the carrier repeats, delays, cuts off or refuses."""

from __future__ import annotations

import pytest

from app.domain.call import CALLER
from app.domain.commands import Pending, StartRecording
from app.ports import CarrierUnsure
from infra.local.exchange.faults import Faults
from infra.local.exchange.latency import Span
from tests.stories import environments
from tests.stories.company import SALES
from tests.stories.switch_overrides import STORIES, Story

AT_ONCE = Faults(callback_repeated=1, shuffled=Span())
LATER = Faults(callback_repeated=1)
OVERTAKEN = Faults(rest_answer_late=1)
HALVED = Faults(rest_answer_cut=0.45)
# Each start of a recording that gets a truncated list is tried again 4 s later (W6): in a talk of
# a few seconds that may be too late, and these stories count recordings.
SHORT_RECORDINGS = frozenset(
    {
        "a_recording_that_is_not_stopped_at_once_is_stopped_by_the_next_performer",
        "two_agents_in_turn_leave_two_recordings_and_the_wait_is_on_none",
    }
)


def told(story: Story, faults: Faults) -> tuple[str, ...]:
    with environments.in_memory() as office:
        office.network.inject_faults(faults)
        story(office)
        office.closes()
        return office.trace


@pytest.mark.parametrize("name", STORIES)
def test_a_callback_repeated_at_once_changes_no_trace(name: str) -> None:
    assert told(STORIES[name], AT_ONCE) == told(STORIES[name], Faults())


@pytest.mark.parametrize("name", list(STORIES)[0::3])
def test_a_callback_repeated_later_breaks_no_story(name: str) -> None:
    told(STORIES[name], LATER)


@pytest.mark.parametrize("name", list(STORIES)[1::3])
def test_callbacks_before_the_rest_answer_break_no_story(name: str) -> None:
    """R9: a leg's sid is known by whichever comes first."""
    told(STORIES[name], OVERTAKEN)


@pytest.mark.parametrize("name", [n for n in STORIES if n not in SHORT_RECORDINGS][2::3])
def test_a_truncated_rest_answer_breaks_no_story(name: str) -> None:
    told(STORIES[name], HALVED)


@pytest.mark.parametrize(
    "faults",
    [Faults(rest_too_many=1), Faults(rest_failed=1), Faults(rest_answer_lost=1)],
    ids=["429", "500", "lost"],
)
def test_a_failed_list_or_command_leaves_open_what_was_done(faults: Faults) -> None:
    with environments.in_memory() as office:
        caller, anna = office.caller(), office.agent("anna")
        anna.is_ready()
        caller.dials(SALES)
        carrier = office.services.ports.carrier
        office.network.inject_faults(faults)

        with pytest.raises(CarrierUnsure):
            carrier.live_legs()
        with pytest.raises(CarrierUnsure):
            carrier.perform(caller.call, Pending("1:9:startrecording", StartRecording(CALLER)))
        office.network.inject_faults(Faults())
        caller.waits()
        caller.hangs_up()
