"""Free loopback ports for programs that tests start.

Between the choice of a port and the program's own bind somebody else may take it. So each worker
of pytest-xdist chooses from ports of its own, below those that the system gives to clients.
"""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Iterator
from itertools import cycle

FIRST, END = 20_000, 32_000  # Linux gives clients 32768 and more, macOS 49152 and more
WORKERS = 16  # more than that share


def free_port() -> int:
    """Not one that this process was given lately."""
    for port in _candidates:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError("unreachable: the candidates have no end")


def _ports_of_this_worker() -> Iterator[int]:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ports = list(range(FIRST + worker % WORKERS, END, WORKERS))
    random.shuffle(ports)  # another run on this machine shall not begin with the same one
    return cycle(ports)


_candidates = _ports_of_this_worker()
