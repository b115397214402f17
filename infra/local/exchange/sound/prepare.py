"""Makes the sound of an answer before the interpreter needs it, on a thread of its own.

A document's <Say> texts and a media file's samples are put into the library, so that the event loop
only looks them up. What cannot be prepared is left to the interpreter, which reports the error.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from infra.local.exchange.interfaces import Answer, Unplayable
from infra.local.exchange.sound.library import Library
from infra.local.exchange.twiml.document import Audio, meaning
from infra.local.exchange.twiml.parse import Document, Node, Refused
from infra.local.exchange.twiml.vocabulary import DocumentKind


class Preparation:
    def __init__(self, library: Library) -> None:
        self._library = library
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="speech")

    async def __call__(self, answer: Answer) -> None:
        if answer.status == 200 and answer.body:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._thread, self._prepare, answer)

    async def speak(self, words: Iterable[tuple[str, str]]) -> None:
        """Each text in its language."""
        loop = asyncio.get_running_loop()
        for text, language in words:
            await loop.run_in_executor(self._thread, self._library.speech, text, language, "")

    def close(self) -> None:
        self._thread.shutdown()

    def _prepare(self, answer: Answer) -> None:
        match meaning(answer, DocumentKind.CALL, empty_hangs_up=False):
            case Audio(body=body):
                self._media(body)
            case Document(verbs=verbs):
                self._words(verbs)
            case Refused():
                return

    def _media(self, body: bytes) -> None:
        try:
            self._library.media("", body)
        except Unplayable:
            return

    def _words(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            if node.tag == "Say":
                language = node.get("language", "en-US")
                self._library.speech(node.text, language, node.get("voice"))
            self._words(node.children)
