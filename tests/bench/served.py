"""The product's functions as processes of the bench: the webhooks behind gunicorn, and the worker.

`gunicorn tests.bench.served:create()` serves the webhooks. `python -m tests.bench.served` is the
worker: a line in is an event as Lambda brings it, a line out is the answer and the processor
seconds that this process has spent.
"""

from __future__ import annotations

import json
import os
import sys
import time

from aws_lambda_powertools.utilities.typing import LambdaContext
from flask import Flask

from app.bootstrap.applications import voice_application
from app.bootstrap.deployment import Deployment, build_deployment, build_worker
from app.config import read
from app.entrypoints.aws_lambda import freeze_start_up
from app.entrypoints.worker import worker


def _deployment() -> Deployment:
    return build_deployment(read(os.environ, lambda name: name))


def create() -> Flask:
    app = voice_application(_deployment().services)
    freeze_start_up()
    app.add_url_rule("/cpu", "cpu", lambda: str(time.process_time()))
    return app


def main() -> None:
    handle = worker(build_worker(_deployment().services))
    freeze_start_up()
    for line in sys.stdin:
        answer = handle(json.loads(line), LambdaContext())
        print(json.dumps([answer, time.process_time()]), flush=True)


if __name__ == "__main__":
    main()
