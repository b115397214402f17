"""The real clock and real HTTP, both on the event loop that the machines run on."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import aiohttp

from infra.local.exchange.seam import Answer, NoAnswer, Request, Timer

_TURN_SECONDS = 0.05


class RealClock:
    """Implements `seam.Clock`. Monotonic: a step of the system's clock moves no timer."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._epoch = datetime.now(UTC) - timedelta(seconds=loop.time())

    def now(self) -> datetime:
        return self._epoch + timedelta(seconds=self._loop.time())

    def call_at(self, when: datetime, callback: Callable[[], None]) -> Timer:
        """Callbacks due at one instant run in the order of their making."""
        return self._loop.call_at((when - self._epoch).total_seconds(), callback)


class AiohttpFetcher:
    """Implements `seam.Fetcher`.

    `prepare` sees each answer before the machines do, off their path: speech is synthesised and
    files are decoded there, so that the sound of the other calls does not stall.
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
        """Wait until nothing is under way, for at most `seconds`.

        Timers that are due have their turn before and after, for they make requests.
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
                request.url,
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
