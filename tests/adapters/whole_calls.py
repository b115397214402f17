"""Whole calls on the deployment as it is wired, each request to AWS counted: by process and kind.

The exchange is the carrier and time is virtual; DynamoDB, its stream, SQS and S3 are the local AWS.
What Lambda does by itself (polling the stream and the queue, deleting messages) is not counted, nor
is what an open desk costs by itself (its beats).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias
from unittest.mock import patch

from aws_lambda_powertools.utilities.typing import LambdaContext
from flask import Flask

from app.adapters import aws
from app.adapters.dynamodb import tables
from app.adapters.memory import MemoryTimers
from app.adapters.sqs.jobs import body_of, job_in
from app.adapters.twilio import rest
from app.adapters.twilio.numbers import configure
from app.bootstrap.applications import voice_application
from app.bootstrap.deployment import account, build_deployment, build_worker, urls
from app.domain.agent import Ready
from app.entrypoints.worker import worker
from app.ports import QUEUES, Job
from infra.local.exchange.virtual import VirtualExchange, WsgiFetcher
from infra.local.exchange.virtual_sound import silent_wav
from tests.stories.company import ELEANOR, MAIN, MUSIC, PLAN
from tests.stories.environments import InProcess, mounted
from tests.stories.gateway import Gateway
from tests.stories.office import ExchangeClock, Office
from tests.stories.services import settings
from tests.support.ministack import REGION, Cloud

Process: TypeAlias = Literal["voice", "console", "worker", "nobody"]
PROCESSES: tuple[Process, ...] = ("voice", "console", "worker")
REST_SECONDS = 1200  # no timer of a call is later
SIGNS = {
    "GetItem": "R",
    "BatchGetItem": "R",
    "Query": "Q",
    "PutItem": "W",
    "UpdateItem": "W",
    "DeleteItem": "W",
    "SendMessage": "M",
    "SendMessageBatch": "M",
    "PutObject": "S",
    "CreateMultipartUpload": "S",
    "UploadPart": "S",
    "CompleteMultipartUpload": "S",
    "HeadObject": "V",
}  # a transaction of n is Tn
BASE, API = "http://pbx.example", "http://carrier.example"


@dataclass(frozen=True)
class Request:
    """One request to AWS: who made it, and its operation; how many items a transaction has."""

    process: Process
    operation: str
    items: int = 1

    @property
    def sign(self) -> str:
        """As the page writes it."""
        is_transaction = self.operation == "TransactWriteItems"
        return f"T{self.items}" if is_transaction else SIGNS[self.operation]


class Meter:
    """Listens to the clients that the deployment uses."""

    def __init__(self) -> None:
        self._process: Process = "nobody"
        self._requests: list[Request] = []
        self.sent: Callable[[str], None] = lambda _body: None  # told of each message's body

    @contextmanager
    def listening(self, *clients: Any) -> Iterator[None]:
        for client in clients:
            client.meta.events.register("before-parameter-build", self._asked)
        try:
            yield
        finally:
            for client in clients:
                client.meta.events.unregister("before-parameter-build", self._asked)

    @contextmanager
    def process(self, name: Process) -> Iterator[None]:
        """Requests meanwhile are that process's."""
        before, self._process = self._process, name
        try:
            yield
        finally:
            self._process = before

    def take(self) -> tuple[Request, ...]:
        """What was asked since the last time."""
        taken = tuple(self._requests)
        self._requests.clear()
        return taken

    def _asked(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if self._process != "nobody":
            items = len(params.get("TransactItems", "1"))
            self._requests.append(Request(self._process, str(model.name), items))
        for message in (params, *params.get("Entries", ())):
            if "MessageBody" in message:
                self.sent(message["MessageBody"])


class CountedOffice(Office):
    """An office whose functions are told apart. What it asks by itself is nobody's."""

    meter: Meter

    def _beat(self) -> None:
        with self.meter.process("nobody"):
            super()._beat()


class WorkerAsJobRunner:
    """Runs a job as the queue brings it: as a message to the worker's handler."""

    def __init__(self, office: CountedOffice, handle: Callable[[dict[str, Any]], None]) -> None:
        self._office = office
        self._handle = handle

    def run(self, job: Job) -> None:
        body = body_of(self._office.services.ports.clock.now(), job)
        self._handle({"eventSource": "aws:sqs", "messageId": "1", "body": body})


class ShardReader:
    """The new records of a table's stream, in their order."""

    def __init__(self, cloud: Cloud, table: str) -> None:
        self._streams = cloud.client("dynamodbstreams")
        arn = self._streams.list_streams(TableName=table)["Streams"][0]["StreamArn"]
        described = self._streams.describe_stream(StreamArn=arn)["StreamDescription"]
        self._iterators = [
            self._streams.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            for shard in described["Shards"]
        ]

    def take(self) -> list[dict[str, Any]]:
        """Those that the mapping's filter lets through: the calls'."""
        reads = [self._streams.get_records(ShardIterator=at) for at in self._iterators]
        self._iterators = [read["NextShardIterator"] for read in reads]
        records = [record for read in reads for record in read["Records"]]
        calls = [one for one in records if one["dynamodb"]["Keys"]["sk"]["S"] == "C"]
        return [{**record, "eventSource": "aws:dynamodb"} for record in calls]


@contextmanager
def counted_office(cloud: Cloud) -> Iterator[CountedOffice]:
    meter, applications = Meter(), list[Flask]()

    def voice(environ: dict[str, Any], start: Any) -> Any:
        with meter.process("voice"):
            return applications[0](environ, start)

    gateway = Gateway(WsgiFetcher(voice))
    network = VirtualExchange(gateway)
    clock = ExchangeClock(network.clock)
    switch = cloud.table(tables.SWITCH)
    config = settings(
        BASE,
        AWS_REGION=REGION,
        AWS_ENDPOINT_URL=cloud.url,
        SWITCHROOM_SWITCH_TABLE=switch,
        SWITCHROOM_REGISTER_TABLE=cloud.table(tables.REGISTER),
        SWITCHROOM_DIRECTORY_TABLE=cloud.table(tables.DIRECTORY),
        SWITCHROOM_RECORDINGS_BUCKET=cloud.bucket(),
        SWITCHROOM_FAILED_SAVES_QUEUE_URL=cloud.queue(),
        TWILIO_API_URL=API,
        **{f"SWITCHROOM_{name.upper()}_QUEUE_URL": cloud.queue() for name in QUEUES},
    )
    endpoint = aws.AwsEndpoint(REGION, cloud.url)
    clients = [aws.client(name, endpoint) for name in ("dynamodb", "sqs")]
    clients.append(aws.client("s3", endpoint, read_seconds=aws.BULK_READ_SECONDS))
    with ExitStack() as stack:
        stack.enter_context(mounted(API, InProcess(network.rest_app())))
        stack.enter_context(meter.listening(*clients))
        with patch("app.bootstrap.deployment.SystemClock", lambda: clock):
            # Each process has its own, and remembers what it has seen itself.
            of_voice, of_console, of_worker = (build_deployment(config).services for _ in "123")
        services = of_console
        handle = worker(build_worker(of_worker))

        def handles(*records: dict[str, Any]) -> None:
            with meter.process("worker"):
                answer = handle({"Records": [*records]}, LambdaContext())
            assert answer == {"batchItemFailures": []}, answer

        ports = services.ports
        ports.directory.publish(PLAN, previous=None)
        for each in (of_voice, of_worker):
            each.ports.directory.head()  # warm
        ports.directory.put_contact(ELEANOR)
        ports.sounds.put(MUSIC, silent_wav(60, 1), "audio/wav")
        applications.append(voice_application(of_voice))
        client = rest.connect(account(config), lambda: 10.0)
        application = configure(client, PLAN, urls(config), rent=True)
        timers, shard = MemoryTimers(), ShardReader(cloud, switch)
        meter.sent = lambda body: timers.at(*job_in(body))
        office = CountedOffice(
            network, gateway, services, timers, application, project=lambda: None
        )
        office.meter = meter
        runner: Any = WorkerAsJobRunner(office, handles)
        office.services = replace(services, job_runner=runner)

        def projects() -> None:
            if records := shard.take():
                handles(*records)

        office.project = projects
        yield office


# --- two calls ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """What happened, and what it made the processes ask for, in order."""

    name: str
    requests: tuple[Request, ...]


class Told:
    """A call, told step by step."""

    def __init__(self, office: CountedOffice) -> None:
        self._office = office
        self.steps: list[Step] = []
        office.meter.take()

    def step(self, name: str, doing: Callable[[], object], process: Process = "nobody") -> None:
        """What people do by a telephone asks for nothing by itself; a click is the console's."""
        with self._office.meter.process(process):
            doing()
        self.steps.append(Step(name, self._office.meter.take()))


def four_webhooks(cloud: Cloud) -> tuple[Step, ...]:
    """A caller arrives, presses a key into a queue, waits, and hangs up; nobody is ready."""
    with counted_office(cloud) as office:
        caller, told = office.caller(), Told(office)
        told.step("the caller arrives", lambda: caller.dials(MAIN))
        told.step("a key into the queue; the wait request", lambda: caller.presses("1"))
        told.step("the caller hangs up", caller.hangs_up)
        told.step("timers, until all is at rest", lambda: office.passes(REST_SECONDS))
    return tuple(told.steps)


def answered(cloud: Cloud) -> tuple[Step, ...]:
    """An agent is ready and answers at a desk; they talk for a minute; the call is recorded."""
    with counted_office(cloud) as office:
        caller, anna = office.caller(), office.agent("anna")
        anna.is_ready()
        office.passes(10)  # her own timers are not this call's
        told = Told(office)
        told.step("the caller arrives", lambda: caller.dials(MAIN))
        told.step("a key into the queue: an offer", lambda: caller.presses("1"))
        offer = anna.rings()
        leg = getattr(offer.state, "leg", "")
        told.step("the agent accepts", lambda: anna.accepts_leg(offer.id, leg), "console")
        told.step("the headset calls in; both are let into the room", anna.connects)
        caller.talks_to(anna)
        told.step("they talk for a minute", lambda: office.passes(60))
        told.step("the caller hangs up", caller.hangs_up)
        told.step("wrap-up, the recording, timers", lambda: office.passes(REST_SECONDS))
        anna.is_in(Ready)
    return tuple(told.steps)


CALLS = {
    "Four webhooks: arrives, chooses a queue, waits, hangs up": four_webhooks,
    "An answered call, recorded": answered,
}


def by_process(steps: tuple[Step, ...]) -> dict[Process, int]:
    """How many requests each process makes."""
    counted = Counter(request.process for step in steps for request in step.requests)
    return {process: counted[process] for process in PROCESSES}


def table(steps: tuple[Step, ...]) -> list[str]:
    """As lines of a page: a row for each step, a column for each process, and the sum."""
    head = ["| step |", *(f" {process} |" for process in PROCESSES)]
    lines = ["".join(head), "|-|" + "-|" * len(PROCESSES)]
    for step in steps:
        cells = (
            ", ".join(r.sign for r in step.requests if r.process == process)
            for process in PROCESSES
        )
        lines.append(f"| {step.name} |" + "".join(f" {cell or '–'} |" for cell in cells))
    sums = by_process(steps)
    row = "".join(f" {sums[process]} |" for process in PROCESSES)
    return [*lines, f"| **{sum(sums.values())} requests** |{row}"]
