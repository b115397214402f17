"""The one account of this exchange, and the ids that it gives out.

The account is configuration; numbers and applications are state, made over REST (`inventory.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Account:
    """`api_base` is where this exchange answers REST, as written into RecordingUrl and its kin."""

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

    def url(self, path: str) -> str:
        """An absolute URL below the account, without extension."""
        return f"{self.api_base}/2010-04-01/Accounts/{self.sid}/{path}"


class Sids:
    """Two letters and 32 hexadecimal digits, from the random source that was handed in."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def make(self, prefix: str) -> str:
        return f"{prefix}{self._random.getrandbits(128):032x}"
