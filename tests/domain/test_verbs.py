"""Desk verbs in every state: allowed, settled already, or refused in words; and what they make."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from app.domain import agent as a
from app.domain.access import RIGHTS
from app.domain.call import CALLER, Call, Leg, Observed, Room
from app.domain.decide import decide
from app.domain.dialplan import Plan
from app.domain.facts import Facts
from app.domain.states import (
    AtNode,
    Connecting,
    Consult,
    ConsultOffer,
    Ended,
    Guest,
    HandedOver,
    HeadsetAway,
    InConversation,
    Offered,
    OnHold,
    OnOtherLine,
    Parked,
    QueuePosition,
    RecordingPause,
    RecordingWish,
    State,
    Supervision,
    Waiting,
)
from app.domain.verb import Request, Verb
from app.domain.verbs import TABLE, marking, verb_of
from tests.domain.world import AT_A_DESK, PLAN, WITH_A_PHONE

NOW = datetime(2026, 11, 20, 14, 36, tzinfo=UTC)
LATER = NOW + timedelta(seconds=20)
NOT_NOW = "That goes only while you talk with the caller alone."
WAIT = QueuePosition("sales", NOW, LATER)
TALKING = InConversation(WAIT, "anna", "anna.1", NOW, met=True, talked=True)
HELD = replace(TALKING, hold=OnHold(NOW, LATER, LATER))
OUTSIDE = "+442079460142"
RUNG = Consult("2", OUTSIDE, "", NOW)
DIALLED = replace(RUNG, leg="3")  # the one leg that does not ring yet
ASKED = replace(RUNG, answered=True)
DR_BELL = Guest("3", OUTSIDE, "Dr Bell")
NOT_RINGING = "asked, and it does not ring yet"
LEFT = "left for another call"
BENS = replace(TALKING, agent="ben", headset="ben.1")
OFFER = ConsultOffer("2", LATER)
RINGING = replace(OFFER, begun=True)
BEN_ASKED = Consult("2", "", "Ben", NOW, agent="ben", offer=OFFER)
BEN_RINGS = replace(BEN_ASKED, offer=RINGING)
BEN_THERE = replace(BEN_ASKED, leg="ben.1", answered=True, offer=None)
BEN = Guest("ben.1", "", "Ben", "ben")
ASKED_ANNA = Consult("2", "", "Anna", NOW, agent="anna", offer=OFFER)
ANNA_RINGS = replace(ASKED_ANNA, offer=RINGING)
ANNA_COMES = replace(ASKED_ANNA, leg="anna.1", offer=replace(RINGING, accepted=True, nonce="n1"))
ANNA_THERE = replace(ASKED_ANNA, leg="anna.1", answered=True, offer=None)
ANNA = Guest("anna.1", "", "Anna", "anna")
MUTED = "conference with a muted guest"
STATES: dict[str, State] = {
    "at a node": AtNode("hello"),
    "waiting": Waiting(WAIT),
    "offered": Offered(WAIT, "2", "anna", LATER),
    "offered to somebody else": Offered(WAIT, "2", "ben", LATER),
    "connecting": Connecting(WAIT, "2", "anna", "anna.1", "n1", LATER),
    "talking": TALKING,
    "talking to somebody else": replace(TALKING, agent="ben", headset="ben.1"),
    "the caller is on the way": replace(TALKING, met=False),
    "on hold": replace(TALKING, hold=OnHold(NOW, LATER, LATER)),
    "headset away": replace(TALKING, away=HeadsetAway(LATER)),
    LEFT: replace(HELD, away=OnOtherLine(NOW)),
    "ended": Ended("answered", NOW),
    "it does not ring yet where the agent consults": replace(HELD, consult=DIALLED),
    "it rings where the agent consults": replace(HELD, consult=RUNG),
    "with the one consulted": replace(HELD, consult=ASKED),
    "with the caller": replace(TALKING, consult=replace(ASKED, speaks_with="caller")),
    "conference": replace(TALKING, guests=(DR_BELL,)),
    "conference on hold": replace(HELD, guests=(DR_BELL,)),
    MUTED: replace(TALKING, guests=(replace(DR_BELL, muted=True),)),
    "consulting from a conference": replace(HELD, guests=(DR_BELL,), consult=ASKED),
    "headset away in a consultation": replace(HELD, consult=ASKED, away=HeadsetAway(LATER)),
    "handed over": HandedOver(WAIT, (DR_BELL,), NOW),
    "a colleague is about to be asked": replace(HELD, consult=BEN_ASKED),
    "it rings at a colleague": replace(HELD, consult=BEN_RINGS),
    "with a colleague": replace(HELD, consult=BEN_THERE),
    "conference with a colleague": replace(TALKING, guests=(BEN,)),
    NOT_RINGING: replace(BENS, hold=HELD.hold, consult=ASKED_ANNA),
    "asked by a colleague": replace(BENS, hold=HELD.hold, consult=ANNA_RINGS),
    "coming to a colleague": replace(BENS, hold=HELD.hold, consult=ANNA_COMES),
    "consulted by a colleague": replace(BENS, hold=HELD.hold, consult=ANNA_THERE),
    "in a colleague's conference": replace(BENS, guests=(ANNA,)),
    "parked": Parked(WAIT, 701, "anna", NOW, LATER),
}
LISTENS = Supervision("anna", "anna.1", "n1", NOW, None)
STATES |= {
    "listened to": replace(TALKING, supervision=replace(LISTENS, by="priya", headset="priya.1")),
    "calling in to listen": replace(BENS, supervision=replace(LISTENS, until=LATER)),
    "listening": replace(BENS, supervision=LISTENS),
    "coaching": replace(BENS, supervision=replace(LISTENS, mode="coach")),
    "joined in": replace(BENS, supervision=replace(LISTENS, mode="barge")),
}
LISTENING = {"listening", "coaching", "joined in"}
SUPERVISING = LISTENING | {"calling in to listen"}
PAUSE = RecordingPause(NOW, LATER)
BY_HAND = RecordingWish("by hand")
STARTED = replace(BY_HAND, started=NOW)
WISHES: dict[str, RecordingWish] = {
    "not recorded by hand": BY_HAND,
    "recorded by hand": STARTED,
    "paused by hand": replace(STARTED, pause=PAUSE),
    "always recorded": RecordingWish("always"),
    "always recorded, and paused": RecordingWish("always", pause=PAUSE),
}
STATES |= dict.fromkeys(WISHES, replace(TALKING, position=WAIT))
STATES |= {"recorded and on hold": HELD}
WISHES |= {"recorded and on hold": STARTED}
WITH_RECORDING = {"talking", "listened to", *WISHES} - {"recorded and on hold"}
ON_HOLD = {"on hold", "recorded and on hold"}
ANSWERED = {"with the one consulted", "with the caller", "consulting from a conference"}
ANSWERED |= {"with a colleague"}
IN_CONFERENCE = {"conference", "conference on hold", "conference with a colleague", MUTED}
WITH_DR_BELL = {"conference", "conference on hold", "consulting from a conference", MUTED}
RINGS = {"it rings where the agent consults"}
ASKING = {"a colleague is about to be asked", "it rings at a colleague"}
CONSULTING = {"it does not ring yet where the agent consults", *RINGS, *ASKING, *ANSWERED}
ASKED_IN = {"consulted by a colleague", "in a colleague's conference"}
OF_A_COLLEAGUE = ASKED_IN | {
    NOT_RINGING,
    "asked by a colleague",
    "coming to a colleague",
}
AWAY = {"headset away", "headset away in a consultation"}
WITH_HEADSET = {*WITH_RECORDING, "the caller is on the way", *ON_HOLD, *IN_CONFERENCE, *CONSULTING}
IN_CALL = {"connecting", *AWAY, *WITH_HEADSET}
IS_HELD = {
    *ON_HOLD,
    "conference on hold",
    "it does not ring yet where the agent consults",
    "it rings where the agent consults",
    "with the one consulted",
    "with a colleague",
    *ASKING,
    "consulting from a conference",
    "headset away in a consultation",
}
ALLOWED: dict[str, set[str]] = {
    "decline": {"offered", "asked by a colleague"},
    "accept": {"offered", "asked by a colleague"},
    "telephone": {"offered"},
    "mute": IN_CALL | ASKED_IN,
    "hold": WITH_RECORDING,
    "retrieve": ON_HOLD | {"conference on hold"},
    "transfer": WITH_RECORDING | ON_HOLD,
    "park": WITH_RECORDING | ON_HOLD,
    "consult": WITH_RECORDING | ON_HOLD | IN_CONFERENCE,
    "swap": {"with the one consulted", "consulting from a conference", "with a colleague"},
    "swap-back": {"with the caller"},
    "join": ANSWERED,
    "complete": RINGS | ANSWERED,
    "cancel": CONSULTING,
    "leave": IN_CONFERENCE,
    "mute-guest": WITH_DR_BELL - {MUTED},
    "unmute-guest": {MUTED},
    "remove": IN_CONFERENCE | {"consulting from a conference"},
    "record": {"not recorded by hand"},
    "stop-recording": {"recorded by hand", "paused by hand"},
    "pause-recording": {"recorded by hand", "always recorded"},
    "resume-recording": {"paused by hand", "always recorded, and paused"},
    "supervise": {"talking to somebody else"},
    "listen": {"coaching", "joined in"},
    "coach": {"listening", "joined in"},
    "barge": {"listening", "coaching"},
    "take-over": LISTENING,
    "stop-listening": SUPERVISING,
    "keypad": IN_CALL,
    "new-call": WITH_RECORDING | ON_HOLD,
    "switch": {LEFT},
    "rejoin": IN_CALL,
    "withdraw": ASKED_IN | {"coming to a colleague"},
    "end": IN_CALL - CONSULTING - {"headset away in a consultation"} | {LEFT},
}
SETTLED: dict[str, set[str]] = {
    "decline": set(STATES) - IN_CALL - OF_A_COLLEAGUE - {"offered", LEFT},
    "accept": {"connecting", "coming to a colleague"},
    "telephone": set(),
    "mute": set(),
    "hold": IS_HELD | {LEFT},
    "retrieve": IN_CALL - IS_HELD - {"connecting"},
    "transfer": set(),
    "park": {"parked"},
    "consult": CONSULTING - ASKING - {"with a colleague"} | {"headset away in a consultation"},
    "swap": {"with the caller"},
    "swap-back": IS_HELD - ON_HOLD - {"conference on hold"},
    "join": IN_CONFERENCE,
    "complete": {"handed over"},
    "cancel": WITH_RECORDING
    | {
        "the caller is on the way",
        "headset away",
        "conference",
        "conference with a colleague",
        MUTED,
    },
    "leave": {"handed over"},
    "mute-guest": IN_CALL - WITH_DR_BELL - {"connecting"} | {LEFT, MUTED},
    "unmute-guest": IN_CALL - {"connecting", MUTED} | {LEFT},
    "remove": IN_CALL - WITH_DR_BELL - {"connecting"} | {LEFT},
    "record": {"recorded by hand", "paused by hand", "recorded and on hold"},
    "stop-recording": {"not recorded by hand"},
    "pause-recording": {"paused by hand", "always recorded, and paused"},
    "resume-recording": {"recorded by hand", "always recorded", "recorded and on hold"},
    "supervise": SUPERVISING,
    "listen": {"listening", "calling in to listen"},
    "coach": {"coaching"},
    "barge": {"joined in"},
    "take-over": IN_CALL - {"connecting"} | {LEFT},
    "stop-listening": set(STATES) - SUPERVISING,
    "keypad": set(),
    "new-call": set(),
    "switch": IN_CALL - {"connecting"},
    "rejoin": set(),
    "withdraw": set(STATES) - IN_CALL - OF_A_COLLEAGUE - {"offered", LEFT},
    "end": {"ended"},
}


def call_in(name: str) -> Call:
    """In a queue whose policy is that of the wish there: so it is not news when it is asked for."""
    wish = WISHES.get(name, RecordingWish())
    return _call_in(STATES[name], wish)


def plan_of(call: Call) -> Plan:
    sales = replace(PLAN.wait_point("sales"), record=call.recording_wish.policy)
    return replace(PLAN, nodes={**PLAN.nodes, "sales": sales})


def _call_in(state: State, wish: RecordingWish) -> Call:
    legs: tuple[Leg, ...] = (
        Leg(CALLER, "CA1", NOW, wanted="talk", observed="talk"),
        Leg("anna.1", "CA2", NOW, "anna", "agent", wanted="talk", observed="talk"),
    )
    if isinstance(state, InConversation) and not state.met:
        legs = (replace(legs[0], observed="elsewhere"), replace(legs[1], observed="joined"))
    if isinstance(state, InConversation) and state.agent == "ben":
        legs = (legs[0], replace(legs[1], id="ben.1", agent="ben"))
    if isinstance(state, InConversation) and state.consult is not None:
        legs = (*legs, _consulted(state.consult))
    if state == STATES[LEFT]:
        legs = (replace(legs[0], wanted="hold", observed="hold"),)
    if state in (STATES["a colleague is about to be asked"], STATES[NOT_RINGING]):
        legs = (replace(legs[0], wanted="hold"), *legs[1:])  # not confirmed yet
    room = Room("c1-1", "CF1", started=legs[0].in_room)
    return Call("c1", "+447700900361", PLAN.numbers[0].e164, "en", PLAN.sha, state, NOW, NOW,
                legs, room, Facts(NOW), rev=3, recording_wish=wish)  # fmt: skip


def _consulted(consult: Consult) -> Leg:
    if consult.agent:
        seen: Observed = "talk" if consult.answered else "ringing"
        return Leg(consult.leg, "CA3", NOW, consult.agent, "consulted", "talk", seen)
    leg = Leg(consult.leg, "CA3", NOW, role="consulted", wanted="talk", observed="talk")
    if consult.answered:
        return leg
    return replace(leg, observed="away" if consult == DIALLED else "ringing")


def anna_in(call: Call) -> a.Agent:
    headset = a.Headset(1, "c1", "n1", "tab")
    anna = a.Agent("anna", gen=1, headset=headset, devices=WITH_A_PHONE)
    match call.state:
        case Offered(agent="anna") | Connecting(agent="anna"):
            return replace(anna, presence=a.Reserved("c1", "2", LATER, NOW))
        case InConversation(supervision=Supervision(by="anna")):
            return replace(anna, presence=a.OnCall("c1", NOW, has_begun=False, supervises=True))
        case InConversation(agent="anna", away=OnOtherLine()):
            return replace(anna, presence=a.Holding(NOW), headset=None, lines=("c1",))
        case InConversation(agent="anna"):
            return replace(anna, presence=a.OnCall("c1", NOW))
        case InConversation() if "anna" in call.colleagues:
            there = a.OnCall("c1", NOW, has_begun=False, consulted=True)
            is_there = call.state.consult is None or call.state.consult.answered
            return replace(anna, presence=there if is_there else a.Reserved("c1", "2", LATER, NOW))
        case _:
            return anna


def verdict(verb: Verb, call: Call) -> Literal["allowed", "settled", "refused"]:
    """As the service asks it of Anna's click."""
    if verb.settled(call, request(verb)):
        return "settled"
    return "allowed" if verb.allowed(call, anna_in(call)) else "refused"


