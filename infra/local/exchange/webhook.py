"""Requests to the customer's server: signed, with overrides, retries, redirects and time-outs.

One `Delivery` is one request as the carrier's debugger shows it: its attempts, the redirects it
follows, one result. Everything here is sans-IO; the fetcher performs single attempts.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie
from random import Random
from typing import TypeAlias
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit

from infra.local.exchange.account import Account
from infra.local.exchange.interfaces import Answer, Clock, Fetcher, NoAnswer, Request, Timer
from infra.local.exchange.journal import Journal, Warned, WebhookAnswered, WebhookSent
from infra.local.exchange.overrides import Overrides, split_overrides
from infra.local.exchange.signature import sign, signed_url
from infra.local.exchange.switches import Switches
from infra.local.exchange.wire import Endpoint, Pairs, is_web_url, joined

MOST_REDIRECTS = 10
BODY_KEPT = 65_536
SIGNATURE, TOKEN = "X-Twilio-Signature", "I-Twilio-Idempotency-Token"


@dataclass(frozen=True, slots=True)
class Delivered:
    """A success (2xx). `url` is where the answer came from, the base of its relative URLs."""

    answer: Answer
    url: str


@dataclass(frozen=True, slots=True)
class Undelivered:
    """`code` is the carrier's (A4); `url` the one that failed."""

    code: int
    detail: str
    url: str


Result: TypeAlias = Delivered | Undelivered
Done: TypeAlias = Callable[[Result], None]


class Webhooks:
    def __init__(
        self,
        account: Account,
        clock: Clock,
        fetcher: Fetcher,
        journal: Journal,
        switches: Switches,
        random: Random,
    ) -> None:
        self.account = account
        self.clock = clock
        self.fetcher = fetcher
        self.journal = journal
        self.switches = switches
        self.random = random
        self._cookies: dict[str, dict[str, str]] = {}
        self._made = 0

    def send(
        self, endpoint: Endpoint, pairs: Pairs, leg: str | None, purpose: str, done: Done
    ) -> None:
        """`done` is called once, at the latest when the total time-out is over."""
        self._made += 1
        Delivery(self, self._made, endpoint, pairs, leg, purpose, done).start()

    def cookies(self, leg: str | None) -> dict[str, str]:
        """A1: cookies are kept per call, as by a browser."""
        return {} if leg is None else self._cookies.setdefault(leg, {})


