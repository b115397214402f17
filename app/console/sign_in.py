"""Signing in and out. Only wrong tries count, by account and address together: an office behind one
address signs in, and nobody's guesses lock somebody else out. They are slowed, not refused."""

from datetime import timedelta

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.console import passwords
from app.console.auth import (
    account_id,
    csrf_token,
    current_account,
    dependencies,
    pages,
    requires,
    safe_path,
)
from app.console.sessions import close_session, is_overtime, open_session, session_account
from app.console.views import Line

blueprint = Blueprint("sign_in", __name__)

WINDOW = timedelta(minutes=15)
FREE_FAILURES = 5
LONGEST_WAIT_SECONDS = 60

WRONG = "That email and password do not belong together. {left}"
TOO_SOON = "Too many wrong tries. Wait {seconds} seconds, then try again."


@blueprint.get("/sign-in")
def show() -> str | AnyResponse:
    """The form; as JSON, whose session this is and its token: for a page that was open before."""
    services = dependencies()
    account = session_account(services)
    if _wants_json():
        return jsonify(account=account.person.id if account else None, csrf=csrf_token())
    if account is not None and not is_overtime(services):
        return redirect(safe_path(request.args.get("next")))
    return _form(next_path=safe_path(request.args.get("next")))


@blueprint.post("/sign-in")
def enter() -> AnyResponse:
    """The page's form, or the small one of a page that stays: that reads JSON."""
    services = dependencies()
    email = request.form.get("email", "").strip().casefold()[:254]
    tries = f"tries:{email} {_address()}"
    wait_seconds, failed = _wait_seconds(tries)
    if wait_seconds:
        return _refused(429, TOO_SOON.format(seconds=wait_seconds), email)
    account = services.accounts.by_email(email)
    password = request.form.get("password", "")[:1024]
    right = passwords.is_right(account.password_hash if account else None, password)
    if account is None or not right:
        return _refused(401, WRONG.format(left=_left(FREE_FAILURES - failed)), email)
    services.expiring.forget(tries)
    services.expiring.forget(_gate(tries))
    open_session(services, account)
    if _wants_json():
        return jsonify(account=account.person.id, csrf=csrf_token())
    return redirect(safe_path(request.form.get("next")), 303)


@blueprint.post("/sign-out")
@requires("see the company")
def leave() -> AnyResponse:
    """Nobody is available who is not there: whoever signs out is offline too."""
    services = dependencies()
    if isinstance(services.desk.desk(current_account(), ()).moment, Line):
        return redirect("/desk", 303)  # no session ends during a call
    services.desk.set_presence(account_id(), "offline")
    close_session(services)
    return redirect("/sign-in", 303)


def _left(free: int) -> str:
    match free:
        case 1:
            return "1 try left, then wait a little before each."
        case _ if free > 1:
            return f"{free} tries left, then wait a little before each."
        case _:
            return "Wait a little before the next try."


def _wait_seconds(tries: str) -> tuple[int, int]:
    """How long to wait (0: the password may be read), and the failures with this one.

    The try counts as wrong until it is not.

    After five failures of one account from one address each further try opens a gate's pause, twice
    as long as the one before: it slows a guesser, and locks nobody out, here or elsewhere. Counted
    before the password is read, so that tries at the same time do not pass together.
    """
    services = dependencies()
    failed = int(services.expiring.get(tries) or 0)
    if failed >= FREE_FAILURES and not _passes_gate(tries, failed):
        return _pause_seconds(failed - 1), failed
    counted = services.expiring.count(tries, services.now() + WINDOW)
    if failed < FREE_FAILURES < counted and not _passes_gate(tries, counted):
        return _pause_seconds(counted), counted
    return 0, counted


def _passes_gate(tries: str, failed: int) -> bool:
    services = dependencies()
    pause = timedelta(seconds=_pause_seconds(failed))
    return services.expiring.count(_gate(tries), services.now() + pause) == 1


def _gate(tries: str) -> str:
    return f"gate:{tries}"


def _pause_seconds(failed: int) -> int:
    doublings = min(max(failed - FREE_FAILURES, 0), 10)
    return min(LONGEST_WAIT_SECONDS, 2 << doublings)


def _address() -> str:
    return request.remote_addr or "unknown"


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _refused(status: int, words: str, email: str) -> Response:
    if _wants_json():
        answer = jsonify(words=words)
    else:
        next_path = safe_path(request.form.get("next"))
        answer = Response(_form(email=email, next_path=next_path, refusal=words))
    answer.status_code = status
    return answer


def _form(*, email: str = "", next_path: str = "/", refusal: str = "") -> str:
    return pages().alone(
        "sign-in.html", csrf=csrf_token(), email=email, next_path=next_path, refusal=refusal
    )
