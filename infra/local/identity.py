"""The box's own account and secrets: made at the first start, kept in var/, like nobody else's."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, astuple, dataclass
from pathlib import Path

from infra.local.child import CannotStart

SHORTEST = 32  # letters; all of them are as long or longer


@dataclass(frozen=True, slots=True)
class Identity:
    """An account of the exchange, and what the product signs its sessions with."""

    account_sid: str
    auth_token: str
    key_sid: str
    key_secret: str
    session_secret: str

    def __post_init__(self) -> None:
        """Raises ValueError: a part is no text, or cut off."""
        if not all(isinstance(text, str) and len(text) >= SHORTEST for text in astuple(self)):
            raise ValueError("a part of the identity is not whole")

    @staticmethod
    def of(folder: Path) -> Identity:
        """The identity kept in that folder; made there when there is none. CannotStart."""
        kept = folder / "identity.json"
        try:
            return Identity(**json.loads(kept.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return _made(kept)
        except (OSError, ValueError, TypeError) as error:
            raise CannotStart(
                f"{kept} cannot be read: remove it, and everybody signs in again."
            ) from error


def _made(kept: Path) -> Identity:
    """A new one, in its place as a whole or not at all: a start may be cut off."""
    made = Identity(
        account_sid=f"AC{secrets.token_hex(16)}",
        auth_token=secrets.token_hex(16),
        key_sid=f"SK{secrets.token_hex(16)}",
        key_secret=secrets.token_hex(16),
        session_secret=secrets.token_hex(32),
    )
    partial = kept.with_suffix(".partial")
    try:
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(asdict(made), file)
        partial.replace(kept)
    except OSError as error:
        raise CannotStart(
            f"{kept} cannot be written: make {kept.parent} yours to write."
        ) from error
    return made
