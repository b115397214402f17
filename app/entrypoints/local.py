"""The product in the local box: webhooks, pages, pushes and the worker in one process.

`gunicorn app.entrypoints.local:create()` serves it. Before that, `python -m app.entrypoints.local`
checks and publishes the company's file, configures its numbers, and writes to its standard output,
as JSON, what the box prints for people and the schema of what is stored.
"""

import atexit
import json
import sys
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from flask import Flask

from app.adapters import aws
from app.adapters.dynamodb.layout import SCHEMA_NUMBER
from app.adapters.languages import BadCatalogues
from app.adapters.plan import PlanError
from app.bootstrap.applications import combined_application
from app.bootstrap.deployment import build_deployment, build_worker
from app.config import Config, Misconfigured
from app.console.push_socket import LocalSockets, add_push_socket
from app.entrypoints.aws_lambda import configuration, freeze_start_up
from app.entrypoints.company import publish
from app.entrypoints.logs import ReadableLines, print_logs
from app.entrypoints.sources import EventSources
from app.entrypoints.worker import worker

DRAIN_SECONDS = 3.0


def create() -> Flask:
    """The whole application, with its event sources running."""
    print_logs(ReadableLines(), sys.stderr)
    config, sockets = configuration(), LocalSockets()
    deployment = build_deployment(config, sockets)
    app = combined_application(deployment)
    add_push_socket(app, deployment.push, sockets, deployment.services.ports.ids.new)
    app.add_url_rule("/health", "health", lambda: {"ready": True})
    todo = build_worker(deployment.services)
    handle = worker(todo)
    sources = EventSources(
        lambda event: handle(event, LambdaContext()),
        put_aside=lambda record: todo.failed_records.keep(record, ("it failed at every try",)),
        **sources_of(config),
    )
    freeze_start_up()
    sources.start()
    atexit.register(sources.drain, DRAIN_SECONDS)
    return app


def sources_of(config: Config) -> dict[str, Any]:
    """The queues, and the stream of the live table."""
    store = config.store
    endpoint = aws.AwsEndpoint(store.region, store.endpoint_url)
    table = aws.client("dynamodb", endpoint).describe_table(TableName=store.switch_table)["Table"]
    return {
        "sqs": aws.client("sqs", endpoint, read_seconds=aws.BULK_READ_SECONDS),
        "queue_urls": tuple(store.queue_urls.values()),
        "streams": aws.client("dynamodbstreams", endpoint),
        "stream": table["LatestStreamArn"],
    }


def main() -> int:
    try:
        config = configuration()
        company = publish(config, build_deployment(config, LocalSockets()))
    except (Misconfigured, PlanError, BadCatalogues) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    json.dump({**company, "schema": SCHEMA_NUMBER}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
