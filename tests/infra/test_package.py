"""What is deployed: packaged offline, nothing of the box or of development in it."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra.aws.lambda_zip import NOT_DEPLOYED, ROOT, locked, zip_folder

FORBIDDEN = ("espeakng_loader", "aiortc", "av", "numpy", "ministack", "gunicorn", "flask_sock")
FORBIDDEN_BY_DEVELOPMENT = ("pytest", "moto", "playwright", "mypy", "hypothesis", "responses")
FUNCTIONS = {"voice", "console", "worker", "push"}  # `recordings` runs the code of `worker`


@pytest.fixture(scope="session")
def template(package: Path) -> dict[str, Any]:
    text = (package / "osls" / "cloudformation-template-update-stack.json").read_text()
    found: dict[str, Any] = json.loads(text)
    return found


def _names(archive: Path) -> list[str]:
    with zipfile.ZipFile(archive) as packed:
        return packed.namelist()


def _resources(template: dict[str, Any], kind: str) -> dict[str, Any]:
    return {k: r for k, r in template["Resources"].items() if r["Type"] == kind}


@pytest.mark.parametrize("archive", ["switchroom.zip", "zappa/trial.zip"])
def test_no_package_holds_code_of_the_box_or_of_development(package: Path, archive: str) -> None:
    names = _names(package / archive)

    tops = {name.partition("/")[0].partition(".")[0] for name in names}
    assert not tops & {*FORBIDDEN, *FORBIDDEN_BY_DEVELOPMENT, "infra", "tests", "node_modules"}
    assert not [n for n in names if "exchange" in n]
    assert not set(names) & set(NOT_DEPLOYED)
    assert not [n for n in names if n.endswith((".env", "identity.json"))]


def test_the_browser_s_libraries_are_deployed_unmodified(package: Path) -> None:
    with zipfile.ZipFile(package / "switchroom.zip") as packed:
        sdk = packed.read("app/console/static/vendor/twilio.min.js")

    assert sdk == (ROOT / "node_modules/@twilio/voice-sdk/dist/twilio.min.js").read_bytes()


@pytest.mark.parametrize("archive", ["switchroom.zip", "zappa/trial.zip"])
def test_the_words_of_every_language_are_deployed(package: Path, archive: str) -> None:
    catalogues = (ROOT / "twiml-templates" / "words").glob("*.json")

    missing = {f"twiml-templates/words/{file.name}" for file in catalogues} - set(
        _names(package / archive)
    )

    assert not missing


def test_every_locked_package_is_deployed(package: Path) -> None:
    names = _names(package / "switchroom.zip")

    described = {
        n.partition("/")[0].rpartition(".dist-info")[0] for n in names if ".dist-info/" in n
    }
    deployed = {d.rpartition("-")[0].replace("_", "-").lower() for d in described}
    assert deployed == {name.replace("_", "-") for name in locked()}


def test_modules_are_compiled_to_bytecode_that_is_never_checked(package: Path) -> None:
    with zipfile.ZipFile(package / "switchroom.zip") as packed:
        compiled = packed.read("app/__pycache__/config.cpython-311.pyc")

    flags = int.from_bytes(compiled[4:8], "little")
    assert flags == 0b01  # hash-based, unchecked (PEP 552)


def test_the_same_sources_give_the_same_bytes(package: Path, tmp_path: Path) -> None:
    zip_folder(package / "functions", tmp_path / "again.zip")

    assert (tmp_path / "again.zip").read_bytes() == (package / "switchroom.zip").read_bytes()


def test_the_cloudformation_has_no_errors(package: Path) -> None:
    made = package / "osls" / "cloudformation-template-update-stack.json"

    found = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), "--non-zero-exit-code", "error", made],
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.returncode == 0, found.stdout


def test_the_template_has_the_functions_of_the_design(template: dict[str, Any]) -> None:
    functions = _resources(template, "AWS::Lambda::Function")

    handlers = {f["Properties"]["Handler"] for f in functions.values()}
    assert handlers == {f"app.entrypoints.{name}.handler" for name in FUNCTIONS}


def test_only_the_voice_function_has_reserved_concurrency(template: dict[str, Any]) -> None:
    functions = _resources(template, "AWS::Lambda::Function")

    reserved = {
        f["Properties"]["Handler"]
        for f in functions.values()
        if f["Properties"].get("ReservedConcurrentExecutions")
    }
    assert reserved == {"app.entrypoints.voice.handler"}


def test_no_secret_is_in_the_template(template: dict[str, Any]) -> None:
    for function in _resources(template, "AWS::Lambda::Function").values():
        variables = function["Properties"]["Environment"]["Variables"]
        secret = {k: v for k, v in variables.items() if k.startswith("TWILIO") or "SECRET" in k}

        assert len(secret) == 6
        assert all(v.startswith("ssm:/switchroom/dev/") for v in secret.values())


def test_tables_and_recordings_are_retained_and_not_public(template: dict[str, Any]) -> None:
    tables = _resources(template, "AWS::DynamoDB::Table")
    bucket = template["Resources"]["RecordingsBucket"]

    assert len(tables) == 3
    for table in tables.values():
        assert table["DeletionPolicy"] == "Retain"
        recovery = table["Properties"]["PointInTimeRecoverySpecification"]
        assert recovery["PointInTimeRecoveryEnabled"]
    assert bucket["DeletionPolicy"] == "Retain"
    assert all(bucket["Properties"]["PublicAccessBlockConfiguration"].values())


def test_hold_music_is_served_by_a_bucket_and_not_by_a_function(
    package: Path, template: dict[str, Any]
) -> None:
    """R4, M3: anybody may read its files, and nothing else is allowed to anybody."""
    policy = template["Resources"]["StaticBucketPolicy"]["Properties"]["PolicyDocument"]
    functions = _resources(template, "AWS::Lambda::Function")

    allowed = [one["Action"] for one in policy["Statement"] if one["Effect"] == "Allow"]
    places = [
        function["Properties"]["Environment"]["Variables"]["SWITCHROOM_FALLBACK_URL"]
        for function in functions.values()
    ]
    assert allowed == ["s3:GetObject"]
    assert all("${StaticBucket}" in place["Fn::Sub"] for place in places)
    assert {"fallback.xml", "music.xml"} <= {file.name for file in (package / "static").iterdir()}
    assert list((package / "static").glob("*.wav"))


def test_no_role_allows_every_resource_or_action(template: dict[str, Any]) -> None:
    roles = _resources(template, "AWS::IAM::Role")

    for role in roles.values():
        for policy in role["Properties"].get("Policies", ()):
            for statement in policy["PolicyDocument"]["Statement"]:
                assert statement["Resource"] != "*"
                assert "*" not in statement["Action"]


def test_the_function_of_the_package_can_be_imported_without_the_repository(
    package: Path, tmp_path: Path
) -> None:
    zipped = package / "switchroom.zip"
    with zipfile.ZipFile(zipped) as packed:
        packed.extractall(tmp_path / "task")

    loads = "".join(f"import app.entrypoints.{name}\n" for name in sorted(FUNCTIONS))
    done = _isolated(tmp_path / "task", loads)
    assert done.returncode == 0, done.stderr


def test_the_trial_of_zappa_can_be_imported_without_the_repository(
    package: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(package / "zappa" / "trial.zip") as packed:
        packed.extractall(tmp_path / "task")

    done = _isolated(tmp_path / "task", "import handler, zappa_settings, app.entrypoints.trial")

    assert done.returncode == 0, done.stderr


def _isolated(task: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run with nothing but the package and Python itself."""
    return subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            f"import sys; sys.path.insert(0, {str(task)!r})\n{code}",
        ],
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
