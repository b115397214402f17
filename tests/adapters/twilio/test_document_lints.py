"""Two lints over all documents: who joins a room joins as everybody does, and no document loops.

The first reads the templates as they are written. The second asks the product itself: from every
kind of place in the walk, each leg's document, then the next one for as long as nothing takes
time, with a carrier that refuses every queue and every room at once (V9).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree.ElementTree import Element, fromstring

import pytest
import responses

from app.adapters.languages import TEMPLATES
from app.adapters.memory import (
    MemoryDirectory,
    MemoryIds,
    MemoryNotices,
    MemorySwitch,
    MemoryTimers,
)
from app.adapters.memory.clock import MemoryClock
from app.adapters.twilio import events
from app.adapters.twilio.carrier import TwilioCarrier
from app.adapters.twilio.render import document
from app.adapters.twilio.urls import Urls
from app.adapters.twilio.webhook import Webhook
from app.adapters.twilio.webhook_handlers import DOCUMENTS, WebhookHandlers
from app.domain import transition
from app.domain.call import CALLER, agent_of
from app.domain.commands import Dial
from app.domain.states import InConversation, Waiting
from app.ports import WriteSet
from app.service.distributor import Distributor
from app.service.switchboard import Switchboard
from tests.adapters.twilio.carrier_requests import ROOT, do, form_of
from tests.adapters.twilio.webhook_company import CALL, SID, QuietCarrier
from tests.domain.world import PLAN, Point, walk

# --- R1: the attributes with which every leg enters a room --------------------------------------

ROOM_EVENTS = "start end join leave mute hold modify announcement"
ALIKE: Mapping[str, str] = {
    "beep": "false",
    "startConferenceOnEnter": "true",
    "endConferenceOnExit": "false",
    "participantLabel": "{{ urls.leg }}",
    "statusCallback": "{{ urls.room }}",
    "statusCallbackMethod": "POST",
    "statusCallbackEvent": ROOM_EVENTS,
}
AS_DIALLED: Mapping[str, str] = {
    "To": "+442079460142",
    "From": "+15005550001",
    "Beep": ALIKE["beep"],
    "StartConferenceOnEnter": ALIKE["startConferenceOnEnter"],
    "EndConferenceOnExit": ALIKE["endConferenceOnExit"],
    "Label": "1",
    "WaitMethod": "GET",
    "ConferenceStatusCallback": f"https://pbx.example/voice/rooms/{CALL}",
    "ConferenceStatusCallbackMethod": ALIKE["statusCallbackMethod"],
}
JOIN = TEMPLATES / "join_room.xml"


def unlike(template: str) -> list[str]:
    """What is wrong with the rooms of that template, as it is written."""
    faults = []
    for tag in re.findall(r"<Conference\b[^>]*>", template):
        written = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        faults += [
            f"{name} is {written.get(name)!r}, not {value!r}"
            for name, value in ALIKE.items()
            if written.get(name) != value
        ]
    return faults


def test_every_join_in_a_template_carries_the_rooms_attributes() -> None:
    """R1: the first participant's hold for the room's life, and anybody may be first."""
    found = {path: unlike(path.read_text(encoding="utf-8")) for path in TEMPLATES.rglob("*.xml")}

    assert {path.name: faults for path, faults in found.items() if faults} == {}


def test_each_join_in_a_template_is_checked() -> None:
    joins = [p for p in TEMPLATES.rglob("*.xml") if "<Conference" in p.read_text(encoding="utf-8")]
    code = TEMPLATES.parent.joinpath("app").rglob("*.py")

    assert JOIN in joins
    made = [p.name for p in code if "participants.create(" in p.read_text(encoding="utf-8")]
    assert made == ["carrier.py"]


def test_who_is_dialled_into_a_room_enters_as_everybody_does(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    """R1, by REST: the same attributes under the names that they have there."""
    api.post(f"{ROOT}/Conferences/dev-{CALL}-1/Participants.json", json={"call_sid": SID})

    do(carrier, Dial("1", "+442079460142", "+15005550001", 45))

    form = form_of(api.calls[0])
    sent = dict(parse_qsl(str(api.calls[0].request.body)))
    assert ROOM_EVENTS.split() == [
        value
        for name, value in parse_qsl(str(api.calls[0].request.body))
        if name == "ConferenceStatusCallbackEvent"
    ]
    assert {name: sent[name].partition("#")[0] for name in AS_DIALLED} == AS_DIALLED
    assert (form["EarlyMedia"], form["Timeout"]) == ("true", "45")
    assert form["StatusCallback"].partition("#")[0].endswith(f"/voice/status/{CALL}/1")


@pytest.mark.parametrize("name", ALIKE)
def test_a_template_that_forgets_or_changes_an_attribute_is_found(name: str) -> None:
    good = JOIN.read_text(encoding="utf-8")
    forgotten = re.sub(rf'\b{name}="[^"]*"', "", good, count=1)
    changed = re.sub(rf'\b{name}="[^"]*"', f'{name}="other"', good, count=1)

    assert unlike(forgotten) == [f"{name} is None, not {ALIKE[name]!r}"]
    assert unlike(changed) == [f"{name} is 'other', not {ALIKE[name]!r}"]


# --- V9: what comes straight back ---------------------------------------------------------------

Asked: TypeAlias = tuple[str, dict[str, str]]  # an address, and what else the carrier says

REFUSALS = ("queue-full", "error", "system-error")
IN_A_ROW = 5  # documents without a moment between them: three returns from a room, and a way out
STRANGER = "CA666"


def takes_time(verb: Element) -> bool:
    match verb.tag:
        case "Say":
            return bool((verb.text or "").strip())
        case "Play":
            return bool((verb.text or verb.get("digits") or "").strip())
        case "Pause":
            return int(verb.get("length", "1")) > 0
        case "Gather":
            return int(verb.get("timeout", "5")) > 0 or any(takes_time(part) for part in verb)
        case "Record":
            return True
        case _:
            return False


def at_once(root: Element, refusal: str) -> Asked | None:
    """What the carrier asks next if nothing in the document takes time; None: it rests or ends."""
    for verb in root:
        if takes_time(verb):
            return None
        match verb.tag:
            case "Redirect":
                return (verb.text or "").strip(), {}
            case "Enqueue":
                return verb.attrib["action"], {"QueueResult": refusal}
            case "Dial":
                return verb.attrib["action"], {"DialCallStatus": "failed"}
            case "Hangup" | "Reject":
                return None
            case _:
                pass  # Leave, or a verb without a moment in it: the next one
    return None


class Services:
    """The product at one place of the walk; its clock stands still."""

    def __init__(self, point: Point) -> None:
        clock, switch, timers = MemoryClock(point.call.updated), MemorySwitch(), MemoryTimers()
        directory, ids = MemoryDirectory(), MemoryIds()
        directory.publish(PLAN, previous=None)
        agents = tuple(replace(agent, rev=1) for agent in (point.anna, point.ben))
        named = tuple(agent for agent in agents if agent.id in point.call.people)
        call = replace(point.call, rev=1)
        switch.calls.save(WriteSet("first", call=call, agents=agents, named=named))
        distributor = Distributor(
            board=switch.board,
            calls=switch.calls,
            agents=switch.agents,
            directory=directory,
            timers=timers,
            notices=MemoryNotices(),
            clock=clock,
            ids=ids,
        )
        switchboard = Switchboard(
            calls=switch.calls,
            agents=switch.agents,
            carrier=QuietCarrier(),
            timers=timers,
            notices=MemoryNotices(),
            directory=directory,
            clock=clock,
            ids=ids,
            distributor=distributor,
        )
        urls = Urls("https://pbx.example", "lint")
        self._answers = WebhookHandlers(switchboard, directory, timers, clock, urls, lambda _: None)

    def asked(self, url: str, sid: str, said: Mapping[str, str]) -> Element:
        parts = urlsplit(url)
        _, _, _, call, leg, *about = [unquote(part) for part in parts.path.split("/")]
        rule = "/".join(["/voice/calls/<call:call>/<leg:leg>", *about])
        form = {"CallSid": sid, "CallStatus": "in-progress", **said}
        query = dict(parse_qsl(parts.query))
        answer = self._answers.handle(rule, Webhook(parts.path, query, form, call, leg))
        return fromstring(answer.text)


def chain(point: Point, leg: str, sid: str, about: str, refusal: str) -> list[str]:
    """The documents that follow each other at once, by their verbs; cut off when it is a loop."""
    services = Services(point)
    seen: list[str] = []
    url = f"https://pbx.example/voice/calls/{point.call.id}/{leg}{about}"
    asked: Asked | None = (url, {"QueueResult": refusal} if "queue" in about else {})
    while asked is not None and len(seen) <= IN_A_ROW:
        root = services.asked(asked[0], sid, asked[1])
        seen.append(" ".join(verb.tag for verb in root))
        asked = at_once(root, refusal)
    return seen


def _whose(leg_id: str) -> str:
    return agent_of(leg_id) or leg_id


@cache
def kinds_of_places() -> tuple[Point, ...]:
    """One of the walk's places for each state, node and company of legs, of whatever generation."""
    found: dict[object, Point] = {}
    seen = set[int]()  # the walk keeps its calls: no two have one id
    for step in walk():
        call = step.after.call
        if id(call) in seen:
            continue
        seen.add(id(call))
        state = call.state
        legs = tuple(sorted((_whose(leg.id), bool(leg.sid), leg.dialled) for leg in call.legs))
        node = getattr(state, "node", None) or (call.position.node if call.position else None)
        attempt, headset = getattr(state, "attempt", 0), _whose(getattr(state, "headset", ""))
        found.setdefault((type(state), node, attempt, headset, legs), step.after)
    return tuple(found.values())


