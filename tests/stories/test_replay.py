"""A call that was saved by the inspector is played again, against a product that knows nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from infra.local.exchange.inspection.call_index import CallIndex
from infra.local.exchange.inspection.names import Names
from infra.local.exchange.inspection.saved_call import load, save
from infra.local.exchange.journal import WebhookAnswered
from tests.stories import environments
from tests.stories.company import MAIN, NIGHT
from tests.stories.office import Office
from tests.stories.replay import replay


def leaves_a_message(office: Office) -> str:
    caller = office.caller()
    caller.dials(NIGHT)
    office.passes(9)
    caller.presses("#")
    office.passes(30)
    return caller.leg


def presses_a_wrong_key_and_waits(office: Office) -> str:
    caller = office.caller()
    caller.dials(MAIN)
    caller.presses("7")
    office.passes(4)
    caller.presses("1")
    office.passes(12)
    caller.hangs_up()
    office.passes(30)
    return caller.leg


STORIES = [leaves_a_message, presses_a_wrong_key_and_waits]


def file_of(story: Callable[[Office], str]) -> str:
    """What *Save this call as a file* writes of the story."""
    with environments.in_memory() as office:
        call = story(office)
        index = CallIndex(office.network.exchange.journal)
        index.catch_up()
        account = office.network.exchange.account.sid
        return save(call, account, Names(), index.entries_of(call))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_saved_call_gets_the_same_documents_when_it_is_played_again(
    story: Callable[[Office], str],
) -> None:
    saved = load(file_of(story))

    with environments.in_memory() as office:
        played = replay(saved, office)
        whole = office.services.ports.register.get(saved.call[2:])

    assert played.differences == []
    assert played.documents >= 2
    assert whole is not None
    assert whole.head.caller == "+447700900361"


def test_a_document_that_differs_from_the_file_is_told() -> None:
    saved = load(file_of(leaves_a_message))
    entries = tuple(
        replace(entry, news=replace(entry.news, body="<Response/>"))
        if isinstance(entry.news, WebhookAnswered)
        else entry
        for entry in saved.entries
    )

    with environments.in_memory() as office:
        played = replay(replace(saved, entries=entries), office)

    assert played.differences[0].saved == "<Response/>"
    assert "leave a message" in played.differences[0].now
