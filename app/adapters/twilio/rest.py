"""The official client, pointed at the configured address, with a time limit of its own.

Imported when a command first needs it: it is slow to import, and most webhooks need none. Nothing
is retried here: the caller of the API knows whether a second request is harmless (W8).
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from app.adapters.twilio.account import Account

CONNECT_SECONDS = 0.5
_log = logging.getLogger(__name__)


class Transport(HttpClient):  # type: ignore[misc] # the package ships no types
    """One session a thread; `seconds_left` is asked before each request."""

    def __init__(self, api_url: str | None, seconds_left: Callable[[], float]) -> None:
        super().__init__(_log, is_async=False)
        self._api_url = api_url
        self._seconds_left = seconds_left

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Raises requests.RequestException, also when no time is left."""
        seconds = self._seconds_left()
        if seconds <= 0:
            raise requests.Timeout("no time is left for this request")
        answer = session().request(
            method,
            self._rebased(uri),
            params=params,
            data=data,
            headers=headers,
            auth=auth,
            timeout=(min(CONNECT_SECONDS, seconds), seconds),
            allow_redirects=allow_redirects,
        )
        text = answer.content.decode("utf-8", "replace")  # JSON; else its charset would be guessed
        return Response(answer.status_code, text, answer.headers)

    def _rebased(self, uri: str) -> str:
        if self._api_url is None:
            return uri
        parts = urlsplit(uri)
        return f"{self._api_url}{parts.path}{'?' if parts.query else ''}{parts.query}"


def connect(account: Account, seconds_left: Callable[[], float]) -> Client:
    transport = Transport(account.api_url, seconds_left)
    return Client(account.username, account.password, account.sid, http_client=transport)


_threads = threading.local()


def session() -> requests.Session:
    """This thread's connections: a session must not be shared among threads."""
    kept: requests.Session | None = getattr(_threads, "session", None)
    if kept is None:
        kept = _threads.session = requests.Session()
        kept.trust_env = False  # ignores proxies of the environment and ~/.netrc
    return kept


@contextmanager
def through(own: requests.Session) -> Iterator[None]:
    """This thread's requests go through that session meanwhile."""
    before, _threads.session = session(), own
    try:
        yield
    finally:
        _threads.session = before
