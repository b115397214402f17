"""The exchange in virtual time, for tests on the wire: real HTTP, no waiting.

Webhooks are performed one at a time, in order, between the callbacks of the clock, and never while
the exchange's lock is held: the product calls our REST API from its own thread while it answers.
"""

from __future__ import annotations

import io
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from types import TracebackType
from typing import Any, Protocol, TypeAlias
from urllib.parse import unquote, urlsplit
from wsgiref.types import WSGIApplication

import urllib3

from infra.local.exchange.account import Account
from infra.local.exchange.clock import VirtualClock
from infra.local.exchange.exchange import Exchange
from infra.local.exchange.faults import Faults
from infra.local.exchange.interfaces import Answer, NoAnswer, Phone, Request
from infra.local.exchange.latency import Latency
from infra.local.exchange.limits import Limits
from infra.local.exchange.outside.script import Script
from infra.local.exchange.outside.telephone import plug_in_all
from infra.local.exchange.phones import OnRing, ScriptedPhone
from infra.local.exchange.rest.server import RestServer
from infra.local.exchange.rest.wsgi import RestApp
from infra.local.exchange.switches import Switches, UnusedSwitches
from infra.local.exchange.virtual_sound import VirtualSound

Done: TypeAlias = Callable[[Answer | NoAnswer], None]

EPOCH = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
TEST_ACCOUNT = Account(
    sid="AC" + "a" * 32,
    auth_token="b" * 32,
    key_sid="SK" + "c" * 32,
    key_secret="d" * 32,
    api_base="https://api.twilio.com",
)


class QueuedFetcher(Protocol):
    """A fetcher whose requests wait until the driver performs the next."""

    def fetch(self, request: Request, done: Done) -> None: ...

    def take(self) -> tuple[Request, Done] | None: ...

    def perform(self, request: Request) -> Answer | NoAnswer: ...


class _Pending:
    def __init__(self) -> None:
        self._waiting: deque[tuple[Request, Done]] = deque()

    def fetch(self, request: Request, done: Done) -> None:
        self._waiting.append((request, done))

    def take(self) -> tuple[Request, Done] | None:
        return self._waiting.popleft() if self._waiting else None


class HttpFetcher(_Pending):
    """Real requests over sockets."""

    def __init__(self) -> None:
        super().__init__()
        self._pool = urllib3.PoolManager(retries=False)

    def perform(self, request: Request) -> Answer | NoAnswer:
        timeout = urllib3.Timeout(connect=request.connect_seconds, read=request.read_seconds)
        try:
            got = self._pool.request(
                request.method,
                request.url,
                body=request.body or None,
                headers=urllib3.HTTPHeaderDict(request.headers),
                timeout=timeout,
                redirect=False,
            )
        except (urllib3.exceptions.ReadTimeoutError, TimeoutError) as error:
            return NoAnswer("read", str(error))
        except (urllib3.exceptions.ProtocolError, urllib3.exceptions.DecodeError) as error:
            return NoAnswer("protocol", str(error))
        except urllib3.exceptions.HTTPError as error:
            return NoAnswer("connect", str(error))
        headers = {name.lower(): value for name, value in got.headers.items()}
        return Answer(got.status, headers, got.data)


class WsgiFetcher(_Pending):
    """The product's WSGI application, called in process: no sockets.

    Each request has a context of its own, as on a server's thread: one may arrive while the product
    still answers another (a callback that arrives before the answer of a REST request).
    """

    def __init__(self, app: WSGIApplication) -> None:
        super().__init__()
        self._app = app

    def perform(self, request: Request) -> Answer | NoAnswer:
        return Context().run(self._call, request)

    def _call(self, request: Request) -> Answer:
        started: dict[str, Any] = {}

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Any:
            started["status"] = int(status.partition(" ")[0])
            started["headers"] = {name.lower(): value for name, value in headers}
            return lambda _chunk: None

        chunks = self._app(_environ(request), start_response)
        body = b"".join(chunks)
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
        return Answer(started["status"], started["headers"], body)


def _environ(request: Request) -> dict[str, Any]:
    parts = urlsplit(request.url)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path, "latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(parts.port or (443 if parts.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_HOST": parts.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ


