"""Who may reach the exchange: this computer only, and of its pages only the exchange's own."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import urllib3

from tests.exchange.sound.media_runtime_thread import MediaRuntimeThread
from tests.exchange.sound.origin import ROOT


def get(
    media_runtime: MediaRuntimeThread, path: str, **headers: str
) -> tuple[int, Mapping[str, str]]:
    answer = urllib3.request("GET", f"http://{media_runtime.exchange}{path}", headers=headers)
    return answer.status, answer.headers


def test_every_socket_is_bound_to_loopback(media_runtime: MediaRuntimeThread) -> None:
    assert [address[0] for address in media_runtime.media_runtime.addresses] == ["127.0.0.1"]


def test_only_one_place_binds_a_socket() -> None:
    sources = {
        path.name: path.read_text() for path in (ROOT / "infra/local/exchange").rglob("*.py")
    }

    binders = {name for name, text in sources.items() if "TCPSite(" in text}

    assert binders == {"web.py"}
    assert 'LOOPBACK: Final = "127.0.0.1"' in sources["web.py"]
    assert "TCPSite(runner, LOOPBACK, port)" in sources["web.py"]


@pytest.mark.parametrize("path", ["/street", "/inspector", "/healthz", "/sdk/shim.js", "/signal"])
def test_another_name_is_refused(media_runtime: MediaRuntimeThread, path: str) -> None:
    assert get(media_runtime, path, Host="switchroom.example")[0] == 421


@pytest.mark.parametrize("path", ["/street/socket", "/inspector/feed"])
def test_pages_of_others_may_not_open_our_sockets(
    media_runtime: MediaRuntimeThread, path: str
) -> None:
    assert get(media_runtime, path, Origin="http://localhost:1")[0] == 403


def test_the_shim_may_be_loaded_by_a_page_of_another_origin(
    media_runtime: MediaRuntimeThread,
) -> None:
    status, headers = get(media_runtime, "/sdk/shim.js")

    assert status == 200
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_health_says_ok(media_runtime: MediaRuntimeThread) -> None:
    assert get(media_runtime, "/healthz")[0] == 200
