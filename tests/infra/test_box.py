"""The launcher: what it says when it cannot start, and how its programs end."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest

from infra.local import cloud
from infra.local.box import BUCKET, QUEUES, TABLES, Box
from infra.local.child import CannotStart, Child, Program, require_free
from infra.local.identity import Identity
from infra.local.run import AFRESH, Run, main, only_one
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
SERVER = """
import http.server, signal, sys
{prelude}
http.server.HTTPServer(("127.0.0.1", {port}), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def box(tmp_path: Path, port: int) -> Box:
    (tmp_path / "log").mkdir()
    identity = Identity.of(tmp_path)
    return Box(root=ROOT, var=tmp_path, identity=identity, plan=tmp_path / "x", cloud_port=port)


@pytest.fixture
def local_cloud(box: Box) -> Iterator[Box]:
    child = Child(box.cloud(), box.var / "log" / "cloud.log")
    child.wait_until_ready(20)
    yield box
    child.stop()


def _program(port: int, prelude: str = "") -> Program:
    return Program(
        name="the program",
        port=port,
        command=(sys.executable, "-c", SERVER.format(port=port, prelude=prelude)),
        environment={**os.environ, "PYTHONUNBUFFERED": "1"},
        health_url=f"http://127.0.0.1:{port}/",
        stop_seconds=0.5,
    )


def test_a_port_in_use_is_told_in_one_sentence(port: int) -> None:
    with socket.create_server(("127.0.0.1", port)), pytest.raises(CannotStart) as told:
        require_free(_program(port))

    assert f"Port {port}, which the program needs, is in use" in str(told.value)
    assert "\n" not in str(told.value)


def test_a_free_port_is_no_obstacle(port: int) -> None:
    require_free(_program(port))


def test_a_second_run_says_that_one_runs_already(tmp_path: Path) -> None:
    with (
        only_one(tmp_path, "http://localhost:8000"),
        pytest.raises(CannotStart, match="runs already: open http://localhost:8000"),
        only_one(tmp_path, "http://localhost:8000"),
    ):
        pass


def test_a_second_run_ends_with_that_sentence_and_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with only_one(tmp_path, "http://localhost:8000"):
        code = main(["--var", str(tmp_path)])

    assert code == 1
    assert capsys.readouterr().err == "Switchroom runs already: open http://localhost:8000.\n"


def test_a_lock_ends_with_the_process_that_held_it(tmp_path: Path) -> None:
    holds = (
        "import sys, os\nfrom pathlib import Path\nfrom infra.local.run import only_one\n"
        "with only_one(Path(sys.argv[1]), ''):\n    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", holds, tmp_path], cwd=ROOT, check=False)

    with only_one(tmp_path, "http://localhost:8000"):
        pass


def test_a_program_is_ready_when_it_answers_and_ends_when_asked(port: int, tmp_path: Path) -> None:
    child = Child(_program(port), tmp_path / "log")

    child.wait_until_ready(10)
    assert child.running

    child.stop()
    assert not child.running


def test_a_program_that_will_not_end_is_ended(port: int, tmp_path: Path) -> None:
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    child = Child(_program(port, deaf), tmp_path / "log")
    child.wait_until_ready(10)

    child.stop()

    assert not child.running


def test_a_program_that_fails_at_start_has_its_last_output_shown(port: int, tmp_path: Path) -> None:
    child = Child(_program(port, "sys.exit('line 7: no such queue')"), tmp_path / "log")

    with pytest.raises(CannotStart, match=r"(?s)the program stopped.*line 7: no such queue"):
        child.wait_until_ready(10)


def test_the_account_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = Identity.of(tmp_path)

    assert Identity.of(tmp_path) == first
    assert (tmp_path / "identity.json").stat().st_mode & 0o077 == 0


GOOD = {
    "account_sid": "AC" + "0" * 32,
    "auth_token": "0" * 32,
    "key_sid": "SK" + "0" * 32,
    "key_secret": "0" * 32,
    "session_secret": "0" * 64,
}


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00" * 200, b"{", b"[]", b"null", b'"AC0"', b"\xff\xfe", b"{}",
        json.dumps({**GOOD, "auth_token": None}).encode(),
        json.dumps({**GOOD, "auth_token": ""}).encode(),
        json.dumps({**GOOD, "session_secret": 7}).encode(),
        json.dumps({**GOOD, "another": "0" * 32}).encode(),
        json.dumps({k: v for k, v in GOOD.items() if k != "key_sid"}).encode(),
        json.dumps(GOOD).encode()[:-40],
    ],
)  # fmt: skip
def test_an_account_that_is_empty_or_broken_says_in_one_sentence_what_to_do(
    tmp_path: Path, content: bytes
) -> None:
    kept = tmp_path / "identity.json"
    kept.write_bytes(content)

    with pytest.raises(CannotStart) as said:
        Identity.of(tmp_path)

    assert str(said.value) == f"{kept} cannot be read: remove it, and everybody signs in again."
    assert kept.read_bytes() == content


