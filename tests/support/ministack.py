"""The local AWS as a process of a test run: free loopback port, its own folder, no sharing."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.adapters import aws
from app.adapters.dynamodb import tables
from infra.local.child import Child, Program
from tests.support.ports import free_port

REGION = "eu-central-1"
READY_SECONDS = 30
READ_SECONDS = 20.0  # more than the product's, for a test's machine may be busy


@dataclass(frozen=True, slots=True)
class Cloud:
    """A running ministack. It checks credentials in signed links only."""

    url: str

    @property
    def endpoint(self) -> aws.AwsEndpoint:
        return aws.AwsEndpoint(REGION, self.url, READ_SECONDS)

    def client(self, service: str) -> Any:
        """One for all, because making one takes long; do not tamper with it."""
        return aws.client(service, self.endpoint)

    def table(self, definition: tables.Definition) -> str:
        """A new, empty table of that definition; answers its name."""
        name = f"t{uuid.uuid4().hex}"
        self.client("dynamodb").create_table(TableName=name, **definition)
        return name

    def bucket(self) -> str:
        name = f"b{uuid.uuid4().hex}"
        where = {"LocationConstraint": REGION}
        self.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=where)
        return name

    def queue(self) -> str:
        """A new queue; answers its URL."""
        made = self.client("sqs").create_queue(QueueName=f"q{uuid.uuid4().hex}")
        return str(made["QueueUrl"])


@contextmanager
def running(folder: Path) -> Iterator[Cloud]:
    """A ministack that keeps what it must in `folder` and ends with the block."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    program = Program(
        name="the local AWS",
        port=port,
        command=(sys.executable, "-m", "ministack"),
        environment={
            **{key: word for key, word in os.environ.items() if not key.startswith("AWS_")},
            "AWS_ACCESS_KEY_ID": "local",  # whose signed links it believes
            "AWS_SECRET_ACCESS_KEY": "local",
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            "SERVICES": "dynamodb,dynamodbstreams,s3,sqs",
            "TMPDIR": str(folder),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
        },
        health_url=f"{url}/_ministack/health",
        stop_seconds=8,
    )
    child = Child(program, folder / "ministack.log")
    try:
        child.wait_until_ready(READY_SECONDS)
        yield Cloud(url)
    finally:
        child.stop()