class Delivery:
    def __init__(
        self,
        webhooks: Webhooks,
        number: int,
        endpoint: Endpoint,
        pairs: Pairs,
        leg: str | None,
        purpose: str,
        done: Done,
    ) -> None:
        self._webhooks = webhooks
        self._number = number
        self._leg = leg
        self._purpose = purpose
        self._done: Done | None = done
        self._pairs = pairs
        self._method = endpoint.method.upper()
        self._url, self._overrides, wrong = split_overrides(endpoint.url)
        self._configured = self._url
        self._retries = self._overrides.retries
        self._redirects = 0
        self._attempt = 0
        self._token = f"{webhooks.random.getrandbits(128):032x}"
        self._timer: Timer | None = None
        for text in wrong:
            webhooks.journal.write(Warned(11240, f"connection override {text!r} is ignored", leg))

    def start(self) -> None:
        if not is_web_url(self._url):
            self._finish(Undelivered(11100, f"{self._url!r} is no absolute URL", self._url))
            return
        clock = self._webhooks.clock
        limit = clock.now() + timedelta(seconds=min(15.0, self._overrides.total_seconds))
        self._timer = clock.call_at(limit, self._too_late)
        self._try()

    def _try(self) -> None:
        self._attempt += 1
        attempt = self._attempt
        request = self._request(self._overrides)
        headers = dict(request.headers)
        shown = WebhookSent(
            self._number,
            self._purpose,
            self._method,
            request.url,
            self._pairs,
            headers.get(SIGNATURE, ""),
            headers.get(TOKEN, ""),
            self._leg,
        )
        self._webhooks.journal.write(shown)
        self._webhooks.fetcher.fetch(request, lambda got: self._answered(attempt, got))

    def _request(self, overrides: Overrides) -> Request:
        parts = urlsplit(self._url)
        credentials, _, host = parts.netloc.rpartition("@")
        query, form = parts.query, self._pairs
        if self._purpose == "media":
            form = ()
        elif self._method != "POST":
            query, form = "&".join(filter(None, (query, urlencode(form)))), ()
        url = urlunsplit((parts.scheme, host, parts.path or "/", query, ""))
        headers = [
            ("User-Agent", "TwilioProxy/1.1"),
            ("Accept", "*/*"),
            ("Cache-Control", "max-age=259200"),
            ("X-Home-Region", "us1"),
        ]
        if self._attempt > 1 or self._webhooks.switches.token_on_first_attempt:
            headers.append((TOKEN, self._token))
        if self._purpose != "media":
            signed = signed_url(self._url if self._method == "POST" else url)
            signature = sign(self._webhooks.account.auth_token, signed, form)
            headers.append((SIGNATURE, signature))
        if self._method == "POST":
            form_type = "application/x-www-form-urlencoded; charset=utf-8"
            headers.append(("Content-Type", form_type))
        if credentials:
            basic = base64.b64encode(unquote(credentials).encode()).decode()
            headers.append(("Authorization", f"Basic {basic}"))
        if cookies := self._webhooks.cookies(self._leg):
            headers.append(("Cookie", "; ".join(f"{k}={v}" for k, v in cookies.items())))
        return Request(
            self._method,
            url,
            tuple(headers),
            form,
            overrides.connect_seconds,
            overrides.read_seconds,
        )

    def _answered(self, attempt: int, got: Answer | NoAnswer) -> None:
        if self._done is None or attempt != self._attempt:
            return  # too late: the total time-out has ended this delivery
        self._note(got)
        match got:
            case NoAnswer(kind=kind, detail=detail):
                reason = {"connect": "ct", "read": "rt"}.get(kind, "")
                code = 11206 if kind == "protocol" else 11205
                self._failed(reason, Undelivered(code, detail, self._url))
            case Answer(status=status) if status in (301, 302, 303, 307, 308):
                self._redirected(got)
            case Answer(status=status) if status >= 300 or status < 200:
                code = self._webhooks.switches.http_failure_code
                failure = Undelivered(code, f"HTTP status {status}", self._url)
                self._failed(f"{status // 100}xx", failure)
            case Answer():
                self._finish(Delivered(got, self._url))

    def _failed(self, reason: str, failure: Undelivered) -> None:
        if self._retries > 0 and reason in self._overrides.retry_on:
            self._retries -= 1
            self._try()
        else:
            self._finish(failure)

    def _redirected(self, answer: Answer) -> None:
        location = answer.headers.get("location", "")
        self._redirects += 1
        if not location:
            self._finish(Undelivered(11216, "a redirect without Location", self._url))
        elif self._redirects > MOST_REDIRECTS:
            self._finish(Undelivered(11215, "too many redirects", self._url))
        else:
            self._url = joined(self._url, location).partition("#")[0]
            if not is_web_url(self._url):
                self._finish(Undelivered(11216, f"a redirect to {location!r}", self._url))
                return
            if answer.status in (301, 302, 303):  # A1: then a GET without the fields
                self._method, self._pairs = "GET", ()
            self._try()

    def _too_late(self) -> None:
        self._attempt += 1
        self._note(NoAnswer("read", "no answer within the total time-out"))
        self._finish(Undelivered(11205, "no answer within the total time-out", self._url))

    def _note(self, got: Answer | NoAnswer) -> None:
        if isinstance(got, NoAnswer):
            noted = WebhookAnswered(self._number, 0, "", f"{got.kind}: {got.detail}")
        else:
            self._keep_cookies(got)
            kind = got.headers.get("content-type", "")
            text = "" if kind.startswith("audio/") else _text(got.body[:BODY_KEPT])
            noted = WebhookAnswered(self._number, got.status, kind, text)
        self._webhooks.journal.write(noted)

    def _keep_cookies(self, answer: Answer) -> None:
        try:
            jar = SimpleCookie(answer.headers.get("set-cookie", ""))
        except CookieError:
            return
        for name, morsel in jar.items():
            self._webhooks.cookies(self._leg)[name] = morsel.value

    def _finish(self, result: Result) -> None:
        done, self._done = self._done, None
        if self._timer is not None:
            self._timer.cancel()
        if isinstance(result, Undelivered):
            message = f"{result.url}: {result.detail}"
            self._webhooks.journal.write(Warned(result.code, message, self._leg))
        if done is not None:
            done(result)


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