def test_a_start_that_is_cut_off_leaves_no_half_of_an_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as cut:
        cut.setattr(json, "dump", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            Identity.of(tmp_path)

    assert not (tmp_path / "identity.json").exists()
    assert Identity.of(tmp_path) == Identity.of(tmp_path)


def test_a_folder_that_cannot_be_written_says_so_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "identity.partial").mkdir()

    with pytest.raises(CannotStart, match=r"identity\.json cannot be written: make .* yours"):
        Identity.of(tmp_path)


def test_no_two_boxes_share_a_secret(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    assert Identity.of(tmp_path / "a").session_secret != Identity.of(tmp_path / "b").session_secret


def test_a_real_account_in_the_environment_never_reaches_the_box(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "ACreal")
    monkeypatch.setenv("AWS_PROFILE", "production")

    environment = box.product_environment("AP0", {"jobs": "http://localhost/q"})

    assert environment["SWITCHROOM_JOBS_QUEUE_URL"] == "http://localhost/q"
    assert environment["TWILIO_ACCOUNT_SID"] == box.identity.account_sid
    assert "AWS_PROFILE" not in environment


def test_the_local_cloud_has_the_tables_of_the_cloud_and_keeps_them(local_cloud: Box) -> None:
    url = local_cloud.cloud_url
    queue_urls = cloud.make(url, tables=TABLES, bucket=BUCKET, queues=QUEUES)
    cloud.make(url, tables=TABLES, bucket=BUCKET, queues=QUEUES)

    dynamodb = cloud.client("dynamodb", url)
    switch = dynamodb.describe_table(TableName=TABLES["switch"])["Table"]
    register = dynamodb.describe_table(TableName=TABLES["register"])["Table"]
    ttl = dynamodb.describe_time_to_live(TableName=TABLES["switch"])["TimeToLiveDescription"]
    assert {key: found.rpartition("/")[2] for key, found in queue_urls.items()} == QUEUES
    assert sorted(dynamodb.list_tables()["TableNames"]) == sorted(TABLES.values())
    assert switch["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert switch["GlobalSecondaryIndexes"][0]["Projection"]["ProjectionType"] == "KEYS_ONLY"
    assert [i["IndexName"] for i in register["GlobalSecondaryIndexes"]] == ["facet"]
    assert ttl["AttributeName"] == "ttl"


def test_what_the_local_cloud_holds_is_there_after_a_restart(box: Box, tmp_path: Path) -> None:
    key = {"pk": {"S": "NUM#+48221234567"}, "sk": {"S": "N"}}
    for expected in (None, key):
        child = Child(replace(box.cloud(), stop_seconds=15), tmp_path / "log" / "cloud.log")
        child.wait_until_ready(20)
        cloud.make(box.cloud_url, tables=TABLES, bucket=BUCKET, queues=QUEUES)
        dynamodb = cloud.client("dynamodb", box.cloud_url)
        found = dynamodb.get_item(TableName=TABLES["directory"], Key=key).get("Item")
        dynamodb.put_item(TableName=TABLES["directory"], Item=key)
        child.stop()

        assert found == expected


def test_live_state_of_another_schema_begins_afresh_and_the_register_stays(
    local_cloud: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    run, url = Run(local_cloud), local_cloud.cloud_url
    queue_urls = cloud.make(url, tables=TABLES, bucket=BUCKET, queues=QUEUES)
    dynamodb, sqs = cloud.client("dynamodb", url), cloud.client("sqs", url)
    key = {"pk": {"S": "CALL#c1"}, "sk": {"S": "C"}}
    said = []

    for schema in ("1", "1", "2", "2"):  # the first start, with an empty table; then an update
        run.drop_other_schema(schema, queue_urls)
        said.append(capsys.readouterr().out)
        for table in TABLES.values():
            dynamodb.put_item(TableName=table, Item=key)
        for queue_url in queue_urls.values():
            sqs.send_message(QueueUrl=queue_url, MessageBody="a timer")

    run.drop_other_schema("3", queue_urls)

    found = {name: dynamodb.scan(TableName=table)["Count"] for name, table in TABLES.items()}
    assert said == ["", "", f"{AFRESH}\n", ""]
    assert found == {"switch": 0, "register": 1, "directory": 1}
    for queue_url in queue_urls.values():
        assert "Messages" not in sqs.receive_message(QueueUrl=queue_url)
    assert dynamodb.describe_table(TableName=TABLES["switch"])["Table"]["LatestStreamArn"]
