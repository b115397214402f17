"""The account at the carrier and its credentials: fast to import, unlike the client."""

from dataclasses import dataclass, field

CARRIER_API = "https://api.twilio.com"


@dataclass(frozen=True, slots=True)
class Account:
    """`username` and `password`: the account with its token, or an API key with its secret.

    `api_url` None: the carrier's own address; else scheme and host to ask instead.
    """

    sid: str
    username: str
    password: str = field(repr=False)
    api_url: str | None = None

    @property
    def media_url(self) -> str:
        """Where this account's sounds are."""
        return f"{self.api_url or CARRIER_API}/2010-04-01/Accounts/{self.sid}/Recordings"
