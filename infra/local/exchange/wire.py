"""What goes over the wire, in the carrier's own forms: pairs in order, endpoints, dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import TypeAlias
from urllib.parse import urljoin, urlsplit

Pairs: TypeAlias = tuple[tuple[str, str], ...]

API_VERSION = "2010-04-01"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A URL of the customer's, with the method that it wants. The URL may carry overrides (A2)."""

    url: str
    method: str = "POST"


def rfc2822(moment: datetime) -> str:
    """`Tue, 31 Aug 2010 20:36:28 +0000` (contract, part 0)."""
    return format_datetime(moment)


def is_web_url(url: str) -> bool:
    """Absolute, http or https, with a host without underscores, and a port that can be one."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or "_"
        return parts.scheme in ("http", "https") and "_" not in host and parts.port != 0
    except ValueError:
        return False


def joined(base: str, url: str) -> str:
    """`url` against `base`; what cannot be joined is left as it is, and is no web URL then."""
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def word(value: bool) -> str:
    return "true" if value else "false"


def value_of(pairs: Iterable[tuple[str, str]], name: str) -> str | None:
    """The last value of that name, or None."""
    found = None
    for key, value in pairs:
        if key == name:
            found = value
    return found
