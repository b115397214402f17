"""The real clock, and webhooks over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web

from infra.local.exchange.interfaces import Answer, NoAnswer, Request
from infra.local.exchange.realtime import AiohttpFetcher, RealClock
from infra.local.exchange.web import listen, port_of
from tests.exchange.sound.loop_thread import LoopThread

pytestmark = pytest.mark.alone


class Customer(LoopThread):
    """Answers with what was asked; `/slow` never answers, `/moved` points elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self._hanging = asyncio.Event()
        self.port = self.run(self._start())

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self._hanging.set)
        self.run(self._runner.cleanup())
        self.end()

    def fetch(
        self, path: str, *, method: str = "POST", port: int | None = None
    ) -> Answer | NoAnswer:
        url = f"http://127.0.0.1:{port or self.port}{path}"
        headers = (("Content-Type", "application/x-www-form-urlencoded"), ("X-Test", "1"))
        form = (("A", "1"), ("A", "2")) if method == "POST" else ()
        request = Request(method, url, headers, form, connect_seconds=1, read_seconds=0.3)

        async def run() -> Answer | NoAnswer:
            outcome: asyncio.Future[Answer | NoAnswer] = self.loop.create_future()
            async with aiohttp.ClientSession() as session:
                AiohttpFetcher(session).fetch(request, outcome.set_result)
                return await outcome

        return self.run(run())

    async def _start(self) -> int:
        app = web.Application()
        app.router.add_route("*", "/slow", self._slow)
        app.router.add_route("*", "/moved", self._moved)
        app.router.add_route("*", "/{path:.*}", self._echo)
        self._runner = await listen(app, 0)
        return port_of(self._runner)

    async def _echo(self, request: web.Request) -> web.StreamResponse:
        body = f"{request.method} {request.raw_path} {await request.text()}"
        return web.Response(status=203, text=body, headers={"X-Seen": request.headers["X-Test"]})

    async def _slow(self, _request: web.Request) -> web.StreamResponse:
        await self._hanging.wait()
        return web.Response()

    async def _moved(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "/elsewhere"})


@pytest.fixture(scope="module")
def customer() -> Iterator[Customer]:
    customer = Customer()
    yield customer
    customer.close()


@pytest.mark.parametrize("path", ["/a?b=%20c+d", "/%7Euser?x=%2F", "/z%C3%B3?q=%3D&q="])
def test_the_url_is_sent_exactly_as_it_was_signed(customer: Customer, path: str) -> None:
    answer = customer.fetch(path)

    assert isinstance(answer, Answer)
    assert answer.body.decode() == f"POST {path} A=1&A=2"


def test_the_answer_has_status_and_lower_case_headers(customer: Customer) -> None:
    answer = customer.fetch("/x", method="GET")

    assert isinstance(answer, Answer)
    assert (answer.status, answer.headers["x-seen"]) == (203, "1")


def test_the_fetcher_follows_no_redirect(customer: Customer) -> None:
    answer = customer.fetch("/moved")

    assert isinstance(answer, Answer)
    assert (answer.status, answer.headers["location"]) == (302, "/elsewhere")


def test_a_server_that_does_not_answer_is_a_read_time_out(customer: Customer) -> None:
    answer = customer.fetch("/slow")

    assert isinstance(answer, NoAnswer)
    assert answer.kind == "read"


def test_nobody_there_is_a_failed_connection(customer: Customer) -> None:
    answer = customer.fetch("/", port=9)

    assert isinstance(answer, NoAnswer)
    assert answer.kind == "connect"


def test_the_clock_runs_callbacks_in_order_of_time_then_of_registration() -> None:
    ran: list[str] = []

    async def script() -> None:
        clock = RealClock(asyncio.get_running_loop())
        soon, done = clock.now() + timedelta(milliseconds=5), asyncio.Event()
        clock.call_at(soon + timedelta(milliseconds=5), done.set)
        clock.call_at(soon, lambda: ran.append("first"))
        clock.call_at(soon, lambda: ran.append("second"))
        clock.call_at(clock.now(), lambda: ran.append("now"))
        clock.call_at(soon, lambda: ran.append("never")).cancel()
        await done.wait()

    asyncio.run(script())

    assert ran == ["now", "first", "second"]


def test_a_callback_that_fails_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    ran: list[str] = []

    def fail() -> None:
        raise ValueError("a defect")

    async def script() -> None:
        clock, done = RealClock(asyncio.get_running_loop()), asyncio.Event()
        when = clock.now()
        clock.call_at(when, fail)
        clock.call_at(when, lambda: ran.append("next"))
        clock.call_at(when, done.set)
        await done.wait()

    asyncio.run(script())

    assert ran == ["next"]
    assert "a defect" in caplog.text


def test_the_clock_is_aware_and_utc() -> None:
    async def now() -> datetime:
        return RealClock(asyncio.get_running_loop()).now()

    measured = asyncio.run(now())

    assert measured.tzinfo is UTC
    assert abs((datetime.now(UTC) - measured).total_seconds()) < 5
