"""The calls list of a supervisor on the whole box: through stream, worker and socket, by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.desk_page import DeskPage
from tests.exchange.sound.street_page import StreetPage

pytestmark = pytest.mark.alone


def test_a_supervisor_sees_a_call_begin_wait_and_end_without_a_reload(
    street: StreetPage, desk_of: Callable[[str], DeskPage]
) -> None:
    overseer = desk_of("priya")
    overseer.goes_to("Calls")
    newest = overseer.page.locator("#calls-rows tr").first
    result = newest.locator(".c-res")

    street.dial("UK main line")
    street.is_in_state("talking")
    expect(result).to_have_text("Going on")
    street.presses("2")
    expect(result).to_contain_text("Waiting 0:")
    expect(newest).to_contain_text("Claims")
    street.page.get_by_role("button", name="Hang up").click()

    expect(result).to_have_text("Gave up waiting")
    assert overseer.problems == []
