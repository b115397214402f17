"""Sessions: opened by a sign-in, kept on our side; the cookie names one and holds its token.

A session ends after its hours, but never during a call: whoever is in one then goes on for as long
as the call lasts (at most `OVERTIME` more), and a few minutes after it for the wrap-up.
"""

from datetime import UTC, datetime, timedelta
from typing import cast

from flask import session

from app.console.interfaces import Account, Dependencies

OVERTIME = timedelta(hours=12)
EXTENSION = timedelta(minutes=5)  # written anew by the requests of a page in a call


def csrf_token(services: Dependencies) -> str:
    if "csrf" not in session:
        session["csrf"] = services.new_secret()
    return cast(str, session["csrf"])


def open_session(services: Dependencies, account: Account) -> None:
    """A new session with a new token: nothing of before the sign-in is worth anything after it."""
    close_session(services)
    session.permanent = True
    session["sid"], session["csrf"] = services.new_secret(), services.new_secret()
    until = services.now() + timedelta(hours=services.settings.session_hours)
    session["until"] = int(until.timestamp())
    services.expiring.put(_row(session["sid"]), account.person.id, until)
    services.expiring.put(_overtime(session["sid"]), account.person.id, until + OVERTIME)


def close_session(services: Dependencies) -> None:
    """The cookie alone is not the session: a copy of it is worth nothing after this."""
    if "sid" in session:
        services.expiring.forget(_row(session["sid"]))
        services.expiring.forget(_overtime(session["sid"]))
        services.push.close_session(session["sid"])
    session.clear()


def session_account(services: Dependencies) -> Account | None:
    sid = session.get("sid")
    if not isinstance(sid, str):
        return None
    known = services.expiring.get(_row(sid)) or _extended(services, sid)
    return services.accounts.get(known) if known is not None else None


def is_overtime(services: Dependencies) -> bool:
    """The session's hours are over, and only a call keeps it: it is time to sign in again."""
    return services.now() >= session_until()


def session_until() -> datetime:
    """When the hours of this request's session are over."""
    return datetime.fromtimestamp(session.get("until", 0), UTC)


def _extended(services: Dependencies, sid: str) -> str | None:
    """Its hours are over: whose it is, if that person is in a call; then it goes on a while."""
    account = services.expiring.get(_overtime(sid))
    if account is None or not services.desk.is_in_call(account):
        return None
    services.expiring.put(_row(sid), account, services.now() + EXTENSION)
    return account


def _row(sid: str) -> str:
    return f"session:{sid}"


def _overtime(sid: str) -> str:
    return f"overtime:{sid}"