def request(verb: Verb) -> Request:
    target = DR_BELL.leg if verb.takes == "guest" else "sales"
    return Request(
        "anna", leg="2", nonce="n2", tab="tab2", mark=verb.name, target=target, number=OUTSIDE
    )


def _asked_for(call: Call) -> tuple[object, ...]:
    return call.state, call.marks, call.recording_wish


def expected(name: str, state: str) -> str:
    if state in SETTLED[name]:
        return "settled"
    return "allowed" if state in ALLOWED[name] else "refused"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", TABLE)
def test_a_verb_is_allowed_settled_or_refused_by_the_state(name: str, state: str) -> None:
    assert verdict(TABLE[name], call_in(state)) == expected(name, state)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", [name for name, verb in TABLE.items() if not verb.is_local])
def test_what_is_allowed_changes_the_call_and_nothing_else_does(name: str, state: str) -> None:
    """So a button never does nothing, and a late request harms nobody."""
    verb, call = TABLE[name], call_in(state)

    decided = decide(plan_of(call), call, {"anna": anna_in(call)}, verb.event(request(verb)), NOW)

    before, after = _asked_for(call), _asked_for(decided.call)
    assert (after != before) == (verdict(verb, call) == "allowed")


@pytest.mark.parametrize("state", STATES)
def test_a_key_does_one_thing_in_a_state(state: str) -> None:
    call = call_in(state)

    keys = [v.key for v in TABLE.values() if v.key and v.allowed(call, anna_in(call))]

    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("verb", TABLE.values(), ids=lambda verb: verb.name)
