"""The guards of the test run itself."""

from __future__ import annotations

import socket

import pytest


def test_a_test_cannot_connect_to_another_machine() -> None:
    with (
        socket.socket() as outside,
        pytest.raises(OSError, match=r"loopback only, not to '192\.0\.2\.1'"),
    ):
        outside.connect(("192.0.2.1", 80))


def test_a_test_cannot_look_up_another_machine() -> None:
    with pytest.raises(OSError, match=r"loopback only, not to 'api\.example\.com'"):
        socket.getaddrinfo("api.example.com", 443)


def test_a_test_can_talk_to_a_server_of_its_own() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]

        with socket.create_connection(("localhost", port)) as client:
            assert client.getpeername()[1] == port
