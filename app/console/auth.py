"""Authentication and authorization: who is signed in, what they may do, what a page may load.

Deny by default: every path but the sign-in and the static files asks for a session and for the
action that its route declares, every unsafe request for the session's token, and every answer
carries the strict content security policy.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast
from urllib.parse import urlsplit

from flask import Response, abort, current_app, g, jsonify, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.console import labels, sessions
from app.console.error_pages import OLD_PAGE, words_for
from app.console.interfaces import Account, Dependencies, Settings
from app.console.pages import Pages
from app.domain.access import Action, may_sometimes

PUBLIC = frozenset({"console.static", "console.sign_in.show", "console.sign_in.enter"})
FRAGMENTS = frozenset({"console.desk.live"})  # never a page of its own
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

View = TypeVar("View", bound=Callable[..., object])

_actions: dict[Callable[..., object], Action] = {}


def requires(action: Action) -> Callable[[View], View]:
    """Declares what a route lets people do, above its view. Undeclared, it is nobody's."""

    def declare(view: View) -> View:
        _actions[view] = action
        return view

    return declare


def action_of(view: Callable[..., object]) -> Action | None:
    return _actions.get(view)


@dataclass(frozen=True, slots=True)
class ConsoleContext:
    """What requests of this console work with; kept in the application's extensions."""

    dependencies: Dependencies
    pages: Pages


def _context() -> ConsoleContext:
    return cast(ConsoleContext, current_app.extensions["switchroom.console"])


def dependencies() -> Dependencies:
    """What this application's console works with."""
    return _context().dependencies


def pages() -> Pages:
    return _context().pages


def current_account() -> Account:
    """Whoever is signed in. Only for routes that need a session: then there is always somebody."""
    return cast(Account, g.account)


def account_id() -> str:
    return current_account().person.id


def csrf_token() -> str:
    return sessions.csrf_token(dependencies())


def check_request() -> AnyResponse | None:
    """Before every request: the session, the token, the right to what the route does."""
    g.account = sessions.session_account(dependencies())
    is_public = request.endpoint in PUBLIC
    if g.account is None and not is_public:
        return _signed_out()
    if request.method not in SAFE_METHODS and not _has_token():
        return _old_token()
    if is_public:
        return None
    view = current_app.view_functions.get(request.endpoint or "")
    action = action_of(view) if view else None
    if action is None or not may_sometimes(g.account.person, action):
        abort(403)
    return None


def _has_token() -> bool:
    """From the header (scripts), the form (forms, and beacons, which can send no header)."""
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    known = session.get("csrf", "")
    return bool(known) and hmac.compare_digest(given.encode(), known.encode())


def _old_token() -> AnyResponse:
    """The page is older than the session: a script asks for the token of now and sends again."""
    words = words_for(OLD_PAGE, request.accept_languages)
    if is_navigation():
        page = pages().alone("error.html", csrf="", words=words)
        return Response(page, status=403)
    answer = jsonify(words=f"{words.title}. {words.advice}", reason="token")
    answer.status_code = 403
    return answer


def _signed_out() -> AnyResponse:
    """A page is led to the sign-in; a fetch is told: it would take that page for its answer."""
    if is_navigation():
        is_get = request.method in SAFE_METHODS
        path = request.full_path.rstrip("?") if is_get else "/"
        to_sign_in = url_for("console.sign_in.show", next=path)
        return redirect(to_sign_in, 302 if is_get else 303)
    answer = jsonify(words=labels.SIGNED_OUT)
    answer.status_code = 401
    return answer


def is_navigation() -> bool:
    """Whether the answer becomes the page. Browsers say so; the older ones by what they accept."""
    if "HX-Request" in request.headers or request.endpoint in FRAGMENTS:
        return False
    mode = request.headers.get("Sec-Fetch-Mode")
    if mode is not None:
        return mode == "navigate"
    accepts = request.headers.get("Accept", "")
    return "text/html" in accepts or (not accepts and request.method in SAFE_METHODS)


def safe_path(path: str | None) -> str:
    """A path of this very site, or the front door. `//host` and `\\host` are other sites."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")):
        return "/"
    if any(ord(letter) < 32 or letter == "\\" for letter in path):
        return "/"
    parts = urlsplit(path)
    return path if not parts.scheme and not parts.netloc else "/"


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def content_policy(settings: Settings) -> str:
    """No inline script or style; other origins only as configured."""
    scripts = {origin(url) for url in settings.script_urls} - {""}
    # A recording is played from its origin, and read from it to be drawn.
    connects = {*settings.connect_origins, *settings.media_origins, *scripts}
    if settings.push_url:
        connects.add(origin(settings.push_url))
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *sorted(scripts)]),
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": " ".join(["'self'", *sorted(connects)]),
        "media-src": " ".join(["'self'", "blob:", *sorted(settings.media_origins)]),
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def add_headers(settings: Settings) -> Callable[[Response], Response]:
    """After every request: the headers that every answer carries."""
    policy = content_policy(settings)

    def with_headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
        if request.endpoint != "console.static":
            response.headers["Cache-Control"] = "no-store"
            response.headers.add("Vary", "HX-Request")
        return response

    return with_headers
