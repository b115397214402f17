"""The street phone's page, with the fake exchange."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from infra.local.exchange.journal import Captioned, ConferenceChanged, News
from infra.local.exchange.signalling.caller_ids import WITHHELD_FORMS
from tests.exchange.sound.browsers import SdkPage
from tests.exchange.sound.fake_call_control import DoubleLeg
from tests.exchange.sound.hearing import hears, hears_no
from tests.exchange.sound.media_runtime_thread import MediaRuntimeThread
from tests.exchange.sound.street_page import StreetPage


@pytest.fixture
def street(media_runtime: MediaRuntimeThread, browser_700: Browser) -> Iterator[StreetPage]:
    street = StreetPage(browser_700, media_runtime.exchange)
    yield street
    street.page.close()
    assert street.problems == []


def last_leg(media_runtime: MediaRuntimeThread) -> DoubleLeg:
    return list(media_runtime.call_control.legs.values())[-1]


def dialled_as(media_runtime: MediaRuntimeThread, number: str) -> bool:
    """The last call comes from this number; it may be on its way still."""
    legs = media_runtime.call_control.legs

    def comes_from_it() -> bool:
        return bool(legs) and last_leg(media_runtime).parameters["From"] == number

    return media_runtime.call_control.until(comes_from_it)


@pytest.mark.alone
def test_a_number_is_dialled_and_heard(
    media_runtime: MediaRuntimeThread, street: StreetPage
) -> None:
    street.dial("A tone")
    street.is_in_state("talking")

    hears(street, 440, 1000)
    assert last_leg(media_runtime).parameters["From"] == "+442079460142"


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("participant-join", "You have joined the room."),
        ("participant-unhold", "You are off hold."),
    ],
)
def test_the_last_caption_is_no_music_once_the_caller_is_in_a_room(
    event: str, words: str, media_runtime: MediaRuntimeThread, street: StreetPage
) -> None:
    street.dial("A tone")
    street.is_in_state("talking")
    leg = list(media_runtime.call_control.legs)[-1]
    news: list[News] = [
        Captioned(leg, "Music", 10.8),
        ConferenceChanged("CF1", "room", event, leg),
    ]

    for one in news:
        media_runtime.loop.call_soon_threadsafe(media_runtime.journal.write, one)

    expect(street.page.locator("#captions .now")).to_have_text(words)


@pytest.mark.alone
def test_a_caller_hears_it_ring(street: StreetPage) -> None:
    street.dial("Rings")
    street.is_in_state("dialling")

    hears(street, 440, 1000)


def test_the_caller_can_be_withheld_or_typed(
    media_runtime: MediaRuntimeThread, street: StreetPage
) -> None:
    street.page.get_by_text("Number withheld").click()
    street.dial("Rings")
    street.is_in_state("dialling")
    assert dialled_as(media_runtime, "anonymous")
    street.page.get_by_role("button", name="Hang up").click()

    street.page.get_by_label("Another number, with +").fill("+48 600 000 118")
    street.dial("Rings")

    assert dialled_as(media_runtime, "+48600000118")


@pytest.mark.parametrize(
    ("words", "sent"),
    [(form.words, form.value) for form in WITHHELD_FORMS],
    ids=lambda value: value or "nothing",
)
def test_each_withheld_form_can_be_sent(
    words: str, sent: str, media_runtime: MediaRuntimeThread, street: StreetPage
) -> None:
    street.page.get_by_label("Withheld: what the carrier passes").select_option(words)
    street.dial("Rings")
    street.is_in_state("dialling")

    assert dialled_as(media_runtime, sent)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("+48 (600) 000-118", "+48600000118"),
        ("07700 900361", "07700 900361"),
        ("112", "112"),
        ("Alice", "Alice"),
    ],
)
def test_any_number_can_be_typed(
    typed: str, sent: str, media_runtime: MediaRuntimeThread, street: StreetPage
) -> None:
    street.page.get_by_label("Another number, with +").fill(typed)
    street.dial("Rings")
    street.is_in_state("dialling")

    assert dialled_as(media_runtime, sent)


def test_the_numbers_come_first_on_a_telephone(street: StreetPage) -> None:
    street.page.set_viewport_size({"width": 390, "height": 844})

    numbers = street.page.locator("#numbers li").last.bounding_box()

    assert numbers is not None
    assert numbers["y"] + numbers["height"] < 844
    for later in ("#who", "#handset", "#say-form"):
        box = street.page.locator(later).bounding_box()
        assert box is not None
        assert box["y"] > numbers["y"]


def test_a_call_to_try_is_dialled_as_its_caller(
    media_runtime: MediaRuntimeThread, street: StreetPage
) -> None:
    street.page.locator("#tries summary", has_text="A call to try").click()
    expect(street.page.locator("#tries")).to_contain_text("Press 1. Music plays.")
    street.page.get_by_role("button", name="Dial this call: A call to try").click()

    street.is_in_state("dialling")
    assert dialled_as(media_runtime, "+48600000131")


@pytest.mark.alone
def test_keys_by_mouse_and_by_keyboard(
    media_runtime: MediaRuntimeThread, street: StreetPage
) -> None:
    street.dial("A tone")
    street.is_in_state("talking")

    street.page.get_by_role("button", name="5 JKL").click()
    street.page.keyboard.press("Shift+Digit8")
    street.page.keyboard.press("7")
    street.page.keyboard.press("#")

    assert media_runtime.call_control.until(lambda: len(last_leg(media_runtime).digits) >= 4)
    assert last_leg(media_runtime).digits == "5*7#"
    expect(street.page.get_by_label("Typed", exact=True)).to_have_text("5*7#")


def test_keys_typed_into_a_field_are_words(
    media_runtime: MediaRuntimeThread, street: StreetPage
) -> None:
    street.dial("A tone")
    street.is_in_state("talking")

    street.page.get_by_label("What the caller says").press_sequentially("12")

    expect(street.page.get_by_label("What the caller says")).to_have_value("12")
    assert last_leg(media_runtime).digits == ""


def test_hanging_up_ends_the_call_with_a_reason(
    media_runtime: MediaRuntimeThread, street: StreetPage
) -> None:
    street.dial("A tone")
    street.is_in_state("talking")

    street.page.get_by_role("button", name="Hang up").click()

    street.is_in_state("ended")
    expect(street.page.get_by_label("What is being said")).to_contain_text("You hung up.")
    assert media_runtime.call_control.until(lambda: last_leg(media_runtime).state == "completed")


def test_the_other_end_hangs_up(media_runtime: MediaRuntimeThread, street: StreetPage) -> None:
    street.dial("A tone")
    street.is_in_state("talking")
    sid = list(media_runtime.call_control.legs)[-1]

    media_runtime.call(lambda: media_runtime.call_control.end(sid))

    street.is_in_state("ended")


def test_a_closed_page_ends_its_call(
    media_runtime: MediaRuntimeThread, browser_700: Browser
) -> None:
    street = StreetPage(browser_700, media_runtime.exchange)
    street.dial("A tone")
    street.is_in_state("talking")

    street.page.close()

    assert media_runtime.call_control.until(lambda: last_leg(media_runtime).state == "completed")


@pytest.mark.alone
def test_muted_the_caller_is_not_heard(
    media_runtime: MediaRuntimeThread, street: StreetPage, browser_1000: Browser
) -> None:
    street.dial("A conference")
    with SdkPage.opened(browser_1000, media_runtime, "bob") as bob:
        bob.dial("conference:street")
        bob.wait("accept")
        hears(bob, 700, 1000)

        street.page.get_by_role("button", name="Mute").click()

        hears_no(bob, 700)


@pytest.mark.alone
def test_words_typed_are_spoken_to_the_other_end(
    media_runtime: MediaRuntimeThread, street: StreetPage, browser_1000: Browser
) -> None:
    street.dial("A conference")
    street.is_in_state("talking")
    street.page.get_by_role("button", name="Mute").click()
    with SdkPage.opened(browser_1000, media_runtime, "bob") as bob:
        bob.dial("conference:street")
        bob.wait("accept")

        street.page.get_by_label("What the caller says").fill("Hello hello hello hello hello")
        street.page.get_by_role("button", name="Say it").click()
        loudest = [max(bob.hears(150, 250, 350, 500, 650).values()) for _ in range(4)]

    assert max(loudest) > -60


def test_a_refused_microphone_is_reported_and_the_call_goes_on(
    media_runtime: MediaRuntimeThread, browser_700: Browser
) -> None:
    page = browser_700.new_page()
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => {"
        " throw new DOMException('no', 'NotAllowedError'); };"
    )
    page.goto(f"http://{media_runtime.exchange}/street")

    page.get_by_role("button", name="Dial A tone").click()

    expect(page.get_by_role("alert")).to_contain_text("microphone was refused")
    expect(page.locator("#handset[data-call=talking]")).to_be_visible()
    page.close()


def test_an_unreachable_exchange_is_shown_and_found_again(
    media_runtime: MediaRuntimeThread, street: StreetPage
) -> None:
    street.page.context.set_offline(True)
    media_runtime.drop_sockets()
    street.is_in_state("unreachable")
    street.problems.clear()  # the browser itself complains of the lost connection

    street.page.context.set_offline(False)

    street.is_in_state("idle")
    street.problems.clear()


def test_the_page_has_no_inline_script_or_style(
    media_runtime: MediaRuntimeThread, browser_700: Browser
) -> None:
    page = browser_700.new_page()
    for path in ("/street", "/inspector"):
        answer = page.goto(f"http://{media_runtime.exchange}{path}")
        assert answer is not None
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert page.locator("script:not([src]), style, [style], [onclick]").count() == 0
    page.close()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_scrolls_sideways(street: StreetPage, width: int, scheme: str) -> None:
    street.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    street.page.set_viewport_size({"width": width, "height": 900})

    assert street.page.evaluate("document.documentElement.scrollWidth") == width


OWN = "+442079460142"  # of the person who is chosen first
COMPANY = "+442079460800"


def rings(media_runtime: MediaRuntimeThread, target: str = "tone:440", number: str = OWN) -> str:
    """The company calls that number; what is then heard is `target`. The leg's sid."""
    control = media_runtime.call_control
    assert control.until(lambda: bool(control.numbers.get(number)))
    return media_runtime.call(lambda: control.call_number(number, COMPANY, target))


