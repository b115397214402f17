"""What nodes say becomes of a caller, and that a call knows them by their interface alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import events as e
from app.domain.call import CALLER, Call
from app.domain.decide import begin, decide
from app.domain.dialplan import Number, Plan
from app.domain.hours import Span
from app.domain.nodes import base
from app.domain.nodes.ask_extension import AskExtension, ExtensionNumber
from app.domain.nodes.base import (
    KINDS,
    Ask,
    End,
    GoTo,
    Node,
    Outcome,
    Successor,
    Visit,
    WaitForAgent,
)
from app.domain.nodes.branch import Branch, CallerRow
from app.domain.nodes.extension import Extension
from app.domain.nodes.goto import Goto
from app.domain.nodes.greeting import Greeting
from app.domain.nodes.hours import Hours
from app.domain.nodes.keys import Attempt
from app.domain.nodes.mailbox import Mailbox
from app.domain.nodes.menu import Choice, Menu
from app.domain.numbering import WITHHELD
from app.domain.replies import AskDigits, Prompt
from app.domain.states import AtNode, Ended, Waiting
from tests.adapters.plan.examples import example_of

NOW = datetime(2026, 11, 20, 14, 36, tzinfo=UTC)  # a Friday
HELLO = Prompt("Hello.")
ANSWERS: tuple[base.Answer, ...] = (
    *(e.Pressed(CALLER, 1, digits) for digits in ("1", "2", "201", "9", "")),
    e.Heard(CALLER, 1),
    e.MessageLeft(CALLER, "RE1", 4, 1),
    e.NothingRecorded(CALLER, 1),
)


def visit(caller: str = "+447700900361", now: datetime = NOW) -> Visit:
    return Visit(caller, "+442079460800", "en", "Europe/London", now, 1)


def plan(nodes: Mapping[str, Node]) -> Plan:
    return Plan("p", "K", "Europe/London", (Number("+44", "Main", "en", "start"),), nodes)


def begun(nodes: Mapping[str, Node], caller: str = "+447700900361") -> Call:
    made = plan(nodes)
    return begin(made, made.numbers[0], "1", "CA1", caller, "", NOW).call


@pytest.fixture(params=sorted(KINDS))
def example(request: pytest.FixtureRequest, tmp_path: Path) -> Node:
    """A node of each kind, made of the examples of its fields: new kinds keep the laws, too."""
    return example_of(KINDS[request.param], tmp_path)


def test_a_kind_needs_no_more_than_the_fields_without_a_default(
    example: Node, tmp_path: Path
) -> None:
    short = example_of(type(example), tmp_path, shortest=True)

    assert short.mistakes() == example.mistakes() == ()


def test_a_node_leads_only_to_its_successors_and_without_a_key_only_to_those_without(
    example: Node,
) -> None:
    named = {way.name for way in example.successors()}
    in_silence = {way.name for way in example.successors() if not way.by_key}
    outcome = example.enter(visit())
    if isinstance(outcome, GoTo):
        assert outcome.node in in_silence
        return
    memory = outcome.memory if isinstance(outcome, Ask) else None

    for event in ANSWERS:
        for held in (memory, Attempt(9, "silence")):
            after = example.answer(visit(), held, event)
            if isinstance(after, GoTo):
                assert after.node in named
            if isinstance(after, GoTo) and not getattr(event, "digits", ""):
                assert after.node in in_silence


def test_a_node_that_asks_has_a_document(example: Node) -> None:
    outcome = example.enter(visit())

    if isinstance(outcome, Ask):
        assert example.document(visit(), outcome.memory) is not None


def test_only_a_wait_point_lets_a_caller_wait_for_an_agent(example: Node) -> None:
    waits = isinstance(example.enter(visit()), WaitForAgent)

    assert waits == isinstance(example, base.WaitPoint)


MENU = Menu(HELLO, (Choice("1", "One", "next"),), "rest")
ASK = AskExtension(HELLO, 3, (ExtensionNumber("201", "anna"),), "rest")


def test_a_menu_counts_its_attempts_and_then_goes_on() -> None:
    menu = Menu(HELLO, (Choice("1", "One", "next"),), "rest", attempts=2)
    wrong = e.Pressed(CALLER, 1, "9")

    again = menu.answer(visit(), None, wrong)

    assert again == Ask(Attempt(2, "wrong choice"))
    assert menu.answer(visit(), Attempt(2, "wrong choice"), wrong) == GoTo("rest")


@pytest.mark.parametrize(
    ("asking", "digits", "sorry"),
    [
        (MENU, "", "silence"),
        (MENU, "9", "wrong choice"),
        (ASK, "", "silence"),
        (ASK, "999", "wrong extension"),
        (ASK, "20", "wrong extension"),
    ],
)
def test_who_is_asked_again_hears_what_was_wrong_with_the_answer(
    asking: Node, digits: str, sorry: str
) -> None:
    again = asking.answer(visit(), None, e.Pressed(CALLER, 1, digits))
    assert isinstance(again, Ask)

    document = asking.document(visit(), again.memory)

    assert isinstance(document, AskDigits)
    assert document.sorry == sorry


def test_an_extension_that_is_typed_is_a_choice_with_the_title_of_its_node() -> None:
    nodes = {
        "start": AskExtension(HELLO, 3, (ExtensionNumber("201", "anna"),), "box"),
        "anna": Extension("Anna, extension 201", "box", HELLO, agent="anna"),
        "box": Mailbox("Box", HELLO),
    }

    decision = decide(plan(nodes), begun(nodes), {}, e.Pressed(CALLER, 1, "201"), NOW)

    assert decision.choice == "Anna, extension 201"
    assert decision.call.choices == ("Anna, extension 201",)
    assert isinstance(decision.call.state, Waiting)


@pytest.mark.parametrize(
    ("caller", "node"),
    [
        ("+48221234567", "polish"),
        ("+442079460142", "vip"),
        ("+442079460143", "london"),
        ("+447700900361", "rest"),
        (WITHHELD, "box"),
        ("sip:bob@example.com", "rest"),
        ("+5215512345678", "mexico"),
        ("+5511987654321", "brazil"),
        ("+541123456789", "argentina"),
    ],
)
def test_the_first_row_that_is_true_of_the_caller_wins(caller: str, node: str) -> None:
    branch = Branch(
        (
            CallerRow("vip", numbers=("+442079460142",)),
            CallerRow("london", prefixes=("+4420",)),
            CallerRow("polish", prefixes=("+48", "+370")),
            CallerRow("mexico", numbers=("+525512345678",)),
            CallerRow("brazil", numbers=("+551187654321",)),
            CallerRow("argentina", numbers=("+5491123456789",)),
            CallerRow("box", withheld=True),
        ),
        "rest",
    )

    assert branch.enter(visit(caller)) == GoTo(node)


@given(caller=st.text())
def test_whatever_the_carrier_says_of_the_caller_there_is_a_way(caller: str) -> None:
    branch = Branch((CallerRow("one", prefixes=("+1",)), CallerRow("two", withheld=True)), "rest")

    outcome = branch.enter(visit(caller))

    assert outcome in {GoTo("one"), GoTo("two"), GoTo("rest")}


def test_hours_without_a_zone_are_the_companys() -> None:
    early = datetime(2026, 7, 3, 7, 30, tzinfo=UTC)  # 08:30 in London in summer, 09:30 in Warsaw
    spans = (Span((4,), time(9), time(10)),)

    assert Hours(spans, "a", "b").enter(visit(now=early)) == GoTo("b")
    assert Hours(spans, "a", "b", zone="Europe/Warsaw").enter(visit(now=early)) == GoTo("a")


def test_nodes_that_only_pass_on_are_walked_to_the_first_that_does_not() -> None:
    nodes = {
        "start": Goto("hours"),
        "hours": Hours((Span((4,), time(8), time(18)),), "branch", "box"),
        "branch": Branch((CallerRow("menu", prefixes=("+44",)),), "box"),
        "menu": Menu(HELLO, (), "box"),
        "box": Mailbox("Box", HELLO),
    }

    assert begun(nodes).state == AtNode("menu")
    assert begun(nodes, WITHHELD).state == AtNode("box")


def test_a_circle_of_nodes_that_only_pass_on_ends_the_call() -> None:
    nodes = {"start": Goto("other"), "other": Goto("start")}

    state = begun(nodes).state

    assert isinstance(state, Ended)
    assert state.outcome == "misrouted"


def test_a_node_of_an_unknown_kind_that_lets_callers_wait_is_refused() -> None:
    class Bench(Node):
        def enter(self, visit: Visit) -> Outcome:
            return WaitForAgent()

        def successors(self) -> tuple[Successor, ...]:
            return ()

    with pytest.raises(TypeError, match="no WaitPoint"):
        begun({"start": Bench()})


def test_an_event_that_is_no_answer_here_changes_nothing() -> None:
    nodes = {"start": Greeting(HELLO)}
    call = begun(nodes)

    decision = decide(plan(nodes), call, {}, e.Pressed(CALLER, 1, "1"), NOW)

    assert (decision.call.state, decision.call.legs) == (call.state, call.legs)


def test_hanging_up_means_what_the_node_says() -> None:
    assert Greeting(HELLO).outcome_of_hang_up == "hung up"
    assert Mailbox("Box", HELLO).outcome_of_hang_up == "no message"
    assert Greeting(HELLO).answer(visit(), None, e.Heard(CALLER, 1)) == End("announced")


def test_two_kinds_of_one_name_are_refused() -> None:
    with patch.dict(KINDS), pytest.raises(ValueError, match="two kinds of node are called menu"):
        base.node("menu", "Again.")(Menu)
