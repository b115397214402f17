"""The promise of the Directory: plans by their hash for ever, one head, swapped on condition."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.adapters.dynamodb import DynamoDirectory, tables
from app.adapters.memory import MemoryClock, MemoryDirectory
from app.adapters.plan import read_company
from app.adapters.plan.company import sha_of
from app.domain.dialplan import Contact, Plan
from app.ports import Directory, Stale

if TYPE_CHECKING:
    from tests.support.ministack import Cloud

DEMO = read_company(Path(__file__).parents[3] / "switchroom.yaml").plan


@dataclass
class Instances:
    """One directory, as one process after the other sees it."""

    another: Callable[[], Directory]
    clock: MemoryClock


@pytest.fixture(params=["memory", "dynamodb"])
def instances(request: pytest.FixtureRequest) -> Instances:
    clock = MemoryClock()
    if request.param == "memory":
        only = MemoryDirectory()
        return Instances(lambda: only, clock)
    cloud: Cloud = request.getfixturevalue("cloud")
    table = cloud.table(tables.DIRECTORY)
    return Instances(lambda: DynamoDirectory(table, cloud.endpoint, clock), clock)


def _plan(word: str) -> Plan:
    plan = replace(DEMO, sha="", company=word)
    return replace(plan, sha=sha_of(plan))


def test_without_a_plan_there_is_no_head(instances: Instances) -> None:
    with pytest.raises(LookupError):
        instances.another().head()


def test_an_unknown_plan_is_an_error(instances: Instances) -> None:
    with pytest.raises(LookupError):
        instances.another().plan("nonsense")


def test_a_published_plan_is_the_head_everywhere(instances: Instances) -> None:
    instances.another().publish(DEMO, previous=None)

    assert instances.another().head() == DEMO
    assert instances.another().plan(DEMO.sha) == DEMO


def test_who_asks_for_a_fresh_head_gets_what_another_process_has_just_published(
    instances: Instances,
) -> None:
    here = instances.another()
    here.publish(_plan("one"), previous=None)
    assert here.head() == _plan("one")

    instances.another().publish(_plan("two"), previous=_plan("one").sha)

    assert here.head(fresh=True) == _plan("two")
    assert here.head() == _plan("two")


def test_an_older_plan_stays_for_the_calls_that_began_with_it(instances: Instances) -> None:  # F66
    directory = instances.another()
    directory.publish(_plan("one"), previous=None)
    directory.publish(_plan("two"), previous=_plan("one").sha)

    other = instances.another()

    assert other.head() == _plan("two")
    assert other.plan(_plan("one").sha) == _plan("one")


@pytest.mark.parametrize("previous", [None, "nonsense"])
def test_publishing_over_another_head_is_stale(instances: Instances, previous: str | None) -> None:
    instances.another().publish(_plan("one"), previous=None)

    with pytest.raises(Stale):
        instances.another().publish(_plan("two"), previous=previous)

    assert instances.another().head() == _plan("one")


def test_the_first_plan_has_no_previous(instances: Instances) -> None:
    with pytest.raises(Stale):
        instances.another().publish(_plan("one"), previous="nonsense")


def test_publishing_twice_is_publishing_once(instances: Instances) -> None:
    instances.another().publish(_plan("one"), previous=None)
    instances.another().publish(_plan("two"), previous=_plan("one").sha)

    instances.another().publish(_plan("two"), previous=_plan("one").sha)

    assert instances.another().head() == _plan("two")


def test_an_older_plan_is_published_again(instances: Instances) -> None:
    directory = instances.another()
    directory.publish(_plan("one"), previous=None)
    directory.publish(_plan("two"), previous=_plan("one").sha)

    directory.publish(_plan("one"), previous=_plan("two").sha)

    assert instances.another().head() == _plan("one")


def test_a_plan_of_many_chunks_is_read_completely(instances: Instances) -> None:
    large = _plan(random.Random(1).randbytes(800_000).hex())

    instances.another().publish(large, previous=None)

    assert instances.another().head() == large


def test_a_contact_is_found_by_the_number(instances: Instances) -> None:
    eleanor = Contact("+442079460142", "Eleanor Whitcombe", "Whitcombe Ceramics", "Fragile.")
    instances.another().put_contact(eleanor)

    assert instances.another().contact("+442079460142") == eleanor
    assert instances.another().contact("+442079460143") is None


def test_the_newest_of_a_contact_stands(instances: Instances) -> None:
    instances.another().put_contact(Contact("+442079460142", "E. Whitcombe"))
    instances.another().put_contact(Contact("+442079460142", "Eleanor Whitcombe"))

    contact = instances.another().contact("+442079460142")

    assert contact == Contact("+442079460142", "Eleanor Whitcombe")


def test_another_instance_follows_the_head_within_30_seconds(instances: Instances) -> None:
    instances.another().publish(_plan("one"), previous=None)
    long_running = instances.another()
    long_running.head()

    instances.another().publish(_plan("two"), previous=_plan("one").sha)
    instances.clock.advance(30)

    assert long_running.head() == _plan("two")
