"""From the register's entries to what people read: which events matter, and as what.

An entry says what the call took in, and in which state and where that left it; the same event reads
differently by the state before it ("missed" is time passing in an offer). Entries that only move
the machinery are left out. The words are in `labels.TIMELINE`.
"""

from collections.abc import Iterator, Mapping
from typing import get_args

from app.console.formatting import number, span
from app.console.outside import Outside
from app.console.views import Happening
from app.domain import events as e
from app.domain.agent import OnCall, Reserved
from app.domain.call import CALLER, SHORTEST_MESSAGE_SECONDS, agent_of
from app.domain.commands import (
    Dial,
    Hold,
    Mute,
    PauseRecording,
    ResumeRecording,
    Ring,
    StartRecording,
    StopRecording,
    Unhold,
)
from app.domain.consult import end_of
from app.domain.dialplan import Plan
from app.domain.journey import NOBODY_THERE
from app.domain.outgoing import ENDS
from app.domain.recording import PAUSE_TRIES
from app.domain.targets import target_of
from app.domain.verbs import verb_of
from app.ports import Entry, WholeCall

RECORDING_ASKED = get_args(e.RecordingAsked)


def happenings(whole: WholeCall, plan: Plan) -> tuple[Happening, ...]:
    """Oldest first; `plan` is the version that the call ran on."""
    teller = _Teller(plan, whole)
    told = [happening for entry in whole.timeline for happening in teller.tell(entry)]
    told += _afterwards(whole, plan)
    return tuple(sorted(told, key=lambda happening: happening.at))


def _afterwards(whole: WholeCall, plan: Plan) -> Iterator[Happening]:
    for recording in whole.recordings:
        if recording.at is not None and recording.status in ("stored", "failed"):
            facts = {"length": span(recording.seconds)}
            yield Happening(recording.at, f"recording {recording.status}", facts)
    for listening in whole.listenings:
        yield Happening(listening.at, "listened", {"agent": _name(plan, listening.person)})


def _name(plan: Plan, agent: str) -> str:
    member = plan.member(agent)
    return member.name if member else agent


