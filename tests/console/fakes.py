"""A pretended company for the console's tests: people of the mockups, a clock, sockets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from flask import Flask

from app.adapters.memory import (
    MemoryExpiring,
    MemorySharedTopics,
    MemoryTagged,
)
from app.console.blueprint import create_console
from app.console.interfaces import Account, Dependencies, Settings
from app.console.push import Push
from app.console.pushing import StoredConnections
from app.domain.access import Person, may_hear
from tests.console.compiled_templates import share_compiled_templates
from tests.console.fake_calls import NOW, FakeMessages, FakeRegister
from tests.console.fake_desk import FakeDesk

PASSWORD = "a long enough password"


@cache
def _hash() -> str:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)  # quick


def person(member: str, name: str, role: str) -> Account:
    return Account(Person(member, name, role), f"{member}@kestrel.example", _hash())


class Clock:
    """Time that stands until it is moved, or runs when a browser looks at it."""

    def __init__(self, now: datetime = NOW, *, runs: bool = False) -> None:
        self._start = now
        self._began = datetime.now(UTC) if runs else None

    def now(self) -> datetime:
        if self._began is None:
            return self._start
        return self._start + (datetime.now(UTC) - self._began)

    def move(self, delta: timedelta) -> None:
        self._start += delta


class Accounts:
    def __init__(self) -> None:
        known = (
            person("agnieszka", "Agnieszka Nowak", "agent"),
            person("hannah", "Hannah Becker", "supervisor"),
            person("guest", "Guest", "nobody"),
        )
        self.known = {account.person.id: account for account in known}

    def by_email(self, email: str) -> Account | None:
        return next((a for a in self.known.values() if a.email == email), None)

    def get(self, account_id: str, *, fresh: bool = False) -> Account | None:
        return self.known.get(account_id)

    def decoy(self, email: str) -> str | None:
        return _hash()

    def may_hear(self, account_id: str, topic: str) -> bool:
        account = self.get(account_id)
        return account is not None and may_hear(account.person, topic)


class FakeSockets:
    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.closed: list[str] = []

    def post(self, connection_id: str, text: str) -> None:
        self.sent.append((connection_id, text))

    def close(self, connection_id: str) -> None:
        self.closed.append(connection_id)


@dataclass
class Company:
    """One console with everything behind it pretended."""

    clock: Clock
    accounts: Accounts
    desk: FakeDesk
    register: FakeRegister
    messages: "FakeMessages"
    expiring: MemoryExpiring
    push: Push
    app: Flask
    counted: list[str]


def secrets() -> Iterator[str]:
    return (f"secret{number}" for number in count(1))


def company(clock: Clock | None = None, **settings: object) -> Company:
    clock = clock or Clock()
    words = secrets()
    expiring = MemoryExpiring(clock.now)
    accounts = Accounts()
    sockets = settings.pop("sockets", None) or FakeSockets()
    origins = settings.pop("origins", ("http://localhost",))
    connections = StoredConnections(MemoryTagged(), clock.now)
    push = Push(
        expiring, connections, sockets, clock.now, lambda: next(words), origins,  # type: ignore[arg-type]
        accounts.may_hear, MemorySharedTopics(), lambda metric: None,
    )  # fmt: skip
    desk, register, messages = FakeDesk(clock.now), FakeRegister(clock.now), FakeMessages()
    chosen = Settings(
        company="Kestrel Parcels",
        secret_key="of the tests",
        time_zone=ZoneInfo("Europe/London"),
        **{"secure_cookies": False, **settings},  # type: ignore[arg-type]
    )
    dependencies = Dependencies(
        settings=chosen, accounts=accounts, desk=desk, register=register, messages=messages,
        expiring=expiring, push=push, now=clock.now, new_secret=lambda: next(words),
    )  # fmt: skip
    app = Flask("app.console", static_folder=None)
    counted: list[str] = []
    app.register_blueprint(create_console(dependencies, counted.append))
    share_compiled_templates(app)
    return Company(clock, accounts, desk, register, messages, expiring, push, app, counted)