class VirtualExchange:
    """An exchange, its clock, its phones and its REST server, driven by `advance` and `settle`.

    `exchange` may be read at any time between those; to act on it from a test use the methods here,
    which hold the lock.
    """

    def __init__(
        self,
        fetcher: QueuedFetcher | None = None,
        *,
        account: Account = TEST_ACCOUNT,
        seed: int = 0,
        latency: Latency | None = None,
        switches: Switches | None = None,
        unused_switches: UnusedSwitches | None = None,
        limits: Limits | None = None,
        start: datetime = EPOCH,
        serve: bool = False,
        strict: bool = True,
    ) -> None:
        """With `serve` REST is served from the start, and RecordingUrl and others point there."""
        self.clock = VirtualClock(start)
        self.sound = VirtualSound(self.clock)
        self.lock = threading.RLock()
        self._fetcher = fetcher or HttpFetcher()
        self._latency = latency or Latency()
        self._product_timers: deque[Callable[[], None]] = deque()
        self._server = RestServer() if serve else None
        if self._server is not None:
            account = replace(account, api_base=self._server.base_url)
        self.exchange = Exchange(
            account,
            self.clock,
            self._fetcher,
            self.sound,
            Random(seed),
            latency=latency,
            switches=switches,
            limits=limits,
            unused_switches=unused_switches,
            strict=strict,
        )
        if self._server is not None:
            self._server.serve(self.rest_app())

    def __enter__(self) -> VirtualExchange:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    # --- time ---

    def advance(self, seconds: float) -> None:
        """Advance virtual time; everything due in it happens, webhooks included."""
        until = self.clock.now() + timedelta(seconds=seconds)
        while True:
            self._perform_all()
            with self.lock:
                if not self.clock.step(until):
                    break

    def settle(self, within_seconds: float | None = None) -> None:
        """Run what is due now, and what the latency model delays, up to a bound."""
        self.advance(self._latency.bound_seconds() if within_seconds is None else within_seconds)

    def later(self, seconds: float, callback: Callable[[], None]) -> None:
        """For the product's own timers: in virtual time, between the exchange's steps, unlocked."""
        with self.lock:
            when = self.clock.now() + timedelta(seconds=seconds)
            self.clock.call_at(when, lambda: self._product_timers.append(callback))

    def _perform_all(self) -> None:
        while True:
            while self._product_timers:
                self._product_timers.popleft()()
            with self.lock:
                waiting = self._fetcher.take()
            if waiting is None:
                return
            request, done = waiting
            answer = self._fetcher.perform(request)
            with self.lock:
                done(answer)

    def inject_faults(self, faults: Faults) -> None:
        """From now on these happen (`faults.py`); Faults() ends them."""
        with self.lock:
            self.exchange.context.fault_injector.faults = faults

    # --- phones ---

    def phone(self, on_ring: OnRing = OnRing.ANSWER, after_seconds: float = 0.0) -> ScriptedPhone:
        return ScriptedPhone(self.exchange, on_ring, after_seconds)

    def street_phone(
        self, number: str, on_ring: OnRing = OnRing.ANSWER, after_seconds: float = 0.0
    ) -> ScriptedPhone:
        """An outside phone that can be called under `number`."""
        phone = self.phone(on_ring, after_seconds)
        with self.lock:
            self.exchange.plug_in(number, phone)
        return phone

    def outside_telephone(self, script: Script) -> None:
        """One that acts by itself."""
        with self.lock:
            plug_in_all(self.exchange, (script,))

    def client(
        self, identity: str, on_ring: OnRing = OnRing.ANSWER, after_seconds: float = 0.0
    ) -> ScriptedPhone:
        """A device registered with the Voice SDK under `identity`."""
        phone = self.phone(on_ring, after_seconds)
        with self.lock:
            self.exchange.register(identity, phone)
        return phone

    def dial(self, caller: str, called: str, phone: Phone | None = None) -> str:
        with self.lock:
            return self.exchange.dial(caller, called, phone or self.phone())

    def connect(
        self,
        identity: str,
        application_sid: str,
        parameters: Mapping[str, str] | None = None,
        phone: Phone | None = None,
    ) -> str:
        with self.lock:
            return self.exchange.connect(
                identity, application_sid, parameters or {}, phone or self.phone()
            )

    def press(self, leg: str, digits: str) -> None:
        with self.lock:
            for digit in digits:
                self.exchange.press(leg, digit)

    def hang_up(self, leg: str) -> None:
        with self.lock:
            self.exchange.hang_up(leg)

    # --- REST ---

    def rest_app(self) -> RestApp:
        """The REST API as a WSGI application under this exchange's lock."""
        return RestApp(self.exchange, self.lock, self.settle)

    def serve_rest(self) -> str:
        """Serve it on a loopback port; returns its base URL. Again: the same."""
        if self._server is None:
            self._server = RestServer()
            self._server.serve(self.rest_app())
        return self._server.base_url

    @contextmanager
    def locked(self) -> Iterator[Exchange]:
        with self.lock:
            yield self.exchange
