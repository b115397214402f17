"""Makes the sound of an answer before the machines ask for it, on a thread of its own.

A document's <Say> texts and a media file's samples land in the library, so that the machines'
thread only looks them up. What cannot be prepared is left to the machines, who know the error.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree as ET

from infra.local.exchange.seam import Answer, Unplayable
from infra.local.exchange.sound.library import Library

_MAX_DOCUMENT_BYTES = 64 * 1024


class Preparation:
    def __init__(self, library: Library) -> None:
        self._library = library
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="speech")

    async def __call__(self, answer: Answer) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._prepare, answer)

    def _prepare(self, answer: Answer) -> None:
        kind = answer.headers.get("content-type", "")
        if kind.startswith("audio/"):
            self._media(answer.body)
        elif "xml" in kind and len(answer.body) <= _MAX_DOCUMENT_BYTES:
            self._document(answer.body)

    def _media(self, body: bytes) -> None:
        try:
            self._library.media("", body)
        except Unplayable:
            return

    def _document(self, body: bytes) -> None:
        try:
            document = ET.fromstring(body)  # noqa: S314  # expat >= 2.4 bounds expansion; 64 kB at most
        except ET.ParseError:
            return
        for say in document.iter("Say"):
            text = "".join(say.itertext()).strip()
            if text:
                self._library.speech(text, say.get("language", ""), say.get("voice", ""))