@pytest.mark.alone
def test_a_called_page_rings_and_answers_with_sound_both_ways(
    media_runtime: MediaRuntimeThread, street: StreetPage, browser_1000: Browser
) -> None:
    leg = rings(media_runtime, "conference:street")
    street.is_in_state("incoming")
    state = street.page.locator("#state[role=status]")
    expect(state).to_have_text("Incoming call from +44\u00a020\u00a07946\u00a00800")

    street.page.get_by_role("button", name="Answer").click()
    street.is_in_state("talking")
    with SdkPage.opened(browser_1000, media_runtime, "bob") as bob:
        bob.dial("conference:street")
        bob.wait("accept")
        hears(bob, 700, 1000)
        hears(street, 1000, 700)

    street.presses("5")
    assert media_runtime.call_control.until(
        lambda: media_runtime.call_control.legs[leg].digits == "5"
    )
    street.page.get_by_role("button", name="Hang up").click()
    street.is_in_state("ended")
    assert media_runtime.call_control.until(
        lambda: media_runtime.call_control.legs[leg].state == "completed"
    )


def test_answer_and_decline_have_keys(
    media_runtime: MediaRuntimeThread, street: StreetPage
) -> None:
    declined = rings(media_runtime)
    street.is_in_state("incoming")
    street.page.keyboard.press("d")
    street.is_in_state("ended")
    answered = rings(media_runtime)
    street.is_in_state("incoming")
    street.page.keyboard.press("a")
    street.is_in_state("talking")

    legs = media_runtime.call_control.legs
    assert (legs[declined].state, legs[declined].refusal) == ("busy", "603")
    assert legs[answered].state == "in-progress"


