"""Outside telephones that act by themselves, as the demo declares them: what each does when called.

In virtual time: what is heard is read from the journal's captions, who hears whom from the ledger.
"""

from __future__ import annotations

import json
from pathlib import Path

import phonenumbers
import pytest

from infra.local.exchange.interfaces import Playing, Ringback, Tone, Voices
from infra.local.exchange.journal import Captioned
from infra.local.exchange.outside.script import Menu, Script, read_scripts
from infra.local.exchange.sound.library import Library
from tests.exchange.customer import BASE, twiml
from tests.exchange.harness import Harness

FILE = Path(__file__).parents[2] / "demo" / "telephones.json"
TELEPHONES = {one.name: one for one in read_scripts(FILE)}
VOICEMAIL = TELEPHONES["Voicemail"]
ENGAGED = TELEPHONES["Always engaged"]
NOT_IN_USE = TELEPHONES["A number that is not in use"]
MENU = TELEPHONES["Northbank Insurance"]
SLOW = TELEPHONES["Slow to answer"]
NOBODY = TELEPHONES["Nobody at home"]
DECLINES = TELEPHONES["Does not want to talk"]
FAX = TELEPHONES["Fax"]
EMERGENCY = TELEPHONES["Emergency services"]

RINGS = ["initiated", "ringing"]
TALKS = [*RINGS, "in-progress", "completed"]
RING_SECONDS = 30
HELLO = "Hello, this is Harriet Lund."
ANNOUNCED = "The number you have dialled is not in use."


