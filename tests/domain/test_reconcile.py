"""What is true of `reconcile` in every world: see `reconcile_walk`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import reduce
from itertools import chain, combinations
from typing import Any

import pytest

from app.domain import reconcile as product
from app.domain.commands import (
    Command,
    Hold,
    PauseRecording,
    ResumeRecording,
    StartRecording,
    StopRecording,
    Unhold,
)
from app.domain.reconcile import Outbox, Parties, Party, Tape, reconcile
from tests.domain.reconcile_walk import (
    Step,
    Verbs,
    at,
    converged,
    dial,
    done,
    lonely,
    near,
    not_meant,
    put,
    walk,
    want,
)

TAPE = (StartRecording, StopRecording, PauseRecording, ResumeRecording)

A, B = "room-a", "room-b"
RUNS = Tape(is_wanted=True, sid="RE1")
CUSTOMER = Party("anna-caller", "customer", "talk", "talk", A, A)
AGENT = Party("agent", "agent", "talk", "talk", A, A)
SUPERVISOR = Party("supervisor", "supervisor", "listen", "listen", A, A)
CONSULTED = Party("consulted", "consulted", "out", "away", A, dial=dial("consulted"))
OTHER = Party("other-caller", "customer", "hold", "hold", B, B)


def _is_open(parties: Parties) -> bool:
    agent = at(parties, "agent")
    is_ours = at(parties, "anna-caller").wanted in ("talk", "hold")
    return agent.wanted == "talk" and agent.observed != "gone" and is_ours


def _verb(**wanted: str) -> Callable[[Parties], Parties]:
    return lambda parties: want(parties, **wanted) if _is_open(parties) else parties


def _in(room: str, **wanted: str) -> Callable[[Parties], Parties]:
    """A verb of the line that is active: the headset is wanted in its room."""

    def change(parties: Parties) -> Parties:
        moved = want(parties, **wanted) if _is_open(parties) else parties
        if not _is_open(parties):
            return parties
        return tuple(replace(p, room=room) if p.leg == "agent" else p for p in moved)

    return change


HOLD: Verbs = {
    "hold": _verb(**{"anna-caller": "hold"}),
    "retrieve": _verb(**{"anna-caller": "talk"}),
    "back to the queue": _verb(**{"anna-caller": "document", "agent": "out"}),
    "end": _verb(**{"anna-caller": "out", "agent": "out"}),
}
CONSULT: Verbs = {
    "hold": _verb(**{"anna-caller": "hold"}),
    "retrieve": _verb(**{"anna-caller": "talk", "consulted": "hold"}),
    "consult": _verb(**{"anna-caller": "hold", "consulted": "talk"}),
    "join": _verb(**{"anna-caller": "talk", "consulted": "talk"}),
    "cancel": _verb(**{"anna-caller": "talk", "consulted": "out"}),
    "complete": lambda parties: (
        want(parties, **{"anna-caller": "talk", "consulted": "talk", "agent": "out"})
        if _is_open(parties) and at(parties, "consulted").observed in ("ringing", "talk", "hold")
        else parties
    ),
    "end": _verb(**{"anna-caller": "out", "consulted": "out", "agent": "out"}),
}


def _of_tape(**wanted: Any) -> Callable[[Parties], Parties]:
    """A verb of the recording: while the agent talks with the caller alone."""

    def change(parties: Parties) -> Parties:
        caller = at(parties, "anna-caller")
        if not _is_open(parties) or caller.wanted != "talk" or caller.tape is None:
            return parties
        return put(parties, caller.leg, tape=replace(caller.tape, **wanted))

    return change


def _pause_is_over(parties: Parties) -> Parties:
    """Time alone ends it, whatever the agent does meanwhile."""
    caller = at(parties, "anna-caller")
    if caller.tape is None or caller.observed == "gone":
        return parties
    return put(parties, caller.leg, tape=replace(caller.tape, is_paused_by_hand=False))


BY_HAND: Verbs = {
    "hold": HOLD["hold"],
    "retrieve": HOLD["retrieve"],
    "back to the queue": HOLD["back to the queue"],
    "record": _of_tape(is_wanted=True),
    "stop recording": _of_tape(is_wanted=False, is_paused_by_hand=False),
    "pause recording": _of_tape(is_paused_by_hand=True),
    "the pause is over": _pause_is_over,
}
PAUSED_CONSULT: Verbs = {
    **{name: CONSULT[name] for name in ("consult", "retrieve", "join", "cancel", "complete")},
    "the pause is over": _pause_is_over,
}
TWO_ROOMS: Verbs = {
    "hold": _in(A, **{"anna-caller": "hold", "other-caller": "hold"}),
    "retrieve": _in(A, **{"anna-caller": "talk", "other-caller": "hold", "consulted": "out"}),
    "switch": _in(B, **{"anna-caller": "hold", "other-caller": "talk", "consulted": "out"}),
    "consult": _in(A, **{"anna-caller": "hold", "other-caller": "hold", "consulted": "talk"}),
    "swap": _in(A, **{"anna-caller": "talk", "other-caller": "hold", "consulted": "hold"}),
    "join": _in(A, **{"anna-caller": "talk", "other-caller": "hold", "consulted": "talk"}),
    "complete": lambda parties: (
        _in(B, **{"anna-caller": "talk", "other-caller": "talk", "consulted": "talk"})(parties)
        if at(parties, "consulted").observed in ("ringing", "talk", "hold")
        else parties
    ),
    "end both": _in(
        A, **dict.fromkeys(("anna-caller", "other-caller", "consulted", "agent"), "out")
    ),
}


def _take_over(parties: Parties) -> Parties:
    """The supervisor is the agent of the call from now on."""
    supervisor = at(parties, "supervisor")
    if not _is_open(parties) or supervisor.role != "supervisor" or supervisor.wanted == "out":
        return parties
    parties = want(parties, supervisor="talk", agent="out")
    return put(parties, "supervisor", role="agent")


def _mode(wanted: str) -> Callable[[Parties], Parties]:
    def change(parties: Parties) -> Parties:
        is_open = _is_open(parties) and at(parties, "supervisor").role == "supervisor"
        return want(parties, supervisor=wanted) if is_open else parties

    return change


_ALL_OUT = {"agent": "out", "supervisor": "out"}
SUPERVISION: Verbs = {
    **{mode: _mode(mode) for mode in ("listen", "coach")},
    "barge": _mode("talk"),
    "stop listening": _mode("out"),
    "take over": _take_over,
    "hold": HOLD["hold"],
    "retrieve": HOLD["retrieve"],
    "back to the queue": _verb(**{"anna-caller": "document"}, **_ALL_OUT),
    "end": _verb(**{"anna-caller": "out"}, **_ALL_OUT),
}
SUPERVISED_WORLD = "a caller, an agent and a supervisor"
BY_HAND_WORLD = "a caller who is recorded by hand"
WORLDS: dict[str, tuple[tuple[Parties, ...], Verbs]] = {
    "a recorded caller and an agent": (
        (
            (replace(CUSTOMER, tape=Tape(is_wanted=True)), AGENT),
            (
                replace(CUSTOMER, observed="elsewhere", there="", tape=Tape(is_wanted=True)),
                replace(AGENT, observed="ringing", there=""),
            ),
            (
                replace(CUSTOMER, tape=Tape(is_wanted=True, sid="RE1")),
                replace(AGENT, leg="agent", observed="ringing", there=""),
                replace(AGENT, leg="old headset", wanted="out"),
            ),
        ),
        HOLD,
    ),
    "a consultation in one room": (
        (
            (CUSTOMER, AGENT, CONSULTED),
            (replace(CUSTOMER, observed="hold"), replace(AGENT, there=B), CONSULTED),
        ),
        CONSULT,
    ),
    "a recorded consultation": (
        ((replace(CUSTOMER, tape=Tape(is_wanted=True, sid="RE1")), AGENT, CONSULTED),),
        CONSULT,
    ),
    BY_HAND_WORLD: (
        ((replace(CUSTOMER, tape=Tape(is_wanted=False)), AGENT),),
        BY_HAND,
    ),
    "a consultation while the recording is paused by hand": (
        (
            (
                replace(CUSTOMER, tape=replace(RUNS, is_paused=True, is_paused_by_hand=True)),
                AGENT,
                CONSULTED,
            ),
        ),
        PAUSED_CONSULT,
    ),
    SUPERVISED_WORLD: (((CUSTOMER, AGENT, SUPERVISOR),), SUPERVISION),
    "four parties in two rooms": (((CUSTOMER, AGENT, CONSULTED, OTHER),), TWO_ROOMS),
}


@pytest.fixture(scope="module", params=WORLDS, ids=lambda name: name.replace(" ", "-"))
def steps(request: pytest.FixtureRequest) -> list[Step]:
    return _steps_of(request.param)


def _steps_of(world: str) -> list[Step]:
    starts, verbs = WORLDS[world]
    return list(walk(starts, verbs, verbs_wait=verbs not in (HOLD, BY_HAND)))


def test_who_is_being_let_in_counts_as_in() -> None:
    _let_in()


def test_nobody_is_called_in_while_a_caller_who_is_to_be_held_may_be_on_the_way_in() -> None:
    """Who asks for a document now hears music outside the room, until they are sent for (R11)."""
    agent = replace(AGENT, observed="joined")
    asked = replace(CONSULTED, wanted="talk")
    on_the_way = replace(CUSTOMER, wanted="hold", observed="asking", there="")
    outside = replace(CUSTOMER, wanted="hold", observed="elsewhere", there="")
    held = replace(CUSTOMER, wanted="hold", observed="hold")

    assert product.reconcile((on_the_way, agent, asked), frozenset()) == ()
    assert product.reconcile((outside, agent, asked), frozenset()) == (asked.dial,)
    assert product.reconcile((held, agent, asked), frozenset()) == (asked.dial,)


def test_nobody_becomes_audible_to_whom_they_are_not_meant_for(steps: list[Step]) -> None:
    _privacy(steps)


def test_no_command_of_ours_leaves_a_customer_alone_in_whatever_order_they_are_done(
    steps: list[Step],
) -> None:
    _comfort_and_exit(steps)


def test_nothing_is_commanded_twice(steps: list[Step]) -> None:
    _once(steps)


def test_what_is_observed_becomes_what_is_wanted(steps: list[Step]) -> None:
    _convergence(steps)


def test_a_customer_on_hold_is_not_recorded(steps: list[Step]) -> None:
    _tape(steps)


def test_what_is_paused_by_hand_is_not_recorded_and_what_is_stopped_is_over(
    steps: list[Step],
) -> None:
    _by_hand(steps)


def test_no_command_of_ours_lets_a_customer_hear_a_coach(steps: list[Step]) -> None:
    _coach(steps)


# --- The laws -----------------------------------------------------------------------------------


def _privacy(steps: list[Step]) -> None:
    """A verb may part two who talk, for as long as the hold takes; nobody may *become* audible."""
    for step in steps:
        assert not not_meant(*step.after[:2]) - near(*step.before[:2]), step


def _comfort_and_exit(steps: list[Step]) -> None:
    """A talker and a customer who are both put on hold may be so one after the other."""
    for step in steps:
        parties, on_the_way, _ = step.after
        for these, now in _as_far_as_done(step):
            holds = {c.leg for c in on_the_way if isinstance(c, Hold)}
            if any(isinstance(c, Hold) and at(now, c.leg).role != "customer" for c in these):
                holds_on_the_way = holds - {c.leg for c in these}
            else:
                holds_on_the_way = set()
            assert not lonely(now) - lonely(parties) - holds_on_the_way, (step, these)
            assert not not_meant(now) - near(parties, on_the_way), (step, these)


def _coach(steps: list[Step]) -> None:
    """R14: whose agent is gone is heard by everybody."""
    for step in steps:
        for these, now in _as_far_as_done(step):
            assert _hears_a_coach(now) <= _hears_a_coach(step.after[0]), (step, these)


def _hears_a_coach(parties: Parties) -> set[str]:
    coaches = [p for p in parties if (p.role, p.observed) == ("supervisor", "coach")]
    agents = {p.there for p in parties if p.role == "agent" and p.there}
    return {
        p.leg
        for p in parties
        if p.role == "customer" and p.observed == "talk"
        if any(coach.there == p.there not in agents for coach in coaches)
    }


def _as_far_as_done(step: Step) -> Iterator[tuple[tuple[Command, ...], Parties]]:
    """The parties after each part of what was given, while nobody hangs up meanwhile."""
    parties, on_the_way, is_disturbed = step.after
    if not is_disturbed and step.what.startswith("given"):
        for these in _subsets(on_the_way):
            yield these, reduce(done, these, parties)


def _subsets(commands: Outbox) -> Iterator[tuple[Command, ...]]:
    """What may be done already while the others are on their way, whatever the order."""
    ordered = sorted(commands, key=repr)
    return chain.from_iterable(combinations(ordered, n + 1) for n in range(len(ordered)))


def _once(steps: list[Step]) -> None:
    for parties, on_the_way, _ in {step.after for step in steps}:
        given = reconcile(parties, on_the_way)
        assert not set(given) & on_the_way
        assert reconcile(parties, on_the_way | set(given)) == ()
        for leg in {command.leg for command in given}:
            mine = [c for c in given if c.leg == leg]
            assert len([c for c in mine if not isinstance(c, TAPE)]) <= 1, (parties, given)
            assert len([c for c in mine if isinstance(c, TAPE)]) <= 1, (parties, given)


def _convergence(steps: list[Step]) -> None:
    """A customer with no talker left is on hold, or was left where no command reaches."""
    for parties in {step.after[0] for step in steps if not step.after[1]}:
        end = converged(parties)
        for party in end:
            assert party.observed in _fitting(end, party), (parties, end)


def _fitting(parties: Parties, party: Party) -> tuple[str, ...]:
    talkers = {p.there for p in parties if p.role != "customer" and p.observed == "talk"}
    match party.wanted:
        case "out":
            return ("away", "gone")
        case "document":
            return ("elsewhere", "gone")
        case "hold":
            return ("hold", "elsewhere", "away", "joined", "gone")
        case "coach" if not any(p.role == "agent" and p.observed == "talk" for p in parties):
            return ("listen", "gone")  # nobody is there to be coached
        case "listen" | "coach":
            return (party.wanted, "gone")
        case "talk" if party.role == "customer" and party.room not in talkers:
            return ("hold", "elsewhere", "joined", "gone")
        case "talk" if party.role == "consulted" and not talkers - {""}:
            return ("talk", "joined", "gone", "away")  # nobody is dialled into silence
        case "talk":
            return ("talk", "joined", "gone")


def _tape(steps: list[Step]) -> None:
    """C2: it is paused on hold, and runs again before the customer is heard again.

    C4: it is paused, too, while somebody who is consulted hears the customer.
    """
    for parties, on_the_way, _ in {step.after for step in steps}:
        given = {*on_the_way, *reconcile(parties, on_the_way)}
        for party in parties:
            tape = party.tape
            if tape is None or not tape.sid or party.wanted not in ("talk", "hold"):
                continue
            mine = [c for c in given if c.leg == party.leg]
            is_paused = tape.is_paused or any(isinstance(c, PauseRecording) for c in mine)
            is_changing = any(isinstance(c, (*TAPE, Unhold)) for c in mine)
            consulted = [p for p in parties if p.role == "consulted"]
            is_overheard = any(p.is_there and p.observed == "talk" for p in consulted)
            if party.observed == "hold" or is_overheard:
                assert is_paused or is_changing, (parties, on_the_way)
            here = [p for p in consulted if p.observed not in ("away", "gone")]
            if any(p.wanted == "talk" or p.observed != "hold" for p in here):
                continue  # they hear the customer, or may
            if tape.is_paused_by_hand:
                continue
            if party.observed == "talk" and party.is_there and Hold(party.leg) not in mine:
                assert not tape.is_paused or is_changing, (parties, on_the_way)


def _by_hand(steps: list[Step]) -> None:
    """C10: in the same decision, unless a command to the recording is on its way already.

    Nor is it resumed, whoever is un-held; and once all is done it runs, or does not, as is wanted.
    """
    for parties, on_the_way, _ in {step.after for step in steps}:
        given = reconcile(parties, on_the_way)
        for party in parties:
            tape = party.tape
            if tape is None or party.wanted not in ("talk", "hold") or party.observed == "gone":
                continue
            mine = [c for c in (*given, *on_the_way) if c.leg == party.leg]
            is_changing = any(isinstance(c, TAPE) for c in mine)
            begun = [c for c in given if isinstance(c, StartRecording | ResumeRecording)]
            if tape.is_paused_by_hand:
                assert not begun, (parties, on_the_way)
                assert not tape.sid or tape.is_paused or is_changing, (parties, on_the_way)
            if not tape.is_wanted:
                assert not begun, (parties, on_the_way)
                assert not tape.sid or is_changing, (parties, on_the_way)
    for parties in {step.after[0] for step in steps if not step.after[1]}:
        end = converged(parties)
        for party in end:
            if party.tape is None or party.wanted != "talk" or party.observed != "talk":
                continue
            assert bool(party.tape.sid) == _is_to_run(party.tape), (parties, end)
            is_silent = party.tape.is_paused_by_hand or _is_with_the_untold(end)
            assert not party.tape.sid or party.tape.is_paused == is_silent, (parties, end)


def _is_to_run(tape: Tape) -> bool:
    """One that is paused by hand before it has begun begins when the pause is over."""
    return tape.is_wanted and (bool(tape.sid) or not tape.is_paused_by_hand)


def _is_with_the_untold(parties: Parties) -> bool:
    consulted = [p for p in parties if p.role == "consulted"]
    return any(p.wanted == "talk" and p.observed not in ("away", "gone") for p in consulted)


def _let_in() -> None:
    """A caller who is being un-held will hear the one who is dialled: so nobody is dialled yet."""
    caller, asked = (
        replace(CUSTOMER, wanted="hold", observed="hold"),
        replace(CONSULTED, wanted="talk"),
    )

    given = reconcile((caller, AGENT, asked), frozenset({Unhold(caller.leg)}))

    assert given == ()


LAWS = (_privacy, _comfort_and_exit, _coach, _once, _convergence, _tape, _by_hand)


# --- The laws can fail --------------------------------------------------------------------------


def _keeps_every_law() -> None:
    _let_in()
    worlds = "a recorded caller and an agent", "a recorded consultation", BY_HAND_WORLD
    for name in (*worlds, SUPERVISED_WORLD):
        steps = _steps_of(name)
        for law in LAWS:
            law(steps)


def _deaf_to_the_hand(tape: Callable[..., object]) -> Callable[..., object]:
    def broken(parties: Parties, outbox: Outbox, party: Party) -> object:
        if party.tape is not None:
            party = replace(party, tape=replace(party.tape, is_paused_by_hand=False))
        return tape(parties, outbox, party)

    return broken


def _without_comfort(wish: Callable[..., object]) -> Callable[..., object]:
    def broken(parties: Parties, outbox: Outbox, party: Party) -> object:
        is_alone = (party.role, party.wanted, party.observed) == ("customer", "talk", "talk")
        return None if is_alone else wish(parties, outbox, party)

    return broken


OPENED: dict[str, tuple[str, Callable[..., object]]] = {
    "everybody is meant to hear everybody": ("meant", lambda one, other: True),
    "nobody is audible": ("_is_audible", lambda *_: False),
    "whoever is on the way is not audible": ("_is_let_in", lambda *_: False),
    "the exit gate is open": ("_may_leave", lambda *_: True),
    "somebody always stays": ("_somebody_stays", lambda *_: True),
    "who is coached leaves at once": ("_would_be_overheard", lambda *_: False),
    "nobody is held for comfort": ("_wish", _without_comfort(product._wish)),
    "the recording is never paused": ("_tape", lambda *_: ()),
    "a pause by hand is not heard of": ("_tape", _deaf_to_the_hand(product._tape)),
    "whoever is consulted was told": ("_is_untold", lambda *_: False),
}


@pytest.mark.parametrize("name", OPENED)
def test_each_gate_that_is_opened_breaks_a_law(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    function, broken = OPENED[name]
    monkeypatch.setattr(product, function, broken)

    with pytest.raises(AssertionError):
        _keeps_every_law()
