"""The demo's passwords are in the README: outside the local box no plan and no start takes them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.adapters.memory import MemoryDirectory
from app.adapters.plan import PlanError, read_company
from app.bootstrap.applications import combined_application, console_application
from app.config import Config, Misconfigured, read
from app.entrypoints.company import publish
from tests.infra.test_config import GOOD, PARAMETERS

PLAN_FILE = Path(__file__).parents[2] / "switchroom.yaml"


def config(public_url: str) -> Config:
    said = {"SWITCHROOM_PUBLIC_URL": public_url, "SWITCHROOM_PLAN_FILE": str(PLAN_FILE)}
    return read(GOOD | said, PARAMETERS.__getitem__)


def deployment(public_url: str, directory: MemoryDirectory) -> Any:
    ports = SimpleNamespace(directory=directory)
    services = SimpleNamespace(config=config(public_url), ports=ports)
    return SimpleNamespace(services=services)


@pytest.mark.parametrize(
    "public_url", ["https://pbx.example", "http://192.0.2.1:8000", "http://localhost.example"]
)
def test_the_demo_is_not_published_for_others_and_each_line_says_what_to_do(
    public_url: str,
) -> None:
    directory = MemoryDirectory()

    with pytest.raises(PlanError) as refused:
        publish(config(public_url), deployment(public_url, directory))

    lines = str(refused.value).splitlines()
    assert lines[0] == (
        "switchroom.yaml, line 16: demo_password is for the local box: take it out, and give each "
        "person a password."
    )
    assert all(line.endswith("another one.") for line in lines[1:])
    assert len(lines) == 10
    with pytest.raises(LookupError):
        directory.head()


@pytest.mark.parametrize("start", [console_application, combined_application])
def test_no_deployment_starts_with_a_password_of_the_demo(
    start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.bootstrap.applications._voice", lambda *_: None)
    monkeypatch.setattr("flask.Flask.register_blueprint", lambda *_: None)
    directory = MemoryDirectory()
    demo = read_company(PLAN_FILE).plan
    mixed = (replace(demo.members[0], password_hash=None), *demo.members[1:2])
    directory.publish(replace(demo, members=mixed), previous=None)

    with pytest.raises(Misconfigured, match=r"the passwords of ewa: they are the demo's\. Publish"):
        start(deployment("https://pbx.example", directory))


@pytest.mark.parametrize("public_url", ["http://localhost:8000", "http://127.0.0.1:8000"])
def test_the_local_box_is_known_by_its_address(public_url: str) -> None:
    assert config(public_url).is_local