def chains(points: tuple[Point, ...]) -> Iterator[tuple[list[str], object]]:
    """Each leg at each address that asks without a key; and a leg that nobody knows."""
    for point in points:
        for leg in (*point.call.legs, None):
            name, sid = (leg.id, leg.sid or STRANGER) if leg else ("anna.7", STRANGER)
            starts = ["", "/left-room"]
            starts += ["/wait", "/left-queue"] if name == CALLER else []
            for about in starts:
                for refusal in REFUSALS if name == CALLER else REFUSALS[:1]:
                    where = (type(point.call.state).__name__, name, about, refusal)
                    yield chain(point, name, sid, about, refusal), where


def loops(points: tuple[Point, ...]) -> list[object]:
    return [(where, seen) for seen, where in chains(points) if len(seen) > IN_A_ROW]


def test_no_document_loops_wherever_a_call_is_and_whatever_is_refused() -> None:
    """V9: from every kind of place, whichever leg asks, in whichever way."""
    points = kinds_of_places()

    assert {type(point.call.state).__name__ for point in points} >= {
        "Waiting",
        "InConversation",
        "Ended",
    }
    assert loops(points) == []


def test_the_walk_begins_at_every_url_of_a_document_without_a_key() -> None:
    """Else a new one would be no part of the lint."""
    with_a_key = {"pressed", "heard", "message"}  # the caller did something, or heard it to the end
    begun_at = {"", "wait", "left-queue", "left-room"}
    begin = "/voice/calls/<call:call>/<leg:leg>"
    of_legs = {rule.removeprefix(begin).lstrip("/") for rule in DOCUMENTS}

    assert of_legs - {"voice/inbound", "voice/client"} == with_a_key | begun_at


def one_place(state: type[InConversation | Waiting]) -> tuple[Point, ...]:
    return tuple(p for p in kinds_of_places() if isinstance(p.call.state, state))[:1]


def test_the_walk_finds_a_refusal_by_the_queue_that_is_ignored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(events, "left_queue", lambda *_: None)

    assert loops(one_place(Waiting))


def test_the_walk_finds_a_return_from_the_room_that_is_not_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transition, "BOUNCES", 10_000)

    assert loops(one_place(InConversation))


def test_a_wait_document_in_which_nothing_is_heard_is_found() -> None:
    silent = fromstring('<Response><Pause length="0"/><Redirect>https://x/</Redirect></Response>')
    heard = fromstring('<Response><Pause length="3"/><Redirect>https://x/</Redirect></Response>')

    assert at_once(silent, "error") == ("https://x/", {})
    assert at_once(heard, "error") is None


@pytest.mark.parametrize(
    "made",
    [
        document("music", sound=None, moment="", again="https://x/"),
        document("one_moment", language="en", again="https://x/"),
    ],
    ids=["music", "one moment"],
)
def test_a_static_document_that_comes_back_to_itself_takes_its_time(made: str) -> None:
    assert at_once(fromstring(made), "error") is None
