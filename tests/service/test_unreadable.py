"""What cannot be read is counted and kept, and comes back when it can be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from app.adapters.memory import MemoryClock, MemoryDirectory, MemorySwitch, MemoryUnreadableItems
from app.domain.agent import Agent, Ready
from app.domain.board import POOL
from app.entrypoints.command import show_unreadable
from app.ports import Unavailable, Unreadable, WriteSet
from app.service.commit import ALIVE_SECONDS, commit_agent
from app.service.unreadable import COUNTED, Restoration, UnreadableReport
from tests.adapters.contract.switch_stores import call, waiting
from tests.stories.company import PLAN


class Company:
    """One caller and one agent, each with a row, and the report of what cannot be read."""

    def __init__(self) -> None:
        self.switch, self.clock = MemorySwitch(), MemoryClock()
        self.kept, self.counted = MemoryUnreadableItems(), list[str]()
        report = UnreadableReport(self.kept, self.clock, self.counted.append).report
        self.switch.report = report
        directory = MemoryDirectory()
        directory.publish(PLAN, previous=None)
        self.restoration = Restoration(
            kept=self.kept,
            calls=self.switch.calls,
            agents=self.switch.agents,
            board=self.switch.board,
            directory=directory,
            clock=self.clock,
        )
        now = self.clock.now()
        waits = WriteSet("w1", call=replace(call(1), plan=PLAN.sha), put_waiting=waiting())
        self.switch.calls.save(waits)
        ready = Agent("anna", presence=Ready(now), queues=("sales",))
        self.switch.calls.save(commit_agent(Agent("anna"), ready, "w2", now).write_set)

    def rows(self) -> tuple[list[str], list[str]]:
        board = self.switch.board
        return [r.call for r in board.waiting(POOL)], [r.agent for r in board.ready(POOL)]


def test_an_unreadable_row_is_dropped_counted_and_kept() -> None:
    company = Company()
    company.switch.spoil("waiting row", "c1")

    rows = company.rows()

    assert rows == ([], ["anna"])
    assert company.counted == [COUNTED]
    assert [(one.kind, one.item) for one in company.kept.all()] == [("waiting row", "c1")]


def test_rows_come_back_when_their_parties_can_be_read() -> None:
    company = Company()
    company.switch.spoil("waiting row", "c1")
    company.switch.spoil("ready row", "anna")
    company.switch.spoil("call", "c1")
    company.rows()
    early = company.restoration.run()
    company.switch.mend("waiting row", "c1")
    company.switch.mend("ready row", "anna")
    still = company.rows()
    company.switch.mend("call", "c1")

    late = company.restoration.run()

    assert (early, still) == (True, ([], ["anna"]))  # the agent's own item was never damaged
    assert late
    assert company.rows() == (["c1"], ["anna"])
    assert company.kept.all() == ()
    (row,) = company.switch.board.ready(POOL)
    assert row.alive_until == company.clock.now() + timedelta(seconds=ALIVE_SECONDS)


def test_a_call_that_waits_no_more_gets_no_row() -> None:
    company = Company()
    company.kept.keep(Unreadable("call", "gone", "no JSON"), company.clock.now())

    assert company.restoration.run()
    assert company.kept.all() == ()
    assert company.rows() == (["c1"], ["anna"])


def test_what_cannot_be_listed_is_counted_and_stops_nobody() -> None:
    class DoesNotAnswer(MemoryUnreadableItems):
        def keep(self, found: Unreadable, at: datetime) -> None:
            raise Unavailable("no answer")

    counted: list[str] = []
    report = UnreadableReport(DoesNotAnswer(), MemoryClock(), counted.append).report

    report(Unreadable("call", "c1", "no JSON"))

    assert counted == [COUNTED]


def test_the_command_lists_them_and_shows_one() -> None:
    company = Company()
    said: list[str] = []
    nothing = show_unreadable(company.kept, None, said.append)
    company.kept.keep(Unreadable("call", "c1", "no Whispered", '{"call": 1}'), company.clock.now())

    listed = show_unreadable(company.kept, None, said.append)
    shown = show_unreadable(company.kept, "c1", said.append)
    unknown = show_unreadable(company.kept, "c9", said.append)

    assert (nothing, listed, shown, unknown) == (0, 1, 1, 2)
    assert said[0] == "Nothing is unreadable."
    assert said[1].startswith("call c1: no Whispered (1 times, ")
    assert said[3:] == ['{"call": 1}', "No c9 is listed."]
