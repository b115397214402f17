"""The console on services that a story drives: real presenters, the story's time."""

from zoneinfo import ZoneInfo

from flask import Flask

from app.adapters.memory import MemoryExpiring, MemoryTagged
from app.console.blueprint import create_console
from app.console.interfaces import Dependencies, Settings
from app.console.push import Push
from app.console.pushing import StoredConnections
from tests.console.fakes import Accounts, FakeSockets, secrets
from tests.console.viewers import desk_of, messages_of, register_of
from tests.stories.office import Office


def console_of(office: Office, accounts: Accounts) -> Flask:
    """These people can sign in. Nothing is pushed: there is no socket."""
    ports, words = office.services.ports, secrets()
    now = ports.clock.now
    expiring = MemoryExpiring(ports.clock.now)
    push = Push(
        expiring, StoredConnections(MemoryTagged(), now), FakeSockets(), now,
        lambda: next(words), (), accounts.may_hear, ports.shared_topics, lambda metric: None,
    )  # fmt: skip
    dependencies = Dependencies(
        settings=Settings("Kestrel", "secret", ZoneInfo("UTC"), secure_cookies=False),
        accounts=accounts,
        desk=desk_of(office),
        register=register_of(office),
        messages=messages_of(office),
        expiring=expiring,
        push=push,
        now=ports.clock.now,
        new_secret=lambda: next(words),
    )
    app = Flask("app.console", static_folder=None)
    app.register_blueprint(create_console(dependencies))
    return app
