"""What the carrier must be told so that what is wanted becomes what is observed. Pure.

Verbs and the journey change only what is *wanted* of a party, events only what was *observed* of
it. `reconcile` compares the two. The same function serves each event, the second performer and the
sweep, so repair and normal work are the same code.

A party's state, as observed, and the command that its wish needs (WISHES is this table):

    wanted    away  ringing  elsewhere  asking   joined   talk     hold     lost     gone
    out       -     hang up  hang up    hang up  hang up  hang up  hang up  hang up  -
    document  -     -        -          -        refresh  refresh  refresh  -        -
    talk      dial  -        refresh    -        -        -        unhold   -        -
    hold      -     hang up  -          -        -        hold     -        -        -

Of a supervisor, who comes in muted and is never held (nobody else is observed to listen or coach):

    wanted    listen   coach    talk
    out       hang up  hang up  hang up
    listen    -        mute     mute
    coach     coach    -        coach
    talk      barge    barge    -

Each wish passes three gates, which look at what is observed and at the commands on their way:

1. Privacy: nobody becomes audible (dial, refresh into a room, unhold) while somebody in that room
   who is not meant to hear them can listen. Who rings may land in the room at any moment, so a
   party counts as audible from the dial on. A supervisor may hear everybody, and coaches only while
   the agent is there: without the agent, the carrier lets everybody hear the coach.
2. Comfort: a customer is let in or un-held only when a talker who stays is in the room. A customer
   who listens while no talker stays is held, until one is there again.
3. Exit: the last talker neither hangs up nor moves to another room while a customer listens. Who is
   coached leaves after the coach is heard no more.

Gates are pessimistic: who is being let in counts as in, who is being taken out counts as out. So
all commands of one decision may be carried out in any order. Reasons: docs/rules.md, R3 to R16.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias

from app.domain.call import Observed, Role, Wanted
from app.domain.commands import (
    Barge,
    Coach,
    Command,
    Dial,
    HangUp,
    Hold,
    Mute,
    PauseRecording,
    Refresh,
    ResumeRecording,
    Ring,
    StartRecording,
    StopRecording,
    Unhold,
    Unmute,
)
from app.domain.value import value

Verb: TypeAlias = Literal[
    "dial", "refresh", "hold", "unhold", "hang up", "mute", "coach", "barge", "unmute"
]


@value
class Tape:
    """The recording of a customer's leg. `is_wanted`: by the queue's policy, or by hand."""

    is_wanted: bool
    sid: str = ""  # none: it does not run
    is_paused: bool = False
    is_paused_by_hand: bool = False  # nothing is to be recorded for a while


@value
class Party:
    """One leg of a conversation: what is wanted of it, and what was observed."""

    leg: str
    role: Role
    wanted: Wanted
    observed: Observed
    room: str  # where it is wanted
    there: str = ""  # the room that it is in, as observed
    dial: Ring | Dial | None = None  # what dials it
    can_be_told: bool = True  # the carrier's id of the leg is known
    in_doubt: bool = False  # it may be on hold, or in another mode, than it is observed to be
    tape: Tape | None = None
    is_ours: bool = False  # of who is consulted, and of a guest: a colleague of the agent
    is_muted: bool | None = False  # of a guest: nobody hears them; None: it is not known
    mute_wanted: bool = False

    @property
    def is_there(self) -> bool:
        """In the room where it is wanted."""
        return self.there == self.room and self.observed in IN_ROOM


Parties: TypeAlias = tuple[Party, ...]
Outbox: TypeAlias = frozenset[Command]

IN_ROOM: Final = ("joined", "talk", "hold", "listen", "coach")
_LISTENING: Final = ("joined", "talk")
_MAY_BE_THERE: Final = ("ringing", "asking", "lost")
_SPEAKING: Final = (Ring, Dial, Refresh, Unhold, Coach, Barge)
_MEDIA: Final = (*_SPEAKING, Hold, Mute, Unmute, HangUp)  # one of these at a time for each leg
_MODES: Final[Mapping[Wanted, Verb]] = {"listen": "mute", "coach": "coach", "talk": "barge"}

WISHES: Final[Mapping[tuple[Wanted, Observed], Verb]] = {
    ("out", "ringing"): "hang up",
    ("out", "elsewhere"): "hang up",
    ("out", "asking"): "hang up",
    ("out", "joined"): "hang up",
    ("out", "talk"): "hang up",
    ("out", "hold"): "hang up",
    ("out", "listen"): "hang up",
    ("out", "coach"): "hang up",
    ("out", "lost"): "hang up",
    ("document", "joined"): "refresh",
    ("document", "talk"): "refresh",
    ("document", "hold"): "refresh",
    ("talk", "away"): "dial",
    ("talk", "elsewhere"): "refresh",
    ("talk", "hold"): "unhold",
    ("hold", "ringing"): "hang up",  # it would land un-held: it is asked again later
    ("hold", "talk"): "hold",
    ("listen", "coach"): "mute",
    ("listen", "talk"): "mute",
    ("coach", "listen"): "coach",
    ("coach", "talk"): "coach",
    ("talk", "listen"): "barge",
    ("talk", "coach"): "barge",
}


def reconcile(parties: Parties, outbox: Outbox) -> tuple[Command, ...]:
    """The commands that may be given now, privacy first. What a gate stops is not there yet."""
    granted: list[Command] = []
    wishes = [(p, wish) for p in parties if (wish := _wish(parties, outbox, p)) is not None]
    for party, wish in sorted(wishes, key=_turn):
        if _may(parties, outbox | frozenset(granted), party, wish):
            granted.append(wish)
    on_the_way = outbox | frozenset(granted)
    tapes = [command for party in parties for command in _tape(parties, on_the_way, party)]
    held = {command.leg for command in granted if isinstance(command, Hold)}
    last = [
        command
        for command in tapes
        if isinstance(command, StartRecording)
        or (isinstance(command, PauseRecording) and command.leg in held)
    ]
    first = [command for command in tapes if command not in last]
    return (*first, *granted, *last)  # resumed before the unhold, paused after the hold


def _turn(wish: tuple[Party, Command]) -> int:
    """A customer who leaves the room goes first: who stays in it alone hears nobody."""
    party, command = wish
    if not isinstance(command, _SPEAKING):
        return 1
    return 0 if party.wanted == "document" else 2


def _wish(parties: Parties, outbox: Outbox, party: Party) -> Command | None:
    observed = party.observed
    if observed in IN_ROOM and party.there != party.room and party.wanted in ("talk", "hold"):
        observed = "elsewhere"  # in another room
    wanted = party.wanted
    if wanted == "coach" and _agent_in(parties, party.room) is None:
        wanted = "listen"  # everybody would hear the coach
    verb = WISHES.get((wanted, observed))
    if verb is None and party.role == "customer" and party.wanted == "talk":
        is_alone = observed == "talk" and not _somebody_stays(parties, outbox, party)
        verb = "hold" if is_alone and not _is_relieved(parties, outbox, party) else None
    if verb is None and party.in_doubt and wanted == observed:
        verb = _asked_again(party, wanted)
    if verb is None and wanted == observed == "talk" and party.is_muted != party.mute_wanted:
        verb = "mute" if party.mute_wanted else "unmute"
    if verb is None or not party.can_be_told:
        return None
    command = _command(verb, party, parties)
    if command is None:
        return None
    blocked = (HangUp,) if isinstance(command, HangUp) else _MEDIA
    on_the_way = (other for other in outbox if other.leg == party.leg)
    return None if any(isinstance(other, blocked) for other in on_the_way) else command


def _asked_again(party: Party, wanted: Wanted) -> Verb | None:
    """For all that is known it hears music, or speaks to others than it is observed to."""
    if party.role == "supervisor":
        return _MODES.get(wanted)
    return "unhold" if wanted == "talk" else None


def _command(verb: Verb, party: Party, parties: Parties) -> Command | None:
    match verb:
        case "dial":
            return party.dial
        case "refresh":
            return Refresh(party.leg)
        case "hold":
            return Hold(party.leg)
        case "unhold":
            return Unhold(party.leg)
        case "hang up":
            return HangUp(party.leg)
        case "mute":
            return Mute(party.leg)
        case "coach":
            agent = _agent_in(parties, party.room)
            return Coach(party.leg, agent.leg) if agent else None
        case "barge":
            return Barge(party.leg)
        case "unmute":
            return Unmute(party.leg)


def _may(parties: Parties, outbox: Outbox, party: Party, wish: Command) -> bool:
    match wish:
        case Dial():  # whoever answers hears somebody
            is_heard = _somebody_stays(parties, outbox, party)
            return is_heard and _may_speak(parties, outbox, party)
        case Ring() | Unhold() | Barge():
            return _may_speak(parties, outbox, party)
        case Coach(coached=leg):
            return leg not in _going(outbox)
        case Refresh() if party.wanted == "talk":
            return _may_speak(parties, outbox, party) and _may_leave(parties, outbox, party)
        case Refresh() | HangUp():
            return _may_leave(parties, outbox, party)
        case _:
            return True  # a hold is never stopped, nor that somebody is muted


def may_ring(parties: Parties, outbox: Outbox, room: str) -> bool:
    """Whether somebody who is not there yet may be asked into the room: they hear whoever talks to
    them, and nobody hears them who is not meant to.
    """
    newcomer = Party("", "consulted", "talk", "away", room)
    is_heard = _somebody_stays(parties, outbox, newcomer)
    return is_heard and _may_speak(parties, outbox, newcomer)


# --- The gates ----------------------------------------------------------------------------------


def _may_speak(parties: Parties, outbox: Outbox, speaker: Party) -> bool:
    """The privacy gate, and for a customer the comfort gate."""
    others = (p for p in parties if p.leg != speaker.leg)
    listeners = (p for p in others if p.role != "supervisor" or _joins_in(p, outbox))
    if any(_is_audible(p, outbox, speaker.room) and not meant(speaker, p) for p in listeners):
        return False
    return speaker.role != "customer" or _somebody_stays(parties, outbox, speaker)


def _joins_in(supervisor: Party, outbox: Outbox) -> bool:
    """Whether everybody there hears them. Who only listens, or coaches, may hear everybody."""
    return supervisor.observed == "talk" or Barge(supervisor.leg) in outbox


def _may_leave(parties: Parties, outbox: Outbox, leaver: Party) -> bool:
    """The exit gate. The caller is the agent's, and no supervisor's."""
    if leaver.role == "supervisor":
        return True
    if leaver.role == "agent" and _would_be_overheard(parties, outbox, leaver):
        return False
    if leaver.role == "customer" or leaver.observed not in _LISTENING:
        return True
    listening = any(
        other.role == "customer"
        and other.wanted in ("talk", "hold")
        and other.room == leaver.there
        and (_hears(other, leaver.there) or _is_let_in(other, outbox))
        for other in parties
    )
    return not listening or _somebody_stays(parties, outbox, leaver, leaver.there)


def _would_be_overheard(parties: Parties, outbox: Outbox, leaver: Party) -> bool:
    """Whether somebody hears the room whom a coach would speak to, if this agent left."""
    coaching = {command.leg for command in outbox if isinstance(command, Coach)}
    is_coached = any(
        p.role == "supervisor"
        and p.there == leaver.there
        and (p.observed == "coach" or p.leg in coaching)
        for p in parties
    )
    others = (p for p in parties if p.leg != leaver.leg and p.role != "supervisor")
    return is_coached and any(_is_audible(p, outbox, leaver.there) for p in others)


def _agent_in(parties: Parties, room: str) -> Party | None:
    """The agent who talks in that room."""
    there = (p for p in parties if p.role == "agent" and p.wanted == "talk" and p.there == room)
    return next((p for p in there if p.observed == "talk"), None)


def _somebody_stays(parties: Parties, outbox: Outbox, but: Party, room: str = "") -> bool:
    """Whether a talker is in the room and not on the way out. A muted one says nothing."""
    going = _going(outbox)
    return any(
        p.leg != but.leg
        and p.leg not in going
        and p.role != "customer"
        and p.wanted == "talk"
        and p.room == (room or but.room)
        and p.is_there
        and p.observed in _LISTENING
        and p.is_muted is False
        for p in parties
    )


def _going(outbox: Outbox) -> set[str]:
    """The legs that are being taken out, or muted: pessimistic, they count as out."""
    return {c.leg for c in outbox if isinstance(c, Hold | HangUp | Refresh | Mute | Coach)}


def _is_relieved(parties: Parties, outbox: Outbox, customer: Party) -> bool:
    """Whoever leaves is there until somebody who is not heard yet is let in to stay (exit gate)."""
    others = [p for p in parties if p.role != "customer" and p.there == customer.there]
    going = _going(outbox)
    is_there = any(p.observed in _LISTENING and p.leg not in going for p in others)
    unheard = ("hold", "listen", "coach")
    return is_there and any(p.wanted == "talk" and p.observed in unheard for p in others)


def _is_audible(party: Party, outbox: Outbox, room: str) -> bool:
    """Whether it hears that room, or may at any moment."""
    if _hears(party, room):
        return True
    is_wanted = party.wanted in ("talk", "hold")
    # Who is dialled into the room asks for no document that would turn them away.
    lands = party.role in ("consulted", "guest") and party.observed == "ringing"
    may_be_there = lands or (party.observed in _MAY_BE_THERE and is_wanted)
    return party.room == room and (may_be_there or _is_let_in(party, outbox))


def _hears(party: Party, room: str) -> bool:
    return party.there == room and party.observed in _LISTENING


def _is_let_in(party: Party, outbox: Outbox) -> bool:
    """A Refresh lets in whom it does not take away."""
    letting_in = (Ring, Dial, Unhold) if party.wanted in ("out", "document") else _SPEAKING
    return any(isinstance(c, letting_in) and c.leg == party.leg for c in outbox)


def meant(one: Party, other: Party) -> bool:
    """Whether these two are meant to hear each other. An agent on the way out may be heard."""
    return all(
        party.wanted == "talk" or (party.wanted == "out" and party.role == "agent")
        for party in (one, other)
    )


# --- The recording ------------------------------------------------------------------------------


def _tape(parties: Parties, outbox: Outbox, party: Party) -> Iterable[Command]:
    """It runs while the customer talks with an agent: paused on hold, stopped after it (C1, C2).

    Who else is outside was not told of it: it is paused before they hear the customer (C4). What is
    paused by hand goes on by hand, or when its time is over (C10).
    """
    tape = party.tape
    if tape is None or party.wanted == "out":
        return  # the end of a leg ends its recording
    mine = [command for command in outbox if command.leg == party.leg]
    if party.wanted == "document":
        is_starting = any(isinstance(command, StartRecording) for command in mine)
        if (tape.sid or is_starting) and not _is_any(mine, StopRecording):
            yield StopRecording(party.leg, tape.sid)
        return
    if _is_any(mine, StartRecording, StopRecording, PauseRecording, ResumeRecording):
        return
    if tape.sid and not tape.is_wanted:
        yield StopRecording(party.leg, tape.sid)
        return
    is_overheard = any(_is_untold(other, outbox, party.room) for other in parties)
    is_secret = is_overheard or tape.is_paused_by_hand  # whether the customer is on hold or not
    is_held = party.observed == "hold" or _is_any(mine, Hold) or is_secret
    is_talking = party.observed == "talk" and party.is_there and not is_held
    if not tape.sid:
        is_settled = is_talking and not _is_any(mine, Refresh)  # a redirect may end a recording
        if tape.is_wanted and is_settled and _somebody_stays(parties, outbox, party):
            yield StartRecording(party.leg)
    elif tape.is_paused and (is_talking or (_is_any(mine, Unhold) and not is_secret)):
        yield ResumeRecording(party.leg, tape.sid)
    elif not tape.is_paused and is_held and (is_secret or not _is_any(mine, Unhold)):
        yield PauseRecording(party.leg, tape.sid)


def _is_untold(party: Party, outbox: Outbox, room: str) -> bool:
    """Somebody outside, other than the customer, who hears the room, or is to hear it."""
    is_outside = party.role in ("consulted", "guest") and not party.is_ours
    if not is_outside or party.observed in ("away", "gone"):
        return False
    return party.wanted == "talk" or _is_audible(party, outbox, room)


def _is_any(commands: Iterable[Command], *kinds: type) -> bool:
    return any(isinstance(command, kinds) for command in commands)