class _Teller:
    """Follows one call through its entries: where it was, and who was asked last."""

    def __init__(self, plan: Plan, whole: WholeCall) -> None:
        self._plan = plan
        head = whole.head
        self._call, self._did, self._caller = head.id, head.did, head.caller
        # Of an incoming call the labels say "the caller".
        named = {"caller": head.name or number(head.caller)} if head.direction == "out" else {}
        self._named: Mapping[str, str] = named
        self._before = ""
        self._node = ""
        self._agent = ""
        self._sender = ""
        self._outside = Outside()
        self._is_paused_by_hand = False
        self._refused_pauses = 0  # by the carrier, in a row

    def tell(self, entry: Entry) -> Iterator[Happening]:
        before, self._before = self._before, entry.state
        self._agent = agent_in(entry, self._call) or self._agent
        came_from, self._node = self._node, entry.node
        is_elsewhere = entry.node != came_from
        for what, facts in self._facts(entry, before, is_elsewhere=is_elsewhere):
            yield Happening(entry.at, what, {**self._named, **facts})
        self._outside.take_in(entry)
        match entry.state:
            case "Waiting" if is_elsewhere:
                yield Happening(entry.at, "joined queue", {"queue": entry.label})
            case "Waiting" if before != "Waiting":
                yield Happening(entry.at, "back in queue")
            case "Offered" if is_elsewhere and not isinstance(entry.event, e.OfferMade):
                self._agent = self._sender
                yield Happening(entry.at, "came back", {"agent": _name(self._plan, self._agent)})
            case "Offered" if before in ("HandedOver", "Parked"):
                yield Happening(entry.at, "came back", {"agent": _name(self._plan, self._agent)})
            case "AtNode" if is_elsewhere and entry.label:
                yield Happening(entry.at, "at node", {"node": entry.label})
            case _:
                return

    def _facts(
        self, entry: Entry, before: str, *, is_elsewhere: bool
    ) -> Iterator[tuple[str, Mapping[str, str]]]:
        agent, after = {"agent": _name(self._plan, self._agent)}, entry.state
        is_back = is_elsewhere and (before, after) == ("Offered", "Offered")
        match entry.event:
            case e.TransferRequested(who, target):
                self._sender = who
                found = target_of(self._plan, target)
                yield (
                    "transfer",
                    {"agent": _name(self._plan, who), "target": found.label if found else target},
                )
            case e.ParkRequested(who, slot):
                self._agent = who
                yield "park", {"agent": _name(self._plan, who), "slot": str(slot)}
            case e.ConsultRequested(who, _, _, name, colleague) if colleague:
                yield "consult a colleague", {"agent": _name(self._plan, who), "consulted": name}
            case e.ConsultRequested(who, called, _, name):
                named = {"consulted": name or number(called)}
                yield "consult", {"agent": _name(self._plan, who), **named}
            case e.CommandRefused(command=PauseRecording()):
                self._refused_pauses += 1
                if self._refused_pauses >= PAUSE_TRIES:
                    self._is_paused_by_hand = False
                yield "pause refused", {}
            case e.CommandRefused(command=StopRecording()):
                yield "stop refused", {}
            case e.CommandDone(command=ResumeRecording()) if self._is_paused_by_hand:
                self._is_paused_by_hand = False
                yield "pause over", {}  # nobody else would have it go on
            case asked if (verb := verb_of(asked)) and verb.told:
                if isinstance(asked, RECORDING_ASKED):
                    self._is_paused_by_hand = isinstance(asked, e.PauseRecordingRequested)
                    self._refused_pauses = 0
                asks = _name(self._plan, getattr(asked, "agent", self._agent))
                coached = _name(self._plan, self._agent)
                is_ringing = self._outside.consulted not in self._outside.answered
                is_given = isinstance(asked, e.ConsultCompleteRequested) and is_ringing
                what = "complete while it rings" if is_given else verb.name
                yield what, {"agent": asks, "coached": coached, **self._outsiders(asked)}
                if isinstance(asked, e.TakeOverRequested):
                    self._agent = asked.agent
            case e.LineLeft(who):
                yield "line left", {"agent": _name(self._plan, who)}
            case e.PickupRequested(who):
                self._agent = who
                yield "picked up", {"agent": _name(self._plan, who)}
            case _ if before in ("InConversation", "HeadsetAway", "HandedOver") and (
                told := self._of_outside(entry, before)
            ):
                yield told[0], {**agent, **self._outsiders(entry.event, told[1])}
            case e.CalledOut(who):
                self._agent = who
                shown = self._plan.number(self._did)
                facts = {"number": number(self._caller), "detail": shown.label if shown else ""}
                yield "called out", {"agent": _name(self._plan, who), **facts}
            case _ if before == "CallingOut":
                if what := _calling_out(entry):
                    yield what, agent
            case e.Arrived():
                did = self._plan.number(self._did)
                yield "arrived", {"number": number(self._did), "detail": did.label if did else ""}
            case e.Pressed(leg=leg, digits=digits) if leg == CALLER:
                yield _pressed(digits, entry.choice)
            case e.Pressed() | e.LegAnswered() if (before, after) == ("Offered", "Connecting"):
                yield "accepted on a device", agent
            case e.OfferMade(who):
                self._agent = who
                yield "offered", {"agent": _name(self._plan, who)}
            case e.JoinedRoom() if (before, after) == ("Connecting", "InConversation"):
                yield "answered", agent
            case e.JoinedRoom() if (before, after) == ("HeadsetAway", "InConversation"):
                yield "rejoined", agent
            case e.HeadsetLost() | e.HungUp() | e.LeftRoom() if after == "HeadsetAway" != before:
                yield "headset lost", agent
            case e.HungUp(leg) if leg == CALLER and before != "Ended":
                yield "caller hung up", {}
            case e.HungUp() if before == "InConversation" and after == "Ended":
                yield "end", agent
            case e.HungUp(reason=reason) if is_back or (before, after) == ("Offered", "Waiting"):
                yield ("missed" if reason in NOBODY_THERE else "decline"), agent
            case e.AgentDismissed(who) if before != after:
                yield "dismissed", {"agent": _name(self._plan, who)}
            case e.CommandRefused(command=Ring()) if (before, after) == ("Offered", "Waiting"):
                yield "cannot be called", agent
            case e.CommandRefused(command=Hold()):
                yield "hold refused", agent
            case e.RoomRefused() if before != after:
                yield "room refused", {}
            case e.CommandDone(command=Ring(kind=kind)):
                yield ("app dialled" if kind == "client" else "telephone dialled"), agent
            case e.QueueRefused():
                yield "queue refused", {}
            case e.MessageLeft(seconds=seconds) | e.MessageRecorded(seconds=seconds):
                is_message = seconds >= SHORTEST_MESSAGE_SECONDS
                what = "message left" if is_message else "nothing recorded"
                yield what, {"length": span(seconds)}
            case e.NothingRecorded():
                yield "nothing recorded", {}
            case e.MessageEmpty():
                yield "message empty", {}
            case e.CommandDone(command=command) if what := _command(command):
                yield what, {}
            case _ if is_back or (before, after) == ("Offered", "Waiting"):
                yield "missed", agent
            case _ if before == "Connecting" and after in ("Waiting", "Offered"):
                yield "not connected", agent
            case _ if before == "Waiting" and is_elsewhere and after != "Ended":
                yield "waited too long", {}
            case _:
                return

    def _outsiders(self, event: e.Event, leg: str = "") -> Mapping[str, str]:
        """Whom the words may name: who is consulted, or has that leg, and with whom they talk."""
        asked, guests = self._outside.consulted, list(self._outside.guests)
        match event:
            case e.ConsultCompleteRequested():
                guests.append(asked)
            case (
                e.GuestRemoveRequested(_, guest)
                | e.GuestMuteRequested(_, guest)
                | e.GuestUnmuteRequested(_, guest)
            ):
                leg = guest
            case _:
                pass
        names = ", ".join(self._outside.name(guest) for guest in guests)
        return {"consulted": self._outside.name(leg or asked), "guests": names}

    def _of_outside(self, entry: Entry, before: str) -> tuple[str, str] | None:
        """What happened to whom the agent consults, or to a guest: a key of the labels, the leg."""
        asked, guests = self._outside.consulted, self._outside.guests
        if asked in self._outside.colleagues and (told := _of_colleague(entry, asked)):
            return told, asked
        who = self._outside.known_as(getattr(entry.event, "leg", ""))
        match entry.event:
            case e.JoinedRoom() if who == asked and asked in self._outside.answered:
                return None  # told already
            case e.HeadsetLost() if who in (asked, *guests):
                return "consulted hung up", who
            case e.CommandDone(command=Dial()):
                return "consulted dialled", asked
            case e.CommandRefused(command=Dial()):
                return "consulted not reached", asked
            case e.CommandDone(command=Hold(leg)) if leg in (asked, *guests):
                return "consulted held", leg
            case e.CommandDone(command=Unhold(leg)) if leg in (asked, *guests):
                return "consulted retrieved", leg
            case e.CommandRefused(command=Hold(leg)) if leg in (asked, *guests):
                return "consulted hold refused", leg
            case e.CommandRefused(command=Mute(leg)) if self._outside.known_as(leg) in guests:
                return "consulted not muted", self._outside.known_as(leg)
            case e.JoinedRoom() if who == asked:
                return "consulted answered", who
            case e.JoinedRoom(leg) if leg in guests and leg not in self._outside.answered:
                return "guest answered", leg
            case e.HungUp(_, reason) if who in (asked, *guests):
                how = end_of(reason, answered=who in self._outside.answered)
                return f"consulted {how}", who
            case e.TimePassed() if entry.state == "HandedOver" != before:
                return "handed over", asked
            case e.HungUp() if (before, entry.state) == ("InConversation", "HandedOver"):
                return "leave", asked  # by hanging up a telephone
            case _:
                return None


