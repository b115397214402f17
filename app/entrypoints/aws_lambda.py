"""Wraps each Lambda function: built at its first event, with logs and metrics.

Importing an entry point reads nothing and opens nothing; the first event does, once an instance.
"""

import gc
import logging
import os
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from app.bootstrap.deployment import Deployment, build_deployment, parameter_store
from app.config import Config, read
from app.entrypoints.logs import JsonLines, print_logs

Event = dict[str, Any]
Handler = Callable[[Event, LambdaContext], Any]
_log = logging.getLogger(__name__)


class Failed(Exception):
    """The function failed, which its log tells: Lambda would print the error itself in clear."""


@cache
def deployment() -> Deployment:
    """This instance's services, made from its environment."""
    return build_deployment(configuration(), count=count)


def configuration() -> Config:
    """Secrets are read from the parameter store now, not at import."""
    return read(os.environ, parameter_store(os.environ.get("AWS_REGION")))


def count(name: str) -> None:
    """Add one to a metric."""
    Metrics().add_metric(name, MetricUnit.Count, 1)


def freeze_start_up() -> None:
    """What start-up made lives as long as the process: the collector need not walk it again."""
    gc.collect()
    gc.freeze()


def lambda_handler(build: Callable[[], Handler]) -> Handler:
    """A Lambda handler: `build` makes the inner one at the first event."""

    @cache
    def built() -> Handler:
        logger, metrics = print_logs(JsonLines()), Metrics()
        warnings.filterwarnings("ignore", "No application metrics to publish")  # most have none
        inner: Handler = metrics.log_metrics(capture_cold_start_metric=True)(_telling(build))
        outer: Handler = logger.inject_lambda_context(clear_state=True)(inner)
        return outer

    def handler(event: Event, context: LambdaContext) -> Any:
        return built()(event, context)

    return handler


def _telling(build: Callable[[], Handler]) -> Handler:
    """What `build` makes, at the first event; an error is logged, and raised without its words."""

    @cache
    def made() -> Handler:
        handler = build()
        freeze_start_up()
        return handler

    def handle(event: Event, context: LambdaContext) -> Any:
        try:
            return made()(event, context)
        except Exception as error:  # noqa: BLE001 - whatever it is, Lambda would print it
            _log.exception("the function failed", extra=_about(event))
            raise Failed(type(error).__name__) from None

    return handle


def _about(event: Event) -> dict[str, Any]:
    """What of an event tells where it came from, and nothing of what it says."""
    request = event.get("requestContext") or {}
    path = event.get("rawPath") or request.get("routeKey") or event.get("source")
    return {"path": path} if path else {}
