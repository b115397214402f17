"""What holds for every test: nothing leaves this machine, and nothing is skipped in silence."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.skips import Deselected, Skips
from tests.support.spreading import Spreading

if TYPE_CHECKING:
    from tests.support.ministack import Cloud

_GUARDED = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


def _is_loopback(host: str) -> bool:
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _only_loopback(event: str, arguments: tuple[object, ...]) -> None:
    """Raise for a socket of this process that would leave the machine (children are not seen).

    An audit hook, because it also sees asyncio and extension modules, where a patch would not.
    """
    if event in _GUARDED:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if isinstance(host, str) and not _is_loopback(host):
        raise OSError(f"a test may talk to loopback only, not to {host!r} ({event})")


sys.addaudithook(_only_loopback)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--expected-skips",
        type=Path,
        help="fail unless the skips of this run equal those of this file (whole runs only)",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Spreading(), "spreading")
    listed: Path | None = config.getoption("--expected-skips")
    if listed is None:
        return
    deselected = Deselected()
    config.pluginmanager.register(deselected, "deselected")
    if not hasattr(config, "workerinput"):  # a worker of pytest-xdist reports to who judges
        here = config.invocation_params.dir
        folders = [here / argument.partition("::")[0] for argument in config.args]
        skips = Skips(config.rootpath, listed, deselected, folders)
        config.pluginmanager.register(skips, "expected-skips")


@pytest.fixture(scope="session")
def _credentials() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "local")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "local")
        patch.delenv("AWS_PROFILE", raising=False)
        yield


@pytest.fixture(scope="session")
def cloud(_credentials: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    from tests.support import ministack  # not every run needs the AWS SDK

    with ministack.running(tmp_path_factory.mktemp("ministack")) as running:
        yield running
