"""The composition root: services wired on ports, and the only place that picks adapters.

Every port is instrumented: a point before and a point after each of its effects.
"""

from dataclasses import dataclass, fields
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask

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
from app.adapters.twilio.voice import create_voice
from app.config import Config, Misconfigured, ReadParameter
from app.console.presenters.accounts import PlanAccounts
from app.console.push import Push, Sockets
from app.console.pushing import (
    GatewaySockets,
    NoSockets,
    PushNotices,
    StoredConnections,
    lazy_fields,
)
from app.domain.demo import is_of_the_demo
from app.domain.dialplan import Plan
from app.domain.topics import BOARD
from app.service.desk import Desk
from app.service.distributor import Distributor
from app.service.followups import Followups
from app.service.instrumentation import Instrumentation, instrument
from app.service.jobs import JobRunner
from app.service.overviews import OverviewMaker, OverviewReader
from app.service.recording_reconciliation import RecordingReconciliation
from app.service.recordings import RecordingArchiver
from app.service.register import RegisterWriter
from app.service.save_steps import SaveSteps
from app.service.sharing import ChangePlanner, Sharing
from app.service.sweep import Sweep
from app.service.switchboard import Switchboard
from app.service.unreadable import Restoration, UnreadableReport
from app.web import Count, uncounted


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of one company; each adapter family fills all of them."""

    calls: p.Calls
    agents: p.Agents
    board: p.Board
    carrier: p.Carrier
    recorder: p.Recorder
    leases: p.Leases
    timers: p.Timers
    notices: p.Notices
    shared_topics: p.SharedTopics
    overviews: p.Overviews
    register: p.Register
    recordings: p.Recordings
    sounds: p.Sounds
    directory: p.Directory
    tokens: p.Tokens
    unreadable: p.UnreadableItems
    clock: p.Clock
    ids: p.Ids


@dataclass(frozen=True, slots=True)
class Services:
    """The services of one company, and the ports that pages read directly."""

    config: Config
    ports: Ports
    switchboard: Switchboard
    distributor: Distributor
    desk: Desk
    archiver: RecordingArchiver
    job_runner: JobRunner
    save_steps: SaveSteps
    sharing: Sharing
    sweep: Sweep
    unreadable: UnreadableReport


def build(
    config: Config,
    ports: Ports,
    points: Instrumentation | None = None,
    count: Count = uncounted,
) -> Services:
    """Wire the services on any ports."""
    o = instrument_ports(ports, points) if points else ports
    unreadable = UnreadableReport(o.unreadable, o.clock, count)
    distributor = Distributor(
        board=o.board,
        calls=o.calls,
        agents=o.agents,
        directory=o.directory,
        timers=o.timers,
        notices=o.notices,
        clock=o.clock,
        ids=o.ids,
        report=unreadable.report,
    )
    switchboard = Switchboard(
        calls=o.calls,
        agents=o.agents,
        carrier=o.carrier,
        timers=o.timers,
        notices=o.notices,
        directory=o.directory,
        clock=o.clock,
        ids=o.ids,
        distributor=distributor,
    )
    desk = Desk(
        switchboard=switchboard,
        distributor=distributor,
        calls=o.calls,
        agents=o.agents,
        board=o.board,
        directory=o.directory,
        timers=o.timers,
        notices=o.notices,
        clock=o.clock,
        ids=o.ids,
    )
    archiver = RecordingArchiver(
        recorder=o.recorder,
        recordings=o.recordings,
        register=o.register,
        timers=o.timers,
        notices=o.notices,
        clock=o.clock,
        forget=config.forget_recordings,
        count=count,
    )
    reconciliation = RecordingReconciliation(
        timers=o.timers,
        calls=o.calls,
        recorder=o.recorder,
        archiver=archiver,
        register=o.register,
        directory=o.directory,
        clock=o.clock,
    )
    sweep = Sweep(
        calls=o.calls,
        carrier=o.carrier,
        switchboard=switchboard,
        distributor=distributor,
        restoration=Restoration(
            kept=o.unreadable,
            calls=o.calls,
            agents=o.agents,
            board=o.board,
            directory=o.directory,
            clock=o.clock,
        ),
        report=unreadable.report,
        directory=o.directory,
        leases=o.leases,
        timers=o.timers,
        clock=o.clock,
        ids=o.ids,
    )
    sharing = Sharing(
        topics=o.shared_topics,
        maker=OverviewMaker(
            agents=o.agents,
            board=o.board,
            register=o.register,
            directory=o.directory,
            overviews=o.overviews,
            clock=o.clock,
        ),
        timers=o.timers,
        notices=o.notices,
        clock=o.clock,
    )
    return Services(
        config=config,
        ports=o,
        switchboard=switchboard,
        distributor=distributor,
        desk=desk,
        archiver=archiver,
        job_runner=JobRunner(
            switchboard=switchboard,
            desk=desk,
            distributor=distributor,
            archiver=archiver,
            sweep=sweep,
            sharing=sharing,
            reconciliation=reconciliation,
            timers=o.timers,
            clock=o.clock,
        ),
        save_steps=SaveSteps(
            {
                "second performer": Followups(o.timers, o.board).schedule,
                "register": RegisterWriter(o.register).write,
                "shared pages": sharing.follow,
            }
        ),
        sharing=sharing,
        sweep=sweep,
        unreadable=unreadable,
    )


def instrument_ports(ports: Ports, points: Instrumentation) -> Ports:
    return Ports(
        **{f.name: instrument(getattr(ports, f.name), f.name, points) for f in fields(ports)}
    )


# --- Real adapters -------------------------------------------------------------------------------


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


def deployment(
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
    shared_topics = DynamoSharedTopics(dynamodb, store.switch_table)
    timers = SqsTimers(sqs, store.queue_urls, clock)
    push = Push(
        expiring,
        StoredConnections(DynamoTagged(dynamodb, store.switch_table, clock), count),
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
        leases=DynamoLeases(dynamodb, store.switch_table, clock),
        timers=timers,
        notices=PushNotices(
            push,
            clock.now,
            plan=ChangePlanner(shared_topics, timers, clock).plan,
            fields_of=lazy_fields(directory, clock.now),
        ),
        shared_topics=shared_topics,
        overviews=DynamoOverviews(dynamodb, store.switch_table),
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


# --- Applications --------------------------------------------------------------------------------


def voice_application(services: Services, count: Count = uncounted) -> Flask:
    """The carrier's webhooks alone."""
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(_voice(services, count))
    return app


