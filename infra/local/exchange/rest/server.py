"""A loopback HTTP server for tests: the REST application on a port that the system picks."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from socketserver import TCPServer, ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import WSGIApplication

from infra.local.exchange.rest.wsgi import HANG_UP


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.0"

    def get_environ(self) -> dict[str, Any]:
        return {**super().get_environ(), HANG_UP: self._hang_up}

    def _hang_up(self) -> None:
        """What is written after this goes nowhere: the client has no answer at all."""
        with suppress(OSError):  # the client may have gone first
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Nothing is logged: tests read the journal."""


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """As WSGIServer's, without asking a name server who we are."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]
        self.setup_environ()


class RestServer:
    """Has its port from the start, and answers from `serve` on."""

    def __init__(self) -> None:
        self._server = _Threaded(("127.0.0.1", 0), _Quiet)
        self.base_url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread: threading.Thread | None = None

    def serve(self, app: WSGIApplication) -> None:
        self._server.set_app(app)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.daemon = True
        self._thread.start()

    def close(self) -> None:
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
