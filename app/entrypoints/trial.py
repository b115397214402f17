"""Webhooks and pages in one application, for the trial deployment by zappa."""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from flask import Flask

from app.bootstrap.applications import combined_application
from app.entrypoints.aws_lambda import count, deployment
from app.entrypoints.logs import JsonLines, print_logs

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@cache
def _built() -> Flask:
    print_logs(JsonLines())
    return combined_application(deployment(), count)


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Built at the first request, not at import."""
    return _built()(environ, start_response)
