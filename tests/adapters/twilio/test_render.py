"""Every document is one that the carrier takes, and says exactly what its reply says."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, get_args
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import meta

from app.adapters.languages import (
    DEFAULT_LANGUAGE,
    TEMPLATES,
    UnknownLanguage,
    language,
    languages,
)
from app.adapters.twilio.render import (
    DOCUMENT_BYTES,
    SAID_CHARACTERS,
    Unrenderable,
    document,
    environment,
    render,
    template_name,
)
from app.adapters.twilio.urls import LegUrls, Urls
from app.domain.replies import (
    Announce,
    Apologise,
    AskAccept,
    AskDigits,
    HoldTheLine,
    JoinRoom,
    KeepWaiting,
    LeaveQueue,
    Prompt,
    Reply,
    ReviewMessage,
    SayGoodbye,
    SayTaken,
    SayThanks,
    Sorry,
    TakeMessage,
)
from tests.adapters.twilio.carrier_data import carrier_data

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
URLS = LegUrls(Urls("https://pbx.example", "dev"), "c1", "maya.1", NOON, "f" * 64)
SPOKEN, UPLOADED = Prompt("Hello."), Prompt("Hello.", "a" * 64)
LANGUAGES = languages()

EXAMPLES: tuple[Reply, ...] = (
    *(Announce(prompt, lang, 3) for prompt in (SPOKEN, UPLOADED) for lang in LANGUAGES),
    *(AskDigits(SPOKEN, sorry, lang, 3, 1, 5) for sorry in get_args(Sorry) for lang in LANGUAGES),
    AskDigits(UPLOADED, "", "en", 3, 4, 5),
    HoldTheLine("sales"),
    KeepWaiting(SPOKEN, NOON, NOON, None, "en", 10),
    KeepWaiting(None, None, None, "b" * 64, "en", 15),
    KeepWaiting(UPLOADED, NOON, None, "b" * 64, "pl", 0, piece=1, next_piece=2),
    LeaveQueue(),
    JoinRoom("c1-1", music=True),
    JoinRoom("c1-1", music=False),
    *(TakeMessage(prompt, "de", 3, 120) for prompt in (SPOKEN, UPLOADED)),
    *(TakeMessage(SPOKEN, lang, 3, 120, heard_nothing=True) for lang in LANGUAGES),
    *(TakeMessage(SPOKEN, lang, 3, 120, again=True) for lang in LANGUAGES),
    *(ReviewMessage(lang, 4) for lang in LANGUAGES),
    ReviewMessage("en", 4, plays="RE1"),
    ReviewMessage("en", 4, again=True),
    *(SayThanks(lang) for lang in LANGUAGES),
    *(SayTaken(lang) for lang in LANGUAGES),
    *(AskAccept("Claims & <co>", lang, 2) for lang in LANGUAGES),
    SayGoodbye(),
    *(Apologise(lang) for lang in LANGUAGES),
)
STATIC: tuple[tuple[str, dict[str, str | None]], ...] = (
    ("music", {"sound": "https://pbx.example/a.wav", "moment": "pl", "again": "https://x/"}),
    ("music", {"sound": None, "moment": "", "again": "https://x/"}),
    ("one_moment", {"language": "de", "again": "https://x/"}),
    ("apologise", {"language": "pl"}),
    ("fallback", {"goodbye": "https://x/"}),
    ("goodbye", {}),
    ("unknown_number", {}),
)

# Which verbs may stand in which, of those that we use; and what is allowed where (contract B21).
NESTING = {
    "Response": {
        *("Say", "Play", "Pause", "Gather", "Dial", "Enqueue", "Leave", "Redirect", "Record"),
        "Hangup",
    },
    "Gather": {"Say", "Play", "Pause"},
    "Dial": {"Conference"},
}
IN_A_QUEUE = {"Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"}
IN_A_ROOM = {"Play", "Say", "Pause", "Redirect"}  # waitUrl and HoldUrl (13238)


def _documents() -> Iterator[Element]:
    for reply in EXAMPLES:
        yield _parsed(render(reply, URLS))
    for name, variables in STATIC:
        yield _parsed(document(name, **variables))


def _parsed(text: str) -> Element:
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<Response>')
    return fromstring(text)


def test_every_reply_has_its_template_and_every_template_its_reply() -> None:
    replies = {template_name(reply) for reply in get_args(Reply)}

    templates = {path.name for path in TEMPLATES.glob("*.xml") if not path.name.startswith("_")}

    assert templates == replies


@pytest.mark.parametrize("reply", get_args(Reply))
def test_a_template_uses_exactly_the_fields_of_its_reply(reply: type[Any]) -> None:
    source = (TEMPLATES / template_name(reply)).read_text(encoding="utf-8")

    used = meta.find_undeclared_variables(environment().parse(source))

    assert used - {"urls"} == {field.name for field in fields(reply)}


def test_the_examples_show_every_reply_and_every_static_document() -> None:
    assert {type(reply) for reply in EXAMPLES} == set(get_args(Reply))
    assert {name for name, _ in STATIC} == {
        path.stem for path in (TEMPLATES / "documents").glob("*.xml")
    }


def test_every_document_uses_the_carriers_vocabulary() -> None:
    elements = carrier_data("twiml-vocabulary")["elements"]

    for root in _documents():
        for element in root.iter():
            known = elements[element.tag]
            assert set(element.attrib) <= set(known["attributes"]), element.tag
            assert {child.tag for child in element} <= set(known["allowed_children"]), element.tag
            for name, content in element.attrib.items():
                _check_kind(known["attributes"][name], content)


def _check_kind(attribute: dict[str, Any], content: str) -> None:
    if "enum" in attribute:
        words = content.split() if attribute.get("list") else [content]
        assert set(words) <= set(attribute["enum"]), (attribute, content)
    match attribute.get("type"):
        case "integer":
            assert content.isdecimal()
        case "boolean":
            assert content in {"true", "false"}
        case "url":
            assert content == "" or content.startswith("https://")
        case _:
            pass


def test_verbs_are_nested_only_where_allowed() -> None:
    for root in _documents():
        for element in root.iter():
            assert {child.tag for child in element} <= NESTING.get(element.tag, set())


def test_no_verb_follows_one_that_never_continues() -> None:
    for root in _documents():
        before_the_last = [element.tag for element in root][:-1]
        # Record goes on to the next one when its caller said nothing.
        assert not {"Redirect", "Hangup", "Enqueue", "Dial"} & set(before_the_last)


@pytest.mark.parametrize(
    "reply",
    [
        KeepWaiting(SPOKEN, NOON, NOON, None, "en", 10),
        KeepWaiting(SPOKEN, NOON, NOON, "b", "en", 13),
        KeepWaiting(None, NOON, NOON, "b", "en", 15),
        LeaveQueue(),
        SayGoodbye(),
    ],
)
def test_what_is_heard_in_a_queue_uses_only_what_is_allowed_there(reply: Reply) -> None:
    assert {element.tag for element in _parsed(render(reply, URLS))} <= IN_A_QUEUE


def test_the_apology_may_be_heard_in_a_queue_too() -> None:
    assert {element.tag for element in _parsed(render(Apologise("en"), URLS))} <= IN_A_QUEUE


@pytest.mark.parametrize("sound", [None, "https://pbx.example/a.wav"])
@pytest.mark.parametrize("moment", ["", "pl"])
def test_the_music_never_ends_and_uses_only_what_a_room_allows(
    sound: str | None, moment: str
) -> None:
    """R4: what runs out in a room is followed by silence."""
    root = _parsed(document("music", sound=sound, moment=moment, again="https://x/"))

    pause, last = list(root)[-2:]
    assert {element.tag for element in root} <= IN_A_ROOM
    assert [play.attrib for play in root.iter("Play")] == [{"loop": "0"}] * bool(sound)
    assert pause.tag == "Pause"  # a sound that cannot be had ends at once (V9)
    assert (last.tag, last.attrib) == ("Redirect", {"method": "GET"})


@pytest.mark.parametrize("music", [True, False])
def test_all_enter_a_room_with_the_same_attributes(music: bool) -> None:
    """R1, R2: the first participant's hold for the room's life, and either side may be first."""
    room = next(_parsed(render(JoinRoom("c1-1", music=music), URLS)).iter("Conference"))

    assert room.attrib.pop("waitUrl") == (URLS.music if music else "")
    assert room.text == "dev-c1-1"
    assert room.attrib == {
        "beep": "false",
        "startConferenceOnEnter": "true",
        "endConferenceOnExit": "false",
        "participantLabel": "maya.1",
        "waitMethod": "GET",
        "statusCallback": URLS.room,
        "statusCallbackMethod": "POST",
        "statusCallbackEvent": "start end join leave mute hold modify announcement",
    }


def test_keys_are_taken_while_the_prompt_plays() -> None:
    """F55."""
    gather = next(
        _parsed(render(AskDigits(SPOKEN, "wrong choice", "en", 3, 1, 5), URLS)).iter("Gather")
    )

    assert [element.tag for element in gather] == ["Say", "Say"]
    assert gather.attrib["actionOnEmptyResult"] == "true"


def test_every_question_carries_its_number() -> None:
    """W1."""
    for reply in (Announce(SPOKEN, "en", 7), AskDigits(SPOKEN, "wrong choice", "en", 7, 1, 5)):
        assert "?q=7#" in render(reply, URLS)
    assert "message?q=7#" in render(TakeMessage(SPOKEN, "en", 7, 60), URLS)
    assert "pressed?q=7#" in render(ReviewMessage("en", 7), URLS)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_words_are_spoken_in_their_language(tag: str) -> None:
    say = next(_parsed(render(SayTaken(tag), URLS)).iter("Say"))

    assert say.attrib == {"language": language(tag).locale}
    assert say.text == language(tag).words["already_taken"]


@pytest.mark.parametrize("tag", ["xx", "en-US", "", "english"])
def test_a_language_without_a_catalogue_is_never_spoken_as_another(tag: str) -> None:
    with pytest.raises(UnknownLanguage):
        render(SayTaken(tag), URLS)
    with pytest.raises(UnknownLanguage):
        render(Announce(SPOKEN, tag, 1), URLS)


@pytest.mark.parametrize("name", ["fallback", "goodbye", "unknown_number"])
def test_a_leg_of_no_call_hears_the_default_language(name: str) -> None:
    say = next(_parsed(document(name, goodbye="https://x/")).iter("Say"))

    assert say.attrib == {"language": language(DEFAULT_LANGUAGE).locale}


_hostile = st.text(max_size=200) | st.sampled_from(
    ("</Say><Hangup/>", "<![CDATA[", "]]>", "&#0;", "\x00\x1b\ud800", "{{ urls }}", '"><Dial>')
)


@given(_hostile, _hostile)
def test_hostile_text_is_escaped(text: str, node: str) -> None:
    said = _parsed(render(Announce(Prompt(text), "en", 1), URLS))
    queued = _parsed(render(HoldTheLine(node), URLS))

    assert [element.tag for element in said] in (["Say", "Redirect"], ["Redirect"])
    assert "".join(said.itertext()).strip().startswith(_visible(text))
    assert [element.tag for element in queued.iter()] == ["Response", "Enqueue"]
    assert len(next(queued.iter("Enqueue")).text or "") <= 64


def _visible(text: str) -> str:
    """What XML can hold of it, as a parser gives it back, without the space around it."""
    kept = "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
    kept = "".join(c for c in kept if not "\ud800" <= c <= "\udfff")
    return kept.replace("\r\n", "\n").replace("\r", "\n").strip()


@given(st.text(min_size=1, max_size=100))
def test_hostile_sounds_and_rooms_are_escaped(name: str) -> None:
    played = _parsed(render(KeepWaiting(Prompt("", name), NOON, NOON, name, "en", 15), URLS))
    joined = _parsed(render(JoinRoom(name, music=False), URLS))

    assert [element.tag for element in played] == ["Play", "Play", "Redirect"]
    assert all((e.text or "").startswith("https://pbx.example/media/") for e in played[:2])
    assert [element.tag for element in joined.iter()] == ["Response", "Dial", "Conference"]


def test_a_text_that_is_too_long_to_say_is_refused() -> None:
    """M16."""
    render(Announce(Prompt("x" * SAID_CHARACTERS), "en", 1), URLS)

    with pytest.raises(Unrenderable):
        render(Announce(Prompt("x" * (SAID_CHARACTERS + 1)), "en", 1), URLS)


def test_a_document_that_is_too_long_is_refused() -> None:
    """M16, 11750."""
    with pytest.raises(Unrenderable):
        render(JoinRoom("x" * DOCUMENT_BYTES, music=False), URLS)


def test_the_music_goes_on_where_it_was() -> None:
    """V8."""
    later = LegUrls(URLS.urls, "c1", "1", NOON.replace(second=15))

    now, then = (u.excerpt("a", 15).rpartition("/")[2].partition("#")[0] for u in (URLS, later))

    assert (int(then.removesuffix("-15.wav")) - int(now.removesuffix("-15.wav"))) % 40 == 1


def test_long_queue_names_stay_different() -> None:
    """14205."""
    urls = Urls("https://pbx.example", "dev")

    names = {urls.queue_name("x" * 80 + end) for end in "ab"}

    assert len(names) == 2
    assert all(len(name) == 64 for name in names)
