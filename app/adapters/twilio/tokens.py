"""Access tokens for agents' browsers (contract E1). The port is `Tokens`."""

import re

IDENTITY = re.compile(r"[A-Za-z0-9_]{1,121}")  # what every SDK takes (G7)
LONGEST_SECONDS = 24 * 3600  # 20157


class TwilioTokens:
    """Signed with an API key's secret. The account's own token never signs these."""

    def __init__(
        self, *, account_sid: str, key_sid: str, key_secret: str, application_sid: str
    ) -> None:
        self._account_sid = account_sid
        self._key_sid = key_sid
        self._key_secret = key_secret
        self._application_sid = application_sid

    def voice(self, identity: str, ttl_seconds: int) -> str:
        """Raises ValueError: no such identity or time is possible."""
        if not IDENTITY.fullmatch(identity):
            raise ValueError(f"{identity!r} is no identity: letters, digits and _ only")
        if not 0 < ttl_seconds <= LONGEST_SECONDS:
            raise ValueError(f"{ttl_seconds} s is no time that a token may live")
        from twilio.jwt.access_token import AccessToken
        from twilio.jwt.access_token.grants import VoiceGrant

        token = AccessToken(
            self._account_sid,
            self._key_sid,
            self._key_secret,
            identity=identity,
            ttl=ttl_seconds,
            grants=[
                VoiceGrant(outgoing_application_sid=self._application_sid, incoming_allow=True)
            ],
        )
        return str(token.to_jwt())
