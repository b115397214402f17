"""The services of one company, wired on any ports.

In the simulation every port is instrumented: a point before and a point after each of its effects.
"""

from dataclasses import dataclass, fields

from app import ports as p
from app.adapters.numbers import MetadataNumbers
from app.config import Config
from app.service.desk import Desk
from app.service.distributor import Distributor
from app.service.followups import Followups
from app.service.instrumentation import Instrumentation, instrument
from app.service.jobs import JobRunner
from app.service.outgoing import Outgoing
from app.service.overviews import OverviewMaker
from app.service.pickup import Pickup
from app.service.recording_reconciliation import RecordingReconciliation
from app.service.recordings import RecordingArchiver
from app.service.register import RegisterWriter
from app.service.save_steps import SaveSteps
from app.service.sharing import Sharing
from app.service.staff import Staff
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
    staff: Staff
    outgoing: Outgoing
    pickup: Pickup
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
            calls=o.calls,
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
        staff=Staff(desk=desk, agents=o.agents, directory=o.directory, notices=o.notices),
        outgoing=Outgoing(
            switchboard=switchboard,
            desk=desk,
            agents=o.agents,
            directory=o.directory,
            numbers=MetadataNumbers(),
            clock=o.clock,
            ids=o.ids,
        ),
        pickup=Pickup(
            switchboard=switchboard,
            desk=desk,
            agents=o.agents,
            directory=o.directory,
            overviews=o.overviews,
            clock=o.clock,
            ids=o.ids,
        ),
        archiver=archiver,
        job_runner=JobRunner(
            switchboard=switchboard,
            desk=desk,
            distributor=distributor,
            archiver=archiver,
            sweep=sweep,
            sharing=sharing,
            reconciliation=reconciliation,
            leases=o.leases,
            timers=o.timers,
            clock=o.clock,
            ids=o.ids,
        ),
        save_steps=SaveSteps(
            {
                "second performer": Followups(o.timers, o.board).schedule,
                "register": RegisterWriter(o.register, o.directory).write,
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
