"""The push WebSocket of one local process, by flask-sock. Only the local entry imports this.

One thread a connection waits for the browser to go; messages are sent from whichever thread has
them, one at a time a connection.
"""

import threading
from collections.abc import Callable
from typing import Protocol

from flask import Flask, request
from flask_sock import Sock
from simple_websocket import ConnectionClosed

from app.console.push import Gone, Push


class _Socket(Protocol):
    def send(self, data: str) -> None: ...

    def receive(self) -> object: ...

    def close(self) -> None: ...


class LocalSockets:
    """The open sockets of this process by their connection ids."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[_Socket, threading.Lock]] = {}

    def keep(self, connection_id: str, socket: _Socket) -> None:
        self._open[connection_id] = (socket, threading.Lock())

    def forget(self, connection_id: str) -> None:
        self._open.pop(connection_id, None)

    def post(self, connection_id: str, text: str) -> None:
        known = self._open.get(connection_id)
        if known is None:
            raise Gone
        socket, one_at_a_time = known
        try:
            with one_at_a_time:
                socket.send(text)
        except (ConnectionClosed, OSError) as closed:
            raise Gone from closed

    def close(self, connection_id: str) -> None:
        known = self._open.pop(connection_id, None)
        if known is not None:
            try:
                known[0].close()
            except (ConnectionClosed, OSError):
                return


def add_push_socket(
    app: Flask, push: Push, sockets: LocalSockets, new_id: Callable[[], str], path: str = "/push"
) -> None:
    """Serve the push at `path`. A refused connection is closed before it hears anything."""
    app.config["SOCK_SERVER_OPTIONS"] = {"ping_interval": 25}
    sock = Sock(app)

    def serve(socket: _Socket) -> None:
        connection_id = new_id()
        sockets.keep(connection_id, socket)
        try:
            if not push.connect(
                connection_id, request.args.get("ticket", ""), request.headers.get("Origin", "")
            ):
                return
            while True:
                socket.receive()
        except ConnectionClosed:
            return
        finally:
            sockets.forget(connection_id)
            push.disconnect(connection_id)

    sock.route(path)(serve)
