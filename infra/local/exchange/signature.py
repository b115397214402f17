"""X-Twilio-Signature, made from the manual (contract D1), not from anybody's library."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit


def signed_url(url: str) -> str:
    """D1.1-3: without fragment and user:pass@; over HTTPS without the port, over HTTP with it."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme == "https" and parts.port is not None:
        host = host.rpartition(":")[0]
    return urlunsplit((parts.scheme, host, parts.path, parts.query, "")).replace("'", "%27")


def sign(token: str, url: str, pairs: Iterable[tuple[str, str]] = ()) -> str:
    """D1.4-6. `url` is already the signed form; `pairs` are those of a POST form, or none.

    A name that is repeated contributes each distinct value once, in byte order (D2): in UTF-8 that
    is the order of the characters.
    """
    message = url + "".join(name + value for name, value in sorted(set(pairs)))
    digest = hmac.digest(token.encode(), message.encode(), "sha1")
    return base64.b64encode(digest).decode()
