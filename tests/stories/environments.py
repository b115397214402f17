"""The two environments of a story: in memory, and on the wire.

In memory the product is called in process and keeps its state in dicts. On the wire every webhook
and every command is an HTTP request over a socket, and the state is in a real database API. The
clock is virtual on both; what is real time by nature (delayed messages, streams) is proven by the
contract suites and in the browser.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import requests
from flask import Flask
from requests.adapters import BaseAdapter
from werkzeug.serving import make_server

from app.adapters.dynamodb import (
    DynamoAgents,
    DynamoBoard,
    DynamoCalls,
    DynamoDirectory,
    DynamoLeases,
    DynamoRegister,
    tables,
)
from app.adapters.memory import (
    MemoryDirectory,
    MemoryIds,
    MemoryLeases,
    MemoryNotices,
    MemoryOverviews,
    MemoryRecordings,
    MemoryRegister,
    MemorySharedTopics,
    MemorySounds,
    MemorySwitch,
    MemoryTimers,
    MemoryTokens,
    MemoryUnreadableItems,
)
from app.adapters.twilio import rest
from app.adapters.twilio.account import Account
from app.adapters.twilio.carrier import TwilioCarrier
from app.adapters.twilio.recorder import TwilioRecorder
from app.adapters.twilio.urls import Urls
from app.adapters.twilio.voice import create_voice
from app.bootstrap.services import Ports, build
from app.domain.call import Call
from app.ports import (
    Calls,
    CallSnapshot,
    Carrier,
    Clock,
    Directory,
    Notices,
    WriteSet,
)
from app.service.instrumentation import Instrumentation
from app.service.register import Saved
from app.service.save_steps import Outcome
from infra.local.exchange.faults import AnswerLost
from infra.local.exchange.latency import Latency
from infra.local.exchange.switches import Switches, UnusedSwitches
from infra.local.exchange.virtual import TEST_ACCOUNT, HttpFetcher, VirtualExchange, WsgiFetcher
from infra.local.exchange.virtual_sound import silent_wav
from tests.stories.carrier_account import rented
from tests.stories.company import ELEANOR, MUSIC, PLAN
from tests.stories.gateway import Gateway
from tests.stories.office import ExchangeClock, Office
from tests.stories.services import settings
from tests.support.items import bytes_without_others
from tests.support.known_routes import KnownRoutes
from tests.support.serving import serving

if TYPE_CHECKING:
    from tests.support.ministack import Cloud

ENV = "story"

# What is assumed of the carrier where a story does not say; `make switches` assumes otherwise.
ASSUMED: ContextVar[Switches] = ContextVar("assumed", default=Switches())  # noqa: B039 - frozen
_NONE_FLIPPED = UnusedSwitches()
UNUSED_SWITCHES = ContextVar("unused_switches", default=_NONE_FLIPPED)


@contextmanager
def in_memory(
    points: Instrumentation | None = None,
    latency: Latency | None = None,
    carrier: Callable[[Carrier], Carrier] = lambda carrier: carrier,
    switches: Switches | None = None,
    unused_switches: UnusedSwitches | None = None,
    notices: Notices | None = None,
    switch: MemorySwitch | None = None,
) -> Iterator[Office]:
    app = KnownRoutes("story")
    base = "http://pbx.example"
    gateway = Gateway(WsgiFetcher(app))
    network = VirtualExchange(
        gateway,
        latency=latency,
        switches=switches or ASSUMED.get(),
        unused_switches=unused_switches or UNUSED_SWITCHES.get(),
    )
    api = "http://carrier.example"
    clock = ExchangeClock(network.clock)
    switch = switch or MemorySwitch()
    register, directory = MemoryRegister(), MemoryDirectory()
    with mounted(api, InProcess(network.rest_app())):
        office = _office(
            app,
            network,
            gateway,
            clock,
            _stored(switch.calls, switch, register, directory, clock),
            base,
            api,
            points,
            carrier=carrier,
            notices=notices,
        )
        switch.report = office.services.unreadable.report
        office.project = lambda: _drain(switch, office)
        yield office


@contextmanager
def on_the_wire(cloud: Cloud, points: Instrumentation | None = None) -> Iterator[Office]:
    app = KnownRoutes("story")
    with ExitStack() as stack:
        gateway = Gateway(HttpFetcher())
        network = stack.enter_context(VirtualExchange(gateway))
        base = stack.enter_context(_served(app))
        api = network.serve_rest()
        clock = ExchangeClock(network.clock)
        dynamo, switch = cloud.client("dynamodb"), cloud.table(tables.SWITCH)
        directory = DynamoDirectory(cloud.table(tables.DIRECTORY), cloud.endpoint, clock)
        register = DynamoRegister(cloud.table(tables.REGISTER), cloud.endpoint)
        streamed = Streamed(DynamoCalls(dynamo, switch, clock))
        stored = {
            "leases": DynamoLeases(dynamo, switch, clock),
            "calls": streamed,
            "agents": DynamoAgents(dynamo, switch),
            "board": DynamoBoard(dynamo, switch),
            "register": register,
            "directory": directory,
        }
        office = _office(
            app, network, gateway, clock, stored, base, api, points, prefix=switch[:12]
        )
        office.project = lambda: _project(streamed.take(), office)
        office.largest_bytes = lambda: streamed.largest_bytes
        office.conditional_writes = stack.enter_context(_conditional_writes(dynamo))
        yield office


@contextmanager
def _conditional_writes(client: Any) -> Iterator[Callable[[], int]]:
    """Counts the writes with a condition that the database answered with a yes."""
    answered: list[str] = []

    def asks(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["story_conditional"] = b"ConditionExpression" in params["body"]

    def answers(http_response: Any, context: dict[str, Any], **_: Any) -> None:
        if context.get("story_conditional") and http_response.status_code == 200:
            answered.append("yes")

    client.meta.events.register("before-call.dynamodb", asks)
    client.meta.events.register("after-call.dynamodb", answers)
    try:
        yield lambda: len(answered)
    finally:
        client.meta.events.unregister("before-call.dynamodb", asks)
        client.meta.events.unregister("after-call.dynamodb", answers)


# --- building -----------------------------------------------------------------------------------


def _stored(
    calls: Calls,
    switch: MemorySwitch,
    register: MemoryRegister,
    directory: MemoryDirectory,
    clock: Clock,
) -> dict[str, Any]:
    return {
        "leases": MemoryLeases(clock.now),
        "calls": calls,
        "agents": switch.agents,
        "board": switch.board,
        "register": register,
        "directory": directory,
    }


def _office(
    app: Flask,
    network: VirtualExchange,
    gateway: Gateway,
    clock: Clock,
    stored: dict[str, Any],
    base: str,
    api: str,
    points: Instrumentation | None,
    prefix: str = "id",
    carrier: Callable[[Carrier], Carrier] = lambda carrier: carrier,
    notices: Notices | None = None,
) -> Office:
    """`prefix`: ids are unique for ever in a store that outlives the story."""
    directory: Directory = stored["directory"]
    directory.publish(PLAN, previous=None)
    directory.put_contact(ELEANOR)
    urls = Urls(base, ENV)
    sounds = MemorySounds()
    sounds.put(MUSIC, silent_wav(60, 1), "audio/wav")
    account = Account(TEST_ACCOUNT.sid, TEST_ACCOUNT.key_sid, TEST_ACCOUNT.key_secret, api)
    timers, pages = MemoryTimers(), notices or MemoryNotices()
    ports = Ports(
        carrier=carrier(
            TwilioCarrier(account=account, urls=urls, directory=directory, clock=clock)
        ),
        recorder=TwilioRecorder(account=account, clock=clock),
        timers=timers,
        notices=pages,
        shared_topics=MemorySharedTopics(),
        overviews=MemoryOverviews(),
        recordings=MemoryRecordings(),
        sounds=sounds,
        tokens=MemoryTokens(),
        unreadable=MemoryUnreadableItems(),
        clock=clock,
        ids=MemoryIds(prefix),
        **stored,
    )
    services = build(settings(base), ports, points)
    app.register_blueprint(
        create_voice(
            switchboard=services.switchboard,
            directory=directory,
            timers=timers,
            sounds=sounds,
            clock=clock,
            public_url=base,
            auth_token=TEST_ACCOUNT.auth_token,
            env=ENV,
            recordings_url=account.media_url,
        )
    )
    office = Office(
        network, gateway, services, timers, rented(network, PLAN, urls), project=lambda: None
    )
    if isinstance(pages, MemoryNotices):
        pages.is_open = office.is_page_open
    return office


def _drain(switch: MemorySwitch, office: Office) -> None:
    _project(switch.drain(), office)


def _project(stream: Sequence[Saved], office: Office) -> None:
    if stream:
        outcome = office.services.save_steps.run(stream)
        assert outcome == Outcome(), outcome


class Streamed:
    """The table's stream, in order: each saved call before and after (contract: tests/adapters)."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._last: dict[str, Call] = {}
        self._saved: list[Saved] = []
        self.largest_bytes = 0

    def get(self, call_id: str, *, fresh: bool = False) -> CallSnapshot | None:
        return self._calls.get(call_id, fresh=fresh)

    def live(self) -> Sequence[str]:
        return self._calls.live()

    def read_all(self, call_ids: Sequence[str]) -> Sequence[Call]:
        return self._calls.read_all(call_ids)

    def save(self, write_set: WriteSet) -> None:
        self._calls.save(write_set)
        if write_set.call is not None:
            self.largest_bytes = max(self.largest_bytes, bytes_without_others(write_set))
        if write_set.call is not None and write_set.applied is not None:
            before = self._last.get(write_set.call.id)
            self._last[write_set.call.id] = write_set.call
            self._saved.append(Saved(before, write_set.call, write_set.applied))

    def take(self) -> tuple[Saved, ...]:
        saved = tuple(self._saved)
        self._saved.clear()
        return saved


