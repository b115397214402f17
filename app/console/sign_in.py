"""Signing in and out. How fast passwords may be tried, `limits` says.

An account that is unknown, or has no password, costs as much as a wrong password, and is answered
in the same words.
"""

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
from app.console.limits import SignInLimits, Verdict
from app.console.sessions import close_session, is_overtime, open_session, session_account
from app.console.views import Line

blueprint = Blueprint("sign_in", __name__)

WRONG = "That email and password do not belong together. {left}"
TOO_SOON = "Too many wrong tries. {wait}"


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
    limits = SignInLimits(services.expiring, services.now)
    verdict = limits.ask(email, _address())
    if verdict.wait_seconds:
        return _refused(429, TOO_SOON.format(wait=_wait(verdict.wait_seconds)), email, verdict)
    account = services.accounts.by_email(email)
    password = request.form.get("password", "")[:1024]
    stored = account.password_hash if account else None
    right = passwords.is_right(stored, password, like=services.accounts.decoy(email))
    if account is None or not right:
        limits.failed(email, _address())
        return _refused(401, WRONG.format(left=_left(verdict)), email, verdict)
    limits.passed(email, _address())
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


def _left(verdict: Verdict) -> str:
    match verdict.free_left:
        case 0:
            return _wait(verdict.then_seconds)
        case 1:
            return "1 try left, then wait a little before each."
        case free:
            return f"{free} tries left, then wait a little before each."


def _wait(seconds: int) -> str:
    return f"Wait {seconds} {'second' if seconds == 1 else 'seconds'}, then try again."


def _address() -> str:
    return request.remote_addr or "unknown"


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _refused(status: int, words: str, email: str, verdict: Verdict) -> Response:
    if _wants_json():
        answer = jsonify(words=words)
    else:
        next_path = safe_path(request.form.get("next"))
        answer = Response(_form(email=email, next_path=next_path, refusal=words))
    answer.status_code = status
    if verdict.wait_seconds:
        answer.headers["Retry-After"] = str(verdict.wait_seconds)
    return answer


def _form(*, email: str = "", next_path: str = "/", refusal: str = "") -> str:
    return pages().alone(
        "sign-in.html", csrf=csrf_token(), email=email, next_path=next_path, refusal=refusal
    )
