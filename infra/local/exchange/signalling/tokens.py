"""Access tokens of the Voice SDK: JWTs signed with the account's API key.

The SDK never looks inside; all checks are the exchange's. Codes are those that the SDK
knows (31204: it says 20101, 31205: it says 20104).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

INVALID = 31204
EXPIRED = 31205


class TokenRefused(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Grant:
    """What a good token allows. `expires_at` is seconds since the epoch."""

    identity: str
    expires_at: float
    application_sid: str | None
    application_parameters: Mapping[str, str]
    may_be_called: bool

    @property
    def seconds_left(self) -> int:
        return int(self.expires_at - time.time())


@dataclass(frozen=True, slots=True)
class TokenCheck:
    account_sid: str
    key_sid: str
    key_secret: str

    def grant(self, token: str) -> Grant:
        """Raises TokenRefused."""
        try:
            claims = jwt.decode(
                token,
                self.key_secret,
                algorithms=["HS256"],
                issuer=self.key_sid,
                options={"require": ["exp", "iss", "sub"], "verify_aud": False},
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenRefused(EXPIRED, "the access token has expired") from error
        except jwt.InvalidTokenError as error:
            raise TokenRefused(INVALID, f"the access token is not valid: {error}") from error
        if claims["sub"] != self.account_sid:
            raise TokenRefused(INVALID, "the access token belongs to another account")
        return _grant(claims)


def _grant(claims: Mapping[str, Any]) -> Grant:
    try:
        grants = claims["grants"]
        voice = grants.get("voice", {})
        outgoing = voice.get("outgoing", {})
        return Grant(
            identity=str(grants["identity"]),
            expires_at=float(claims["exp"]),
            application_sid=outgoing.get("application_sid"),
            application_parameters=dict(outgoing.get("params") or {}),
            may_be_called=bool(voice.get("incoming", {}).get("allow", False)),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise TokenRefused(INVALID, "the access token has no voice grant") from error
