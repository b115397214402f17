"""Sessions: opened by a sign-in, kept on our side; the cookie names one and holds its token.

A session ends after its hours, but never during a call: whoever is in one then goes on for as long
as the call lasts (at most `OVERTIME` more), and a few minutes after it for the wrap-up. With a
changed password, or a person who left the plan, every session of the account ends at once, in a
call, too: `end_sessions` is told of it. A session also proves itself at each request, so that it
ends where nobody was told.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import cast

from flask import session

from app.console.interfaces import Account, Dependencies
from app.console.push import Push
from app.ports import Expiring

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
    session["password"] = _fingerprint(account)
    _keep(services, _row(session["sid"]), account.person.id, until)
    _keep(services, _overtime(session["sid"]), account.person.id, until + OVERTIME)


def close_session(services: Dependencies) -> None:
    """The cookie alone is not the session: a copy of it is worth nothing after this."""
    if "sid" in session:
        _forget(services.expiring, services.push, session["sid"])
    session.clear()


def end_sessions(expiring: Expiring, push: Push, account_id: str) -> None:
    """Every session of that account, in whatever browser: its pages, its fetches, its pushes."""
    sids = {key.partition(":")[2] for key in expiring.forget_group(_group(account_id))}
    for sid in sorted(sids):
        _forget(expiring, push, sid)


def session_account(services: Dependencies) -> Account | None:
    sid = session.get("sid")
    if not isinstance(sid, str):
        return None
    known = services.expiring.get(_row(sid)) or _extended(services, sid)
    if known is None:
        return None
    account = services.accounts.get(known)
    if not _is_proven(account):
        account = services.accounts.get(known, fresh=True)  # it may have changed just now
    if _is_proven(account):
        return account
    _forget(services.expiring, services.push, sid)
    return None


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
    _keep(services, _row(sid), account, services.now() + EXTENSION)
    return account


def _keep(services: Dependencies, key: str, account_id: str, until: datetime) -> None:
    services.expiring.put(key, account_id, until, group=_group(account_id))


def _forget(expiring: Expiring, push: Push, sid: str) -> None:
    expiring.forget(_row(sid))
    expiring.forget(_overtime(sid))
    push.close_session(sid)


def _is_proven(account: Account | None) -> bool:
    return account is not None and session.get("password") == _fingerprint(account)


def _fingerprint(account: Account) -> str:
    """Of the password that opened the session: another one closes it."""
    return sha256((account.password_hash or "").encode()).hexdigest()[:16]


def _group(account_id: str) -> str:
    return f"sessions:{account_id}"


def _row(sid: str) -> str:
    return f"session:{sid}"


def _overtime(sid: str) -> str:
    return f"overtime:{sid}"
