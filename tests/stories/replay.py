"""Plays a saved call again: its webhooks to the product, its REST answers in the carrier's place.

The product is a new one, on a clock that shows the times of the file. What people did at a desk is
in no webhook and so in no file: such calls differ from there on, which is what `Replay` tells.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

from app.adapters.twilio import rest
from infra.local.exchange.inspection.saved_call import SavedCall
from infra.local.exchange.interfaces import NoAnswer, Request
from infra.local.exchange.journal import RestCalled, WebhookAnswered, WebhookSent
from infra.local.exchange.webhook import SIGNATURE
from tests.stories.office import Office

API = "http://carrier.example"
FORM = "application/x-www-form-urlencoded; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Difference:
    """What the product said this time, where the file has something else."""

    asked: str
    saved: str
    now: str


@dataclass
class Replay:
    documents: int = 0
    differences: list[Difference] = field(default_factory=list)


class SavedAnswers(BaseAdapter):
    """The carrier, as far as the file knows it: the same request gets the same answer."""

    def __init__(self, saved: SavedCall) -> None:
        super().__init__()
        told = (entry.news for entry in saved.entries)
        self._answers = [news for news in told if isinstance(news, RestCalled)]

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        path = urlsplit(str(request.url)).path
        known = [n for n in self._answers if (n.method, n.path) == (request.method, path)]
        response = requests.Response()
        response.url, response.request = str(request.url), request
        status, body = (
            (known[0].status, known[0].body) if known else (404, json.dumps({"code": 20404}))
        )
        if known:
            self._answers.remove(known[0])
        response.status_code, response.raw = status, io.BytesIO(body.encode())
        return response

    def close(self) -> None:
        pass


def replay(saved: SavedCall, office: Office) -> Replay:
    """`office` is in memory, and nobody has called there yet."""
    answers = {
        entry.news.delivery: entry.news
        for entry in saved.entries
        if isinstance(entry.news, WebhookAnswered)
    }
    done = Replay()
    with _answering(SavedAnswers(saved)):
        for entry in saved.entries:
            news = entry.news
            if not isinstance(news, WebhookSent) or news.purpose == "media":
                continue
            late = (entry.at - office.network.clock.now()).total_seconds()
            office.passes(max(late, 0))
            _compare(done, news, answers.get(news.delivery), _post(office, news))
    return done


def _post(office: Office, news: WebhookSent) -> str:
    headers = ((SIGNATURE, news.signature), ("Content-Type", FORM))
    form = tuple((name, str(value)) for name, value in news.pairs)
    request = Request(news.method, news.url, headers, form if news.method == "POST" else (), 5, 15)
    got = office.gateway.perform(request)
    return got.kind if isinstance(got, NoAnswer) else got.body.decode()


def _compare(done: Replay, news: WebhookSent, saved: WebhookAnswered | None, now: str) -> None:
    if saved is None or news.purpose != "document":
        return
    done.documents += 1
    if saved.body != now:
        done.differences.append(Difference(f"{news.method} {news.url}", saved.body, now))


@contextmanager
def _answering(adapter: BaseAdapter) -> Iterator[None]:
    session = rest.session()
    before = session.adapters[API]
    session.mount(API, adapter)
    try:
        yield
    finally:
        session.mount(API, before)
