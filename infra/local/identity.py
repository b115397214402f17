"""The box's own account and secrets: made at the first start, kept in var/, like nobody else's."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.local.child import CannotStart


@dataclass(frozen=True, slots=True)
class Identity:
    """An account of the exchange, and what the product signs its sessions with."""

    account_sid: str
    auth_token: str
    key_sid: str
    key_secret: str
    session_secret: str

    @staticmethod
    def of(folder: Path) -> Identity:
        """The identity kept in that folder; made there when there is none. CannotStart."""
        kept = folder / "identity.json"
        if kept.exists():
            try:
                return Identity(**json.loads(kept.read_text(encoding="utf-8")))
            except (OSError, ValueError, TypeError) as error:
                raise CannotStart(
                    f"{kept} cannot be read: remove it, and everybody signs in again."
                ) from error
        made = Identity(
            account_sid=f"AC{secrets.token_hex(16)}",
            auth_token=secrets.token_hex(16),
            key_sid=f"SK{secrets.token_hex(16)}",
            key_secret=secrets.token_hex(16),
            session_secret=secrets.token_hex(32),
        )
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(asdict(made), file)
        return made
