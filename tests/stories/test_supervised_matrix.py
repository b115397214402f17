"""The matrix with a supervisor: each mode × each situation × each click and each hang-up (R14).

A small, slow reading of docs/rules.md: who is un-held hears all who speak there; whom a supervisor
speaks to, the mode says. Which situation a click leads to, `verb_matrix` says; a supervisor changes
nothing of it. The exchange's ledger says who hears whom.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

import pytest

from app.domain.access import Refused
from app.domain.states import SupervisionMode
from app.domain.supervision_verbs import SUPERVISION_VERBS
from app.domain.verbs import TABLE
from tests.stories import environments
from tests.stories.test_each_verb_in_each_situation import Scene
from tests.stories.verb_matrix import HANG_UPS, VERBS, Situation, Who

MODES: Mapping[SupervisionMode, str] = {"listen": "", "coach": "coach", "barge": "barge"}
STARTS: tuple[Situation, ...] = ("talking", "on hold", "consulting", "swapped", "all three")
UN_HELD: Mapping[Situation, frozenset[str]] = {
    "talking": frozenset({"caller", "agent"}),
    "on hold": frozenset({"agent"}),
    "consult rings": frozenset({"agent"}),
    "consulting": frozenset({"agent", "consulted"}),
    "swapped": frozenset({"caller", "agent"}),
    "all three": frozenset({"caller", "agent", "consulted"}),
    "one is muted": frozenset({"caller", "agent", "consulted"}),
    "a fourth rings": frozenset({"agent"}),
    "sound lost": frozenset(),
    "sound lost, consulting": frozenset({"consulted"}),
    "sound lost, all three": frozenset({"caller", "consulted"}),
    "page moves, consulting": frozenset({"agent", "consulted"}),
    "page moves, all three": frozenset({"caller", "agent", "consulted"}),
}
MUTED: Mapping[Situation, frozenset[str]] = {"one is muted": frozenset({"consulted"})}
MODE_VERBS: Mapping[str, SupervisionMode] = {"listen": "listen", "coach": "coach", "barge": "barge"}
MAY_HEAR_SECONDS = 1.5  # a headset that is lost is told of, and the coach is muted


@dataclass(frozen=True, slots=True)
class Cell:
    """Priya supervises Anna's call in `mode`; then somebody clicks `verb`, or `who` hangs up."""

    start: Situation
    mode: SupervisionMode
    verb: str = ""
    who: Who | str = "nobody"

    @property
    def is_priyas(self) -> bool:
        return self.verb in {verb.name for verb in SUPERVISION_VERBS}

    @property
    def end(self) -> Situation:
        if self.is_priyas or self.who == "supervisor":
            return self.start
        table = VERBS[self.verb] if self.verb else HANG_UPS[self.who]  # type: ignore[index]
        return table.get(self.start, self.start)

    @property
    def is_taken_over(self) -> bool:
        """Whom the agent has consulted nobody but that agent can deal with."""
        return self.verb == "take-over" and self.start not in ("consulting", "swapped")

    @property
    def mode_after(self) -> SupervisionMode | None:
        """None: the supervision is over."""
        if self.verb == "stop-listening" or self.who == "supervisor" or self.is_taken_over:
            return None
        if self.end not in UN_HELD:
            return None
        if self.end.startswith(("sound lost", "page moves")):
            return "listen"
        return MODE_VERBS.get(self.verb, self.mode)

    @property
    def un_held(self) -> frozenset[str]:
        """Who is in the room and hears who speaks there."""
        is_held = (self.start, self.end) == ("swapped", "sound lost, consulting")
        there = frozenset() if is_held else UN_HELD.get(self.end, frozenset())
        # The headset of before is there until the next one comes in.
        return there | {"agent"} if self.verb == "rejoin" else there

    @property
    def hears(self) -> frozenset[tuple[str, str]]:
        """Pairs: who hears whom, of all that a supervisor is part of."""
        un_held, mode = self.un_held, self.mode_after
        if self.is_taken_over:
            others = un_held - {"agent"}
            return frozenset({*(("priya", x) for x in others), *((x, "priya") for x in others)})
        if mode is None:
            return frozenset()
        heard_by = {"listen": frozenset(), "coach": un_held & {"agent"}, "barge": un_held}[mode]
        spoken = un_held - MUTED.get(self.end, frozenset())
        return frozenset({*(("priya", x) for x in spoken), *((x, "priya") for x in heard_by)})

    def __str__(self) -> str:
        act = self.verb or f"the {self.who} hangs up"
        return f"{self.start}, {self.mode}: {act}"


