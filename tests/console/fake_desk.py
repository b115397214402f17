"""A pretended desk: the moments of one agent, as a test puts them."""

from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event
from typing import Any

from app.adapters.memory import (
    MemoryRegister,
)
from app.console import views as v
from app.console.interfaces import Account, VerbForm, VoiceToken
from app.console.presenters.parts import button, write_note
from app.domain import verbs
from app.domain.access import Refused
from app.domain.agent import DeviceKind
from app.domain.note import Draft
from app.domain.outcomes import ConsultEnd
from app.domain.states import SupervisionMode
from app.domain.verb import Verb
from app.ports import Note
from app.service.desk import Grant
from tests.console.fake_calls import ELEANOR, NOW, rows, timeline

HUGHES = v.Party("+442079460555", "Eleanor Hughes")


def buttons(*names: str) -> tuple[v.Button, ...]:
    return tuple(button(verbs.TABLE[name]) for name in names)


def path() -> tuple[v.Step, ...]:
    return (
        v.Step("dialled", "+442079460800", "UK main line"),
        v.Step("choice", "Change a delivery"),
        v.Step("queue", "Deliveries EN"),
    )


def people(now: datetime) -> tuple[v.Colleague, ...]:
    return (
        v.Colleague("Hannah Becker", "reserved", now, id="hannah"),
        v.Colleague("Tomasz Zieliński", "ready", NOW - timedelta(seconds=6), id="tomasz"),
        v.Colleague("Oliver Marsh", "ready", NOW - timedelta(seconds=211), id="oliver"),
        v.Colleague("Priya Shah", "on-call", NOW - timedelta(seconds=770), id="priya"),
        v.Colleague("Jonas Weber", "wrap-up", NOW - timedelta(seconds=22), id="jonas"),
        v.Colleague("Katarzyna Wójcik", "away", NOW - timedelta(minutes=18), "lunch", "kata"),
        v.Colleague("Daniel Okafor", "offline", id="daniel"),
    )


