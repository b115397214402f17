"""The calls that the street phone suggests do what they say, at any hour of the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import pytest

from app.adapters.plan import Company, read_company
from app.adapters.twilio import rest
from app.adapters.twilio.account import Account
from app.adapters.twilio.numbers import configure
from app.adapters.twilio.urls import Urls
from app.domain.replies import Prompt
from infra.local.exchange.calls_to_try import CallToTry, Step, read_calls_to_try
from infra.local.exchange.signalling.caller_ids import WITHHELD_FORMS
from infra.local.exchange.virtual import TEST_ACCOUNT
from tests.stories import environments
from tests.stories.office import Office
from tests.stories.people import Caller

ROOT = Path(__file__).parents[2]
CALLS = read_calls_to_try(ROOT / "demo" / "calls-to-try.json")
HOUR_SECONDS = 3600
API = "http://carrier.example"


@pytest.fixture(scope="module")
def company() -> Company:
    return read_company(ROOT / "switchroom.yaml")


@pytest.fixture
def demo(company: Company) -> Iterator[Office]:
    """The demo company on the exchange, with nobody at a desk."""
    with environments.in_memory() as office:
        ports = office.services.ports
        for sha, sound in company.sounds.items():
            ports.sounds.put(sha, sound.body, sound.content_type)
        for contact in company.contacts:
            ports.directory.put_contact(contact)
        account = Account(TEST_ACCOUNT.sid, TEST_ACCOUNT.key_sid, TEST_ACCOUNT.key_secret, API)
        client = rest.connect(account, lambda: 10.0)
        configure(client, company.plan, Urls("http://pbx.example", environments.ENV), rent=True)
        office.publishes(company.plan)
        yield office
        office.closes()


def play(office: Office, call: CallToTry) -> None:
    caller = office.caller(call.caller)
    for number, step in enumerate(call.steps):
        if number == 0:
            caller.dials(call.number)
        elif step.hang_up:
            caller.hangs_up()
        else:
            caller.presses(step.keys)
        office.passes(step.after_seconds)
        check(office, caller, step)


def heard(office: Office, words: str) -> str:
    """The words, or the sound that the plan plays in the place of a prompt with these words."""
    nodes = office.services.ports.directory.head().nodes.values()
    said = [getattr(n, one.name) for n in nodes for one in fields(cast(Any, n))]
    prompts = [prompt for prompt in said if isinstance(prompt, Prompt)]
    sounds = [prompt.audio for prompt in prompts if words in prompt.text and prompt.audio]
    return sounds[0] if sounds else words


def check(office: Office, caller: Caller, step: Step) -> None:
    if step.heard:
        caller.hears(heard(office, step.heard))
    if step.offered_to:
        office.agent(step.offered_to).sees_the_offer()
    if step.outcome:
        assert caller.record.head.outcome == step.outcome


def test_there_are_five() -> None:
    assert len(CALLS) == 5


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.title)
def test_every_step_says_what_a_test_can_see(call: CallToTry) -> None:
    for step in call.steps:
        assert step.heard or step.offered_to or step.outcome, step.do


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.title)
def test_its_number_and_its_caller_can_be_had(call: CallToTry, company: Company) -> None:
    forms = {form.value for form in WITHHELD_FORMS}

    assert company.plan.number(call.number) is not None
    assert call.caller in forms or call.caller.startswith("+")


@pytest.mark.parametrize("hours_later", [0, 10, 17], ids=["at 9", "at 19", "at 2"])
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.title)
def test_a_call_to_try_does_what_it_says(call: CallToTry, hours_later: int, demo: Office) -> None:
    demo.passes(hours_later * HOUR_SECONDS)
    for agent in {step.offered_to for step in call.steps if step.offered_to}:
        demo.agent(agent).is_ready()

    play(demo, call)
