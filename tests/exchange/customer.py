"""The customer's server in these tests: it answers by path, and records its requests."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

from infra.local.exchange.virtual import TEST_ACCOUNT

BASE = "https://pbx.example"


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    pairs: tuple[tuple[str, str], ...]
    headers: dict[str, str]
    signed: bool

    def __getitem__(self, name: str) -> str:
        return dict(self.pairs)[name]

    def get(self, name: str) -> str | None:
        return dict(self.pairs).get(name)

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.pairs]


@dataclass(frozen=True)
class Says:
    body: bytes
    content_type: str = "text/xml"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


def twiml(inner: str) -> Says:
    return Says(f"<Response>{inner}</Response>".encode())


def wav(seconds: float) -> Says:
    file = BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(int(seconds * 16000)))
    return Says(file.getvalue(), "audio/x-wav")


@dataclass
class Customer:
    """`pages[path]` is an answer, or a function of the request. Unlisted: an empty Response."""

    pages: dict[str, Says | Callable[[Asked], Says]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = _read(environ)
        self.asked.append(asked)
        page = self.pages.get(asked.path, twiml(""))
        says = page if isinstance(page, Says) else page(asked)
        start_response(f"{says.status} X", [("Content-Type", says.content_type), *says.headers])
        return [says.body]

    def to(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]

    def last(self, path: str) -> Asked:
        return self.to(path)[-1]


def _read(environ: dict[str, Any]) -> Asked:
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
    form = tuple(parse_qsl(body, keep_blank_values=True))
    query = environ["QUERY_STRING"]
    scheme, host = environ["wsgi.url_scheme"], environ["HTTP_HOST"]
    url = f"{scheme}://{host}{environ['PATH_INFO']}" + (f"?{query}" if query else "")
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or name == "CONTENT_TYPE"
    }
    validator = RequestValidator(TEST_ACCOUNT.auth_token)
    signature = headers.get("x-twilio-signature", "")
    signed = bool(signature) and validator.validate(url, dict(form), signature)
    pairs = form if environ["REQUEST_METHOD"] == "POST" else tuple(parse_qsl(query, True))
    return Asked(environ["REQUEST_METHOD"], environ["PATH_INFO"], pairs, headers, signed)
