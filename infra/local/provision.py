"""Rents the company's numbers at the exchange and points them at the product, over REST.

What is wanted comes from the product as the carrier's own form fields; what is there already is
updated, so that every start ends in the same place.
"""

from __future__ import annotations

import base64
import json
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.identity import Identity


@dataclass(frozen=True, slots=True)
class Account:
    """Where the exchange answers, and whose numbers these are."""

    api_url: str
    identity: Identity

    def request(self, method: str, path: str, fields: Mapping[str, str]) -> dict[str, Any]:
        """One REST request; `path` is below the account. Raises urllib.error.HTTPError."""
        form = urllib.parse.urlencode(fields)
        url = f"{self.api_url}/2010-04-01/Accounts/{self.identity.account_sid}/{path}.json"
        secret = f"{self.identity.account_sid}:{self.identity.auth_token}".encode()
        request = urllib.request.Request(
            url if method == "POST" else f"{url}?{form}",
            data=form.encode() if method == "POST" else None,
            headers={"Authorization": f"Basic {base64.b64encode(secret).decode()}"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            answer: dict[str, Any] = json.load(response)
            return answer

    def put(self, resource: str, key: str, fields: Mapping[str, str]) -> str:
        """Update the one whose `key` is that of `fields`, or create it; answers its sid."""
        listed = self.request("GET", resource, {key: fields[key]})
        found = next(iter(next(v for v in listed.values() if isinstance(v, list))), None)
        path = resource if found is None else f"{resource}/{found['sid']}"
        return str(self.request("POST", path, fields)["sid"])


def provision(
    account: Account, application: Mapping[str, str], numbers: list[Mapping[str, str]]
) -> str:
    """Answers the sid of the application that browsers call through."""
    for number in numbers:
        account.put("IncomingPhoneNumbers", "PhoneNumber", number)
    return account.put("Applications", "FriendlyName", application)
