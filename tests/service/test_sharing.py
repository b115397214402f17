"""What all pages share is told by the stream of saves, once a batch; no webhook tells of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.adapters.memory import MemoryNotices
from app.adapters.sqs import SqsTimers
from app.adapters.sqs.failed_records import SqsFailedRecords
from app.bootstrap.deployment import Worker
from app.domain.events import ColleagueLeft, ConsultRequested, JoinedRoom
from app.domain.topics import BOARD, CALLS, is_personal
from app.ports import SharedJob
from app.service.register import Saved
from app.service.sharing import topics_changed
from tests.stories import environments
from tests.stories.company import SALES
from tests.stories.people import talk


def test_no_webhook_tells_of_what_all_share(monkeypatch: pytest.MonkeyPatch) -> None:
    notices = MemoryNotices()
    with environments.in_memory(notices=notices) as office:
        caller, anna = office.caller(), office.agent("anna")
        anna.is_ready()
        monkeypatch.setitem(office.services.save_steps._steps, "shared pages", lambda saves: None)
        notices.topics.clear()

        caller.dials(SALES)
        caller.hangs_up()

        assert notices.topics
        assert all(is_personal(topic) for topic in notices.topics)
        office.closes()


def test_each_change_of_the_board_is_told_by_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    saves: list[Saved] = []
    with environments.in_memory() as office:
        monkeypatch.setitem(office.services.save_steps._steps, "shared pages", saves.extend)
        caller, anna = office.caller(), office.agent("anna")
        caller.dials(SALES)
        anna.is_ready()
        anna.answers()
        office.passes(5)
        caller.hangs_up()
        office.closes()

    moved = [saved.after.phase for saved in saves if BOARD in topics_changed(saved)]

    assert moved == ["Waiting", "Offered", "Connecting", "InConversation", "Ended"]


def test_the_answer_to_an_outgoing_call_is_a_change_of_the_board(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pages show since when the agent talks, and not since when the agent calls."""
    saves: list[Saved] = []
    with environments.in_memory() as office:
        monkeypatch.setitem(office.services.save_steps._steps, "shared pages", saves.extend)
        eleanor, anna = office.outside("+442079460142"), office.agent("anna")
        anna.calls(eleanor.number)
        office.passes(5)
        eleanor.picks_up()
        office.passes(5)
        eleanor.hangs_up()
        office.closes()

    moved = [saved.after.phase for saved in saves if BOARD in topics_changed(saved)]

    assert moved == ["CallingOut", "CallingOut", "InConversation", "Ended"]


def test_a_colleague_who_comes_into_a_call_is_a_change_of_the_board(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pages show that they are asked, that they are in a call, and that they are available again.

    With the colleague who is reserved the ring begins another state, and so does the accept.
    """
    saves: list[Saved] = []
    with environments.in_memory() as office:
        _, anna = talk(office)
        ben = office.agent("ben")
        ben.is_ready()
        monkeypatch.setitem(office.services.save_steps._steps, "shared pages", saves.extend)
        anna.consults("Ben Marsh")
        office.passes(2)
        ben.answers()
        office.passes(5)
        ben.withdraws()
        office.passes(3)

    moved = [saved.applied.event for saved in saves if BOARD in topics_changed(saved)]

    assert [type(event) for event in moved] == [ConsultRequested, JoinedRoom, ColleagueLeft]


def test_the_end_of_a_call_that_counts_changes_the_board_also_where_it_waits_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An agent talked to the caller, who then waited too long elsewhere, and came to a mailbox."""
    saves: list[Saved] = []
    with environments.in_memory() as office:
        monkeypatch.setitem(office.services.save_steps._steps, "shared pages", saves.extend)
        caller, anna = office.caller(), office.agent("anna")
        caller.dials(SALES)
        anna.is_ready()
        anna.answers()
        office.passes(5)
        anna.transfers_to("claims")
        office.passes(601)
        caller.hangs_up()
        office.closes()

    [end] = [saved for saved in saves if saved.ended_call]

    assert end.before is not None
    assert end.before.phase == "AtNode"
    assert BOARD in topics_changed(end)


def test_the_end_of_a_call_that_counts_nowhere_and_has_left_the_board_does_not_change_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    saves: list[Saved] = []
    with environments.in_memory() as office:
        monkeypatch.setitem(office.services.save_steps._steps, "shared pages", saves.extend)
        caller = office.caller()
        caller.dials(SALES)
        office.passes(601)
        caller.hangs_up()
        office.closes()

    [end] = [saved for saved in saves if saved.ended_call]

    assert BOARD not in topics_changed(end)


def test_a_change_that_a_crash_kept_from_being_told_is_told_within_a_minute() -> None:
    notices = MemoryNotices()
    with environments.in_memory(notices=notices) as office:
        store = office.services.config.store
        timers = SqsTimers(None, store.queue_urls, office.services.ports.clock)
        failed = SqsFailedRecords(None, store.failed_saves_queue_url)
        notices.topics.clear()

        Worker(office.services, timers, failed).sweep()

    assert notices.topics == [BOARD]


def test_a_batch_of_saves_tells_a_topic_once(monkeypatch: pytest.MonkeyPatch) -> None:
    saves: list[Saved] = []
    notices = MemoryNotices()
    with environments.in_memory() as office:
        monkeypatch.setitem(office.services.save_steps._steps, "shared pages", saves.extend)
        for _ in range(5):
            office.caller().dials(SALES)
        office.closes()

    with environments.in_memory(notices=notices) as office:
        notices.topics.clear()
        office.services.sharing.follow(saves)

    assert notices.topics == [BOARD, CALLS]


def test_a_call_is_told_of_to_its_agents_and_overseers_when_the_register_has_it() -> None:
    class Lookers(MemoryNotices):
        """Whoever is told looks at once."""

        def notify(self, *topics: str) -> None:
            for topic in (topic for topic in topics if topic.startswith(CALLS)):
                [head] = office.services.ports.register.newest(
                    agent=None, limit=5, older=None
                ).calls
                self.topics.append(f"{topic}: {head.counts_as}")

    notices = Lookers()
    with environments.in_memory(notices=notices) as office:
        anna = office.agent("anna")
        anna.is_ready()
        caller = office.caller()
        caller.dials(SALES)
        anna.answers()
        office.passes(5)
        caller.hangs_up()
        office.closes()

    to_overseers = dict.fromkeys(t for t in notices.topics if t.startswith("calls: "))
    assert [*to_overseers] == [f"calls: {kind}" for kind in ("rung", "waited", "talked", "over")]
    assert notices.topics[-2:] == ["calls: over", "calls:anna: over"]


def test_the_job_of_a_shared_topic_sends_it_once() -> None:
    notices = MemoryNotices()
    with environments.in_memory(notices=notices) as office:
        topics, now = office.services.ports.shared_topics, office.services.ports.clock.now()
        topics.want(BOARD, now + timedelta(hours=1))
        topics.plan([BOARD], now)
        notices.topics.clear()

        for _ in range(2):  # a job may come twice
            office.services.job_runner.run(SharedJob(BOARD))

    assert notices.topics == [BOARD]
