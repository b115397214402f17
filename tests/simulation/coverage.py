"""What the standard worlds reach, and how often: `python -m tests.simulation coverage`.

A row is a move of a call (docs/states.md), a command that a wish needs, a gate of `reconcile` that
lets a command pass or stops it, something that time ends, an outcome, a way from a plan's node.
A row that no world reaches proves nothing about the product: it is named, and the run fails. The
worlds are those of `make soak`, most of them with accidents, which bring calls to states that
chance alone seldom shows.
"""

from __future__ import annotations

import gc
import multiprocessing
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, get_args

from app.domain import reconcile
from app.domain.call import Call
from app.domain.commands import Ring
from app.domain.nodes.base import KINDS, End, GoTo, Node
from app.domain.outcomes import OUTCOMES
from app.domain.states import AtNode, Ended
from app.ports import WriteSet
from tests.domain.diagram import PAGE, phase_name, state_name
from tests.simulation import duration_checks, standard
from tests.simulation.deployment import Deployment
from tests.simulation.faults import quiet
from tests.simulation.invariants import Invariants
from tests.simulation.reference import Kind
from tests.stories.company import PLAN

SEEDS = range(120)
PROFILES = ("faultless", "accidents", "accidents", "accidents", "accidents")  # in turn
# What nothing can bring about; tests/domain/test_beyond_reach.py walks for it.
BEYOND = frozenset(
    {
        "wish: hold, ringing: hang up",  # only who has answered is wanted on hold
        # The third return from the room ends it, within 10 s. On hold there is one more at most: no
        # document leads there then. When the hold rings, the two before it are too old.
        "move: HoldRinging --> AtNode: RoomRefused",
    }
)
CORES = 2
ARROW = re.compile(r"^    (\w+|\[\*\]) --> (\w+): (.*)$", re.MULTILINE)
GATES = ("Ring", "Refresh", "HangUp", "Unhold")
CHANGED = re.compile(r"(-\d+)+$")  # a changed plan names its nodes otherwise

VIOLATED = "VIOLATED"
Reached = Counter[str]


# --- The rows -----------------------------------------------------------------------------------


def rows() -> Iterator[str]:
    """All that can be reached, from the declarations themselves."""
    yield from (row for row in _declared() if row not in BEYOND)


def _declared() -> Iterator[str]:
    for before, after, events in ARROW.findall(Path(PAGE).read_text("utf-8")):
        yield from (f"move: {before} --> {after}: {event}" for event in events.split(", "))
    for (wanted, observed), verb in reconcile.WISHES.items():
        yield f"wish: {wanted}, {observed}: {verb}"
    for command in GATES:
        yield f"gate: {command} passes"
        yield f"gate: {command} is stopped"
    yield from (f"time ends: {kind}" for kind in (*get_args(Kind), "wrap-up", "sign of life"))
    yield from (f"outcome: {outcome}" for outcome in OUTCOMES)
    for name, node in PLAN.nodes.items():
        yield from (f"node: {name} --> {successor.name}" for successor in node.successors())


# --- What a world reaches -----------------------------------------------------------------------


class Watch:
    """Of one world: each save is compared with the one before it of that call."""

    def __init__(self, reached: Reached, deployment: Deployment) -> None:
        self._reached = reached
        self._calls: dict[str, Call] = {}
        deployment.on_saved.append(self._on_saved)

    def _on_saved(self, write_set: WriteSet) -> None:
        call, applied = write_set.call, write_set.applied
        if call is None or applied is None:
            return
        before, event = self._calls.get(call.id), type(applied.event).__name__
        self._calls[call.id] = call
        was_ended = before is not None and isinstance(before.state, Ended)
        for was, now in _moves(before, call):
            self._reached[f"move: {was} --> {now}: {event}"] += 1
        if before is not None and before.position and isinstance(call.state, AtNode):
            self._reached[f"node: {before.position.node} --> {_known(call.state.node)}"] += 1
        if isinstance(call.state, Ended) and not was_ended:
            self._reached[f"outcome: {call.outcome}"] += 1
        known = {pending.key for pending in before.out} if before is not None else set()
        for pending in call.out:
            leg = call.leg(pending.command.leg)
            if pending.key not in known and leg is not None:
                observed = "away" if isinstance(pending.command, Ring) else leg.observed
                verb = reconcile.WISHES.get((leg.wanted, observed))
                self._reached[f"wish: {leg.wanted}, {observed}: {verb}"] += 1