@dataclass
class FakeDesk:
    """Keeps one desk; what was asked stands in `asked`. A test puts the moment it is about."""

    now: Callable[[], datetime]
    status: v.Status = field(default_factory=lambda: v.Status("offline"))
    moment: v.Moment = field(default_factory=v.Idle)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    held_back: tuple[v.HeldBack, ...] = ()
    open_messages: int = 0
    refuses: str = ""
    changed: Callable[[], None] = lambda: None
    generation: int = 0
    overview: int = 1
    routes: tuple[v.Route, ...] = ()
    may_dial: bool = False
    askable: tuple[str, ...] = ()
    to_take: tuple[v.ToTake, ...] = ()
    more_to_take: int = 0
    live_calls: tuple[v.LiveCall, ...] = ()
    more_live_calls: int = 0
    set_by_me: dict[str, v.Colleague] = field(default_factory=dict)  # by id
    katarzyna_is: tuple[v.PresenceKind, datetime, str] = ("away", NOW, "lunch")
    lines: tuple[v.HeldLine, ...] = ()  # my calls on hold, while I am in another, or in none
    notes: MemoryRegister = field(default_factory=MemoryRegister)
    noted: Event = field(default_factory=Event)

    def desk(self, viewer: Account, regions: Container[str]) -> v.Desk:
        now = self.now()
        return v.Desk(
            status=self.status,
            moment=self._moment(),
            away_reasons=("lunch", "break", "training", "meeting"),
            overview=self.overview,
            queues=(
                v.QueueRow(
                    "Deliveries EN", 4, NOW - timedelta(seconds=168), late=True, agents=5, id="en"
                ),
                v.QueueRow("Przesyłki PL", 1, NOW - timedelta(seconds=9), agents=4),
                v.QueueRow("Business accounts", 0, None, agents=3),
            ),
            held_back=self.held_back,
            colleagues=tuple(self.set_by_me.get(one.id, one) for one in people(now)),
            open_messages=self.open_messages,
            routes=self.routes,
            may_dial=self.may_dial or bool(self.routes),
            askable=self.askable,
            to_take=self.to_take,
            more_to_take=self.more_to_take,
            may_supervise=viewer.person.role == "supervisor",
            live_calls=self.live_calls,
            more_live_calls=self.more_live_calls,
            all_queues=(
                v.QueueRow(
                    "Deliveries EN",
                    4,
                    NOW - timedelta(seconds=168),
                    late=True,
                    agents=5,
                    id="en",
                    answered=119,
                    soon=84,
                    gave_up=7,
                ),
                v.QueueRow("Business accounts", 0, None, agents=3, id="business"),
            ),
        )

    def _moment(self) -> v.Moment:
        match self.moment:
            case v.Line() | v.Idle() as moment:
                return replace(moment, lines=self.lines)
            case moment:
                return moment

    # --- moments ------------------------------------------------------------------------------

    def is_ready(self) -> None:
        self.status = v.Status("ready", self.now() - timedelta(seconds=761))
        self.moment = v.Idle(23, 5796, 252, rows(NOW)[:5])
        self.changed()

    def rings(
        self,
        party: v.Party = ELEANOR,
        device: DeviceKind = "desk",
        call: str = "call1",
        more: tuple[str, ...] = (),
    ) -> None:
        """`more`: verbs beside the two that every offer has."""
        now = self.now()
        self.status = v.Status("reserved", now, next="lunch")
        self.moment = v.Offer(
            call, "2", party, "Deliveries EN", now - timedelta(seconds=84), now,
            now + timedelta(seconds=20), path(), device, buttons("decline", "accept", *more),
            if_nothing=v.IfNothing(
                "waits", "Deliveries EN", v.Status("away", now, "missed a call", automatic=True)
            ),
        )  # fmt: skip
        self.changed()

    def misses(self, reason: str, became: str = "abandoned", agent: str = "") -> None:
        """The offer is over, and I did not end it."""
        assert isinstance(self.moment, v.Offer)
        offer, now = self.moment, self.now()
        missed = v.Missed(offer.call, now, offer.party, offer.queue, reason, became, agent)
        self.status = v.Status("away", now, "missed a call", automatic=True)
        if reason == "caller gave up":
            self.status = v.Status("ready", now)
        self.moment = v.Idle(23, 5796, 252, rows(NOW)[:5], (missed,), missed)
        self.changed()

    def talks(
        self, tab: str = "", party: v.Party = ELEANOR, device: DeviceKind = "desk",
        call: str = "call1",
    ) -> None:  # fmt: skip
        now = self.now()
        self.status = v.Status("on-call", now - timedelta(seconds=17), next="lunch")
        self.moment = v.Line(
            call, "agnieszka.1", tab, party, "Deliveries EN", now - timedelta(seconds=17),
            recording=v.RecordingNow("running", now - timedelta(seconds=16)), path=path(),
            timeline=timeline(now),
            device=device, buttons=self._in_a_call("hold"),
        )  # fmt: skip
        self.changed()

    def holds(self, hold: v.HoldKind) -> None:
        """The caller is on hold, or on the way there or back."""
        assert isinstance(self.moment, v.Line)
        since = self.now() - timedelta(seconds=12) if hold == "held" else None
        asked = "hold" if hold == "retrieving" else "retrieve"
        self.moment = replace(
            self.moment, hold=hold, held_since=since, buttons=self._in_a_call(asked)
        )
        self.changed()

    def _in_a_call(self, hold: str) -> tuple[v.Button, ...]:
        """Of who may call out one more."""
        consult = ("consult",) if self.routes or self.askable else ()
        more = ("new-call",) if self.routes else ()
        names = ("mute", hold, "transfer", "park", *consult, "keypad", *more, "rejoin", "end")
        return buttons(*names)

    def leaves(self, *parties: v.Party, rings: bool = False) -> None:
        """These are on hold, as line1, line2 …; `rings`: the first was forgotten."""
        now = self.now()
        self.lines = tuple(
            v.HeldLine(
                f"line{number}", str(number), party, "Deliveries EN", now - timedelta(seconds=33),
                until=now + timedelta(seconds=21) if rings and number == 1 else None,
                buttons=buttons("switch", "end"),
            )
            for number, party in enumerate(parties, 1)
        )  # fmt: skip
        self.changed()

    def consults(
        self, state: v.ConsultKind = "talking", hold: v.HoldKind = "held", who: v.Party = HUGHES
    ) -> None:
        """In a call: somebody outside is consulted."""
        assert isinstance(self.moment, v.Line)
        if state == "dialling":
            shown = buttons("mute", "cancel", "keypad", "rejoin")
        elif state == "ringing":
            shown = buttons("mute", "complete", "cancel", "keypad", "rejoin")
        elif hold == "held":
            shown = buttons("mute", "swap", "join", "complete", "cancel", "keypad", "rejoin")
        elif state == "held":
            shown = buttons("mute", "swap-back", "join", "complete", "cancel", "keypad", "rejoin")
        else:
            shown = buttons("mute", "cancel", "keypad", "rejoin")
        since = self.now() - timedelta(seconds=8)
        self.moment = replace(
            self.moment, hold=hold, held_since=since if hold == "held" else None, buttons=shown,
            consulted=v.Consulted(who, since, state), recording=v.RecordingNow("paused"),
        )  # fmt: skip
        self.changed()

    def confers(self, *guests: v.Party, state: v.ConsultKind = "talking") -> None:
        """All talk together, or are on hold."""
        assert isinstance(self.moment, v.Line)
        hold = "" if state == "talking" else "held"
        held = ("retrieve",) if hold else ()
        verbs = ("mute", *held, "consult", "leave", "keypad", "rejoin", "end")
        beside = buttons("mute-guest", "remove")
        there = tuple(v.Guest(str(3 + at), who, state, beside) for at, who in enumerate(guests))
        self.changes(
            consulted=None, guests=there, hold=hold, held_since=None,
            recording=v.RecordingNow("paused"), buttons=buttons(*verbs),
        )  # fmt: skip

    def mutes(self, leg: str, state: v.ConsultKind = "muted") -> None:
        """Or not any more."""
        assert isinstance(self.moment, v.Line)
        beside = buttons("mute-guest" if state == "talking" else "unmute-guest", "remove")
        guests = tuple(
            replace(guest, state=state, buttons=beside) if guest.leg == leg else guest
            for guest in self.moment.guests
        )
        self.changes(guests=guests)

    def consulted_in_vain(self, how: ConsultEnd = "busy") -> None:
        self.holds("held")
        self.changes(consulted=None, consult_over=v.ConsultOver(HUGHES, how))

    def changes(self, **fields: Any) -> None:
        """The moment, with other values in those fields."""
        self.moment = replace(self.moment, **fields)
        self.changed()

    def records(self, asked: str = "stop-recording") -> None:
        """By hand, as it is after that verb."""
        now = self.now()
        shown, able = {
            "stop-recording": (v.RecordingNow(), ("record",)),
            "record": (v.RecordingNow("running", now), ("stop-recording", "pause-recording")),
            "resume-recording": (
                v.RecordingNow("running", now), ("stop-recording", "pause-recording")
            ),
            "pause-recording": (
                v.RecordingNow("paused", resumes=now + timedelta(seconds=100)),
                ("stop-recording", "resume-recording"),
            ),
        }[asked]  # fmt: skip
        self.changes(
            recording=shown, buttons=buttons("mute", "hold", "transfer", *able, "rejoin", "end")
        )

    def is_interrupted(self) -> None:
        assert isinstance(self.moment, v.Line)
        self.changes(interrupted_until=self.now() + timedelta(seconds=20), hears_music=True)

    def wraps_up(self, party: v.Party = ELEANOR) -> None:
        now = self.now()
        self.status = v.Status("wrap-up", now, next="lunch")
        self.moment = v.WrapUp(
            "call1", party, now, now + timedelta(seconds=30), "Deliveries EN", 84, 372,
            timeline=(*timeline(now), v.Happening(now, "caller hung up")),
        )  # fmt: skip
        self.changed()

    def may_call_out(self) -> None:
        self.routes = (
            v.Route("uk", "Deliveries UK", "+442079460800"),
            v.Route("de", "Sendungen DE", "+493023125040"),
        )
        self.changed()

    def calls(self, tab: str) -> None:
        """Somebody is called, and has not answered yet."""
        self.talks(tab)
        self.changes(direction="outgoing", calling=True, path=(), recording=v.RecordingNow())

    # --- requests -----------------------------------------------------------------------------

    def _ask(self, *what: str) -> None:
        if self.refuses:
            raise Refused(self.refuses)
        self.asked.append(what)

    def do(self, viewer: Account, verb: Verb, form: VerbForm) -> Grant | None:
        agent, call, tab = viewer.person.id, form.call, form.tab
        target = (form.target,)
        taken = {"": (), "slot": (), "target": target, "guest": target}
        taken["number"] = (form.number, form.route)
        self._ask(verb.name, agent, call, form.leg, *taken[verb.takes])
        match verb.name:
            case "accept" if isinstance(self.moment, v.Offer) and self.moment.asked_by:
                self.generation += 1
                self.assists(tab)
                return Grant(call, f"{agent}.{self.generation}", f"n{self.generation}")
            case "accept" | "rejoin":
                self.generation += 1
                self.talks(tab, call=call)
                return Grant(call, f"{agent}.{self.generation}", f"n{self.generation}")
            case "switch":
                self.generation += 1
                self.lines = tuple(line for line in self.lines if line.call != call)
                self.talks(tab, call=call)
                return Grant(call, f"{agent}.{self.generation}", f"n{self.generation}")
            case "end" if any(line.call == call for line in self.lines):
                self.lines = tuple(line for line in self.lines if line.call != call)
                self.changed()
            case "supervise":
                self.generation += 1
                self.supervises(tab)
                return Grant(call, f"{agent}.{self.generation}", f"n{self.generation}")
            case "listen" | "coach" | "barge":
                self.supervises(tab, verb.name)
            case "take-over":
                self.talks(tab, call=call)
            case "decline" | "stop-listening" | "withdraw":
                self.is_ready()
            case "end" | "transfer":
                self.wraps_up()
            case "park":
                self.wraps_up()
                back_at = self.now() + timedelta(seconds=120)
                self.changes(goes_on=True, parked_at=703, back_at=back_at)
            case "complete" | "leave":
                self.wraps_up()
                self.changes(goes_on=True, left_with=(HUGHES,))
            case "consult":
                self.consults("ringing")
            case "swap":
                self.consults("held", "")
            case "swap-back":
                self.consults()
            case "join":
                self.confers(HUGHES)
            case "mute-guest" | "unmute-guest":
                self.mutes(form.target, "muted" if verb.name == "mute-guest" else "talking")
            case "cancel" | "remove":
                self.talks(tab)
            case "record" | "stop-recording" | "pause-recording" | "resume-recording":
                self.records(verb.name)
            case "hold":
                self.holds("held")
            case "retrieve":
                self.talks(tab)
            case _:
                pass
        return None

    def call_out(self, viewer: Account, number: str, tab: str, route: str) -> Grant:
        agent = viewer.person.id
        self._ask("call out", agent, number, route)
        self.generation += 1
        self.calls(tab)
        return Grant("call1", f"{agent}.{self.generation}", f"n{self.generation}")

    def supervises(
        self, tab: str = "", mode: SupervisionMode = "listen", *, connecting: bool = False
    ) -> None:
        """I listen to a colleague's call, or coach, or have joined in."""
        now = self.now()
        others = [name for name in ("listen", "coach", "barge") if name != mode]
        self.status = v.Status("on-call", now)
        self.moment = v.Supervising(
            "call5", f"hannah.{self.generation}", tab, "Tomasz Zieliński", ELEANOR,
            "Deliveries EN", now - timedelta(seconds=97),
            v.Supervised("Hannah Becker", mode, mode, connecting), path=path(),
            timeline=timeline(now), buttons=buttons(*others, "take-over", "stop-listening"),
        )  # fmt: skip
        self.changed()

    def is_asked(self, device: DeviceKind = "desk") -> None:
        """A colleague consults me."""
        self.rings(device=device)
        assert isinstance(self.moment, v.Offer)
        nothing = v.IfNothing("asked in vain", "", v.Status("ready"), "Oliver Marsh")
        self.moment = replace(self.moment, asked_by="Oliver Marsh", if_nothing=nothing)
        self.changed()

    def assists(self, tab: str = "", state: v.AssistingState = "apart") -> None:
        """I am in a colleague's call."""
        now = self.now()
        shown = ("withdraw",) if state == "connecting" else ("mute", "withdraw")
        self.status = v.Status("on-call", now)
        self.moment = v.Assisting(
            "call1", f"agnieszka.{self.generation}", tab, "Oliver Marsh", ELEANOR,
            "Deliveries EN", now - timedelta(seconds=97), state, path=path(),
            timeline=timeline(now), buttons=buttons(*shown),
        )  # fmt: skip
        self.changed()

    def pick_up(self, viewer: Account, call: str, tab: str) -> Grant:
        agent = viewer.person.id
        self._ask("pick up", agent, call)
        self.generation += 1
        self.to_take = tuple(row for row in self.to_take if row.call != (call or "call7"))
        self.talks(tab, call=call or "call7")
        return Grant(call or "call7", f"{agent}.{self.generation}", f"n{self.generation}")

    def targets(self, viewer: Account, call: str, words: str) -> v.Targets:
        """Two colleagues, a queue and a mailbox; one more is not shown."""
        now = self.now()
        rows = (
            v.TargetRow(
                "line-tomasz", "Tomasz Zieliński", "extension", "231",
                v.Colleague("Tomasz Zieliński", "ready", now, id="tomasz"),
            ),
            v.TargetRow(
                "line-katarzyna", "Katarzyna Wójcik", "extension", "240",
                v.Colleague("Katarzyna Wójcik", *self.katarzyna_is, id="katarzyna"),
            ),
            v.TargetRow("claims", "Claims", "queue", waiting=2),
            v.TargetRow("uk-mailbox", "Voicemail, UK", "mailbox"),
        )  # fmt: skip
        fitting = tuple(row for row in rows if words.casefold() in row.label.casefold())
        return v.Targets(fitting, more=0 if words else 1)

    def shows(self, agent: str, call: str, leg: str) -> None:
        self._ask("shows", agent, call, leg)

    def headset_lost(self, agent: str, call: str, leg: str, reason: str) -> None:
        self._ask("headset lost", agent, call, leg, reason)
        if isinstance(self.moment, v.Line):
            self.is_interrupted()

    def set_presence(self, agent: str, wish: str) -> None:
        self._ask("presence", agent, wish)
        match wish:
            case "ready":
                self.is_ready()
            case "offline":
                self.status, self.moment = v.Status("offline"), v.Idle()
            case reason:
                self.status = v.Status("away", self.now(), reason)
                self.moment = v.Idle()

    def set_status_of(self, viewer: Account, agent: str, wish: str) -> None:
        self._ask("status of", viewer.person.id, agent, wish)
        kind: v.PresenceKind = "ready" if wish == "ready" else "away"
        self.set_by_me[agent] = v.Colleague(agent.title(), kind, self.now(), wish, id=agent)

    def is_set_by(self, who: str, wish: str) -> None:
        """A supervisor has set my status: to an away reason."""
        now = self.now()
        self.status = v.Status("away", now, wish, set_by=who, set_to=wish, set_at=now)
        self.moment = v.Idle()
        self.changed()

    def save_note(self, viewer: Account, call: str, draft: Draft) -> Note:
        self._ask("note", viewer.person.id, call, draft.text)
        note = write_note(self.notes, viewer.person.id, call, draft, self.now())
        self.noted.set()
        if isinstance(self.moment, v.Line | v.WrapUp) and self.moment.call == call:
            self.moment = replace(
                self.moment, note=note.text, note_version=note.version, note_saved=note.at
            )
        return note

    def voice_token(self, agent: str, tab: str) -> VoiceToken:
        return VoiceToken(f"token of {agent}_{tab}", 21600)

    def is_in_call(self, agent: str) -> bool:
        return not isinstance(self.moment, v.Idle)

    def beat(self, agent: str) -> None:
        self._ask("beat", agent)
