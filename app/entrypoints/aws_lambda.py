"""Wraps each Lambda function: built at its first event, with logs and metrics.

Importing an entry point reads nothing and opens nothing; the first event does, once an instance.
"""

import os
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from app import bootstrap
from app.config import Config, read

Event = dict[str, Any]
Handler = Callable[[Event, LambdaContext], Any]


@cache
def deployment() -> bootstrap.Deployment:
    """This instance's services, made from its environment."""
    return bootstrap.deployment(configuration(), count=count)


def configuration() -> Config:
    """Secrets are read from the parameter store now, not at import."""
    return read(os.environ, bootstrap.parameter_store(os.environ.get("AWS_REGION")))


def count(name: str) -> None:
    """Add one to a metric."""
    Metrics().add_metric(name, MetricUnit.Count, 1)


def lambda_handler(build: Callable[[], Handler]) -> Handler:
    """A Lambda handler: `build` makes the inner one at the first event."""

    @cache
    def built() -> Handler:
        logger, metrics = Logger(), Metrics()
        warnings.filterwarnings("ignore", "No application metrics to publish")  # most have none
        inner: Handler = metrics.log_metrics(capture_cold_start_metric=True)(build())
        outer: Handler = logger.inject_lambda_context(clear_state=True)(inner)
        return outer

    def handler(event: Event, context: LambdaContext) -> Any:
        return built()(event, context)

    return handler
