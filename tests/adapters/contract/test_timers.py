"""The promise of Timers: at least once, not before its instant; in memory and in SQS."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from app.adapters import aws
from app.adapters.memory import MemoryClock, MemoryTimers
from app.adapters.sqs import SqsTimers
from app.adapters.sqs.jobs import NotAJob, body_of, job_in
from app.domain.events import HungUp, Pressed, TimePassed
from app.ports import (
    QUEUE_OF,
    QUEUES,
    AgentJob,
    CallJob,
    Job,
    PoolJob,
    QueueName,
    ReconcileJob,
    RecordingJob,
    SharedChangeJob,
    SharedJob,
    SweepJob,
    Timers,
    Unavailable,
)

if TYPE_CHECKING:
    from tests.support.ministack import Cloud

WAKES: tuple[Job, ...] = (
    CallJob("c1", TimePassed()),
    CallJob("c1", Pressed("1", 3, "12#")),
    CallJob("c1", HungUp("anna.1", "busy")),
    AgentJob("anna"),
    PoolJob("default"),
    RecordingJob("c1", "RE1", "conversation", "completed", 61, 2, tries=3),
    SweepJob(("CA1",), "turn1"),
    ReconcileJob(),
    SharedJob("board"),
    SharedChangeJob("board"),
)


class Queue:
    """SQS as its port speaks to it: what was sent, with which delay, and into which queue."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int]] = []
        self.urls: list[str] = []

    def send_message(self, *, QueueUrl: str, MessageBody: str, DelaySeconds: int) -> None:  # noqa: N803 - theirs
        self.sent.append((MessageBody, DelaySeconds))
        self.urls.append(QueueUrl)


def all_in(url: str) -> dict[QueueName, str]:
    return dict.fromkeys(QUEUES, url)


@dataclass
class Stage:
    """Timers, and the wakes that have come by now."""

    timers: Timers
    clock: MemoryClock
    due: Callable[[], list[Job]]


def _in_memory() -> Stage:
    clock, timers = MemoryClock(), MemoryTimers()
    return Stage(timers, clock, lambda: list(timers.due(clock.now())))


def _on_a_queue() -> Stage:
    clock, queue = MemoryClock(), Queue()
    timers = SqsTimers(queue, all_in("http://queue"), clock)
    began = clock.now()

    def due() -> list[Job]:
        """What the queue has let out: SQS hides a message for its delay, counted from sending."""
        jobs: list[Job] = []
        passed = (clock.now() - began).total_seconds()
        out = [sent for sent in queue.sent if sent[1] <= passed]
        queue.sent = [sent for sent in queue.sent if sent[1] > passed]
        for body, _ in out:
            job = timers.due(body)
            if job is not None:
                jobs.append(job)
        return jobs

    return Stage(timers, clock, due)


@pytest.fixture(params=["memory", "sqs"])
def stage(request: pytest.FixtureRequest) -> Stage:
    return _in_memory() if request.param == "memory" else _on_a_queue()


def test_a_job_is_due_at_its_time_and_not_before(stage: Stage) -> None:
    stage.timers.at(stage.clock.now() + timedelta(seconds=20), AgentJob("anna"))
    early = stage.due()
    stage.clock.advance(19.999)
    early += stage.due()
    stage.clock.advance(0.001)

    late = stage.due()

    assert (early, late) == ([], [AgentJob("anna")])


def test_an_instant_of_the_past_is_due_now(stage: Stage) -> None:
    stage.timers.at(stage.clock.now() - timedelta(seconds=5), PoolJob("default"))

    assert stage.due() == [PoolJob("default")]


def test_each_job_is_delivered_as_it_was_scheduled(stage: Stage) -> None:
    for job in WAKES:
        stage.timers.at(stage.clock.now(), job)

    assert stage.due() == list(WAKES)


# --- SQS's own ----------------------------------------------------------------------------------


def _seconds(queue: Queue) -> int:
    return queue.sent[-1][1]


@pytest.mark.parametrize(
    ("in_seconds", "delay"), [(-3, 0), (0, 0), (0.2, 1), (20, 20), (899.5, 900), (86_400, 900)]
)
def test_a_delay_is_whole_seconds_rounded_up_and_15_minutes_at_most(
    in_seconds: float, delay: int
) -> None:  # D6
    clock, queue = MemoryClock(), Queue()

    SqsTimers(queue, all_in("q"), clock).at(
        clock.now() + timedelta(seconds=in_seconds), AgentJob("a")
    )

    assert _seconds(queue) == delay


def test_a_long_timer_hops_until_its_instant() -> None:  # D6
    clock, queue = MemoryClock(), Queue()
    timers = SqsTimers(queue, all_in("q"), clock)
    timers.at(clock.now() + timedelta(seconds=2000), AgentJob("anna"))

    hops: list[int] = []
    job = None
    while job is None:
        body, delay = queue.sent.pop()
        hops.append(delay)
        clock.advance(delay)
        job = timers.due(body)

    assert (hops, job) == ([900, 900, 200], AgentJob("anna"))


