"""A kind of node that only this module has: whatever follows from the kinds knows it at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from app.adapters.plan import PlanError, read_company
from app.adapters.plan.schema import schema
from app.domain.dialplan import Plan
from app.domain.events import Pressed
from app.domain.nodes.base import (
    KINDS,
    Answer,
    Ask,
    GoTo,
    Node,
    Outcome,
    Successor,
    Visit,
    node,
)
from app.domain.nodes.fields import NodeName, declared
from app.domain.replies import AskDigits, Prompt, Reply, Sorry
from app.domain.states import AtNode, Memory
from app.domain.value import FIELDS, VALUES, value
from tests.adapters.plan.pages import page
from tests.adapters.plan.test_company import GOOD
from tests.adapters.plan.test_schema import mistakes
from tests.simulation import standard
from tests.simulation.standard import Records
from tests.stories import environments
from tests.stories.company import PLAN, SALES
from tests.stories.office import Office

TOY = "{is: secret, prompt: Say the word., word: 42, then: sales, otherwise: box, guesses: 2}"


@pytest.fixture(autouse=True)
def secret() -> Iterator[type[Node]]:
    """The kind, for the time of one test: it asks for a secret number and counts the guesses."""
    with patch.dict(KINDS), patch.dict(VALUES), patch.dict(FIELDS):

        @value
        class Guessed(Memory):
            times: int

        @node("secret", "Lets pass who knows the number.")
        class Secret(Node):
            prompt: Prompt = declared("What the caller hears.", example="Say the word.")
            word: str = declared(
                "The number.", example="42", pattern="[0-9]{2}", expected="secret: two digits"
            )
            then: NodeName = declared("The node for who knows it.", example="sales")
            otherwise: NodeName = declared("The node for others.", example="mailbox")
            guesses: int = declared("How many guesses.", example="2", default=3, low=1, high=5)

            def enter(self, visit: Visit) -> Outcome:
                return Ask(Guessed(0))

            def answer(self, visit: Visit, memory: Memory | None, event: Answer) -> Outcome | None:
                if not isinstance(event, Pressed) or not isinstance(memory, Guessed):
                    return None
                if event.digits == self.word:
                    return GoTo(self.then, "The secret")
                times = memory.times + 1
                return Ask(Guessed(times)) if times < self.guesses else GoTo(self.otherwise)

            def document(self, visit: Visit, memory: Memory | None) -> Reply:
                sorry: Sorry = "" if memory == Guessed(0) else "wrong choice"
                return AskDigits(self.prompt, sorry, visit.language, visit.question, 2, 5)

            def successors(self) -> tuple[Successor, ...]:
                return (Successor(self.then, by_key=True), Successor(self.otherwise))

        yield Secret


@pytest.fixture(params=["memory", "wire"])
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    wire = request.param == "wire"
    stage = (
        environments.on_the_wire(request.getfixturevalue("cloud"))
        if wire
        else environments.in_memory()
    )
    with stage as office:
        yield office
        office.closes()


def test_the_reader_reads_it_and_says_what_is_wrong_with_its_line(
    tmp_path: Path, secret: type[Node]
) -> None:
    right = _file(tmp_path, TOY)

    plan = read_company(right).plan
    read = plan.nodes["toy"]
    wrong = _file(tmp_path, TOY.replace("guesses: 2", "guesses: 9").replace("42", "4"))
    with pytest.raises(PlanError) as said:
        read_company(wrong)

    assert read == secret(Prompt("Say the word."), "42", "sales", "box", 2)  # type: ignore[call-arg]
    line = next(n for n, text in enumerate(wrong.read_text().splitlines(), 1) if "  toy:" in text)
    assert [problem.line for problem in said.value.problems] == [line, line]
    assert "guesses is 9: write a whole number from 1 to 5." in str(said.value)
    assert "4 is no secret: two digits." in str(said.value)


def test_the_checks_follow_its_ways(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="a silent caller goes round for ever: toy → toy"):
        read_company(_file(tmp_path, TOY.replace("otherwise: box", "otherwise: toy")))
    with pytest.raises(PlanError, match="secret toy names nobody, but no node is called so"):
        read_company(_file(tmp_path, TOY.replace("otherwise: box", "otherwise: nobody")))


def test_the_schema_and_the_page_know_it(tmp_path: Path) -> None:
    text = _file(tmp_path, TOY).read_text()

    assert "Secret" in schema()["$defs"]
    assert mistakes(text) == []
    assert mistakes(text.replace("guesses: 2", "guesses: 9")) == ["$.nodes.toy"]
    assert "### `is: secret`\n\nLets pass who knows the number.\n" in page()
    assert "| `guesses` | How many guesses. | number from 1 to 5 | `3` | `2` |" in page()


def test_a_caller_goes_through_it(office: Office, secret: type[Node]) -> None:
    """In memory and on the wire: what it remembers is stored with the call."""
    office.publishes(_plan(secret))
    office.passes(31)
    caller = office.caller()

    caller.dials(SALES)
    caller.hears("Say the word.")
    caller.presses("41")
    office.passes(3)
    remembered = caller.call.state
    caller.presses("42")

    caller.waits()
    assert isinstance(remembered, AtNode)
    assert remembered.node == "toy"
    assert caller.call.choices == ("The secret",)
    caller.hangs_up()
    timeline = caller.record.timeline
    assert [entry.node for entry in timeline if entry.choice] == ["sales"]


def test_a_simulated_world_goes_through_it(
    secret: type[Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Records] = []
    monkeypatch.setattr(standard, "PLAN", _plan(secret))

    outcome = standard.run(3, profile="no-crashes", calls=12, seconds=900, told=kept.append)

    assert outcome.violated is None
    register = kept[0].register
    wholes = [whole for call in kept[0].calls if (whole := register.get(call))]
    nodes = {entry.node for whole in wholes for entry in whole.timeline}
    assert any(name.startswith("toy") for name in nodes), nodes  # toy-1: the plan was changed


def _file(folder: Path, toy: str) -> Path:
    path = folder / "company.yaml"
    path.write_text(GOOD.replace("  bye:", f"  toy: {toy}\n  bye:", 1), encoding="utf-8")
    return path


def _plan(secret: type[Node]) -> Plan:
    """The stories' company; whoever dials its sales line must know the number."""
    toy = secret(Prompt("Say the word."), "42", "sales", "box")  # type: ignore[call-arg]
    nodes: Mapping[str, Node] = {**PLAN.nodes, "toy": toy}
    numbers = tuple(
        replace(number, entry="toy") if number.e164 == SALES else number for number in PLAN.numbers
    )
    return replace(PLAN, sha="f" * 64, nodes=nodes, numbers=numbers)
