"""The names that the box hands to the inspector, read from the demo company as it is published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.adapters.plan import read_company
from app.adapters.twilio.urls import Urls
from app.entrypoints.company import names_of
from infra.local.exchange.inspection.names import Names, NamesFile

ROOT = Path(__file__).parents[2]


@pytest.fixture
def demo() -> Names:
    company = read_company(ROOT / "switchroom.yaml")
    return Names(names_of(company, Urls("http://pbx.example", "local")))


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("client:anna_tab0", "anna_tab0"),
        ("client:agnieszka_x7", "Agnieszka Nowak"),
        ("+442079460142", "Eleanor Whitcombe"),
        ("+447700900555", "Callum Reid"),
        ("+442079460800", "UK main line"),
        ("+15005550010", "+15005550010"),
        ("anonymous", "anonymous"),
        ("", "withheld"),
    ],
)
def test_an_address_is_named_as_the_company_names_it(address: str, name: str, demo: Names) -> None:
    assert demo.of(address) == name


def test_queues_and_nodes_have_the_labels_of_the_plan(demo: Names) -> None:
    assert demo.of_queue("local-deliveries") == "Deliveries EN"
    assert demo.of_node("deliveries") == "Deliveries EN"
    assert demo.of_queue("other") == "other"


def test_the_file_of_names_may_come_later(tmp_path: Path) -> None:
    file = NamesFile(tmp_path / "names.json")

    assert file.read() == Names()
    (tmp_path / "names.json").write_text(json.dumps({"+1": "One"}), encoding="utf-8")
    assert file.read().of("+1") == "One"


@pytest.mark.parametrize("text", ["[]", "{", '{"a": 1}'])
def test_a_file_that_holds_no_names_is_an_error(text: str, tmp_path: Path) -> None:
    (tmp_path / "names.json").write_text(text, encoding="utf-8")

    with pytest.raises(ValueError, match=r"."):
        NamesFile(tmp_path / "names.json").read()