def test_a_verb_has_words_a_right_and_a_place(verb: Verb) -> None:
    assert TABLE[verb.name] is verb
    assert verb.label
    assert verb.key_help
    assert verb.refusal.endswith(".")
    assert verb.action in RIGHTS
    assert len(verb.key) <= 1
    assert verb.key == verb.key.lower()
    told = {"agent": "Anna", "target": "Sales", "caller": "the caller", "slot": "701"}
    told |= {"consulted": "Dr Bell", "guests": "Dr Bell", "coached": "Ben"}
    assert verb.told.format_map(told) or not verb.told
    assert bool(verb.hint) == (verb.takes in ("target", "number"))


@pytest.mark.parametrize("verb", [verb for verb in TABLE.values() if verb.makes])
def test_an_event_is_made_of_the_request_alone_and_leads_back_to_its_verb(verb: Verb) -> None:
    event = verb.event(request(verb))

    assert verb.makes
    assert {f.name for f in fields(verb.makes)} <= {f.name for f in fields(Request)}
    assert verb_of(event) is verb


def test_only_a_telephone_that_does_not_ring_yet_can_be_asked_to() -> None:
    ring, call = TABLE["telephone"], call_in("offered")
    anna, ringing = (
        anna_in(call),
        _call_in(Offered(WAIT, "anna.1", "anna", LATER, device=1), RecordingWish()),
    )

    assert ring.allowed(call, anna)
    assert not ring.allowed(call, replace(anna, devices=AT_A_DESK))
    assert not ring.allowed(ringing, anna)


