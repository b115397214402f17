"""The real clock and real HTTP, both on the event loop that everything runs on."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import aiohttp
from yarl import URL

from infra.local.exchange.interfaces import Answer, NoAnswer, Request
from infra.local.exchange.timers import HeapTimer

_TURN_SECONDS = 0.05


class RealClock:
    """Implements `interfaces.Clock`. Monotonic: a step of the system's clock moves no timer.

    The loop's own timers keep no order among those that are due at one instant; this heap does.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._epoch = datetime.now(UTC) - timedelta(seconds=loop.time())
        self._heap: list[HeapTimer] = []
        self._made = 0

    def now(self) -> datetime:
        return self._epoch + timedelta(seconds=self._loop.time())

    def call_at(self, when: datetime, callback: Callable[[], None]) -> HeapTimer:
        timer = HeapTimer(when, self._made, callback)
        self._made += 1
        heapq.heappush(self._heap, timer)
        if self._heap[0] is timer:
            self._loop.call_at((when - self._epoch).total_seconds(), self._run_due)
        return timer

    def _run_due(self) -> None:
        """Each callback gets a turn of the loop: one that fails does not stop the others."""
        now = self.now()
        while self._heap and self._heap[0].when <= now:
            self._loop.call_soon(heapq.heappop(self._heap).run)
        if self._heap:
            due = (self._heap[0].when - self._epoch).total_seconds()
            self._loop.call_at(due, self._run_due)


class AiohttpFetcher:
    """Implements `interfaces.Fetcher`. URLs are sent to the letter, but for a bare `?` at the end.

    `prepare` gets each answer before the interpreter does: speech is synthesised and files are
    decoded there, on another thread, so that the sound of the other calls does not stall.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        prepare: Callable[[Answer], Awaitable[None]] | None = None,
    ) -> None:
        self._session = session
        self._prepare = prepare
        self._running: set[asyncio.Task[None]] = set()

    def fetch(self, request: Request, done: Callable[[Answer | NoAnswer], None]) -> None:
        task = asyncio.get_running_loop().create_task(self._perform(request, done))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def drain(self, seconds: float) -> None:
        """Wait until no request is running, for at most `seconds`.

        Timers that are due run before and after, because they make requests.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await asyncio.sleep(_TURN_SECONDS)
                while self._running:
                    await asyncio.wait(self._running)
                    await asyncio.sleep(_TURN_SECONDS)

    async def _perform(self, request: Request, done: Callable[[Answer | NoAnswer], None]) -> None:
        outcome = await self._exchange(request)
        if self._prepare and isinstance(outcome, Answer):
            await self._prepare(outcome)
        done(outcome)

    async def _exchange(self, request: Request) -> Answer | NoAnswer:
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=request.connect_seconds, sock_read=request.read_seconds
        )
        try:
            async with self._session.request(
                request.method,
                URL(request.url, encoded=True),  # as it was signed, to the letter
                headers=list(request.headers),
                data=request.body or None,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                body = await response.read()
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(status=response.status, headers=headers, body=body)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return NoAnswer(kind="connect", detail=str(error))
        except TimeoutError as error:
            return NoAnswer(kind="read", detail=str(error) or "no answer in time")
        except (aiohttp.ClientError, ValueError, OSError) as error:
            return NoAnswer(kind="protocol", detail=f"{type(error).__name__}: {error}")
