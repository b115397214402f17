"""A company on memory ports with its webhooks, and signed requests of the carrier."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, fromstring

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.adapters.memory.clock import MemoryClock
from app.adapters.memory.directory import MemoryDirectory
from app.adapters.memory.ids import MemoryIds
from app.adapters.memory.notices import MemoryNotices
from app.adapters.memory.sounds import MemorySounds
from app.adapters.memory.switch import MemorySwitch
from app.adapters.memory.timers import MemoryTimers
from app.adapters.twilio.signature import signature_of
from app.adapters.twilio.voice import create_voice
from app.domain.call import Call
from app.domain.commands import Pending
from app.domain.dialplan import Member, Number, Plan
from app.domain.nodes.ask_extension import AskExtension, ExtensionNumber
from app.domain.nodes.extension import Extension
from app.domain.nodes.greeting import Greeting
from app.domain.nodes.mailbox import Mailbox
from app.domain.nodes.menu import Choice, Menu
from app.domain.nodes.queue import Queue
from app.domain.replies import Prompt
from app.ports import Carrier, Clock, Directory, Done
from app.service.desk import Desk
from app.service.distributor import Distributor
from app.service.switchboard import Switchboard
from tests.support.known_routes import KnownRoutes
from tests.support.verbs import granted

BASE = "https://pbx.example"
TOKEN = "12345"
CALL = "0123456789abcdef0123456789abcdef"
SID = f"CA{CALL}"
HEADSET_SID = "CA" + "b" * 32
ROOM_SID = "CF" + "c" * 32
DID, CALLER_NUMBER = "+15005550001", "+15005550010"

PLAN = Plan(
    sha="p1",
    company="Kestrel Parcels",
    zone="Europe/Warsaw",
    numbers=(
        Number(DID, "Main", "en", "welcome"),
        Number("+48225550001", "Warsaw", "pl", "menu"),
        Number("+15005550002", "Sales", "en", "sales"),
        Number("+15005550003", "Mailbox", "de", "mailbox"),
    ),
    nodes={
        "welcome": Greeting(Prompt("Welcome to Kestrel Parcels."), "menu"),
        "menu": Menu(
            Prompt("For sales press 1."),
            (Choice("1", "Sales", "sales"), Choice("2", "Extension", "extension")),
            "mailbox",
        ),
        "extension": AskExtension(
            Prompt("Type it.", "a" * 64), 3, (ExtensionNumber("201", "maya"),), "mailbox"
        ),
        "sales": Queue("Sales", "mailbox", Prompt("Please hold."), music="f" * 64),
        "maya": Extension("Maya", "mailbox", Prompt("Please hold."), agent="maya"),
        "mailbox": Mailbox("Messages", Prompt("Leave a message.")),
    },
    members=(Member("maya", "Maya", "maya@kestrel.example", "agent", ("sales",)),),
)


@dataclass
class QuietCarrier:
    """Performs every command, and keeps a list."""

    done: list[Pending] = field(default_factory=list)

    def perform(self, call: Call, pending: Pending) -> Done:
        self.done.append(pending)
        return Done("RE" + "d" * 32)

    def find(self, call: Call, pending: Pending) -> Done:
        return self.perform(call, pending)

    def live_legs(self) -> Mapping[str, bool]:
        return {}


class WebhookCompany:
    """Everything of one company in one process; `post` is the carrier's signed request."""

    def __init__(
        self,
        clock: Clock | None = None,
        carrier: Callable[[Directory, Clock], Carrier] | None = None,
        token: str = TOKEN,
    ) -> None:
        self.clock, self.ids = clock or MemoryClock(), MemoryIds()
        self.switch, self.timers = MemorySwitch(), MemoryTimers()
        self.directory, self.sounds = MemoryDirectory(), MemorySounds()
        self.quiet = QuietCarrier()
        self.carrier = carrier(self.directory, self.clock) if carrier else self.quiet
        self.token = token
        self.counted: list[str] = []
        self.directory.publish(PLAN, previous=None)
        notices = MemoryNotices()
        distributor = Distributor(
            board=self.switch.board,
            calls=self.switch.calls,
            agents=self.switch.agents,
            directory=self.directory,
            timers=self.timers,
            notices=notices,
            clock=self.clock,
            ids=self.ids,
        )
        self.switchboard = Switchboard(
            calls=self.switch.calls,
            agents=self.switch.agents,
            carrier=self.carrier,
            timers=self.timers,
            notices=notices,
            directory=self.directory,
            clock=self.clock,
            ids=self.ids,
            distributor=distributor,
        )
        self.desk = Desk(
            switchboard=self.switchboard,
            distributor=distributor,
            calls=self.switch.calls,
            agents=self.switch.agents,
            board=self.switch.board,
            directory=self.directory,
            timers=self.timers,
            notices=notices,
            clock=self.clock,
            ids=self.ids,
        )
        self.application = self._application()
        self.client = self.application.test_client()

    def _application(self) -> Flask:
        application = KnownRoutes("company")
        application.register_blueprint(
            create_voice(
                switchboard=self.switchboard,
                directory=self.directory,
                timers=self.timers,
                sounds=self.sounds,
                clock=self.clock,
                public_url=BASE,
                auth_token=self.token,
                env="dev",
                count=self.counted.append,
            )
        )
        return application

    # --- the carrier ------------------------------------------------------------------------

    def post(self, url: str, sid: str = SID, **form: str) -> TestResponse:
        """`url` may be a path, or one that the carrier was given, with its overrides."""
        path = url.removeprefix(BASE).partition("#")[0]
        return signed_post(self.client, path, {"CallSid": sid, **form})

    def asks(self, url: str, sid: str = SID, **form: str) -> Element:
        """The document that the carrier gets."""
        response = self.post(url, sid, **form)
        assert response.status_code == 200, response.text
        return fromstring(response.data)

    def tells(self, url: str, sid: str = SID, **form: str) -> None:
        response = self.post(url, sid, **form)
        assert (response.status_code, response.data) == (204, b"")

    # --- what happens in most tests -----------------------------------------------------------

    def call(self) -> Call:
        return self.switchboard.load(CALL).call

    def rings(self, did: str = DID) -> Element:
        return self.asks("/voice/inbound", From=CALLER_NUMBER, To=did, CallStatus="ringing")

    def waits(self) -> Element:
        """A caller in the queue `sales`."""
        return self.rings("+15005550002")

    def accepted(self) -> dict[str, str]:
        """What the browser of Maya, who took the waiting call, says as it calls in."""
        self.desk.set_ready("maya")
        self.waits()
        offer = self.call()
        leg = offer.state.leg  # type: ignore[union-attr] # it is Offered: nobody else is there
        grant = granted(self.desk, "maya", "accept", CALL, leg=leg, tab="tab1")
        return {
            "From": "client:maya_tab1",
            "call": grant.call,
            "headset": grant.headset,
            "nonce": grant.nonce,
        }

    def joins(self, leg: str, sid: str) -> None:
        self.tells(
            f"/voice/rooms/{CALL}",
            sid,
            ConferenceSid=ROOM_SID,
            StatusCallbackEvent="participant-join",
            ParticipantLabel=leg,
        )

    def talks(self) -> str:
        """Maya and the caller are in the room; answers the headset's leg."""
        said = self.accepted()
        self.asks("/voice/client", HEADSET_SID, **said)
        self.joins(said["headset"], HEADSET_SID)
        self.joins("1", SID)
        return said["headset"]


def signed_post(
    client: FlaskClient, path: str, form: Mapping[str, str], token: str = TOKEN
) -> TestResponse:
    return client.post(
        path,
        data=urlencode(form),
        content_type="application/x-www-form-urlencoded; charset=utf-8",
        headers={"X-Twilio-Signature": signature_of(token, BASE + path, tuple(form.items()))},
    )


def one(document: Element, tag: str) -> Element:
    """The only element of that tag."""
    found = list(document.iter(tag))
    assert len(found) == 1, [element.tag for element in document.iter()]
    return found[0]