class Room:
    """A conference with an agent in it, into which the product calls telephones."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.agent = harness.join_conference()

    def calls(self, script: Script, **asked: object) -> str:
        self.harness.network.outside_telephone(script)
        made = self.harness.client.conferences("r").participants.create(
            to=script.number,
            from_=self.harness.number,
            beep="false",
            timeout=RING_SECONDS,
            status_callback=f"{BASE}/told",
            status_callback_event=["initiated", "ringing", "answered", "completed"],
            **asked,
        )
        return str(made.call_sid)

    def advance(self, seconds: float) -> None:
        self.harness.network.advance(seconds)

    def told(self) -> list[str]:
        return [one["CallStatus"] for one in self.harness.customer.to("/told")]

    def sip_code(self) -> str:
        return self.harness.customer.last("/told")["SipResponseCode"]

    def heard(self, leg: str = "") -> list[str]:
        """What was said or played to this leg (the agent's), in order."""
        entries = self.harness.network.exchange.journal.entries()
        captions = [entry.news for entry in entries if isinstance(entry.news, Captioned)]
        return [one.caption for one in captions if one.leg == (leg or self.agent)]


@pytest.fixture
def room(harness: Harness) -> Room:
    return Room(harness)


@pytest.mark.parametrize(
    ("script", "told", "sip_code"),
    [
        (VOICEMAIL, TALKS, "200"),
        (ENGAGED, [*RINGS, "busy"], "486"),
        (NOT_IN_USE, [*RINGS, "failed"], "404"),
        (MENU, TALKS, "200"),
        (SLOW, TALKS, "200"),
        (NOBODY, [*RINGS, "no-answer"], "487"),
        (DECLINES, [*RINGS, "busy"], "603"),
        (FAX, TALKS, "200"),
        (EMERGENCY, TALKS, "200"),
    ],
    ids=lambda value: value.name if isinstance(value, Script) else "",
)
def test_each_kind_ends_with_its_status_and_sip_code(
    script: Script, told: list[str], sip_code: str, room: Room
) -> None:
    called = room.calls(script)
    room.advance(400)

    assert room.told() == told
    assert room.sip_code() == sip_code
    assert room.harness.status(called) == told[-1]
    assert room.harness.network.exchange.says() == {}


def test_every_declared_telephone_has_a_row_above() -> None:
    declared = {one["name"] for one in json.loads(FILE.read_text())["telephones"]}

    rows = (VOICEMAIL, ENGAGED, NOT_IN_USE, MENU, SLOW, NOBODY, DECLINES, FAX, EMERGENCY)
    assert {one.name for one in rows} == declared


def test_their_numbers_are_valid_and_reserved_for_fiction() -> None:
    reserved = ("+442079460", "+441614960", "+441144960", "+441174960")

    assert phonenumbers.is_emergency_number(EMERGENCY.number, "GB")
    for script in TELEPHONES.values():
        if script is EMERGENCY:
            continue
        assert phonenumbers.is_valid_number(phonenumbers.parse(script.number))
        assert script.number.startswith(reserved)


# --- what is heard ---


def test_a_voicemail_greets_after_three_rings_sounds_a_tone_and_listens(room: Room) -> None:
    called = room.calls(VOICEMAIL)
    room.advance(13)
    while_it_rings = room.harness.network.exchange.hears(room.agent)
    room.advance(2)
    room.advance(15)

    assert isinstance(while_it_rings, Ringback)
    assert [one.startswith(HELLO) for one in room.heard()] == [True, False]
    assert room.heard()[1] == "beep"
    assert room.harness.network.exchange.ledger.hear_each_other(room.agent, called)
    assert room.harness.status(called) == "in-progress"


def test_a_voicemail_hangs_up_after_a_minute_of_talk(room: Room) -> None:
    called = room.calls(VOICEMAIL)
    room.advance(65)
    during = room.harness.status(called)
    room.advance(30)

    assert (during, room.harness.status(called)) == ("in-progress", "completed")


def test_a_voicemail_hangs_up_when_there_is_silence(room: Room) -> None:
    called = room.calls(VOICEMAIL)
    room.advance(30)

    room.harness.network.hang_up(room.agent)
    room.advance(4)
    before = room.harness.status(called)
    room.advance(3)

    assert (before, room.harness.status(called)) == ("in-progress", "completed")


def test_a_voicemail_takes_a_message_that_is_played_to_it(room: Room) -> None:
    """A dropped message: the callee is redirected to a document that says it and hangs up."""
    room.harness.customer.pages["/drop"] = twiml("<Say>Please call us back.</Say><Hangup/>")
    called = room.calls(VOICEMAIL)
    room.advance(30)

    room.harness.client.calls(called).update(url=f"{BASE}/drop")
    room.advance(5)

    assert room.heard(called)[-1] == "Please call us back."
    assert room.harness.status(called) == "completed"


def test_the_one_that_is_slow_says_hello_after_twelve_seconds(room: Room) -> None:
    called = room.calls(SLOW)
    room.advance(11.5)
    before = room.harness.status(called)
    room.advance(2)

    assert (before, room.harness.status(called)) == ("ringing", "in-progress")
    assert room.heard() == ["Hello? This is Owen Pryce speaking."]


def test_a_fax_answers_with_its_tones(room: Room) -> None:
    room.calls(FAX)

    room.advance(10)

    assert room.heard() == [Tone.FAX_ANSWER, Tone.FAX_CALL]


# --- early media ---


def test_an_announcement_before_the_answer_is_heard_with_early_media(room: Room) -> None:
    called = room.calls(NOT_IN_USE, early_media=True)
    room.advance(3)

    exchange = room.harness.network.exchange
    assert room.harness.status(called) == "ringing"
    assert exchange.hears(room.agent) == Voices((called,))
    assert exchange.hears(called) is None
    room.advance(10)
    assert room.heard()[0] == Tone.NOT_IN_SERVICE
    assert room.heard()[1].startswith(ANNOUNCED)
    assert exchange.ledger.seconds_heard(room.agent, called) > 5


def test_nothing_is_heard_before_the_answer_without_early_media(room: Room) -> None:
    called = room.calls(NOT_IN_USE, early_media=False)
    room.advance(3)

    exchange = room.harness.network.exchange
    assert exchange.hears(room.agent) is None
    room.advance(10)
    assert room.heard() == []
    assert exchange.ledger.seconds_heard(room.agent, called) == 0


def test_an_announcement_joins_a_talk_that_goes_on(room: Room) -> None:
    customer = room.harness.join_conference("+15005550011")

    called = room.calls(NOT_IN_USE)
    room.advance(3)

    assert room.harness.network.exchange.hears(room.agent) == Voices((customer, called))
    assert room.harness.network.exchange.hears(customer) == Voices((room.agent, called))


# --- keys ---


def at_the_menu(room: Room) -> str:
    called = room.calls(MENU)
    room.advance(5)
    return called


def test_a_menu_says_what_a_key_pressed_in_the_room_has_chosen_and_begins_again(
    room: Room,
) -> None:
    at_the_menu(room)

    room.harness.network.press(room.agent, "2")
    room.advance(6)

    menu = next(step for step in MENU.steps if isinstance(step, Menu))
    assert room.heard() == [menu.text, menu.choices["2"], menu.text]


def test_a_menu_hears_keys_that_an_announcement_plays_to_it(room: Room) -> None:
    room.harness.customer.pages["/keys"] = twiml('<Play digits="w3"/>')
    called = at_the_menu(room)

    conference = room.harness.client.conferences.list()[0].sid
    room.harness.client.conferences(conference).participants(called).update(
        announce_url=f"{BASE}/keys"
    )
    room.advance(3)

    assert room.heard()[-1] == "We are open from nine to five, Monday to Friday."


def test_a_menu_hears_keys_that_a_call_without_a_room_sends(harness: Harness) -> None:
    harness.customer.pages["/wait"] = twiml("<Pause length='60'/>")
    harness.network.outside_telephone(MENU)
    made = harness.client.calls.create(
        to=MENU.number, from_=harness.number, url=f"{BASE}/wait", send_digits="ww1"
    )

    harness.network.advance(5)

    says = harness.network.exchange.says()[str(made.sid)]
    assert isinstance(says, Playing)
    assert says.clip.caption.startswith("You have chosen a new claim.")


def test_a_key_that_is_no_choice_is_named_so_and_without_a_key_the_menu_ends(room: Room) -> None:
    called = at_the_menu(room)

    room.harness.network.press(room.agent, "7")
    room.advance(3)
    room.advance(25)

    assert "That is not one of the choices." in room.heard()
    assert room.heard()[-1] == "We did not hear a key. Goodbye."
    assert room.harness.status(called) == "completed"


@pytest.mark.parametrize(("crosses", "said"), [(True, True), (False, False)])
def test_keys_in_a_room_may_be_suppressed(crosses: bool, said: bool, room: Room) -> None:
    room.harness.set_switches(keys_cross_rooms=crosses)
    at_the_menu(room)

    room.harness.network.press(room.agent, "3")
    room.advance(1)

    assert ("We are open from nine to five, Monday to Friday." in room.heard()) is said


@pytest.mark.parametrize(("arrives", "said"), [(True, True), (False, False)])
def test_announced_keys_may_not_arrive(arrives: bool, said: bool, room: Room) -> None:
    room.harness.set_switches(announced_keys_arrive=arrives)
    room.harness.customer.pages["/keys"] = twiml('<Play digits="3"/>')
    called = at_the_menu(room)

    conference = room.harness.client.conferences.list()[0].sid
    room.harness.client.conferences(conference).participants(called).update(
        announce_url=f"{BASE}/keys"
    )
    room.advance(3)

    assert ("We are open from nine to five, Monday to Friday." in room.heard()) is said


# --- several at once, and their declaration ---


def test_one_telephone_takes_two_calls_at_once(harness: Harness) -> None:
    harness.network.outside_telephone(MENU)
    legs = [
        str(
            harness.client.conferences(name)
            .participants.create(to=MENU.number, from_=harness.number)
            .call_sid
        )
        for name in ("one", "two")
    ]

    harness.network.advance(6)

    assert [harness.status(leg) for leg in legs] == ["in-progress", "in-progress"]


@pytest.mark.parametrize(
    "steps",
    [
        [{"step": "sing"}],
        [{"step": "say"}],
        [{"step": "sound", "tone": "a trumpet"}],
        [{"step": "refuse", "sip_code": "500"}],
    ],
)
def test_a_declaration_that_means_nothing_is_refused_by_name(
    steps: list[dict[str, str]], tmp_path: Path
) -> None:
    file = tmp_path / "telephones.json"
    one = {"number": "+442079460111", "name": "x", "does": "x", "steps": steps}
    file.write_text(json.dumps({"telephones": [one]}))

    with pytest.raises(ValueError, match=r"telephones\.json holds no telephones"):
        read_scripts(file)


def test_without_a_file_there_are_none() -> None:
    assert read_scripts(None) == ()


@pytest.mark.parametrize("tone", Tone)
def test_each_tone_has_a_sound_and_a_caption(tone: Tone) -> None:
    library = Library()

    clip = library.tone(tone)

    assert clip.caption == tone
    assert abs(library.sample(clip.key).samples.astype(int)).max() > 2000
