"""A loopback HTTP server for tests: the REST application on a port that the system picks."""

from __future__ import annotations

import threading
from socketserver import TCPServer, ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import WSGIApplication


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.0"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Tests read the journal."""


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """As WSGIServer's, without asking a name server who we are."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]
        self.setup_environ()


class RestServer:
    """It has its port from the beginning, and answers from `serve` on."""

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
