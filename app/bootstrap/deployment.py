"""The services on AWS and at the carrier: the only place that picks adapters."""

from dataclasses import dataclass

from app import ports as p
from app.adapters import aws
from app.adapters.apigateway import ApiGatewaySockets
from app.adapters.dynamodb import (
    DynamoAgents,
    DynamoBoard,
    DynamoCalls,
    DynamoDirectory,
    DynamoLeases,
    DynamoOverviews,
    DynamoRegister,
    DynamoSharedTopics,
    DynamoUnreadableItems,
)
from app.adapters.dynamodb.connections import DynamoTagged
from app.adapters.dynamodb.expiring import DynamoExpiring
from app.adapters.s3 import S3Recordings, S3Sounds
from app.adapters.sqs import SqsTimers
from app.adapters.sqs.failed_records import SqsFailedRecords
from app.adapters.system import RandomIds, SystemClock
from app.adapters.twilio.account import Account
from app.adapters.twilio.carrier import TwilioCarrier
from app.adapters.twilio.recorder import TwilioRecorder
from app.adapters.twilio.tokens import TwilioTokens
from app.adapters.twilio.urls import Urls
from app.bootstrap.services import Ports, Services, build
from app.config import Config, ReadParameter
from app.console.presenters.accounts import PlanAccounts
from app.console.push import Push, Sockets
from app.console.pushing import (
    GatewaySockets,
    NoSockets,
    PushNotices,
    StoredConnections,
    lazy_fields,
)
from app.domain.topics import BOARD
from app.service.sharing import ChangePlanner, RememberedTopics
from app.service.unreadable import UnreadableReport
from app.web import Count, uncounted


@dataclass(frozen=True, slots=True)
class Deployment:
    """The services on real adapters, and what the pages need beside them."""

    services: Services
    expiring: DynamoExpiring
    push: Push

    def end_sessions(self, account_id: str) -> None:
        """Of a person who left, or has another password."""
        from app.console.sessions import end_sessions

        end_sessions(self.expiring, self.push, account_id)


def parameter_store(region: str | None) -> ReadParameter:
    """Reads secrets from SSM when the configuration names one."""

    def read(name: str) -> str:
        ssm = aws.client("ssm", aws.AwsEndpoint(region or ""))
        found = ssm.get_parameter(Name=name, WithDecryption=True)
        return str(found["Parameter"]["Value"])

    return read


def build_deployment(
    config: Config, sockets: Sockets | None = None, count: Count = uncounted
) -> Deployment:
    """On AWS and the carrier; `sockets` are this process's own, where there is no gateway."""
    store, clock, ids = config.store, SystemClock(), RandomIds()
    endpoint = aws.AwsEndpoint(store.region, store.endpoint_url)
    dynamodb, sqs = aws.client("dynamodb", endpoint), aws.client("sqs", endpoint)
    s3 = aws.client("s3", endpoint, read_seconds=aws.BULK_READ_SECONDS)
    expiring = DynamoExpiring(dynamodb, store.switch_table, clock)
    unreadable = DynamoUnreadableItems(dynamodb, store.switch_table)
    report = UnreadableReport(unreadable, clock, count).report
    directory = DynamoDirectory(store.directory_table, endpoint, clock, report)
    shared_topics = RememberedTopics(DynamoSharedTopics(dynamodb, store.switch_table))
    timers = SqsTimers(sqs, store.queue_urls, clock)
    push = Push(
        expiring,
        StoredConnections(DynamoTagged(dynamodb, store.switch_table, clock), clock.now, count),
        sockets or _gateway(config),
        clock.now,
        ids.new,
        allowed_origins=(config.public_url,),
        may_hear=PlanAccounts(directory).may_hear,
        wanted=shared_topics,
        count=count,
    )
    ports = Ports(
        calls=DynamoCalls(dynamodb, store.switch_table, clock, report),
        agents=DynamoAgents(dynamodb, store.switch_table, report),
        board=DynamoBoard(dynamodb, store.switch_table, report),
        carrier=TwilioCarrier(
            account=account(config), urls=urls(config), directory=directory, clock=clock
        ),
        recorder=TwilioRecorder(account=account(config), clock=clock),
        leases=DynamoLeases(dynamodb, store.switch_table, clock, report),
        timers=timers,
        notices=PushNotices(
            push,
            clock.now,
            plan=ChangePlanner(shared_topics, timers, clock).plan,
            fields_of=lazy_fields(directory, clock.now),
        ),
        shared_topics=shared_topics,
        overviews=DynamoOverviews(dynamodb, store.switch_table, report),
        register=DynamoRegister(store.register_table, endpoint, report),
        recordings=S3Recordings(s3, store.recordings_bucket),
        sounds=S3Sounds(s3, store.recordings_bucket),
        directory=directory,
        tokens=TwilioTokens(
            account_sid=config.carrier.account_sid,
            key_sid=config.carrier.key_sid,
            key_secret=config.carrier.key_secret,
            application_sid=config.carrier.application_sid,
        ),
        unreadable=unreadable,
        clock=clock,
        ids=ids,
    )
    return Deployment(build(config, ports, count=count), expiring, push)


def account(config: Config) -> Account:
    """Commands sign in with the API key; the account's own token only checks signatures."""
    c = config.carrier
    return Account(c.account_sid, c.key_sid, c.key_secret, c.api_url)


def urls(config: Config) -> Urls:
    return Urls(config.public_url, config.stage, config.fallback_url or "")


def _gateway(config: Config) -> Sockets:
    url = config.push_endpoint_url
    if url is None:
        return NoSockets()
    endpoint = aws.AwsEndpoint(config.store.region, url)
    return GatewaySockets(ApiGatewaySockets(aws.client("apigatewaymanagementapi", endpoint)))


@dataclass(frozen=True, slots=True)
class Worker:
    """Processes jobs, and what is saved (the services' `save_steps`); each may come twice."""

    services: Services
    timers: SqsTimers
    failed_records: SqsFailedRecords

    def run_job(self, body: str) -> None:
        """A message of one of the queues."""
        try:
            job = self.timers.due(body)
        except p.Unreadable as error:
            self.services.unreadable.report(error)
            raise  # it comes again: perhaps to a newer version
        if job is not None:
            self.services.job_runner.run(job)

    def sweep(self) -> None:
        """On the schedule. What pages share is looked at, too: a crash may have lost a change."""
        self.services.sweep.run_scheduled()
        self.services.sharing.tell(BOARD)


def read_stores(config: Config) -> tuple[p.Register, p.Directory]:
    """The register and the directory, for commands that only read."""
    store = config.store
    endpoint = aws.AwsEndpoint(store.region, store.endpoint_url)
    directory = DynamoDirectory(store.directory_table, endpoint, SystemClock())
    return DynamoRegister(store.register_table, endpoint), directory


def read_unreadable(config: Config) -> p.UnreadableItems:
    """For the command that lists them."""
    store = config.store
    endpoint = aws.AwsEndpoint(store.region, store.endpoint_url)
    return DynamoUnreadableItems(aws.client("dynamodb", endpoint), store.switch_table)


def build_worker(services: Services) -> Worker:
    store = services.config.store
    sqs = aws.client("sqs", aws.AwsEndpoint(store.region, store.endpoint_url))
    timers = SqsTimers(sqs, store.queue_urls, services.ports.clock)
    return Worker(services, timers, SqsFailedRecords(sqs, store.failed_saves_queue_url))
