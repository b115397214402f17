"""Laws that hold whatever callers, REST clients and the customer's server do, in any order.

Each seed is a random hour: dialling, keys, hang-ups, redirects, holds, mutes, removals, recordings,
with documents of every kind and servers that fail. After each step what the ledger says each leg
hears must be what it does hear (nobody forgot to tell it); at the end nothing may be left over.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import pytest

from infra.local.exchange.conference import ConferenceState
from infra.local.exchange.inventory import Voice
from infra.local.exchange.journal import ConferenceChanged
from infra.local.exchange.latency import MODELLED, Latency
from infra.local.exchange.ledger import interval
from infra.local.exchange.phones import OnRing
from infra.local.exchange.rest.api import handle
from infra.local.exchange.rest.messages import RestRequest, RestResponse
from infra.local.exchange.virtual import EPOCH, TEST_ACCOUNT, VirtualExchange, WsgiFetcher
from tests.exchange.customer import BASE, Asked, Customer, Says, twiml

ROOT = f"/2010-04-01/Accounts/{TEST_ACCOUNT.sid}"
CREDENTIALS = base64.b64encode(f"{TEST_ACCOUNT.sid}:{TEST_ACCOUNT.auth_token}".encode()).decode()
NUMBER = "+15005550001"
CALLBACK = (
    f'statusCallback="{BASE}/conference" '
    'statusCallbackEvent="start end join leave mute hold modify announcement"'
)
ROOMS = ("a", "b")

DOCUMENTS: tuple[Callable[[Random], str], ...] = (
    lambda r: "<Say>hello there</Say>",
    lambda r: "<Pause length='7'/><Redirect>/any</Redirect>",
    lambda r: '<Gather action="/any" numDigits="2" timeout="4"><Say>press</Say></Gather>',
    lambda r: '<Gather action="/any" actionOnEmptyResult="true"/>',
    lambda r: '<Enqueue action="/any" waitUrl="/wait">q</Enqueue>',
    lambda r: f"<Enqueue waitUrl='/wait'>{r.choice('qp')}</Enqueue><Say>next</Say>",
    lambda r: f'<Dial action="/any"><Conference {CALLBACK}>{r.choice(ROOMS)}</Conference></Dial>',
    lambda r: (
        f'<Dial action="/any" hangupOnStar="true"><Conference {CALLBACK} waitUrl="/music" '
        f'endConferenceOnExit="{r.choice(("true", "false"))}" '
        f'startConferenceOnEnter="{r.choice(("true", "false"))}">{r.choice(ROOMS)}'
        "</Conference></Dial>"
    ),
    lambda r: '<Record action="/any" maxLength="9"/>',
    lambda r: f'<Dial action="/any"><Conference {CALLBACK}>{r.choice(ROOMS)}</Conference></Dial>',
    lambda r: f"<Dial><Conference waitUrl=''>{r.choice(ROOMS)}</Conference></Dial><Hangup/>",
    lambda r: "<Hangup/>",
    lambda r: "<Reject/>",
    lambda r: "<Leave/>",
    lambda r: "<Play>/sound</Play>",
)
WAITS = (
    "<Pause length='8'/>",
    "<Say>hold on</Say><Pause length='3'/>",
    '<Gather action="/key" numDigits="1"><Say>la la la</Say></Gather>',
    "<Leave/>",
    "<Hangup/>",
)


@dataclass
class World:
    random: Random
    latency: Latency
    customer: Customer = field(default_factory=Customer)

    def __post_init__(self) -> None:
        for path in ("/voice", "/any", "/app", "/new", "/key"):
            self.customer.pages[path] = self.any
        self.customer.pages["/wait"] = lambda asked: twiml(self.random.choice(WAITS))
        self.customer.pages["/music"] = self.music
        self.customer.pages["/sound"] = twiml("")
        self.network = VirtualExchange(
            WsgiFetcher(self.customer), latency=self.latency, seed=self.random.randrange(999)
        )
        for number, phones in enumerate((OnRing.ANSWER, OnRing.REJECT, OnRing.IGNORE)):
            self.network.street_phone(f"+1500555100{number}", phones, self.random.random() * 9)
            self.network.client(f"agent{number}", phones, self.random.random() * 9)
        context = self.network.exchange.context
        voice = Voice("PN1", "n", EPOCH, EPOCH, NUMBER)
        voice.settings = {"voice_url": f"{BASE}/voice", "status_callback": f"{BASE}/status"}
        context.inventory.numbers["PN1"] = voice
        application = Voice("AP1", "a", EPOCH, EPOCH)
        application.settings = {"voice_url": f"{BASE}/app", "status_callback": f"{BASE}/status"}
        context.inventory.applications["AP1"] = application

    def any(self, asked: Asked) -> Says:
        """In a queue's wait, a document that fits there; else of any kind; sometimes a failure."""
        if self.random.random() < 0.05:
            return Says(b"oops", status=500)
        if asked.path == "/key":
            return twiml(self.random.choice(WAITS))
        return twiml(self.random.choice(DOCUMENTS)(self.random))

    def music(self, asked: Asked) -> Says:
        return self.random.choice((twiml("<Say>la</Say>"), Says(b"<x")))

    def rest(self, method: str, path: str, **form: str) -> RestResponse:
        request = RestRequest(
            method, ROOT + path, form=tuple(form.items()), authorization=f"Basic {CREDENTIALS}"
        )
        with self.network.locked() as exchange:
            return handle(exchange, request)

    def step(self) -> None:
        network, random = self.network, self.random
        live = network.exchange.live()
        legs = [leg.sid for leg in live] or ["CA0"]
        leg = random.choice(legs)
        conferences = network.exchange.conferences
        joined = [(one.conference.sid, sid) for sid, one in conferences.participants.items()]
        conference, participant = random.choice(joined or [("CF0", leg)])
        who = f"/Conferences/{conference}/Participants/{participant}.json"
        flag = random.choice(("true", "false"))
        callee = random.choice(("+15005551000", "+15005551001", "+15005551002", "client:agent0"))
        told = {"StatusCallback": f"{BASE}/told", "From": NUMBER, "To": callee}
        choice = random.randrange(20)
        match choice:
            case 0 | 1 | 2 if len(live) < 8:
                network.dial(f"+1500555{random.randrange(9999):04}", NUMBER)
            case 3 if len(live) < 8:
                network.connect("alice", "AP1", {"x": "1"})
            case 4 if len(live) < 8:
                self.rest("POST", "/Calls.json", Url=f"{BASE}/any", Timeout="20", **told)
            case 5 if len(live) < 8:
                name = random.choice(ROOMS)
                self.rest("POST", f"/Conferences/{name}/Participants.json", Timeout="20", **told)
            case 6 | 7:
                network.press(leg, random.choice("0123456789*#"))
            case 8:
                network.hang_up(leg)
            case 9 | 10:
                self.rest("POST", f"/Calls/{leg}.json", Url=f"{BASE}/new")
            case 11:
                self.rest(
                    "POST", f"/Calls/{leg}.json", Status=random.choice(("canceled", "completed"))
                )
            case 12:
                self.rest("POST", who, Hold=flag, HoldUrl=f"{BASE}/music")
            case 13:
                self.rest("POST", who, Muted=flag, AnnounceUrl=f"{BASE}/music")
            case 14:
                self.rest("DELETE", who)
            case 15:
                self.rest("POST", f"/Calls/{leg}/Recordings.json", RecordingChannels="dual")
            case 16:
                state = random.choice(("paused", "in-progress", "stopped"))
                self.rest("POST", f"/Calls/{leg}/Recordings/Twilio.CURRENT.json", Status=state)
            case 17 if random.random() < 0.2:
                self.rest("POST", f"/Conferences/{conference}.json", Status="completed")
            case 18:
                coached = random.choice(joined or [("", leg)])[1]
                self.rest("POST", who, Coaching=flag, CallSidToCoach=coached)
            case _:
                network.advance(random.choice((0, 0.5, 3, 11)))
        if random.random() < 0.5:
            network.settle()

    def check_hearing(self) -> None:
        exchange = self.network.exchange
        for leg in exchange.live():
            if leg.answered:
                told = exchange.ledger.intervals(leg.sid)[-1]
                real = interval(leg.sid, exchange.hears(leg.sid), told.since)
                assert (told.hearing, told.legs, told.caption) == (
                    real.hearing,
                    real.legs,
                    real.caption,
                )

    def end(self) -> None:
        for leg in self.network.exchange.live():
            self.network.hang_up(leg.sid)
            self.network.settle()
        self.network.advance(120)


