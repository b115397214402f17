"""REST requests without the official client, and the codes of its refusals."""

from __future__ import annotations

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from infra.local.exchange.virtual import TEST_ACCOUNT, VirtualExchange

ROOT = f"/2010-04-01/Accounts/{TEST_ACCOUNT.sid}"
PHONE = "+15005550020"


def code_of(refused: pytest.ExceptionInfo[TwilioRestException]) -> tuple[int, int]:
    return refused.value.status, refused.value.code


def raw(network: VirtualExchange, method: str, path: str, **rest: object) -> requests.Response:
    auth = (TEST_ACCOUNT.sid, TEST_ACCOUNT.auth_token)
    url = network.serve_rest() + path
    return requests.request(method, url, auth=auth, timeout=30, **rest)  # type: ignore[arg-type]
