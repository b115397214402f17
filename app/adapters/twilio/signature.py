"""Whether a request really is the carrier's (contract D): HMAC-SHA1 over URL and parameters.

Fails closed: whatever is missing, forged, cut off or no form is False, never an exception (F38).
The URL is the *configured* one (F39). As the official validators do, it is tried without a port
and with one, because the sender is not consistent about it (D2).
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from urllib.parse import parse_qs, parse_qsl

Pairs = Iterable[tuple[str, str]]

FORM = "application/x-www-form-urlencoded"
_PORTS = {"https": 443, "http": 80}
_ADDRESS = re.compile(
    r"(?P<scheme>https?|wss?)://(?P<user>[^/?#]*@)?(?P<host>\[[^\]]*\]|[^/?#:]*)(?::(?P<port>\d+))?"
    r"(?P<rest>[/?].*)?",
    re.DOTALL,
)


def read_form(content_type: str, body: bytes) -> tuple[tuple[str, str], ...] | None:
    """The parameters as they were sent; None if this is no form.

    Bytes that are not UTF-8 are kept (surrogateescape), so that what is signed is what was sent.
    """
    if content_type.partition(";")[0].strip().lower() != FORM:
        return None
    try:
        text = body.decode("latin-1")
        return tuple(
            parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="surrogateescape")
        )
    except ValueError:  # too many fields
        return None


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


def is_signed_body(token: str, url: str, body: bytes, signature: str | None) -> bool:
    """A body that is no form is signed by its hash in the query (D1.7); without one, False."""
    named = parse_qs(url.partition("#")[0].partition("?")[2]).get("bodySHA256")
    if not named:
        return False
    digest = hashlib.sha256(body).hexdigest().encode()
    same = hmac.compare_digest(digest, named[0].encode("utf-8", "replace"))
    return is_signed_form(token, url, (), signature) and same


def signature_of(token: str, url: str, pairs: Pairs) -> str:
    """What the carrier sends as X-Twilio-Signature. Values that repeat count once (D2)."""
    once = sorted(set(pairs))
    text = url.partition("#")[0] + "".join(name + content for name, content in once)
    mac = hmac.new(token.encode(), text.encode("utf-8", "surrogateescape"), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode()


def _variants(url: str) -> tuple[str, ...]:
    found = _ADDRESS.fullmatch(url.partition("#")[0])
    if found is None:
        return (url,)
    scheme, user, host, port, rest = (found[name] or "" for name in _ADDRESS.groupindex)
    usual = port or str(_PORTS.get(scheme.replace("ws", "http"), ""))
    start = f"{scheme}://{user}{host}"
    return (f"{start}{rest}", f"{start}:{usual}{rest}")