@pytest.mark.parametrize("seed", range(60))
def test_whatever_happens_the_ledger_is_right_and_nothing_is_left_over(seed: int) -> None:
    random = Random(seed)
    world = World(random, random.choice((Latency(), MODELLED)))

    for _ in range(250):
        world.step()
        world.check_hearing()
    world.end()

    exchange = world.network.exchange
    assert exchange.live() == ()
    assert world.network.sound.tapes == {}
    assert exchange.conferences.participants == {}
    assert exchange.conferences.invitations == {}
    assert all(not queue.members for queue in exchange.queues.queues.values())
    conferences = exchange.conferences.conferences.values()
    assert all(conference.state is ConferenceState.COMPLETED for conference in conferences)
    assert all(not recording.running for recording in exchange.recordings.recordings.values())
    completed = [asked["CallSid"] for asked in world.customer.to("/status")]
    assert len(completed) == len(set(completed))
    inbound = {leg.sid for leg in exchange.calls.legs.values() if leg.direction == "inbound"}
    assert set(completed) == inbound
    assert_the_events_of_each_conference_are_in_order(world)


def assert_the_events_of_each_conference_are_in_order(world: World) -> None:
    lives: dict[str, list[str]] = {}
    for entry in world.network.exchange.journal.entries():
        if isinstance(entry.news, ConferenceChanged):
            lives.setdefault(entry.news.conference, []).append(entry.news.event)
    for events in lives.values():
        assert events.count("conference-start") <= 1
        assert events.count("conference-end") <= 1
        joined, left = events.count("participant-join"), events.count("participant-leave")
        assert left >= joined or "conference-end" not in events
    for asked in world.customer.to("/conference"):
        assert asked.signed
