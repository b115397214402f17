"""A world that may do anything, walked to the end, for the laws of `reconcile`.

The world carries out a command that was given, fails it, lets a ringing party answer or refuse, and
lets anybody hang up, in any order. A command may be carried out late, after a verb has changed what
is wanted. So a state is the parties and the commands on their way, and whether somebody hung up
since those were given: then nobody can promise that they fit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

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
)
from app.domain.reconcile import Outbox, Parties, Party, meant, reconcile

Verbs = Mapping[str, Callable[[Parties], Parties]]
State = tuple[Parties, Outbox, bool]


@dataclass(frozen=True, slots=True)
class Step:
    before: State
    what: str
    after: State


def ring(leg: str) -> Ring:
    return Ring(leg, "phone", "+441632960001", 20)


def dial(leg: str) -> Dial:
    return Dial(leg, "+441632960001", "+442079460800", 30)


def at(parties: Parties, leg: str) -> Party:
    return next(party for party in parties if party.leg == leg)


def put(parties: Parties, leg: str, **observed: object) -> Parties:
    return tuple(replace(p, **observed) if p.leg == leg else p for p in parties)  # type: ignore[arg-type]


def want(parties: Parties, **wanted: str) -> Parties:
    """A verb. Who is gone is wanted no more; who was sent out stays out: a new leg is dialled."""
    for leg, wish in wanted.items():
        if not _is_out(at(parties, leg)):
            parties = put(parties, leg, wanted=wish)
    return parties


def _is_out(party: Party) -> bool:
    return party.observed == "gone" or (party.wanted == "out" and party.observed != "away")


def walk(starts: tuple[Parties, ...], verbs: Verbs, *, verbs_wait: bool = True) -> Iterator[Step]:
    """Every step from every state that can be reached, each state once.

    `verbs_wait`: a person's next verb waits for a speaking command on its way, at most 1.5 s.
    """
    first: list[State] = [(parties, frozenset(), False) for parties in starts]
    seen, frontier = set(first), deque(first)
    while frontier:
        state = frontier.popleft()
        for what, after in _steps(state, verbs, verbs_wait=verbs_wait):
            yield Step(state, what, after)
            if after not in seen:
                seen.add(after)
                frontier.append(after)


def _steps(state: State, verbs: Verbs, *, verbs_wait: bool) -> Iterator[tuple[str, State]]:
    parties, on_the_way, is_disturbed = state
    speaks = Ring | Dial | Refresh | Unhold | Coach | Barge
    speaking = any(isinstance(c, speaks) for c in on_the_way)
    for verb, change in verbs.items() if not (verbs_wait and speaking) else ():
        if (changed := change(parties)) != parties:
            yield f"verb: {verb}", (changed, on_the_way, is_disturbed)
    if given := reconcile(parties, on_the_way):
        dialling = parties
        for command in given:
            if isinstance(command, Ring | Dial):  # it may be in the room at any moment
                dialling = put(dialling, command.leg, observed="ringing")
        yield f"given: {given}", (dialling, on_the_way | frozenset(given), is_disturbed)
    for command in on_the_way:
        others = on_the_way - {command}
        yield (
            f"failed: {command}",
            (_failed(parties, command), others, is_disturbed and bool(others)),
        )
        yield f"done: {command}", (done(parties, command), others, is_disturbed and bool(others))
    for party in parties:
        if party.observed in ("ringing", "asking"):
            yield f"{party.leg} comes in", (_lands(parties, party), on_the_way, is_disturbed)
        if party.observed not in ("away", "gone"):
            over = put(parties, party.leg, observed="gone", there="")
            others = frozenset(c for c in on_the_way if c.leg != party.leg)
            yield f"{party.leg} hangs up", (over, others, bool(others))


def done(parties: Parties, command: Command) -> Parties:
    """What the carrier makes of it; nothing where it does not fit any more."""
    party = at(parties, command.leg)
    tape = party.tape
    match command:
        case Refresh() if party.observed != "gone":
            return _lands(parties, party)
        case Hold() if party.observed == "talk":
            return put(parties, party.leg, observed="hold")
        case Unhold() if party.observed == "hold":
            return put(parties, party.leg, observed="talk")
        case Mute() if party.there:
            return put(parties, party.leg, observed="listen")
        case Coach(coached=coached) if party.there and at(parties, coached).there == party.there:
            return put(parties, party.leg, observed="coach")
        case Barge() if party.there:
            return put(parties, party.leg, observed="talk")
        case HangUp():
            return put(parties, party.leg, observed="gone", there="")
        case StartRecording() if tape is not None and party.observed != "gone":
            return put(parties, party.leg, tape=replace(tape, sid="RE1"))
        case StopRecording() if tape is not None:
            return put(parties, party.leg, tape=replace(tape, sid="", is_paused=False))
        case PauseRecording() if tape is not None and tape.sid:
            return put(parties, party.leg, tape=replace(tape, is_paused=True))
        case ResumeRecording() if tape is not None and tape.sid:
            return put(parties, party.leg, tape=replace(tape, is_paused=False))
        case _:
            return parties


def _failed(parties: Parties, command: Command) -> Parties:
    """Who could not be dialled is gone; whatever else failed is found wanting again."""
    is_ringing = at(parties, command.leg).observed == "ringing"
    if isinstance(command, Ring | Dial) and is_ringing:
        return put(parties, command.leg, observed="gone")
    return parties


def _lands(parties: Parties, party: Party) -> Parties:
    """It asks what to hear, and gets what is wanted now. A room starts with the second in it.

    Who is dialled into the room asks nothing: an answer is a join, whatever is wanted by now.
    """
    is_dialled = (party.role, party.observed) == ("consulted", "ringing")
    if party.wanted == "out" and not is_dialled:
        return put(parties, party.leg, observed="gone", there="")
    if party.wanted == "document":
        return put(parties, party.leg, observed="elsewhere", there="")
    others = [p for p in parties if p.leg != party.leg and p.there == party.room]
    parties = put(parties, party.leg, observed="talk" if others else "joined", there=party.room)
    for other in others:
        if other.observed == "joined":
            parties = put(parties, other.leg, observed="talk")
    return parties


def near(parties: Parties, on_the_way: Iterable[Command] = ()) -> set[frozenset[str]]:
    """Who hear each other, or may at any moment: one rings, or is being let in."""
    let_in = {c.leg for c in on_the_way if isinstance(c, Refresh)}
    un_held = {c.leg for c in on_the_way if isinstance(c, Unhold)}
    there: dict[str, list[str]] = {}
    for p in parties:
        if p.observed in ("talk", "joined") or p.leg in un_held:
            there.setdefault(p.there, []).append(p.leg)
        is_coming = p.leg in let_in or p.observed in ("ringing", "asking")
        is_dialled = (p.role, p.observed) == ("consulted", "ringing")
        if is_dialled or (is_coming and p.wanted in ("talk", "hold")):
            there.setdefault(p.room, []).append(p.leg)
    return {frozenset((a, b)) for legs in there.values() for a in legs for b in legs if a < b}


def lonely(parties: Parties) -> set[str]:
    """The customers who listen, and nobody is there whom they are meant to hear: silence."""
    return {
        customer.leg
        for customer in parties
        if customer.role == "customer" and customer.observed == "talk"
        if customer.wanted in ("talk", "hold")
        if not any(_is_heard(other, customer.there) for other in parties)
    }


def _is_heard(party: Party, room: str) -> bool:
    is_there = party.there == room and party.observed in ("joined", "talk")
    is_meant = party.wanted == "talk" or (party.wanted == "out" and party.role == "agent")
    return is_there and party.role != "customer" and is_meant


def not_meant(parties: Parties, on_the_way: Iterable[Command] = ()) -> set[frozenset[str]]:
    """Who hear each other, or may at any moment, and are not meant to."""
    pairs = ((pair, [at(parties, leg) for leg in pair]) for pair in near(parties, on_the_way))
    return {pair for pair, (one, other) in pairs if not meant(one, other)}


def converged(parties: Parties) -> Parties:
    """The parties after the carrier has done all that it was told, and each who rings came in."""
    for _ in range(40):
        given = reconcile(parties, frozenset())
        if given and isinstance(given[0], Ring | Dial):
            parties = put(parties, given[0].leg, observed="ringing")
            continue
        if given:
            parties = done(parties, given[0])
            continue
        coming = [p for p in parties if p.observed in ("ringing", "asking")]
        if not coming:
            return parties
        parties = _lands(parties, coming[0])
    raise AssertionError(f"it does not end: {parties}")
