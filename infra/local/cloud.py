"""The local cloud's tables, bucket and queues, made from the same file that AWS gets."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import boto3
import yaml
from botocore.config import Config
from botocore.exceptions import ClientError

REGION = "eu-central-1"
ACCESS_KEY = SECRET_KEY = "local"  # noqa: S105 - the local cloud accepts any word
TABLES = Path(__file__).parents[1] / "aws" / "tables.yml"

# What a table of CloudFormation says in the same words as CreateTable.
_SAME_WORDS = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


def client(service: str, endpoint_url: str) -> Any:
    """A client of the local cloud; typed `Any` because the service is a variable."""
    return boto3.client(
        service,
        endpoint_url=endpoint_url,
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(
            connect_timeout=2,
            read_timeout=10,
            retries={"total_max_attempts": 2},
            proxies={},  # it is on this machine
            s3={"addressing_style": "path"},
        ),
    )


def make(
    endpoint_url: str, *, tables: dict[str, str], bucket: str, queues: dict[str, str]
) -> dict[str, str]:
    """Make what is missing; `tables` gives each of switch, register, directory its name.

    Answers each queue's URL, by its key.
    """
    dynamodb = client("dynamodb", endpoint_url)
    present = dynamodb.list_tables()["TableNames"]
    for key, name in tables.items():
        if name not in present:
            _make_table(dynamodb, name, _described(key))
    _make_bucket(client("s3", endpoint_url), bucket)
    sqs = client("sqs", endpoint_url)
    return {key: str(sqs.create_queue(QueueName=name)["QueueUrl"]) for key, name in queues.items()}


def begin_afresh(endpoint_url: str, table: str, queue_urls: Iterable[str]) -> bool:
    """Empty the table of live state and the queues. False: nothing was in the table."""
    dynamodb, sqs = client("dynamodb", endpoint_url), client("sqs", endpoint_url)
    for queue_url in queue_urls:
        sqs.purge_queue(QueueUrl=queue_url)
    if not dynamodb.scan(TableName=table, Limit=1)["Items"]:
        return False
    dynamodb.delete_table(TableName=table)
    _make_table(dynamodb, table, _described("switch"))
    return True


def _described(key: str) -> dict[str, Any]:
    """One of switch, register, directory in the words of CloudFormation."""
    resources = yaml.safe_load(TABLES.read_text(encoding="utf-8"))["Resources"]
    described: dict[str, Any] = resources[f"{key.capitalize()}Table"]["Properties"]
    return described


def _make_table(dynamodb: Any, name: str, described: dict[str, Any]) -> None:
    wanted: dict[str, Any] = {key: described[key] for key in _SAME_WORDS if key in described}
    if "StreamSpecification" in described:
        wanted["StreamSpecification"] = {"StreamEnabled": True, **described["StreamSpecification"]}
    dynamodb.create_table(TableName=name, **wanted)
    if "TimeToLiveSpecification" in described:
        dynamodb.update_time_to_live(
            TableName=name, TimeToLiveSpecification=described["TimeToLiveSpecification"]
        )


def _make_bucket(s3: Any, name: str) -> None:
    try:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
            raise