def _of_colleague(entry: Entry, asked: str) -> str:
    """What became of the asking of that colleague: a key of the labels, or nothing to tell."""
    reserved = (agent for agent in entry.agents if agent.id == asked)
    is_asked = any(isinstance(agent.presence, Reserved) for agent in reserved)
    match entry.event:
        case e.OfferDeclined(who) if who == asked:
            return "consulted declined"
        case e.HungUp(leg, reason) if agent_of(leg) == asked and is_asked:
            return "consulted not answered" if reason in NOBODY_THERE else "consulted declined"
        case e.CommandRefused(command=Ring()):
            return "consulted not reached"
        case _:
            return ""


def agent_in(entry: Entry, call: str) -> str:
    """Whose call it is when that happens, of the agents who are known of; empty: nobody's."""
    talking = (
        agent.id
        for agent in entry.agents
        if isinstance(agent.presence, OnCall) and agent.presence.call == call
        if not (agent.presence.supervises or agent.presence.consulted)
    )
    return next(talking, "")


def _calling_out(entry: Entry) -> str:
    """What happened before anybody answered: a key of the labels, or nothing to tell."""
    match entry.event, entry.state:
        case e.CommandDone(command=Dial()), "CallingOut":
            return "dialled out"
        case e.JoinedRoom(), "InConversation":
            return "answered us"
        case e.CommandRefused(command=Dial()), "Ended":
            return "not dialled"
        case e.HungUp(leg, reason), "Ended" if leg == CALLER:
            outcome = ENDS.get(reason, "not reached")
            return "caller hung up" if outcome == "unheard" else outcome
        case e.AgentDismissed(), "Ended":
            return "dismissed"
        case _, "Ended":
            return "not connected"
        case _:
            return ""


def _pressed(digits: str, choice: str) -> tuple[str, Mapping[str, str]]:
    if choice:
        return "pressed", {"digits": digits, "choice": choice}
    return ("pressed wrong", {"digits": digits}) if digits else ("pressed nothing", {})


def _command(command: object) -> str:
    match command:
        case StartRecording():
            return "recording started"
        case StopRecording():
            return "recording stopped"
        case PauseRecording():
            return "recording paused"
        case ResumeRecording():
            return "recording resumed"
        case Hold():
            return "held"
        case Unhold():
            return "retrieved"
        case _:
            return ""
