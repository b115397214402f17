"""Kept connections to AWS: used again, replaced when they were closed, given up in time."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from botocore.exceptions import ConnectionClosedError, HTTPClientError, ReadTimeoutError

from app.adapters.aws_wire import Connections, Patience, Request

PATIENCE = Patience(connect_seconds=0.3, read_seconds=0.3, attempts=1)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Two: a: b\r\n\r\n{}"

Serve = Callable[[socket.socket], None]


@contextmanager
def _server(*connections: Serve) -> Iterator[str]:
    """Each connection that is made is served by the next of these."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run() -> None:
            for serve in connections:
                one, _ = listening.accept()
                with one:
                    serve(one)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(5)
        assert not thread.is_alive()


def _request_of(one: socket.socket) -> bytes:
    got = b""
    while not got.endswith(b"\r\n\r\n{}"):
        more = one.recv(1000)
        if not more:
            break
        got += more
    return got


def _answers(*answers: bytes) -> Serve:
    def serve(one: socket.socket) -> None:
        for answer in answers:
            _request_of(one)
            one.sendall(answer)

    return serve


def _ask(connections: Connections, url: str) -> bytes:
    return connections.send(Request(url, {"host": "local"}, b"{}")).content


def test_one_connection_serves_many_requests() -> None:
    connections = Connections(PATIENCE)

    with _server(_answers(ANSWER, ANSWER, ANSWER)) as url:
        answers = [_ask(connections, url) for _ in range(3)]

    assert answers == [b"{}"] * 3


def test_a_connection_that_was_closed_meanwhile_is_replaced() -> None:
    connections = Connections(PATIENCE)

    with _server(_answers(ANSWER), _answers(ANSWER)) as url:
        answers = [_ask(connections, url) for _ in range(2)]

    assert answers == [b"{}"] * 2


def test_an_answer_in_pieces_is_read_to_its_end() -> None:
    def serve(one: socket.socket) -> None:
        _request_of(one)
        for at in range(len(ANSWER)):
            one.sendall(ANSWER[at : at + 1])

    with _server(serve) as url:
        answer = Connections(PATIENCE).send(Request(url, {"host": "local"}, b"{}"))

    assert (answer.status_code, answer.content) == (200, b"{}")
    assert answer.headers == {"content-length": "2", "x-two": "a: b"}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", ConnectionClosedError),
        (b"HTTP/1.1 200 OK\r\n\r\n{}", HTTPClientError),
        (b"nonsense\r\n\r\n", HTTPClientError),
    ],
    ids=["too short", "of unknown length", "no HTTP"],
)
def test_what_is_no_whole_answer_is_an_error(answer: bytes, error: type[Exception]) -> None:
    with _server(_answers(answer)) as url, pytest.raises(error):
        _ask(Connections(PATIENCE), url)


def test_a_silent_server_is_waited_for_no_longer_than_the_limit() -> None:
    def serve(one: socket.socket) -> None:
        _request_of(one)
        one.recv(1)  # until the other side gives up

    with _server(serve) as url, pytest.raises(ReadTimeoutError):
        _ask(Connections(PATIENCE), url)
