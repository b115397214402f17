"""Work outside the webhooks: jobs, finished recordings, the register, repair.

Three sources: messages of the queues, records of the live table's stream, and a schedule. A
batch reports the records that failed, so that only those are repeated; each may come twice.
"""

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from app.bootstrap import Worker, build_worker
from app.entrypoints.aws_lambda import Event, Handler, deployment, lambda_handler


def worker(todo: Worker) -> Handler:
    """The handler; the local box runs the same."""

    def job(record: SQSRecord) -> None:
        todo.run_job(record.body)

    def saved(record: DynamoDBRecord) -> None:
        todo.process_save(record.raw_event)

    messages, changes = BatchProcessor(EventType.SQS), BatchProcessor(EventType.DynamoDBStreams)

    def handle(event: Event, context: LambdaContext) -> Any:
        match event:
            case {"Records": [{"eventSource": "aws:sqs"}, *_]}:
                return process_partial_response(event, job, messages, context)
            case {"Records": [{"eventSource": "aws:dynamodb"}, *_]}:
                return process_partial_response(event, saved, changes, context)
            case _:
                todo.sweep()
                return None

    return handle


handler = lambda_handler(lambda: worker(build_worker(deployment().services)))
