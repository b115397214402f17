"""What the console asks of the services: its interfaces, and its settings.

`presenters` implements the interfaces on the services; tests implement them with fakes.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from app.console.push import Push
from app.console.views import CallDetail, CallPage, Desk, Link, MessagePage, Targets
from app.domain.access import Person
from app.domain.note import Draft
from app.domain.verb import Verb
from app.ports import Expiring, Note
from app.service.desk import Grant


@dataclass(frozen=True, slots=True)
class Account:
    """Who signs in. Without a password hash nobody can."""

    person: Person
    email: str
    password_hash: str | None = None


@dataclass(frozen=True, slots=True)
class VerbForm:
    """What a page sends of a verb: the call and the leg that it shows, and its tab.

    `target`, or `number` as it was typed and the `route` to call it by: of a verb that takes one.
    """

    call: str
    leg: str
    tab: str
    target: str = ""
    number: str = ""
    route: str = ""


@dataclass(frozen=True, slots=True)
class VoiceToken:
    """An access token of the carrier for one tab (identity `<agent>_<tab>`, G7)."""

    token: str
    ttl_seconds: int


class Accounts(Protocol):
    def by_email(self, email: str) -> Account | None: ...

    def get(self, account_id: str, *, fresh: bool = False) -> Account | None:
        """As the plan was at most 30 s ago; `fresh`: as it is now, as `by_email` is."""

    def decoy(self, email: str) -> str | None:
        """The password hash of some account, always the same for this email; None: nobody has one.

        What an email without an account is checked against, so that the time tells nothing.
        """


class DeskInterface(Protocol):
    """What an agent sees and may ask for. Every request may raise `Refused`."""

    def desk(self, viewer: Account, regions: Container[str]) -> Desk:
        """What is known of the desk; only what these regions show need be read."""

    def do(self, viewer: Account, verb: Verb, form: VerbForm) -> Grant | None:
        """What the verb says; of one that connects, what the browser may call in with."""

    def call_out(self, viewer: Account, number: str, tab: str, route: str) -> Grant:
        """Call that number, as it was typed, by that route; by the first if `route` is empty.

        What the browser may call in with.
        """

    def pick_up(self, viewer: Account, call: str, tab: str) -> Grant:
        """That call, which waits or rings at a colleague; the longest of the list if it is empty.

        What the browser may call in with.
        """

    def targets(self, viewer: Account, call: str, words: str) -> Targets:
        """Where the viewer may send that call's caller: what has these words, the best first."""

    def shows(self, agent: str, call: str, leg: str) -> None:
        """The offer is on this desk's screen; else the agent's next device is tried."""

    def headset_lost(self, agent: str, call: str, leg: str, reason: str) -> None: ...

    def set_presence(self, agent: str, wish: str) -> None:
        """`wish`: "ready", "offline" or an away reason; in a call it is what comes next."""

    def set_status_of(self, viewer: Account, agent: str, wish: str) -> None:
        """The same for another agent, by a supervisor."""

    def save_note(self, viewer: Account, call: str, draft: Draft) -> Note:
        """The note of this viewer as it stands then: with what another window wrote, too."""

    def voice_token(self, agent: str, tab: str) -> VoiceToken: ...

    def is_in_call(self, agent: str) -> bool:
        """Whether a call rings for, is with, or is being wrapped up by this agent."""

    def beat(self, agent: str) -> None:
        """A sign of life of this desk (F20)."""


class RegisterInterface(Protocol):
    """The call log as `viewer` may see it; what may not be seen is not found."""

    def calls(self, viewer: Account, cursor: str | None, limit: int) -> CallPage: ...

    def call(self, viewer: Account, call: str) -> CallDetail | None: ...

    def listen(
        self, viewer: Account, call: str, recording: str, since: datetime | None = None
    ) -> Link:
        """A short signed link; that `viewer` listened is logged first (F50).

        `since`: of the listening that goes on with a new link; it is in the log already.
        """


class MessagesInterface(Protocol):
    """What callers left in the mailboxes of `viewer`."""

    def messages(
        self, viewer: Account, mailbox: str | None, cursor: str | None, limit: int, *, done: bool
    ) -> MessagePage | None:
        """Of that mailbox; of the first with open ones without. None: it is not the viewer's."""

    def settle(self, viewer: Account, call: str, *, done: bool) -> None:
        """Done with the message of that call, or open again. Raises Refused."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How this console is set up. URLs of scripts and origins come from configuration only.

    `script_urls` load before the Voice SDK (a local exchange brings its shim so);
    `device_options` go to the SDK as they are; `connect_origins` and `media_origins` widen the
    content security policy; `push_url` None means this host's own `/push`.
    """

    company: str
    secret_key: str
    time_zone: ZoneInfo
    secure_cookies: bool = True
    session_hours: int = 12
    script_urls: tuple[str, ...] = ()
    connect_origins: tuple[str, ...] = ()
    media_origins: tuple[str, ...] = ()
    device_options: Mapping[str, object] = field(default_factory=dict)
    audio_constraints: Mapping[str, object] = field(default_factory=dict)
    push_url: str | None = None


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Everything the console is given; `new_secret` makes an unguessable URL-safe word."""

    settings: Settings
    accounts: Accounts
    desk: DeskInterface
    register: RegisterInterface
    messages: MessagesInterface
    expiring: Expiring
    push: Push
    now: Callable[[], datetime]
    new_secret: Callable[[], str]
