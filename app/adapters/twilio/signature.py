"""Whether a request really is the carrier's (contract D): HMAC-SHA1 over URL and parameters.

Fails closed: whatever is missing, forged, cut off or no form is False, never an exception (F38).
The URL is the *configured* one (F39). As the official validators do, it is tried without a port
and with one, because the sender is not consistent about it (contract D2).
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from urllib.parse import unquote_to_bytes

Pairs = Iterable[tuple[str, str]]

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 500  # a webhook has some forty
_PORTS = {"https": 443, "http": 80}
_ADDRESS = re.compile(
    r"(?P<scheme>https?|wss?)://(?P<user>[^/?#]*@)?(?P<host>\[[^\]]*\]|[^/?#:]*)(?::(?P<port>\d+))?"
    r"(?P<rest>[/?].*)?",
    re.DOTALL,
)


def read_form(content_type: str, body: bytes) -> tuple[tuple[str, str], ...] | None:
    """The parameters as they were sent; None if this is no form, or has too many of them.

    Bytes that are not UTF-8 are kept (surrogateescape), so that what is signed is what was sent.
    """
    if content_type.partition(";")[0].strip().lower() != FORM:
        return None
    if body.count(b"&") >= MOST_FIELDS:
        return None
    sent = body.replace(b"+", b" ").decode("utf-8", "surrogateescape")
    parts = [part.partition("=") for part in sent.split("&") if part]
    return tuple(
        [
            (_decoded(name) if "%" in name else name, _decoded(text) if "%" in text else text)
            for name, _, text in parts
        ]
    )


def is_signed_form(token: str, url: str, pairs: Pairs, signature: str | None) -> bool:
    """Whether `signature` is that of this URL with these parameters."""
    if not signature:
        return False
    given = signature.encode("utf-8", "replace")
    kept = tuple(pairs)
    return any(
        hmac.compare_digest(signature_of(token, tried, kept).encode(), given)
        for tried in _variants(url)
    )


def signature_of(token: str, url: str, pairs: Pairs) -> str:
    """What the carrier sends as X-Twilio-Signature. Values that repeat count once (contract D2)."""
    once = sorted(set(pairs))
    text = url.partition("#")[0] + "".join(chain.from_iterable(once))
    mac = hmac.digest(token.encode(), text.encode("utf-8", "surrogateescape"), hashlib.sha1)
    return base64.b64encode(mac).decode()


def _decoded(sent: str) -> str:
    content = unquote_to_bytes(sent.encode("utf-8", "surrogateescape"))
    return content.decode("utf-8", "surrogateescape")


def _variants(url: str) -> Iterator[str]:
    """As it is, which nearly always is what was signed; then with a port or without."""
    asked = url.partition("#")[0]
    yield asked
    if found := _ADDRESS.fullmatch(asked):
        scheme, user, host, port, rest = (found[name] or "" for name in _ADDRESS.groupindex)
        usual = _PORTS.get(scheme.replace("ws", "http"), "")
        yield f"{scheme}://{user}{host}{'' if port else f':{usual}'}{rest}"
