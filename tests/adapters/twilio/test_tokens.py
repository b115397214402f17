"""What browsers sign in with, read back as the carrier reads it (contract E1)."""

import jwt
import pytest

from app.adapters.twilio.tokens import LONGEST_SECONDS, TwilioTokens

SECRET = "0123456789abcdef0123456789abcdef"
TOKENS = TwilioTokens(account_sid="AC1", key_sid="SK1", key_secret=SECRET, application_sid="AP1")


def test_a_token_is_of_this_account_key_application_and_identity() -> None:
    token = TOKENS.voice("maya_tab1", 3600)

    payload = jwt.decode(token, SECRET, algorithms=["HS256"])
    assert (payload["iss"], payload["sub"]) == ("SK1", "AC1")
    assert payload["grants"] == {
        "identity": "maya_tab1",
        "voice": {"incoming": {"allow": True}, "outgoing": {"application_sid": "AP1"}},
    }
    assert payload["exp"] - int(payload["jti"].rpartition("-")[2]) == 3600
    assert jwt.get_unverified_header(token)["cty"] == "twilio-fpa;v=1"


@pytest.mark.parametrize("identity", ["", "maya.1", "maya tab", "ma/ya", "майя", "x" * 122, "a\n"])
def test_an_identity_that_some_sdk_refuses_gets_no_token(identity: str) -> None:
    """G7."""
    with pytest.raises(ValueError, match="identity"):
        TOKENS.voice(identity, 3600)


@pytest.mark.parametrize("seconds", [0, -1, LONGEST_SECONDS + 1])
def test_no_token_lives_for_more_than_a_day(seconds: int) -> None:
    """20157."""
    with pytest.raises(ValueError, match="live"):
        TOKENS.voice("maya_tab1", seconds)
