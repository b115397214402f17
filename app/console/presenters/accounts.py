"""Accounts: who may sign in and what they may hear, as the company's plan has them."""

from hashlib import sha256

from app.console.interfaces import Account
from app.domain.access import Person, may_hear
from app.domain.dialplan import Member
from app.ports import Directory


class PlanAccounts:
    """People as the company's plan has them; who is not in it, or has no password, is nobody."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def by_email(self, email: str) -> Account | None:
        wanted = email.casefold()
        members = self._directory.head(fresh=True).members
        return next((_account(m) for m in members if m.email.casefold() == wanted), None)

    def get(self, account_id: str, *, fresh: bool = False) -> Account | None:
        member = self._directory.head(fresh=fresh).member(account_id)
        return _account(member) if member else None

    def decoy(self, email: str) -> str | None:
        hashes = [m.password_hash for m in self._directory.head().members if m.password_hash]
        chosen = int.from_bytes(sha256(email.encode("utf-8", "replace")).digest())
        return hashes[chosen % len(hashes)] if hashes else None

    def may_hear(self, account_id: str, topic: str) -> bool:
        account = self.get(account_id)
        return account is not None and may_hear(account.person, topic)


def _account(member: Member) -> Account:
    person = Person(member.id, member.name, member.role)
    return Account(person, member.email, member.password_hash)
