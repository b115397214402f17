"""One damaged item in a running company: everybody else is served as always.

It is planted as if a newer version had written it, and mended as if that version came.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from app.adapters.memory import MemorySwitch
from app.adapters.sqs import SqsTimers
from app.adapters.sqs.failed_records import SqsFailedRecords
from app.adapters.sqs.jobs import body_of
from app.bootstrap.deployment import Worker
from app.domain import agent as a
from app.domain.call import CALLER
from app.domain.events import HungUp
from app.domain.states import Ended
from app.entrypoints.command import show_unreadable
from app.entrypoints.worker import worker
from app.ports import CallJob, SweepJob, Unreadable
from app.ports.unreadable import ItemKind
from app.service.desk import DeskState
from tests.stories import environments
from tests.stories.company import SALES
from tests.stories.office import Office

OTHER = "+447700900362"


@pytest.fixture
def made() -> Iterator[tuple[Office, MemorySwitch]]:
    switch = MemorySwitch()
    with environments.in_memory(switch=switch) as office:
        yield office, switch


def test_a_call_that_cannot_be_read_halts_neither_pairing_nor_the_sweep(
    made: tuple[Office, MemorySwitch],
) -> None:
    office, switch = made
    bad, good, anna = office.caller(), office.caller(OTHER), office.agent("anna")
    bad.dials(SALES)
    office.passes(1)
    good.dials(SALES)
    switch.spoil("call", bad.leg[2:])

    anna.is_ready()
    anna.answers()
    good.talks_to(anna)
    office.services.sweep.run_scheduled()
    office.services.job_runner.run(SweepJob())

    (kept,) = office.services.ports.unreadable.all()
    assert (kept.kind, kept.item) == ("call", bad.leg[2:])
    switch.mend("call", bad.leg[2:])
    good.hangs_up()
    anna.is_ready()
    office.is_swept()
    anna.answers()
    bad.talks_to(anna)
    assert office.services.ports.unreadable.all() == ()


def test_an_agent_who_cannot_be_read_keeps_no_caller_waiting(
    made: tuple[Office, MemorySwitch],
) -> None:
    office, switch = made
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    anna.is_ready()
    office.passes(1)
    ben.is_ready()
    switch.spoil("agent", "anna")

    caller.dials(SALES)
    ben.answers()

    caller.talks_to(ben)
    switch.mend("agent", "anna")
    office.is_swept()
    anna.is_in(a.Ready)
    caller.hangs_up()


@pytest.mark.parametrize("kind", ["waiting row", "ready row"])
def test_a_row_that_cannot_be_read_hides_no_other(
    made: tuple[Office, MemorySwitch], kind: ItemKind
) -> None:
    office, switch = made
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    bad = office.caller(OTHER)
    bad.dials(SALES)
    switch.spoil(kind, bad.leg[2:] if kind == "waiting row" else "anna")
    caller.dials(SALES)
    anna.is_ready()
    ben.is_ready()
    office.passes(2)
    switch.mend(kind, bad.leg[2:] if kind == "waiting row" else "anna")
    office.is_swept()

    offered = {person.presence for person in (anna, ben)}
    assert not any(isinstance(presence, a.Ready) for presence in offered), offered
    bad.hangs_up()
    caller.hangs_up()


def test_a_message_that_is_no_job_is_kept_and_comes_again(
    made: tuple[Office, MemorySwitch],
) -> None:
    office, _ = made
    timers = SqsTimers(None, {}, office.services.ports.clock)
    worker = Worker(office.services, timers, SqsFailedRecords(None, ""))
    body = '{"at": {"@": 0}, "job": {"_": "HologramJob"}}'

    with pytest.raises(Unreadable):
        worker.run_job(body)

    (kept,) = office.services.ports.unreadable.all()
    assert (kept.kind, kept.stored) == ("job", body)


def test_a_job_of_a_newer_version_stops_no_other_of_its_batch(
    made: tuple[Office, MemorySwitch],
) -> None:
    office, _ = made
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()
    caller.dials(SALES)
    anna.answers()
    now = office.services.ports.clock.now()
    timers = SqsTimers(None, {}, office.services.ports.clock)
    handle = worker(Worker(office.services, timers, SqsFailedRecords(None, "")))
    bodies = {
        "newer": '{"at": {"@": 0}, "job": {"_": "HologramJob"}}',
        "damaged": "{",
        "good": body_of(now, CallJob(caller.leg[2:], HungUp(CALLER, "completed"))),
    }
    records = [
        {"eventSource": "aws:sqs", "messageId": name, "body": body} for name, body in bodies.items()
    ]

    answer = handle({"Records": records}, LambdaContext())

    failed = [one["itemIdentifier"] for one in answer["batchItemFailures"]]
    said: list[str] = []
    show_unreadable(office.services.ports.unreadable, None, said.append)
    assert failed == ["newer", "damaged"]
    assert isinstance(caller.call.state, Ended)
    assert sum(line.startswith("job ") for line in said) == 2


def test_the_page_of_an_agent_whose_call_cannot_be_read_shows_the_rest(
    made: tuple[Office, MemorySwitch],
) -> None:
    office, switch = made
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()
    caller.dials(SALES)
    anna.answers()
    switch.spoil("call", caller.call.id)

    state = office.services.desk.state("anna")

    assert isinstance(state, DeskState)
    assert isinstance(state.agent.presence, a.OnCall)
    assert state.call is None
    switch.mend("call", caller.leg[2:])
    caller.hangs_up()
