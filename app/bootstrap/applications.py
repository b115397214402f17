"""The web applications of a deployment: voice, console, and both in one."""

from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask

from app.adapters.twilio.voice import create_voice
from app.bootstrap.deployment import Deployment, account
from app.bootstrap.services import Services
from app.config import Config, Misconfigured
from app.console.presenters.accounts import PlanAccounts
from app.domain.demo import is_of_the_demo
from app.domain.dialplan import Plan
from app.service.live import Conversations
from app.service.overviews import OverviewReader
from app.web import Count, uncounted


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
        outgoing=services.outgoing,
        pickup=services.pickup,
        conversations=Conversations(ports.calls),
        desk_service=services.desk,
        staff=services.staff,
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
