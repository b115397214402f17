"""Who may reach the exchange: this computer only, and on it only who belongs here."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import urllib3

from tests.exchange.sound.origin import ROOT
from tests.exchange.sound.stage_thread import StageThread

pytestmark = pytest.mark.alone


def get(stage: StageThread, path: str, **headers: str) -> tuple[int, Mapping[str, str]]:
    answer = urllib3.request("GET", f"http://{stage.exchange}{path}", headers=headers)
    return answer.status, answer.headers


def test_every_socket_is_bound_to_loopback(stage: StageThread) -> None:
    assert [address[0] for address in stage.stage.addresses] == ["127.0.0.1"]


def test_only_one_place_binds_a_socket() -> None:
    sources = {
        path.name: path.read_text() for path in (ROOT / "infra/local/exchange").rglob("*.py")
    }

    binders = {name for name, text in sources.items() if "TCPSite(" in text}

    assert binders == {"web.py"}
    assert 'LOOPBACK: Final = "127.0.0.1"' in sources["web.py"]
    assert "TCPSite(runner, LOOPBACK, port)" in sources["web.py"]


@pytest.mark.parametrize("path", ["/street", "/inspector", "/healthz", "/sdk/shim.js", "/signal"])
def test_another_name_is_refused(stage: StageThread, path: str) -> None:
    assert get(stage, path, Host="switchroom.example")[0] == 421


@pytest.mark.parametrize("path", ["/street/line", "/inspector/feed"])
def test_pages_of_others_may_not_open_our_sockets(stage: StageThread, path: str) -> None:
    assert get(stage, path, Origin="http://localhost:1")[0] == 403


def test_the_shim_may_be_loaded_by_a_page_of_another_origin(stage: StageThread) -> None:
    status, headers = get(stage, "/sdk/shim.js")

    assert status == 200
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_health_says_ok(stage: StageThread) -> None:
    assert get(stage, "/healthz")[0] == 200
