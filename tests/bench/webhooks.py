"""CPU per webhook, in process over WSGI: the product on memory, against a bare Flask application.

`python -m tests.bench.webhooks` prints the figures, their ratio and the baseline's source. CPU time
is the process's own; rounds alternate, and the best of each is compared: whatever else the machine
does can only add to it.
"""

from __future__ import annotations

import base64
import gc
import hashlib
import hmac
import inspect
import io
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask

from tests.bench import bare
from tests.bench.product import Product

TOKEN = "b" * 32
ROUNDS = 9
CALLS = 300
LIMIT = 3.0


@dataclass(frozen=True)
class Figure:
    name: str
    product_microseconds: float
    bare_microseconds: float

    @property
    def ratio(self) -> float:
        return self.product_microseconds / self.bare_microseconds


def measure(product: Product, rounds: int = ROUNDS, calls: int = CALLS) -> Iterable[Figure]:
    for name, prepare in (
        ("inbound", product.inbound),
        ("key press", product.key_press),
        ("wait request", product.wait_request),
    ):
        ours, theirs = [], []
        for _ in range(rounds):
            requests = [prepare() for _ in range(calls)]
            ours.append(_cpu(product.app, requests))
            theirs.append(_cpu(bare.bare, requests))
        yield Figure(name, min(ours), min(theirs))


def _cpu(app: Flask, requests: list[tuple[str, dict[str, str]]]) -> float:
    """Microseconds of CPU a request; every answer must be a document."""
    environs = [environ(path, form) for path, form in requests]
    statuses: list[str] = []
    gc.collect()
    gc.freeze()  # the calls of earlier rounds are the store's memory, not this webhook's work
    begun = time.process_time()
    for each in environs:
        b"".join(app(each, lambda status, _headers, _exc=None: statuses.append(status)))  # type: ignore[arg-type]
    spent = time.process_time() - begun
    if set(statuses) != {"200 OK"}:
        raise RuntimeError(f"a webhook was answered {set(statuses)}")
    return spent / len(environs) * 1e6


def environ(path: str, form: dict[str, str]) -> dict[str, Any]:
    """A signed webhook, as a WSGI server hands it over."""
    body = urlencode(form).encode()
    signed = f"https://pbx.example{path}" + "".join(f"{k}{form[k]}" for k in sorted(form))
    digest = hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()
    bare_path, _, query = path.partition("?")
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": bare_path,
        "QUERY_STRING": query,
        "RAW_URI": path,
        "SERVER_NAME": "pbx.example",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "application/x-www-form-urlencoded; charset=utf-8",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "pbx.example",
        "HTTP_X_TWILIO_SIGNATURE": base64.b64encode(digest).decode(),
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def show(figure: Figure) -> None:
    print(
        f"{figure.name:14} {figure.product_microseconds:7.0f} µs ÷ "
        f"{figure.bare_microseconds:5.0f} µs = {figure.ratio:4.2f}"
    )


def main() -> int:
    print("CPU per webhook in process over WSGI: the product on memory ÷ this bare application\n")
    print(inspect.getsource(bare))
    worst = 0.0
    for figure in measure(Product(TOKEN)):
        worst = max(worst, figure.ratio)
        show(figure)
    print(f"\nthe largest ratio is {worst:.2f}; the limit is {LIMIT:.0f}")
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
