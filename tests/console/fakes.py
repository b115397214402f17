"""A pretended company for the console's tests: people of the mockups, four moments of a desk."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from flask import Flask

from app.adapters.memory import (
    MemoryExpiring,
    MemoryRegister,
    MemorySharedTopics,
    MemoryTagged,
)
from app.console import views as v
from app.console.blueprint import create_console
from app.console.interfaces import Account, Dependencies, Settings, VoiceToken
from app.console.presenters.parts import button, write_note
from app.console.push import Push
from app.console.pushing import StoredConnections
from app.domain import verbs
from app.domain.access import Person, Refused, may_hear
from app.domain.agent import DeviceKind
from app.domain.note import Draft
from app.domain.verbs import Verb
from app.ports import Note
from app.service.desk import Grant

PASSWORD = "a long enough password"
NOW = datetime(2026, 11, 20, 14, 36, 44, tzinfo=UTC)
ELEANOR = v.Party("+442079460142", "Eleanor Whitcombe", "Whitcombe Ceramics")


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


def buttons(*names: str) -> tuple[v.Button, ...]:
    return tuple(button(verbs.TABLE[name]) for name in names)


def path() -> tuple[v.Step, ...]:
    return (
        v.Step("dialled", "+442079460800", "UK main line"),
        v.Step("choice", "Change a delivery"),
        v.Step("queue", "Deliveries EN"),
    )


def timeline(at: datetime) -> tuple[v.Happening, ...]:
    def earlier(seconds: int, what: str, **facts: str) -> v.Happening:
        return v.Happening(at - timedelta(seconds=seconds), what, facts)

    return (
        earlier(138, "arrived", number="+44 20 7946 0800", detail="UK main line"),
        earlier(125, "pressed", digits="2", choice="Change a delivery"),
        earlier(110, "joined queue", queue="Deliveries EN"),
        earlier(26, "offered", agent="Agnieszka Nowak"),
        earlier(17, "answered", agent="Agnieszka Nowak"),
        earlier(16, "recording started"),
    )


@dataclass
class FakeDesk:
    """Keeps one desk; what was asked stands in `asked`. A test puts the moment it is about."""

    now: Callable[[], datetime]
    status: v.Status = field(default_factory=lambda: v.Status("offline"))
    moment: v.Moment = field(default_factory=v.Idle)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    held_back: tuple[v.HeldBack, ...] = ()
    open_messages: int = 0
    refuses: str = ""
    changed: Callable[[], None] = lambda: None
    generation: int = 0
    notes: MemoryRegister = field(default_factory=MemoryRegister)
    noted: Event = field(default_factory=Event)

    def desk(self, viewer: Account, regions: Container[str]) -> v.Desk:
        now = self.now()
        return v.Desk(
            status=self.status,
            moment=self.moment,
            away_reasons=("lunch", "break", "training", "meeting"),
            queues=(
                v.QueueRow("Deliveries EN", 4, NOW - timedelta(seconds=168), late=True, agents=5),
                v.QueueRow("Przesyłki PL", 1, NOW - timedelta(seconds=9), agents=4),
                v.QueueRow("Business accounts", 0, None, agents=3),
            ),
            held_back=self.held_back,
            colleagues=(
                v.Colleague("Hannah Becker", "reserved", now),
                v.Colleague("Tomasz Zieliński", "ready", NOW - timedelta(seconds=6)),
                v.Colleague("Oliver Marsh", "ready", NOW - timedelta(seconds=211)),
                v.Colleague("Priya Shah", "on-call", NOW - timedelta(seconds=770)),
                v.Colleague("Jonas Weber", "wrap-up", NOW - timedelta(seconds=22)),
                v.Colleague("Katarzyna Wójcik", "away", NOW - timedelta(minutes=18), "lunch"),
                v.Colleague("Daniel Okafor", "offline"),
            ),
            open_messages=self.open_messages,
        )

    # --- moments ------------------------------------------------------------------------------

    def is_ready(self) -> None:
        self.status = v.Status("ready", self.now() - timedelta(seconds=761))
        self.moment = v.Idle(23, 5796, 252, rows(NOW)[:5])
        self.changed()

    def rings(
        self,
        party: v.Party = ELEANOR,
        device: DeviceKind = "desk",
        call: str = "call1",
        more: tuple[str, ...] = (),
    ) -> None:
        """`more`: verbs beside the two that every offer has."""
        now = self.now()
        self.status = v.Status("reserved", now, next="lunch")
        self.moment = v.Offer(
            call, "2", party, "Deliveries EN", now - timedelta(seconds=84), now,
            now + timedelta(seconds=20), path(), device, buttons("decline", "accept", *more),
            if_nothing=v.IfNothing(
                "waits", "Deliveries EN", v.Status("away", now, "missed a call", automatic=True)
            ),
        )  # fmt: skip
        self.changed()

    def misses(self, reason: str, became: str = "abandoned", agent: str = "") -> None:
        """The offer is over, and I did not end it."""
        assert isinstance(self.moment, v.Offer)
        offer, now = self.moment, self.now()
        missed = v.Missed(offer.call, now, offer.party, offer.queue, reason, became, agent)
        self.status = v.Status("away", now, "missed a call", automatic=True)
        if reason == "caller gave up":
            self.status = v.Status("ready", now)
        self.moment = v.Idle(23, 5796, 252, rows(NOW)[:5], (missed,), missed)
        self.changed()

    def talks(
        self, tab: str = "", party: v.Party = ELEANOR, device: DeviceKind = "desk",
        call: str = "call1",
    ) -> None:  # fmt: skip
        now = self.now()
        self.status = v.Status("on-call", now - timedelta(seconds=17), next="lunch")
        self.moment = v.Line(
            call, "agnieszka.1", tab, party, "Deliveries EN", now - timedelta(seconds=17),
            recording_since=now - timedelta(seconds=16), path=path(), timeline=timeline(now),
            device=device, buttons=buttons("mute", "hold", "keypad", "rejoin", "end"),
        )  # fmt: skip
        self.changed()

    def holds(self, hold: v.HoldKind) -> None:
        """The caller is on hold, or on the way there or back."""
        assert isinstance(self.moment, v.Line)
        since = self.now() - timedelta(seconds=12) if hold == "held" else None
        asked = "hold" if hold == "retrieving" else "retrieve"
        self.moment = replace(
            self.moment, hold=hold, held_since=since,
            buttons=buttons("mute", asked, "keypad", "rejoin", "end"),
        )  # fmt: skip
        self.changed()

    def changes(self, **fields: Any) -> None:
        """The moment, with other values in those fields."""
        self.moment = replace(self.moment, **fields)
        self.changed()

    def is_interrupted(self) -> None:
        assert isinstance(self.moment, v.Line)
        self.changes(interrupted_until=self.now() + timedelta(seconds=20), hears_music=True)

    def wraps_up(self, party: v.Party = ELEANOR) -> None:
        now = self.now()
        self.status = v.Status("wrap-up", now, next="lunch")
        self.moment = v.WrapUp(
            "call1", party, "Deliveries EN", now, now + timedelta(seconds=30), 84, 372,
            timeline=(*timeline(now), v.Happening(now, "caller hung up")),
        )  # fmt: skip
        self.changed()

    # --- requests -----------------------------------------------------------------------------

    def _ask(self, *what: str) -> None:
        if self.refuses:
            raise Refused(self.refuses)
        self.asked.append(what)

    def do(self, viewer: Account, call: str, verb: Verb, leg: str, tab: str) -> Grant | None:
        agent = viewer.person.id
        self._ask(verb.name, agent, call, leg)
        match verb.name:
            case "accept" | "rejoin":
                self.generation += 1
                self.talks(tab, call=call)
                return Grant(call, f"{agent}.{self.generation}", f"n{self.generation}")
            case "decline":
                self.is_ready()
            case "end":
                self.wraps_up()
            case "hold":
                self.holds("held")
            case "retrieve":
                self.talks(tab)
            case _:
                pass
        return None

    def shows(self, agent: str, call: str, leg: str) -> None:
        self._ask("shows", agent, call, leg)

    def headset_lost(self, agent: str, call: str, leg: str, reason: str) -> None:
        self._ask("headset lost", agent, call, leg, reason)
        if isinstance(self.moment, v.Line):
            self.is_interrupted()

    def set_presence(self, agent: str, wish: str) -> None:
        self._ask("presence", agent, wish)
        match wish:
            case "ready":
                self.is_ready()
            case "offline":
                self.status, self.moment = v.Status("offline"), v.Idle()
            case reason:
                self.status = v.Status("away", self.now(), reason)
                self.moment = v.Idle()

    def save_note(self, viewer: Account, call: str, draft: Draft) -> Note:
        self._ask("note", viewer.person.id, call, draft.text)
        note = write_note(self.notes, viewer.person.id, call, draft, self.now())
        self.noted.set()
        if isinstance(self.moment, v.Line | v.WrapUp) and self.moment.call == call:
            self.moment = replace(
                self.moment, note=note.text, note_version=note.version, note_saved=note.at
            )
        return note

    def voice_token(self, agent: str, tab: str) -> VoiceToken:
        return VoiceToken(f"token of {agent}_{tab}", 21600)

    def is_in_call(self, agent: str) -> bool:
        return not isinstance(self.moment, v.Idle)

    def beat(self, agent: str) -> None:
        self._ask("beat", agent)


def rows(now: datetime) -> tuple[v.CallRow, ...]:
    def row(
        number: int, minutes: int, party: v.Party, queue: str, agent: str, waited: int | None,
        talked: int | None, outcome: str,
    ) -> v.CallRow:  # fmt: skip
        started = now - timedelta(minutes=minutes)
        return v.CallRow(
            f"call{number}", started, "incoming", party, queue, agent, waited, talked, outcome
        )

    me = "Agnieszka Nowak"
    return (
        row(1, 4, ELEANOR, "Deliveries EN", me, 84, None, "in progress"),
        row(2, 5, v.Party("+12025550147", "Marcus Reed"), "Business", "Priya Shah", 11, 242,
            "answered"),
        row(3, 16, v.Party("+447700900361"), "Deliveries EN", "", 200, None, "abandoned"),
        row(4, 18, v.Party("+48600000131", "Zofia Grabowska"), "Przesyłki PL", me, 8, 591,
            "answered"),
        row(5, 38, v.Party("+493023125047", "Dieter Krause"), "", "", None, None, "message left"),
        row(6, 52, v.Party(None), "Claims", "Tomasz Zieliński", 31, 727, "answered"),
        row(7, 60 * 26, v.Party("+48600000118", "Bartosz Wilk"), "Przesyłki PL", "", 52, None,
            "abandoned"),
    )  # fmt: skip


@dataclass
class FakeRegister:
    now: Callable[[], datetime]
    recording_url: str = "/static/sounds/silence.wav"
    empty: bool = False
    heard: list[tuple[str, str]] = field(default_factory=list)
    rows: list[v.CallRow] = field(default_factory=lambda: [*rows(NOW)])
    happenings: tuple[v.Happening, ...] = field(default_factory=lambda: timeline(NOW))
    recordings: tuple[v.Recording, ...] = (v.Recording("RE1", 366),)

    def comes_in(self, party: v.Party = ELEANOR) -> None:
        """A call waits, the newest of all."""
        now = self.now()
        self.empty = False
        self.rows.insert(0, v.CallRow(
            f"new{len(self.rows)}", now, "incoming", party, "Deliveries EN", "", 42, None,
            "in progress", ticks="waited", ticks_since=now - timedelta(seconds=42),
            counts_as="waited",
        ))  # fmt: skip

    def changes(self, call: str, **fields: Any) -> None:
        """The row of that call, with other values in those fields."""
        self.rows = [replace(row, **fields) if row.id == call else row for row in self.rows]

    def calls(self, viewer: Account, cursor: str | None, limit: int) -> v.CallPage:
        if self.empty:
            return v.CallPage(())
        found = tuple(self.rows)
        if cursor:
            return v.CallPage(found[5:], newer="")
        return v.CallPage(found[:5] if limit < 5 else found, older="next")

    def call(self, viewer: Account, call: str) -> v.CallDetail | None:
        row = next((row for row in self.rows if row.id == call), None)
        if row is None or (viewer.person.role == "agent" and viewer.person.name != row.agent):
            return None
        legs = (
            v.Leg("caller", "phone", row.started, 509),
            v.Leg("Agnieszka Nowak", "desk", row.started + timedelta(seconds=100), 381),
        )
        notes = (v.Note("Hannah Becker", NOW, "Fragile goods. Never leave with a neighbour."),)
        return v.CallDetail(
            row, "+442079460800", row.agent, legs, self.happenings, self.recordings, notes
        )

    def listen(
        self, viewer: Account, call: str, recording: str, since: datetime | None = None
    ) -> v.Link:
        self.heard.append((viewer.person.id, recording))
        return v.Link(self.recording_url, since or NOW)


@dataclass
class FakeMessages:
    """Two mailboxes: one of the agent's, one of nobody else's than the supervisor's."""

    done: list[str] = field(default_factory=list)

    def messages(
        self, viewer: Account, mailbox: str | None, cursor: str | None, limit: int, *, done: bool
    ) -> v.MessagePage | None:
        mine = [m for m in ("call5", "call6") if (m in self.done) == done]
        boxes: tuple[v.Mailbox, ...] = (v.Mailbox("reception", "Reception UK", 2 - len(self.done)),)
        if viewer.person.role == "supervisor":
            boxes += (v.Mailbox("poczta", "Poczta głosowa", 0),)
        chosen = next((box for box in boxes if mailbox in (None, box.name)), None)
        if chosen is None:
            return None
        parties = {"call5": v.Party("+493023125047", "Dieter Krause"), "call6": v.Party(None)}
        rows = [
            v.MessageRow(
                call, NOW - timedelta(minutes=38), parties[call], chosen.label, "+442079460800",
                "UK main line", v.Recording(f"RE{call}", 23, kind="message", at=NOW),
                "Agnieszka Nowak" if done else "", NOW if done else None,
            )
            for call in mine if chosen.name == "reception"
        ]  # fmt: skip
        return v.MessagePage(boxes, chosen, done, tuple(rows))

    def settle(self, viewer: Account, call: str, *, done: bool) -> None:
        if call not in ("call5", "call6"):
            raise Refused("This is not your mailbox.")
        (self.done.append if done else self.done.remove)(call)


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
    connections = StoredConnections(MemoryTagged())
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
    return Company(clock, accounts, desk, register, messages, expiring, push, app, counted)
