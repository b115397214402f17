"""The matrix: each verb × each situation × each party hanging up, before, with or after the click.

Who hears whom afterwards is read from the exchange's ledger, and compared with `verb_matrix`.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import combinations

import pytest

from app.domain.access import Person, Refused
from app.domain.verb import guests_of
from app.domain.verbs import TABLE
from tests.stories import environments
from tests.stories.company import SALES
from tests.stories.office import Office
from tests.stories.people import BRANCH, HOME, AgentPerson, Caller
from tests.stories.verb_matrix import STARTS, VERBS, Cell, Situation, Who, agents_verbs, cells
from tests.support.verbs import click

CELLS = tuple(cells())


class Scene:
    """A caller, Anna, and somebody outside, brought into a situation."""

    def __init__(self, office: Office, start: Situation) -> None:
        self.office, self.start = office, start
        self.caller, self.anna = office.caller(), office.agent("anna")
        self.outside, self.fourth = office.outside(HOME), office.outside(BRANCH)
        self.anna.is_ready()
        self.caller.dials(SALES)
        self.call = self.caller.call_id
        if start != "offered":
            self._talks(start)

    def _talks(self, start: Situation) -> None:
        self.anna.answers()
        self.office.passes(3)
        if start == "on hold":
            self.anna.holds()
        elif start != "talking":
            self._consults(start)
        self.office.passes(5)

    def _consults(self, start: Situation) -> None:
        self.anna.consults(HOME)
        self.office.passes(3)
        self.outside.is_rung()
        if start == "left ringing":
            self.anna.completes()
        if start in ("consult rings", "left ringing"):
            return
        self.outside.picks_up()
        self.office.passes(3)
        match start:
            case "swapped":
                self.anna.swaps()
            case "all three":
                self.anna.joins_all()
            case "handed over":
                self.anna.completes()
            case _:
                pass

    def clicks(self, verb: str) -> str:
        """Why it was refused; empty: it was not."""
        office, desk = self.office, self.office.services.desk
        try:
            if TABLE[verb].takes == "number":
                person = Person("anna", "Anna", "agent")
                number = BRANCH if self.start == "all three" else HOME
                office.services.outgoing.consult(person, self.call, TABLE[verb], number)
            else:
                target = self._guest if TABLE[verb].takes == "guest" else "claims"
                click(desk, "anna", verb, self.call, leg="2", target=target)
        except Refused as refused:
            return str(refused)
        return ""

    @property
    def _guest(self) -> str:
        call = self.office.services.switchboard.load(self.call).call
        return next((guest.leg for guest in guests_of(call)), "")

    def hangs_up(self, who: Who) -> None:
        """At the carrier, which has not told us yet."""
        people: dict[str, Caller | AgentPerson] = {
            "caller": self.caller,
            "agent": self.anna,
            "consulted": self.outside,
        }
        if who != "nobody" and people[who].leg:
            with suppress(LookupError):
                self.office.network.hang_up(people[who].leg)

    @property
    def heard(self) -> frozenset[frozenset[str]]:
        legs = {"caller": self.caller.leg, "agent": self.anna.leg, "consulted": self.outside.leg}
        ledger = self.office.network.exchange.ledger
        return frozenset(
            frozenset(pair)
            for pair in combinations(legs, 2)
            if all(legs[one] for one in pair)
            and ledger.hear_each_other(*(legs[one] for one in pair))
        )


@pytest.mark.parametrize("start", STARTS)
def test_whatever_is_clicked_and_whoever_hangs_up_who_hears_whom_is_as_the_rules_say(
    start: Situation,
) -> None:
    wrong: list[str] = []
    for cell in CELLS:
        if cell.start != start:
            continue
        with environments.in_memory() as office:
            scene = Scene(office, start)

            _plays(scene, cell)

            if scene.heard != cell.heard:
                wrong.append(f"{cell} -> {cell.end}: {sorted(map(sorted, scene.heard))}")
            office.closes()
    assert not wrong, "\n".join(wrong)


def _plays(scene: Scene, cell: Cell) -> None:
    if cell.when == "before":
        scene.hangs_up(cell.who)
        scene.office.passes(3)
    if cell.when == "at once":
        scene.hangs_up(cell.who)
    scene.clicks(cell.verb)
    scene.office.passes(3)
    if cell.when == "after":
        scene.office.passes(3)  # those who are left together have surely heard each other
        scene.hangs_up(cell.who)
    scene.office.passes(3)


def test_the_matrix_has_every_verb_that_asks_the_service() -> None:
    assert set(VERBS) == {verb.name for verb in agents_verbs()}
    assert len(CELLS) >= 300
