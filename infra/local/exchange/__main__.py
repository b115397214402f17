"""`python -m infra.local.exchange`: a telephone network on this computer, on loopback only.

Each option has an environment variable and a default that is good for one's own computer; the
defaults are no secrets, and nothing beyond loopback can reach them.
"""

from __future__ import annotations

import argparse
import asyncio
import errno
import os
import signal
import sys
from pathlib import Path

from infra.local.exchange.account import Account
from infra.local.exchange.server import Server, Settings
from infra.local.exchange.store import Unreadable

_CANNOT_START = 2


def _settings(arguments: list[str] | None) -> Settings:
    parser = argparse.ArgumentParser(prog="python -m infra.local.exchange", description=__doc__)

    def option(name: str, variable: str, default: str, meaning: str) -> None:
        parser.add_argument(
            name,
            default=os.environ.get(variable, default),
            help=f"{meaning} (or {variable}; default {default})",
        )

    option("--port", "EXCHANGE_PORT", "8100", "the port on 127.0.0.1; 0 takes a free one")
    option("--data", "EXCHANGE_DATA", "var/exchange", "the folder of what is kept")
    option("--account", "EXCHANGE_ACCOUNT_SID", "AC" + "0" * 32, "the account's sid")
    option("--token", "EXCHANGE_AUTH_TOKEN", "0" * 32, "the account's auth token")
    option("--api-key", "EXCHANGE_API_KEY_SID", "SK" + "0" * 32, "the API key's sid")
    option("--api-secret", "EXCHANGE_API_KEY_SECRET", "0" * 32, "the API key's secret")
    parser.add_argument(
        "--strict",
        action="store_true",
        help="refuse what would be taken without effect (docs/carrier.md lists it)",
    )
    option("--names", "EXCHANGE_NAMES", "", "a file of names for the inspector")
    option("--calls-to-try", "EXCHANGE_CALLS_TO_TRY", "", "a file of calls that /street suggests")
    option("--telephones", "EXCHANGE_TELEPHONES", "", "a file of outside telephones to be called")
    given = parser.parse_args(arguments)
    try:
        port = int(given.port)
        base = f"http://localhost:{port}"
        account = Account(given.account, given.token, given.api_key, given.api_secret, base)
    except ValueError as error:
        parser.error(str(error))
    return Settings(
        account=account,
        port=port,
        data=Path(given.data),
        strict=given.strict,
        names=Path(given.names) if given.names else None,
        calls_to_try=Path(given.calls_to_try) if given.calls_to_try else None,
        telephones=Path(given.telephones) if given.telephones else None,
    )


async def _run(settings: Settings) -> None:
    server = Server(settings)
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    try:
        port = await server.start()
        print(f"The exchange is ready: http://localhost:{port}/street", flush=True)
        await stopping.wait()
    finally:
        await server.stop()


def main(arguments: list[str] | None = None) -> int:
    settings = _settings(arguments)
    try:
        asyncio.run(_run(settings))
    except Unreadable as sentence:
        print(sentence, file=sys.stderr)
        return _CANNOT_START
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        print(
            f"Port {settings.port} is in use: stop what runs there, or give another with --port.",
            file=sys.stderr,
        )
        return _CANNOT_START
    return 0


if __name__ == "__main__":
    sys.exit(main())
