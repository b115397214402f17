"""The one account of this exchange, and the source of its ids.

The account is configuration; numbers and applications are state, made over REST (`inventory.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from infra.local.exchange.wire import API_VERSION


@dataclass(frozen=True, slots=True)
class Account:
    """`api_base` is where this exchange answers REST, as RecordingUrl and others say it."""

    sid: str
    auth_token: str
    key_sid: str
    key_secret: str
    api_base: str

    def __post_init__(self) -> None:
        if not (self.sid.startswith("AC") and self.key_sid.startswith("SK")):
            raise ValueError("an account's sid begins with AC, a key's with SK")

    def admits(self, user: str, password: str) -> bool:
        """AC:token or SK:secret, as the carrier takes them (part 0)."""
        return (user, password) in ((self.sid, self.auth_token), (self.key_sid, self.key_secret))

    def path(self, below: str) -> str:
        """The path of a resource below the account."""
        return f"/{API_VERSION}/Accounts/{self.sid}/{below}"

    def url(self, below: str) -> str:
        """The absolute URL of a resource below the account."""
        return self.api_base + self.path(below)


class Sids:
    """Two letters and 32 hexadecimal digits, from the random source that was handed in."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def make(self, prefix: str) -> str:
        return f"{prefix}{self._random.getrandbits(128):032x}"