def test_a_page_that_talks_is_busy(media_runtime: MediaRuntimeThread, street: StreetPage) -> None:
    street.dial("A tone")
    street.is_in_state("talking")

    leg = rings(media_runtime)

    known = media_runtime.call_control.legs[leg]
    assert (known.state, known.refusal) == ("busy", "486")
    street.is_in_state("talking")


def test_a_call_that_is_not_answered_is_missed(
    media_runtime: MediaRuntimeThread, street: StreetPage
) -> None:
    leg = rings(media_runtime)
    street.is_in_state("incoming")

    media_runtime.call(lambda: media_runtime.call_control.end(leg))

    street.is_in_state("missed")
    expect(street.page.get_by_label("What is being said")).to_contain_text("You did not answer.")


@pytest.mark.alone
def test_two_pages_with_one_number_ring_and_the_first_answer_wins(
    media_runtime: MediaRuntimeThread, street: StreetPage, browser_1000: Browser
) -> None:
    other = StreetPage(browser_1000, media_runtime.exchange)
    control = media_runtime.call_control
    assert control.until(lambda: len(control.numbers.get(OWN, ())) == 2)
    rings(media_runtime)
    street.is_in_state("incoming")
    other.is_in_state("incoming")

    other.page.get_by_role("button", name="Answer").click()

    other.is_in_state("talking")
    street.is_in_state("missed")
    expect(street.page.get_by_label("What is being said")).to_contain_text("Answered elsewhere.")
    hears(other, 440, 700)
    other.page.close()
    assert other.problems == []


def test_a_page_has_the_number_that_is_typed_and_none_when_it_is_withheld(
    media_runtime: MediaRuntimeThread, street: StreetPage
) -> None:
    numbers = media_runtime.call_control.numbers
    street.page.get_by_label("Another number, with +").fill("+48 600 000 118")
    street.page.get_by_label("Another number, with +").press("Enter")
    rings(media_runtime, number="+48600000118")
    street.is_in_state("incoming")
    street.page.get_by_role("button", name="Decline").click()

    street.page.get_by_text("Number withheld").click()

    assert media_runtime.call_control.until(lambda: not any(numbers.values()))
    expect(street.page.locator("#rings-here")).to_contain_text("Nobody can call this telephone")


def test_the_name_of_a_caller_that_the_page_knows_is_shown(
    media_runtime: MediaRuntimeThread, street: StreetPage
) -> None:
    control = media_runtime.call_control
    assert control.until(lambda: bool(control.numbers.get(OWN)))

    media_runtime.call(lambda: control.call_number(OWN, "wait", "tone:440"))

    street.is_in_state("incoming")
    expect(street.page.get_by_role("heading", name="Rings")).to_be_visible()


def test_telephones_that_the_company_can_call_are_listed(street: StreetPage) -> None:
    listed = street.page.get_by_role("list", name="Telephones that can be called")

    expect(listed).to_contain_text("Voicemail")
    expect(listed).to_contain_text("+44\u00a020\u00a07946\u00a00111")
    expect(listed).to_contain_text("Takes a message.")
