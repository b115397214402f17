"""How every function prints its log: one line of JSON a record, with its call, path and event.

All records come here, those of libraries and of the web framework, too: no other handler is left.
What may not be told is taken out as the line is made (`redaction`). The local box prints the same
records as lines for people.
"""

import logging
import sys
from collections.abc import Mapping
from typing import Any, TextIO

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from flask import g, has_request_context, request

from app.adapters.twilio import events
from app.domain.ids import CALL_ID, is_id
from app.entrypoints.redaction import OF_POWERTOOLS, redacted

_FIRST = ("message", "call", "path", "exception", "exception_name", *sorted(OF_POWERTOOLS))


class JsonLines(LambdaPowertoolsFormatter):
    """What powertools makes of a record, with what the request in hand is about."""

    def __init__(self) -> None:
        super().__init__(serialize_stacktrace=False, utc=True)

    def format(self, record: logging.LogRecord) -> str:
        for name, content in _request_in_hand(record.levelno).items():
            if record.__dict__.get(name) is None:
                record.__dict__[name] = content
        return super().format(record)

    def serialize(self, log: Any) -> str:
        return super().serialize(redacted(log))


class ReadableLines(JsonLines):
    """The same for people who look at a terminal."""

    def serialize(self, log: Any) -> str:
        told = redacted(log)
        where = [str(told[name]) for name in ("call", "path") if told.get(name)]
        rest = [f"{name}={content}" for name, content in told.items() if name not in _FIRST]
        line = " ".join([str(told["timestamp"]), str(told["level"]), str(told["message"])])
        line = " ".join([line, *where, *rest])
        return f"{line}\n{told['exception']}" if told.get("exception") else line


def print_logs(formatter: JsonLines, stream: TextIO | None = None) -> Logger:
    """From now on, on this process's output. Powertools' own logger prints by it, too."""
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("app").setLevel(logging.INFO)
    return Logger(logger_handler=handler, logger_formatter=formatter)


def _request_in_hand(level: int) -> dict[str, Any]:
    """Its path, without a query; its call; from a warning on the form that came with it."""
    if not has_request_context():
        return {}
    named: Mapping[str, Any] = request.view_args or {}
    form: Mapping[str, str] = g.get("form") or vars(request).get("form") or {}
    said = form.get("call", "")
    call = named.get("call") or named.get("call_id") or (said if is_id(CALL_ID, said) else None)
    call = call or events.call_id(form)
    about = {"path": request.path, "call": call, "event": dict(form)}
    return {
        name: content
        for name, content in about.items()
        if content and (name != "event" or level >= logging.WARNING)
    }
