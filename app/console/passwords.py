"""Passwords: argon2id, with the parameters that its authors recommend for a server.

An unknown account costs as much as a wrong password, so that the time tells nothing.
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
# Of no account: a hash with the same parameters, for which no password is known.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$c3dpdGNocm9vbS1ub2JvZHk$"
    "q2Zv0m5QnX9S1m1mE0r6x3cV6r6lqkz2hX1sQq1mB1Y"
)


def is_right(password_hash: str | None, password: str, *, like: str | None = None) -> bool:
    """Whether it is the password; None (no such account) is never right.

    It costs as much as another account's hash, `like`: not all need have the same parameters.
    """
    try:
        _HASHER.verify(password_hash or like or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None