def _moves(before: Call | None, call: Call) -> set[tuple[str, str]]:
    """In the picture of the journey and in that of the conversation; an arrow of both is one."""
    names = (state_name, phase_name)
    moves = {(name(before) if before is not None else "[*]", name(call)) for name in names}
    return {(was, now) for was, now in moves if was != now}


@contextmanager
def watched(reached: Reached) -> Iterator[None]:
    """Inside, gates, lengths and nodes count what they decide: the product itself is as it is."""
    old: list[tuple[Any, str, Any]] = []

    def wrap(owner: Any, name: str, told: Callable[..., object]) -> None:
        original = vars(owner)[name]

        def wrapped(*args: Any, **named: Any) -> Any:
            answer = original(*args, **named)
            told(answer, *args)
            return answer

        old.append((owner, name, original))
        setattr(owner, name, wrapped)

    wrap(reconcile, "_may", partial(_gate, reached))
    wrap(duration_checks.DurationChecks, "_check_length", partial(_length, reached))
    wrap(Invariants, "__init__", partial(_watches, reached))
    for cls in {base for kind in KINDS.values() for base in kind.__mro__}:
        for method in ("enter", "answer"):
            if method in vars(cls):
                wrap(cls, method, partial(_way, reached))
    try:
        yield
    finally:
        for owner, name, original in reversed(old):
            setattr(owner, name, original)


def _watches(reached: Reached, _: None, __: object, deployment: Deployment, *___: Any) -> None:
    Watch(reached, deployment)


def _gate(reached: Reached, may: bool, *args: Any) -> None:
    reached[f"gate: {type(args[3]).__name__} {'passes' if may else 'is stopped'}"] += 1


def _length(reached: Reached, _: None, checks: object, name: str, *__: Any) -> None:
    reached[f"time ends: {name.rpartition(' of ')[0]}"] += 1


def _known(node: str) -> str:
    return CHANGED.sub("", node)


def _way(reached: Reached, outcome: object, node: Node, visit: object, *_: Any) -> None:
    match outcome:
        case GoTo(to):
            for name, known in PLAN.nodes.items():
                same = type(known) is type(node) and known.title == node.title
                leads = _known(to)
                if same and leads in [successor.name for successor in known.successors()]:
                    reached[f"node: {name} --> {leads}"] += 1
        case End(how):
            reached[f"node ends: {how}"] += 1
        case _:
            pass


# --- All of them --------------------------------------------------------------------------------


def reach(seed: int) -> Reached:
    """What that world reaches; a violation, which ends it early, counts as a row of its own."""
    reached: Reached = Counter()
    with watched(reached):
        outcome = standard.run(seed, profile=PROFILES[seed % len(PROFILES)])
    if outcome.violated is not None:
        reached[f"{VIOLATED} seed {seed}: {outcome.violated}"] += 1
    gc.collect()
    return reached


def main() -> int:
    """Prints the table; 0 when each row was reached."""
    total: Reached = Counter()
    with multiprocessing.get_context("spawn").Pool(CORES, quiet) as pool:
        for reached in pool.imap(reach, SEEDS):
            total.update(reached)
    wanted = list(dict.fromkeys(rows()))
    for row in wanted:
        print(f"{total[row]:8} {row}")
    missing = [row for row in wanted if not total[row]]
    print(f"{len(wanted) - len(missing)} of {len(wanted)} rows reached in {len(SEEDS)} worlds")
    for row in missing:
        print(f"NEVER REACHED {row}")
    violated = [row for row in total if row.startswith(VIOLATED)]
    for row in violated:
        print(row)
    return int(bool(missing or violated))
