"""The exchange for people: real time, one event loop, with real sound."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import SystemRandom
from urllib.parse import parse_qsl, unquote

import aiohttp
from aiohttp import web

from infra.local.exchange.account import Account
from infra.local.exchange.calls_to_try import read_calls_to_try
from infra.local.exchange.exchange import Exchange
from infra.local.exchange.inspection.names import NamesFile
from infra.local.exchange.inspector import Inspector
from infra.local.exchange.media_runtime import MediaDependencies, MediaRuntime
from infra.local.exchange.outside.script import Script, read_scripts
from infra.local.exchange.outside.telephone import plug_in_all
from infra.local.exchange.realtime import AiohttpFetcher, RealClock
from infra.local.exchange.rest.api import handle
from infra.local.exchange.rest.messages import RestRequest
from infra.local.exchange.signalling.street import CompanyNumber, OutsideNumber
from infra.local.exchange.signalling.tokens import TokenCheck
from infra.local.exchange.sound.library import Library
from infra.local.exchange.sound.prepare import Preparation
from infra.local.exchange.sound.real_sound import RealSound
from infra.local.exchange.sound.recorder import Recorder
from infra.local.exchange.store import Store, Unreadable
from infra.local.exchange.web import InspectorHandlers

_LAST_WORDS_SECONDS = 2.5  # for the callbacks of calls that end with the exchange


@dataclass(frozen=True, slots=True)
class Settings:
    account: Account
    port: int
    data: Path
    strict: bool = False
    names: Path | None = None  # the file of `inspection.names`
    calls_to_try: Path | None = None  # the file of `calls_to_try`
    telephones: Path | None = None  # the file of `outside.script`


class Server:
    """`start`, then `stop`; both on the event loop that everything runs on."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._telephones: tuple[Script, ...] = ()
        library, recorder = Library(), Recorder()
        loop = asyncio.get_running_loop()
        clock = RealClock(loop)
        self._session = aiohttp.ClientSession(auto_decompress=True)
        self._preparation = Preparation(library)
        self._fetcher = AiohttpFetcher(self._session, self._preparation)
        account = settings.account
        self.exchange = Exchange(
            account,
            clock,
            self._fetcher,
            RealSound(library, recorder),
            SystemRandom(),
            strict=settings.strict,
        )
        self._store = Store(settings.data, self.exchange)
        inspector = Inspector(self.exchange, NamesFile(settings.names))
        self._media_runtime = MediaRuntime(
            MediaDependencies(
                call_control=self.exchange,
                journal=self.exchange.journal,
                numbers=self._numbers,
                library=library,
                recorder=recorder,
                tokens=TokenCheck(account.sid, account.key_sid, account.key_secret),
                now=clock.now,
                rest=self._rest,
                outside=self._outside,
                calls_to_try=partial(read_calls_to_try, settings.calls_to_try),
                inspector=InspectorHandlers(inspector.feed, inspector.ladder, inspector.file),
            )
        )

    async def start(self) -> int:
        """Returns the port. Raises OSError when it is taken, Unreadable for a broken file."""
        self._store.load()
        await self._plug_in_telephones()
        self._store.keep()
        return await self._media_runtime.start(self._settings.port)

    async def _plug_in_telephones(self) -> None:
        """All that they may say is spoken beforehand, for it is made on another thread."""
        try:
            self._telephones = read_scripts(self._settings.telephones)
        except ValueError as error:
            raise Unreadable(str(error)) from error
        words = [words for script in self._telephones for words in script.words()]
        await self._preparation.speak(words)
        plug_in_all(self.exchange, self._telephones)

    def _outside(self) -> list[OutsideNumber]:
        return [OutsideNumber(one.number, one.name, one.does) for one in self._telephones]

    async def stop(self) -> None:
        """Live calls end first, while their callbacks can still be delivered."""
        self.exchange.end_all()
        await self._fetcher.drain(_LAST_WORDS_SECONDS)
        await self._media_runtime.stop()
        await self._session.close()
        self._preparation.close()

    def _numbers(self) -> list[CompanyNumber]:
        voices = self.exchange.context.inventory.numbers.values()
        return [CompanyNumber(voice.phone_number, voice.friendly_name) for voice in voices]

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        response = handle(
            self.exchange,
            RestRequest(
                method=request.method,
                path=unquote(request.rel_url.raw_path),
                query=tuple(parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True)),
                form=tuple(parse_qsl(body, keep_blank_values=True)),
                authorization=request.headers.get("Authorization", ""),
            ),
        )
        if response.finish is not None:
            response = await asyncio.to_thread(response.finished)
        return web.Response(
            status=response.status,
            body=response.body,
            content_type=response.content_type,
            headers=dict(response.headers),
        )
