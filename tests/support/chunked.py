"""Requests without a length, as a server hands over a body that comes in chunks."""

from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def without_length(app: Flask) -> None:
    """From now on the server of that application knows the end of a body, and not its length."""
    behind = app.wsgi_app

    def handed_over(
        environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        environ.pop("CONTENT_LENGTH", None)
        return behind({**environ, "wsgi.input_terminated": True}, start_response)

    app.wsgi_app = handed_over  # type: ignore[method-assign]