def console_application(deployment: Deployment, count: Count = uncounted) -> Flask:
    """The pages for people alone."""
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(_console(deployment, count))
    return app


def combined_application(deployment: Deployment, count: Count = uncounted) -> Flask:
    """Both in one process: the local box, the trial deployment."""
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(_voice(deployment.services, count))
    app.register_blueprint(_console(deployment, count))
    return app


def _voice(services: Services, count: Count) -> Blueprint:
    config, ports = services.config, services.ports
    return create_voice(
        switchboard=services.switchboard,
        directory=ports.directory,
        timers=ports.timers,
        sounds=ports.sounds,
        clock=ports.clock,
        public_url=config.public_url,
        auth_token=config.carrier.auth_token,
        env=config.stage,
        static_host=config.fallback_url or "",
        recordings_url=account(config).media_url,
        count=count,
    )


def _console(deployment: Deployment, count: Count) -> Blueprint:
    # Here, not above: the voice function serves no pages.
    from app.console.blueprint import create_console
    from app.console.interfaces import Dependencies, Settings
    from app.console.presenters.desk import DeskPresenter
    from app.console.presenters.messages import MessagesPresenter
    from app.console.presenters.register import RegisterPresenter

    services, ports, config = (
        deployment.services,
        deployment.services.ports,
        deployment.services.config,
    )
    plan = ports.directory.head()
    _refuse_demo(config, plan)
    browser = config.browser
    settings = Settings(
        company=plan.company,
        secret_key=config.session_secret,
        time_zone=ZoneInfo(plan.zone),
        secure_cookies=config.secure,
        script_urls=browser.script_urls,
        connect_origins=(*browser.connect_origins, *_origins(browser.push_url)),
        media_origins=_origins(ports.recordings.link("none", 1)),
        device_options=browser.sdk_options,
        audio_constraints=browser.audio_constraints,
        push_url=browser.push_url,
    )
    desk = DeskPresenter(
        desk_service=services.desk,
        agents=ports.agents,
        overviews=OverviewReader(ports.overviews, ports.shared_topics, ports.notices, ports.clock),
        directory=ports.directory,
        register=ports.register,
        tokens=ports.tokens,
        clock=ports.clock,
    )
    register = RegisterPresenter(ports.register, ports.recordings, ports.directory, ports.clock)
    return create_console(
        Dependencies(
            settings=settings,
            accounts=PlanAccounts(ports.directory),
            desk=desk,
            register=register,
            messages=MessagesPresenter(ports.register, ports.directory, ports.notices, ports.clock),
            expiring=deployment.expiring,
            push=deployment.push,
            now=ports.clock.now,
            new_secret=ports.ids.new,
        ),
        count,
    )


def _refuse_demo(config: Config, plan: Plan) -> None:
    """Before anybody can sign in. Raises Misconfigured: the plan came here some other way."""
    known = [member.id for member in plan.members if is_of_the_demo(member.password_hash)]
    if known and not config.is_local:
        raise Misconfigured(
            f"Everybody knows the passwords of {', '.join(known)}: they are the demo's. "
            "Publish a plan in which each person has a password_hash of their own."
        )


def _origins(url: str | None) -> tuple[str, ...]:
    if url is None:
        return ()
    parts = urlsplit(url)
    return (f"{parts.scheme}://{parts.netloc}",)


# --- Jobs ----------------------------------------------------------------------------------------


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
