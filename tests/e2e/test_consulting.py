"""A consultation with real sound: who hears whom, told by the tones, from the number to the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.desk_page import DeskPage
from tests.e2e.mobile_page import MobilePage
from tests.e2e.pitches import AGENT_HERTZ, CALLER_HERTZ, MOBILE_HERTZ, hear_each_other
from tests.exchange.sound.hearing import Ears, hears, hears_no
from tests.exchange.sound.street_page import StreetPage

pytestmark = pytest.mark.alone

PHARMACY, TYPED, NAME = "+441632960214", "01632 960214", "Harbour Lane Pharmacy"
LONG_ENOUGH = re.compile(r"Handed over 0:(0[6-9]|[1-5]\d)")
ON_HOLD = re.compile(r"^On hold 0:\d\d$")


def consults(desk: DeskPage, street: StreetPage, mobile: MobilePage) -> None:
    """In a call, whose caller hears music, the pharmacy's telephone rings."""
    mobile.has_number(PHARMACY)
    desk.answers(street)
    desk.opens_the_dialog_to_consult()
    desk.types_a_number(TYPED)
    mobile.is_in_state("incoming")
    expect(desk.state_of_the_consulted).to_have_text("Ringing…")
    expect(desk.state_of_the_call).to_have_text(ON_HOLD)
    street.hears_music()


def talk_apart(one: Ears, hertz: int, other: Ears, other_hertz: int, apart: int) -> None:
    """These two hear each other, themselves not, and nothing of the third."""
    hears(one, other_hertz, hertz, apart)
    hears(other, hertz, other_hertz, apart)


def test_the_caller_hears_nobody_until_the_agent_joins_or_leaves_the_two(
    street: StreetPage,
    mobile: MobilePage,
    desk_of: Callable[[str], DeskPage],
    screenshots: Path | None,
) -> None:
    """C, a number, Enter; S and S; J; T. A reload of the page changes nothing of it (R11, T3)."""
    oliver = desk_of("oliver")
    consults(oliver, street, mobile)
    oliver.is_pictured(screenshots, "consult-rings")
    hears_no(street, AGENT_HERTZ)
    mobile.picks_up()

    # The two talk apart, and the caller hears music.
    oliver.speaks_with(f"You speak with {NAME}")
    talk_apart(oliver, AGENT_HERTZ, mobile, MOBILE_HERTZ, CALLER_HERTZ)
    street.hears_music()
    hears_no(street, MOBILE_HERTZ)
    hears_no(street, AGENT_HERTZ)
    expect(oliver.page.locator("#phone")).to_contain_text("Recording paused")
    oliver.is_pictured(screenshots, "consulting")
    oliver.goes_to("Calls")
    expect(oliver.page.locator("#line")).to_contain_text(f"{NAME}: Talking")
    oliver.is_pictured(screenshots, "consulting-strip")
    oliver.goes_to("Desk")
    oliver.speaks_with(f"You speak with {NAME}")

    # A reload: the panel is what it was, and so is who hears whom.
    oliver.page.reload()
    oliver.speaks_with(f"You speak with {NAME}")
    expect(oliver.state_of_the_call).to_have_text(ON_HOLD)
    talk_apart(oliver, AGENT_HERTZ, mobile, MOBILE_HERTZ, CALLER_HERTZ)
    hears_no(street, MOBILE_HERTZ)

    # Back to the caller, and the other hears music.
    oliver.presses("s")
    oliver.speaks_with("You speak with Eleanor Whitcombe")
    expect(oliver.state_of_the_consulted).to_have_text("On hold")
    talk_apart(oliver, AGENT_HERTZ, street, CALLER_HERTZ, MOBILE_HERTZ)
    mobile.hears_music()
    hears_no(mobile, AGENT_HERTZ)
    oliver.is_pictured(screenshots, "swapped")
    oliver.presses("s")
    oliver.speaks_with(f"You speak with {NAME}")
    talk_apart(oliver, AGENT_HERTZ, mobile, MOBILE_HERTZ, CALLER_HERTZ)
    hears_no(street, MOBILE_HERTZ)

    # All three.
    oliver.presses("j")
    oliver.speaks_with("All three talk")
    for ears, own, others in (
        (street, CALLER_HERTZ, (AGENT_HERTZ, MOBILE_HERTZ)),
        (mobile, MOBILE_HERTZ, (AGENT_HERTZ, CALLER_HERTZ)),
        (oliver, AGENT_HERTZ, (CALLER_HERTZ, MOBILE_HERTZ)),
    ):
        for other in others:
            hears(ears, other, own)
    expect(oliver.page.locator("#phone")).to_contain_text("Recording paused")
    oliver.is_pictured(screenshots, "three")

    # The agent leaves, and the two talk on.
    oliver.presses("l")
    expect(oliver.page.get_by_role("button", name="Save and be available")).to_be_visible()
    expect(oliver.page.locator("#phone")).to_contain_text(f"Left to{NAME}")
    talk_apart(street, CALLER_HERTZ, mobile, MOBILE_HERTZ, AGENT_HERTZ)
    oliver.is_pictured(screenshots, "handed-over")
    oliver.goes_to("Calls")
    # Who hangs up sooner may have been gone when the agent left: then the caller comes back (T3).
    expect(oliver.page.locator("#calls tbody tr").first).to_contain_text(LONG_ENOUGH)
    oliver.page.get_by_role("link", name="Eleanor Whitcombe").first.click()
    shown = oliver.page.get_by_role("complementary")
    expect(shown).to_contain_text(f"Oliver Marsh left the caller with {NAME}")
    oliver.is_pictured(screenshots, "handed-over-call")
    mobile.hangs_up()
    street.is_in_state("ended")
    expect(shown).to_contain_text("Answered")
    assert street.problems == mobile.problems == oliver.problems == []


def test_who_declines_is_said_to_be_busy_and_who_answers_can_be_let_go(
    street: StreetPage,
    mobile: MobilePage,
    desk_of: Callable[[str], DeskPage],
    screenshots: Path | None,
) -> None:
    """The caller is on hold until the agent takes the call back; X does that at once."""
    oliver = desk_of("oliver")
    consults(oliver, street, mobile)

    mobile.page.get_by_role("button", name="Decline").click()
    alert = oliver.page.get_by_role("alert").filter(has_text=f"{NAME} is busy.")
    expect(alert).to_contain_text("The caller is still on hold.")
    oliver.is_pictured(screenshots, "consult-busy")
    street.hears_music()
    hears_no(street, AGENT_HERTZ)

    oliver.opens_the_dialog_to_consult()
    oliver.is_pictured(screenshots, "consult")
    oliver.types_a_number(TYPED)
    mobile.picks_up()
    oliver.speaks_with(f"You speak with {NAME}")
    oliver.presses("x")
    mobile.is_in_state("ended")
    expect(oliver.state_of_the_call).to_have_text("Talking")
    hear_each_other(street, oliver)
    oliver.end.click()
    street.is_in_state("ended")
    assert street.problems == mobile.problems == oliver.problems == []