def test_an_early_message_is_sent_again_for_the_rest_of_its_delay() -> None:
    clock, queue = MemoryClock(), Queue()
    timers = SqsTimers(queue, all_in("q"), clock)
    timers.at(clock.now() + timedelta(seconds=20), AgentJob("anna"))
    body, _ = queue.sent.pop()
    clock.advance(18.5)

    early = timers.due(body)

    assert (early, _seconds(queue)) == (None, 2)


def test_each_kind_of_job_goes_into_the_queue_declared_for_it() -> None:
    clock, queue = MemoryClock(), Queue()
    timers = SqsTimers(queue, {name: f"http://{name}" for name in QUEUES}, clock)

    for job in WAKES:
        timers.at(clock.now(), job)

    assert {type(job) for job in WAKES} == set(QUEUE_OF)
    assert queue.urls == [f"http://{QUEUE_OF[type(job)]}" for job in WAKES]


@pytest.mark.parametrize("job", WAKES, ids=str)
def test_a_job_is_read_from_its_message_unchanged(job: Job) -> None:
    when = MemoryClock().now() + timedelta(milliseconds=1)

    assert job_in(body_of(when, job)) == (when, job)


def test_a_job_with_a_field_of_a_newer_version_is_read_and_hops_with_it() -> None:
    clock, queue = MemoryClock(), Queue()
    timers = SqsTimers(queue, all_in("q"), clock)
    data = json.loads(body_of(clock.now() + timedelta(seconds=9), AgentJob("anna")))
    data["job"]["why"] = "later"
    data["trace"] = "x"

    early = timers.due(json.dumps(data))

    assert early is None
    ((sent, _),) = queue.sent
    assert json.loads(sent)["job"] == data["job"]
    assert job_in(json.dumps(data))[1] == AgentJob("anna")


@pytest.mark.parametrize(
    "body",
    ["", "hello", "{}", "[]", "3", '{"at": 1, "job": {"_": "AgentJob", "agent": "a"}}',
     '{"at": {"@": 0}, "job": {"_": "Nonsense"}}', '{"at": {"@": 0}, "job": "x"}',
     '{"at": {"@": 0}, "job": {"_": "CallRecord"}}',
     '{"at": {"@": 0}, "job": {"_": "AgentJob"}}',
     '{"at": {"@": 99999999999999999999}, "job": {"_": "AgentJob", "agent": "a"}}'],
)  # fmt: skip
def test_a_message_that_is_no_job_raises_not_a_job(body: str) -> None:
    with pytest.raises(NotAJob):
        job_in(body)


@pytest.fixture
def ministack_sqs(cloud: Cloud) -> tuple[Any, str]:
    return cloud.client("sqs"), cloud.queue()


@pytest.fixture
def moto_sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, str]]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    with mock_aws():
        sqs = boto3.client("sqs", region_name="us-east-1")
        yield sqs, sqs.create_queue(QueueName="jobs")["QueueUrl"]


@pytest.mark.parametrize("store", ["ministack_sqs", "moto_sqs"])
def test_a_real_queue_takes_and_delays_it(request: pytest.FixtureRequest, store: str) -> None:
    client, url = request.getfixturevalue(store)
    clock = MemoryClock()
    timers = SqsTimers(client, all_in(url), clock)
    timers.at(clock.now() + timedelta(seconds=600), AgentJob("ben"))
    timers.at(clock.now(), AgentJob("anna"))

    received = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)

    jobs = [timers.due(message["Body"]) for message in received["Messages"]]
    waiting = client.get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )
    assert jobs == [AgentJob("anna")]
    assert waiting["Attributes"]["ApproximateNumberOfMessagesDelayed"] == "1"


def test_a_delayed_message_comes_after_its_delay(ministack_sqs: tuple[Any, str]) -> None:
    client, url = ministack_sqs
    clock = MemoryClock()
    SqsTimers(client, all_in(url), clock).at(clock.now() + timedelta(seconds=1), AgentJob("anna"))

    early = client.receive_message(QueueUrl=url).get("Messages", [])
    late = client.receive_message(QueueUrl=url, WaitTimeSeconds=5).get("Messages", [])

    assert (len(early), len(late)) == (0, 1)


@pytest.mark.usefixtures("_credentials")
def test_a_queue_that_does_not_answer_is_unavailable() -> None:
    client = aws.client("sqs", aws.AwsEndpoint("eu-central-1", "http://127.0.0.1:9"))
    clock = MemoryClock()

    with pytest.raises(Unavailable):
        SqsTimers(client, all_in("http://127.0.0.1:9/q"), clock).at(clock.now(), AgentJob("anna"))
