"""Authentication and authorization: who is signed in, what they may do, what a page may load.

Deny by default: every path but the sign-in and the static files asks for a session and for the
action that its route declares, every unsafe request for the session's token, and every answer
carries the strict content security policy.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar, cast
from urllib.parse import urlsplit

from flask import Response, abort, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.console.interfaces import Account, Dependencies, Settings
from app.console.pages import Pages
from app.domain.access import Action, may_sometimes

PUBLIC = frozenset({"console.static", "console.sign_in.show", "console.sign_in.enter"})
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
    if "csrf" not in session:
        session["csrf"] = dependencies().new_secret()
    return cast(str, session["csrf"])


def open_session(account: Account) -> None:
    """A new session with a new token: nothing of before the sign-in is worth anything after it."""
    services = dependencies()
    session.clear()
    session.permanent = True
    session["sid"], session["csrf"] = services.new_secret(), services.new_secret()
    until = services.now() + timedelta(hours=services.settings.session_hours)
    services.expiring.put(f"session:{session['sid']}", account.person.id, until)


def close_session() -> None:
    """The cookie alone is not the session: a copy of it is worth nothing after this."""
    if "sid" in session:
        dependencies().expiring.forget(f"session:{session['sid']}")
        dependencies().push.close_session(session["sid"])
    session.clear()


def session_account() -> Account | None:
    services = dependencies()
    sid = session.get("sid")
    known = services.expiring.get(f"session:{sid}") if isinstance(sid, str) else None
    return services.accounts.get(known) if known is not None else None


def check_request() -> AnyResponse | None:
    """Before every request: the session, the right to what the route does, the token."""
    g.account = session_account()
    if request.method not in SAFE_METHODS:
        _check_token()
    if request.endpoint in PUBLIC:
        return None
    if g.account is None:
        return _to_sign_in()
    view = current_app.view_functions.get(request.endpoint or "")
    action = action_of(view) if view else None
    if action is None or not may_sometimes(g.account.person, action):
        abort(403)
    return None


def _check_token() -> None:
    """From the header (scripts), the form (forms, and beacons, which can send no header)."""
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    known = session.get("csrf", "")
    if not known or not hmac.compare_digest(given.encode(), known.encode()):
        abort(403)


def _to_sign_in() -> AnyResponse:
    if request.method in SAFE_METHODS and "HX-Request" not in request.headers:
        return redirect(url_for("console.sign_in.show", next=request.full_path.rstrip("?")))
    return Response("", status=401)


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