def test_a_local_verb_makes_no_event() -> None:
    with pytest.raises(TypeError):
        TABLE["mute"].event(request(TABLE["mute"]))


def test_a_mark_is_kept_once_and_only_of_the_agent_who_has_the_call() -> None:
    flag = marking("flag", label="Flag", icon="i-x", key="f", key_help="Flag", mark="Flagged",
                   told="{agent} flagged the call")  # fmt: skip
    call, anna = call_in("talking"), anna_in(call_in("talking"))
    plan = plan_of(call)

    marked = decide(plan, call, {"anna": anna}, flag.event(request(flag)), NOW).call
    again = decide(plan, marked, {"anna": anna}, flag.event(request(flag)), NOW).call
    others = decide(
        plan_of(call), call, {"anna": anna}, flag.event(Request("ben", mark="flag")), NOW
    ).call

    assert flag.allowed(call, anna)
    assert not flag.allowed(marked, anna)
    assert flag.settled(marked, request(flag))
    assert marked.marks == again.marks == ("flag",)
    assert marked.state == call.state
    assert others.marks == ()


@pytest.mark.parametrize(
    ("state", "name", "words"),
    [
        ("talking", "record", "Calls of this queue are not recorded."),
        ("talking", "pause-recording", "Calls of this queue are not recorded."),
        ("not recorded by hand", "pause-recording", "Nothing is recorded now."),
        (
            "always recorded",
            "stop-recording",
            "All calls of this queue are recorded: you can only pause it.",
        ),
        ("recorded and on hold", "pause-recording", NOT_NOW),
        ("recorded and on hold", "stop-recording", NOT_NOW),
    ],
)
def test_the_refusal_of_a_verb_of_recording_says_why(state: str, name: str, words: str) -> None:
    call = call_in(state)

    assert verdict(TABLE[name], call) == "refused"
    assert TABLE[name].refuses(call) == words
