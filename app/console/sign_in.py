"""Signing in and out. Tries are counted per account and address before a password is read."""

from datetime import timedelta

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from app.console import passwords
from app.console.auth import (
    account_id,
    close_session,
    csrf_token,
    dependencies,
    open_session,
    pages,
    requires,
    safe_path,
    session_account,
)

blueprint = Blueprint("sign_in", __name__)

WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 5
TRIES_PER_ADDRESS = 30


@blueprint.get("/sign-in")
def show() -> str | Response:
    if session_account() is not None:
        return redirect(safe_path(request.args.get("next")))
    return _form(next_path=safe_path(request.args.get("next")))


@blueprint.post("/sign-in")
def enter() -> tuple[str, int] | Response:
    services = dependencies()
    email = request.form.get("email", "").strip().casefold()[:254]
    next_path = safe_path(request.form.get("next"))
    tries = _count(f"tries:account:{email}")
    if tries > TRIES_PER_ACCOUNT or _count(f"tries:address:{_address()}") > TRIES_PER_ADDRESS:
        return _form(email=email, next_path=next_path, locked=True), 429
    account = services.accounts.by_email(email)
    password = request.form.get("password", "")[:1024]
    right = passwords.is_right(account.password_hash if account else None, password)
    if account is None or not right:
        return _form(email=email, next_path=next_path, left=TRIES_PER_ACCOUNT - tries), 401
    services.expiring.forget(f"tries:account:{email}")
    open_session(account)
    return redirect(next_path, 303)


@blueprint.post("/sign-out")
@requires("see the company")
def leave() -> Response:
    """Nobody is available who is not there: whoever signs out is offline too."""
    dependencies().desk.set_presence(account_id(), "offline")
    close_session()
    return redirect("/sign-in", 303)


def _count(key: str) -> int:
    services = dependencies()
    return services.expiring.count(key, services.now() + WINDOW)


def _address() -> str:
    return request.remote_addr or "unknown"


def _form(
    *, email: str = "", next_path: str = "/", left: int | None = None, locked: bool = False
) -> str:
    return pages().alone(
        "sign-in.html",
        csrf=csrf_token(),
        email=email,
        next_path=next_path,
        left=left,
        locked=locked,
    )