def cells() -> Iterator[Cell]:
    for start in STARTS:
        for mode in MODES:
            for verb in TABLE.values():
                if not verb.is_local and verb.name not in ("accept", "decline", "telephone"):
                    yield Cell(start, mode, verb.name)
            whose = ("consulted",) if start in ("consulting", "swapped", "all three") else ()
            for who in ("caller", "agent", "supervisor", *whose):
                yield Cell(start, mode, who=who)


CELLS = tuple(cells())


class Supervised(Scene):
    """The scene of the matrix, and Priya, who has a break and supervises the call."""

    def __init__(self, office, cell: Cell) -> None:  # type: ignore[no-untyped-def] # as Scene
        super().__init__(office, cell.start)
        self.priya = office.agent("priya")
        self.priya.takes_a_break()
        self.priya.listens_to(self.call)
        office.passes(3)
        if verb := MODES[cell.mode]:
            self.priya.clicks_as_supervisor(verb)
            office.passes(3)

    def plays(self, cell: Cell) -> None:
        if cell.who == "supervisor":
            self.office.network.hang_up(self.priya.leg)
        elif cell.who != "nobody":
            self.hangs_up(cell.who)  # type: ignore[arg-type]
        elif cell.is_priyas:
            with suppress(Refused):
                self.priya.clicks_as_supervisor(cell.verb)
        else:
            self.clicks(cell.verb)
        self.office.passes(6)

    @property
    def hears(self) -> frozenset[tuple[str, str]]:
        legs = {"caller": self.caller.leg, "agent": self.anna.leg, "consulted": self.outside.leg}
        ledger, priya = self.office.network.exchange.ledger, self.priya.leg
        heard = {("priya", who) for who, leg in legs.items() if ledger.hears_now(priya, leg)}
        hearing = {(who, "priya") for who, leg in legs.items() if ledger.hears_now(leg, priya)}
        return frozenset(heard | hearing)

    def seconds_heard_by(self, leg: str) -> float:
        return self.office.network.exchange.ledger.seconds_heard(leg, self.priya.leg) if leg else 0


@pytest.mark.parametrize("start", STARTS)
def test_whatever_happens_a_supervisor_is_heard_by_whom_the_mode_says(start: Situation) -> None:
    wrong: list[str] = []
    for cell in CELLS:
        if cell.start != start:
            continue
        with environments.in_memory() as office:
            scene = Supervised(office, cell)

            scene.plays(cell)

            if scene.hears != cell.hears:
                wrong.append(f"{cell} -> {cell.end}: {sorted(scene.hears)}")
            is_secret = cell.mode != "barge" and cell.verb not in ("barge", "take-over")
            most = MAY_HEAR_SECONDS if cell.who == "agent" else 0
            heard = max(map(scene.seconds_heard_by, (scene.caller.leg, scene.outside.leg)))
            if is_secret and heard > most:
                wrong.append(f"{cell}: heard for {heard} s")
            office.closes()
    assert not wrong, "\n".join(wrong)


def test_the_matrix_has_each_mode_and_each_verb_of_a_supervisor() -> None:
    assert {cell.mode for cell in CELLS} == {"listen", "coach", "barge"}
    assert {verb.name for verb in SUPERVISION_VERBS} <= {cell.verb for cell in CELLS}
    assert len(CELLS) >= 300