# --- how the two meet ---------------------------------------------------------------------------


class InProcess(BaseAdapter):
    """`requests` to a WSGI application, without sockets."""

    def __init__(self, app: Callable[..., Any]) -> None:
        super().__init__()
        self._app = app

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        url = urlsplit(str(request.url))
        body = request.body or b""
        content = body if isinstance(body, bytes) else str(body).encode()
        environ = {
            "REQUEST_METHOD": request.method,
            "PATH_INFO": unquote(url.path),
            "QUERY_STRING": url.query,
            "CONTENT_LENGTH": str(len(content)),
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "HTTP_AUTHORIZATION": request.headers.get("Authorization", ""),
            "wsgi.input": io.BytesIO(content),
        }
        response = requests.Response()
        response.url, response.request = str(request.url), request

        def start(status: str, headers: list[tuple[str, str]], _exc: Any = None) -> None:
            response.status_code = int(status.partition(" ")[0])
            response.headers.update(headers)

        try:
            response.raw = io.BytesIO(b"".join(self._app(environ, start)))
        except AnswerLost as lost:
            raise requests.ReadTimeout(str(lost)) from lost
        return response

    def close(self) -> None:
        pass


@contextmanager
def mounted(prefix: str, adapter: BaseAdapter) -> Iterator[None]:
    """Only this thread's session knows the address."""
    session = rest.session()
    session.mount(prefix, adapter)
    try:
        yield
    finally:
        session.adapters.pop(prefix)


@contextmanager
def _served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    with serving(server):
        yield f"http://127.0.0.1:{server.server_port}"
