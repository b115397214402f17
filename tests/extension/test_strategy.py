"""A strategy that this module alone declares: found in the plan, the docs, the matching, a call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.adapters.plan import PlanError, read_company
from app.adapters.plan.schema import schema
from app.domain.board import ReadyRow, WaitingRow
from app.domain.matching import Pair, match_callers
from app.domain.nodes.queue import Queue
from app.domain.strategies import STRATEGIES, Key, Strategy
from tests.domain.strategies_page import page
from tests.stories import environments
from tests.stories.company import PLAN, SALES

NOW = datetime(2026, 11, 20, 14, 36, tzinfo=UTC)
LAST_IN_ALPHABET = "last in the alphabet"
FILE = """\
company: Kestrel
zone: Europe/London
numbers:
  - {number: "+44 20 7946 0800", label: Main, language: en, start: sales}
nodes:
  sales: {is: queue, label: Sales, comfort: Hold., otherwise: box, strategy: last in the alphabet}
  box: {is: mailbox, label: Box, prompt: After the tone.}
people: {}
"""


def _backwards(agent: ReadyRow, queue: str) -> Key:
    return tuple(-ord(letter) for letter in agent.agent)


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    toy = Strategy(LAST_IN_ALPHABET, "The agent whose name comes last.", _backwards)
    monkeypatch.setitem(STRATEGIES, LAST_IN_ALPHABET, toy)


def test_a_plan_may_name_it(tmp_path: Path) -> None:
    file = tmp_path / "company.yaml"
    file.write_text(FILE, encoding="utf-8")

    plan = read_company(file).plan

    assert plan.node("sales", Queue).strategy == LAST_IN_ALPHABET


def test_who_names_another_is_told_of_it(tmp_path: Path) -> None:
    file = tmp_path / "company.yaml"
    file.write_text(FILE.replace(LAST_IN_ALPHABET, "by shoe size"), encoding="utf-8")

    with pytest.raises(PlanError, match=f"line 6: strategy: by shoe size .*{LAST_IN_ALPHABET}"):
        read_company(file)


def test_an_editor_knows_it() -> None:
    assert LAST_IN_ALPHABET in schema()["$defs"]["Queue"]["properties"]["strategy"]["enum"]


def test_the_docs_have_it() -> None:
    assert f"| `{LAST_IN_ALPHABET}` | The agent whose name comes last. |" in page()


def test_the_matching_goes_by_it() -> None:
    far = NOW + timedelta(hours=1)
    free = [ReadyRow(name, NOW, ("sales",), far) for name in ("anna", "cleo", "ben")]
    caller = WaitingRow("c", "sales", 5, NOW, strategy=LAST_IN_ALPHABET)

    assert match_callers(free, [caller], NOW).pairs == (Pair("c", "cleo", "sales"),)


def test_a_call_goes_by_it() -> None:
    sales = replace(PLAN.node("sales", Queue), strategy=LAST_IN_ALPHABET)
    with environments.in_memory() as office:
        caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
        office.publishes(replace(PLAN, sha="b" * 64, nodes={**PLAN.nodes, "sales": sales}))
        anna.is_ready()
        office.passes(10)
        ben.is_ready()

        caller.dials(SALES)

        anna.is_quiet()
        ben.answers()
        caller.talks_to(ben)
        caller.hangs_up()
        office.closes()
