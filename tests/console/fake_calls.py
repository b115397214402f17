"""A pretended register: calls of the mockups, and what callers left in the mailboxes."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.console import views as v
from app.console.interfaces import Account
from app.domain.access import Refused

NOW = datetime(2026, 11, 20, 14, 36, 44, tzinfo=UTC)
ELEANOR = v.Party("+442079460142", "Eleanor Whitcombe", "Whitcombe Ceramics")


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
