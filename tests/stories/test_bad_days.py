"""F36, F44, R9: the stories on the carrier's bad days (fault mode), from beginning to end."""

from __future__ import annotations

import pytest

from app.domain.call import CALLER, Pending, StartRecording
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


def told(story: Story, faults: Faults) -> tuple[str, ...]:
    with environments.in_memory() as office:
        office.network.inject_faults(faults)
        story(office)
        office.closes()
        return office.trace


@pytest.mark.parametrize("name", STORIES)
def test_a_callback_told_twice_is_told_once(name: str) -> None:
    assert told(STORIES[name], AT_ONCE) == told(STORIES[name], Faults())


@pytest.mark.parametrize("name", list(STORIES)[0::3])
def test_a_callback_told_again_after_a_while_changes_no_story(name: str) -> None:
    told(STORIES[name], LATER)


@pytest.mark.parametrize("name", list(STORIES)[1::3])
def test_callbacks_that_overtake_the_answer_change_no_story(name: str) -> None:
    """R9: a leg's sid is known by whichever comes first."""
    told(STORIES[name], OVERTAKEN)


@pytest.mark.parametrize("name", list(STORIES)[2::3])
def test_half_an_answer_changes_no_story(name: str) -> None:
    told(STORIES[name], HALVED)


@pytest.mark.parametrize(
    "faults",
    [Faults(rest_too_many=1), Faults(rest_failed=1), Faults(rest_answer_lost=1)],
    ids=["429", "500", "lost"],
)
def test_a_list_or_a_command_that_fails_says_nothing_of_what_was_done(faults: Faults) -> None:
    with environments.in_memory() as office:
        caller, anna = office.caller(), office.agent("anna")
        anna.is_ready()
        caller.dials(SALES)
        carrier = office.services.ports.carrier
        office.network.inject_faults(faults)

        with pytest.raises(CarrierUnsure):
            carrier.living()
        with pytest.raises(CarrierUnsure):
            carrier.do(caller.call, Pending("1:9:startrecording", StartRecording(CALLER)))
        office.network.inject_faults(Faults())
        caller.waits()
        caller.hangs_up()
