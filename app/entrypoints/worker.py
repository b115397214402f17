"""Work outside the webhooks: jobs, finished recordings, the register, repair.

Three sources: messages of the queues, records of the live table's stream, and a schedule. A
batch reports what must be repeated, so that only that is; each may come twice.
"""

import logging
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from app.adapters.sqs.jobs import NotAJob, job_in
from app.bootstrap.deployment import Worker, build_worker
from app.entrypoints.aws_lambda import Event, Handler, count, deployment, lambda_handler
from app.entrypoints.saves import Saves
from app.web import uncounted

_log = logging.getLogger(__name__)


def worker(todo: Worker, count: Callable[[str], None] = uncounted) -> Handler:
    """The handler; the local box runs the same."""

    def job(record: SQSRecord) -> None:
        try:
            todo.run_job(record.body)
        except Exception:
            count("job.failed")
            _log.exception("a job failed and will come again", extra=about_job(record.body))
            raise

    # One job is often the whole batch, and Lambda would print its error in clear.
    messages = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    saves = Saves(todo.services.save_steps, todo.failed_records, count)

    def handle(event: Event, context: LambdaContext) -> Any:
        match event:
            case {"Records": [{"eventSource": "aws:sqs"}, *_]}:
                return process_partial_response(event, job, messages, context)
            case {"Records": [{"eventSource": "aws:dynamodb"}, *_] as records}:
                again = saves.process(records)
                return {"batchItemFailures": [{"itemIdentifier": one} for one in again]}
            case _:
                todo.sweep()
                return None

    return handle


def about_job(body: str) -> dict[str, str]:
    """Its kind and its call, for the log; of what is no job of ours, nothing."""
    try:
        _, job = job_in(body)
    except NotAJob:
        return {}
    call = getattr(job, "call", "")
    return {"job": type(job).__name__, **({"call": call} if call else {})}


handler = lambda_handler(lambda: worker(build_worker(deployment().services), count))
