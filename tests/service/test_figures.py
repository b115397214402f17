"""Each call that is over counts once in the figures of its day, however its saves are told of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest

from app.adapters.memory import MemoryDirectory, MemoryRegister
from app.domain.dialplan import Plan
from app.domain.figures import CountedCall, QueueDay
from app.domain.outcomes import CallOutcome
from app.domain.value import replace
from app.ports import CallRecord, Unavailable, Unreadable
from app.service.figures import counted
from app.service.register import RegisterWriter, Saved
from app.service.save_steps import Outcome
from tests.stories import environments
from tests.stories.company import CLAIMS, MAIN, SALES
from tests.stories.office import Office

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HEAD = CallRecord(
    "c1", "+447700900361", "", "+442079460801", NOON, "answered", NOON, ("anna",),
    wait_point="sales", waited_seconds=20,
)  # fmt: skip


@pytest.fixture
def office() -> Iterator[Office]:
    with environments.in_memory() as office:
        yield office


def _watched(office: Office) -> list[Saved]:
    """The saves of calls, as they are told of."""
    saves: list[Saved] = []
    steps = office.services.save_steps
    run = steps.run

    def watching(batch: Sequence[Saved]) -> Outcome:
        saves.extend(batch)
        return run(batch)

    steps.run = watching  # type: ignore[method-assign,assignment]
    return saves


def _has_a_day(office: Office, random: Random) -> None:
    """Fifteen callers; some are answered, some give up, one or the other sent on before."""
    anna, ben = office.agent("anna"), office.agent("ben")
    for _ in range(15):
        caller = office.caller()
        caller.dials(random.choice((SALES, CLAIMS, MAIN)))
        if caller.call.position is None and random.random() < 0.7:
            caller.presses("1")
        office.passes(random.choice((1, 5, 18, 25, 40)))
        if random.random() < 0.9:
            anna.is_ready()
            ben.is_ready()
            office.passes(2)
        rung = [one for one in (anna, ben) if office.services.desk.state(one.id).call is not None]
        if rung and caller.call.position is not None and random.random() < 0.9:
            rung[0].answers()
            office.passes(5)
            if random.random() < 0.3:
                rung[0].transfers_to("claims")
                office.passes(3)
        caller.hangs_up()
        anna.goes_home()
        ben.goes_home()
        office.passes(40)


def _figures_of(heads: Sequence[CallRecord]) -> dict[str, Counter[str]]:
    """By the definition, from what the register shows of each call."""
    found: dict[str, Counter[str]] = {}
    for head in heads:
        if head.direction == "out" or not head.wait_point:
            continue
        sums = found.setdefault(head.wait_point, Counter())
        if head.outcome in ("abandoned", "lost in transfer"):
            sums["gave up"] += 1
        elif head.agents:
            sums["answered"] += 1
            sums["soon"] += head.waited_seconds <= 20
    return {node: sums for node, sums in found.items() if sums.total()}


def _shown(days: Sequence[QueueDay]) -> dict[str, Counter[str]]:
    return {
        one.node: +Counter({"answered": one.answered, "soon": one.soon, "gave up": one.gave_up})
        for one in days
    }


@pytest.mark.parametrize("seed", range(3))
def test_the_figures_of_random_calls_are_those_of_the_register(office: Office, seed: int) -> None:
    _has_a_day(office, Random(seed))

    register = office.services.ports.register
    heads = register.newest(agent=None, limit=100).calls
    today = heads[0].started.astimezone(LONDON).date().isoformat()
    assert len(heads) == 15
    assert _shown(register.figures_of(today)) == {
        node: +sums for node, sums in _figures_of(heads).items()
    }


@pytest.mark.parametrize("seed", range(3))
def test_saves_that_are_told_twice_and_in_any_order_give_the_same_figures(
    office: Office, seed: int
) -> None:
    random, saves = Random(seed), _watched(office)
    _has_a_day(office, random)
    today = saves[0].after.started.astimezone(LONDON).date().isoformat()
    register = MemoryRegister()
    writer = RegisterWriter(register, office.services.ports.directory)

    told = [*saves, *random.sample(saves, len(saves) // 2)]
    random.shuffle(told)
    while told:
        batch, told = told[:7], told[random.randrange(1, 8) :]
        writer.write(batch)

    assert register.figures_of(today) == office.services.ports.register.figures_of(today)
    assert register.figures_of(today) != ()


class _LostPlans(MemoryDirectory):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def plan(self, sha: str) -> Plan:
        raise self._error


@pytest.mark.parametrize("error", [LookupError(), Unavailable(), Unreadable("plan", "p", "x")])
def test_a_call_whose_plan_cannot_be_read_is_in_the_register_and_counts_when_told_again(
    office: Office, error: Exception
) -> None:
    saves = _watched(office)
    caller = office.caller()
    caller.dials(SALES)
    caller.hangs_up()
    register, today = MemoryRegister(), saves[0].after.started.date().isoformat()

    with pytest.raises(type(error)):
        RegisterWriter(register, _LostPlans(error)).write(saves)
    heads, before = register.newest(agent=None, limit=9).calls, register.figures_of(today)
    RegisterWriter(register, office.services.ports.directory).write(saves)

    assert heads == office.services.ports.register.newest(agent=None, limit=9).calls
    assert before == ()
    assert register.figures_of(today) == (QueueDay("sales", gave_up=1),)


@pytest.mark.parametrize(
    ("outcome", "agents", "expected"),
    [
        ("answered", ("anna",), "answered"),
        ("cut off", ("anna",), "answered"),
        ("message left", ("anna",), "answered"),
        ("abandoned", (), "gave up"),
        ("lost in transfer", ("anna",), "gave up"),
        ("message left", (), None),
        ("no message", (), None),
        ("hung up", (), None),
        ("unheard", (), None),
    ],
)
def test_what_a_call_counts_as(
    outcome: CallOutcome, agents: tuple[str, ...], expected: str | None
) -> None:
    one = counted(replace(HEAD, outcome=outcome, agents=agents), LONDON)

    told = one and ("gave up" if one.gave_up else "answered")
    assert told == expected


@pytest.mark.parametrize(("waited", "soon"), [(0, True), (20, True), (21, False)])
def test_within_20_seconds_is_answered_after_no_more_waiting(waited: int, soon: bool) -> None:
    one = counted(replace(HEAD, waited_seconds=waited), LONDON)

    assert one == CountedCall("c1", "2026-11-20", "sales", soon=soon)


def test_who_gives_up_within_20_seconds_was_not_answered_within_them() -> None:
    one = counted(replace(HEAD, outcome="abandoned", agents=(), waited_seconds=3), LONDON)

    assert one == CountedCall("c1", "2026-11-20", "sales", gave_up=True)


def test_a_call_counts_on_the_day_on_which_it_began_in_the_companys_zone() -> None:
    late = datetime(2026, 6, 20, 23, 30, tzinfo=UTC)

    one = counted(replace(HEAD, started=late), LONDON)

    assert one is not None
    assert one.day == "2026-06-21"


@pytest.mark.parametrize("head", [replace(HEAD, placed_by="anna"), replace(HEAD, wait_point=None)])
def test_a_call_out_and_one_that_waited_nowhere_count_in_no_queue(head: CallRecord) -> None:
    assert counted(head, LONDON) is None
