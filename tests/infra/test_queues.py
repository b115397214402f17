"""Each queue that a kind of job is declared for is there, is read, and may be written to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from app.ports import (
    QUEUE_OF,
    QUEUES,
    AgentJob,
    CallJob,
    PoolJob,
    QueueName,
    ReconcileJob,
    RecordingJob,
    SharedChangeJob,
    SharedJob,
    SweepJob,
)
from infra.local import box

ROOT = Path(__file__).parents[2]


def _read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def _resource(name: QueueName) -> str:
    return f"{name.capitalize()}Queue"


def test_no_repair_is_in_the_queue_of_offers_and_wrap_ups() -> None:
    """Else ten sweeps in one batch hide an offer's timer for minutes."""
    timers = {QUEUE_OF[kind] for kind in (CallJob, AgentJob, PoolJob)}

    assert timers == {"jobs"}
    assert {QUEUE_OF[kind] for kind in (SharedJob, SharedChangeJob)} == {"pages"}
    assert QUEUE_OF[RecordingJob] == "recordings"  # a download of minutes
    assert {QUEUE_OF[kind] for kind in (SweepJob, ReconcileJob)} == {"repair"}


@pytest.mark.parametrize("name", QUEUES)
def test_a_declared_queue_is_deployed_and_read_by_one_function(
    name: QueueName,
) -> None:
    resource = _resource(name)
    serverless = _read("serverless.yml")
    queue = _read("infra/aws/storage.yml")["Resources"][resource]["Properties"]
    rights = _read("infra/aws/rights.yml")["statements"]

    environment = serverless["provider"]["environment"]
    (reader,) = (
        function
        for function in serverless["functions"].values()
        for event in function["events"]
        if event.get("sqs", {}).get("arn") == {"Fn::GetAtt": [resource, "Arn"]}
    )
    sending = [one["Resource"] for one in rights if "sqs:SendMessage" in one["Action"]]

    assert environment[f"SWITCHROOM_{name.upper()}_QUEUE_URL"] == {"Ref": resource}
    assert reader["handler"] == "app.entrypoints.worker.handler"
    assert {"Fn::GetAtt": [resource, "Arn"]} in sending[0]
    assert queue["RedrivePolicy"]["maxReceiveCount"] > 1
    assert queue["VisibilityTimeout"] >= 6 * reader["timeout"]


def test_the_local_box_has_the_same_queues() -> None:
    assert set(box.QUEUES) >= set(QUEUES)
