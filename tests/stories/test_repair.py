"""Stories of what goes wrong between us and the carrier, and of who makes it good."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest

from app.domain import agent as a
from app.domain.call import Call
from app.domain.commands import Pending, Refresh, Ring, StartRecording
from app.domain.events import OutboxDue
from app.ports import CallJob, Carrier, CarrierUnsure, Done, ReconcileJob, RecordingJob, SweepJob
from app.service.commit import CLAIM_SECONDS
from infra.local.exchange.journal import RestCalled
from tests.stories import environments
from tests.stories.company import CLAIMS, MOBILE, SALES
from tests.stories.office import Office
from tests.stories.people import Caller


class LosesCommand:
    """A carrier whose first command of one kind gets no answer: without its effect, or with it."""

    def __init__(self, carrier: Carrier, kind: type, *, after: bool) -> None:
        self._carrier = carrier
        self._kind = kind
        self._after = after
        self._struck = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._carrier, name)

    def perform(self, call: Call, pending: Pending) -> Done:
        if self._struck or not isinstance(pending.command, self._kind):
            return self._carrier.perform(call, pending)
        self._struck = True
        if self._after:
            self._carrier.perform(call, pending)
        raise CarrierUnsure("the answer was lost")


@contextmanager
def office_where(kind: type, *, after: bool) -> Iterator[Office]:
    def losing(carrier: Carrier) -> Carrier:
        return cast(Carrier, LosesCommand(carrier, kind, after=after))

    with environments.in_memory(carrier=losing) as office:
        yield office
        office.closes()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("kind", [Refresh, StartRecording], ids=lambda kind: kind.__name__)
def test_a_command_whose_performer_vanished_is_performed_by_another(
    kind: type, *, after: bool
) -> None:
    """W6: a crash costs some seconds; a create that took effect is not repeated (W7, F33)."""
    with office_where(kind, after=after) as office:
        caller, anna = office.caller(), office.agent("anna")
        anna.is_ready()

        caller.dials(SALES)
        anna.answers()
        office.passes(6)

        caller.talks_to(anna)
        assert caller.call.recording is not None
        posts = [
            n.news.path
            for n in office.network.exchange.journal.entries()
            if isinstance(n.news, RestCalled) and n.news.method == "POST"
        ]
        assert sum(path.endswith("/Recordings.json") for path in posts) == 1
        caller.hangs_up()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_telephone_is_never_dialled_twice_for_one_offer(*, after: bool) -> None:
    """W8: an unknown result is looked for, not repeated."""
    with office_where(Ring, after=after) as office:
        caller, cleo = office.caller(), office.agent("cleo")
        cleo.has_a_telephone(MOBILE)
        cleo.is_ready()

        caller.dials(CLAIMS)
        office.passes(10)

        assert cleo.telephone.rings == (1 if after else 0)
        caller.waits()
        caller.hangs_up()
        office.passes(1)
        assert not isinstance(cleo.presence, a.Reserved)


class SlowSave:
    """One save lands, and its answer comes only after the claim on its commands is over."""

    unwatched: Collection[str] = ()

    def __init__(self) -> None:
        self.office: Office | None = None
        self.caller: Caller | None = None

    def before(self, port: str, operation: str) -> None:
        pass

    def after(self, port: str, operation: str) -> None:
        if self.office is None or self.caller is None or (port, operation) != ("calls", "save"):
            return
        call_id = self.caller.leg[2:]
        loaded = self.office.services.ports.calls.get(call_id)
        if loaded is None or not any(isinstance(p.command, Ring) for p in loaded.call.out):
            return
        services, self.office = self.office.services, None
        services.ports.clock.wait(CLAIM_SECONDS + 0.1)
        services.job_runner.run(CallJob(call_id, OutboxDue()))


def test_a_telephone_that_the_second_performer_gave_up_is_not_dialled_by_the_first() -> None:
    """W6: the time to perform ends at one instant for all performers: the claim's, less 1.5 s."""
    points = SlowSave()
    with environments.in_memory(points) as office:
        caller, cleo = office.caller(), office.agent("cleo")
        cleo.has_a_telephone(MOBILE)
        cleo.is_ready()

        points.office, points.caller = office, caller
        caller.dials(CLAIMS)
        office.passes(10)

        assert points.office is None, "no save was slow"
        assert cleo.telephone.rings == 0
        assert not isinstance(cleo.presence, a.Reserved)
        caller.waits()
        caller.hangs_up()


def test_the_sweep_ends_a_call_whose_last_callback_was_lost(office: Office) -> None:
    """F5, F37: the carrier's `completed` never came; two sightings 20 s apart end it."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    anna.answers()
    office.passes(15)
    office.loses_all_callbacks()
    office.network.hang_up(caller.leg)
    office.passes(5)
    anna.is_in(a.OnCall)
    office.services.job_runner.run(SweepJob())
    office.passes(45)

    anna.is_in(a.WrapUp)
    assert caller.record.head.outcome == "answered"


def test_a_recording_whose_callback_was_lost_is_fetched(office: Office) -> None:
    """F47: the carrier's recording callback never came."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    anna.answers()
    office.passes(10)
    office.loses_all_callbacks()
    anna.hangs_up()
    office.passes(61)
    early = caller.record.recordings
    office.services.job_runner.run(ReconcileJob())
    office.settles()

    assert early == ()
    (kept,) = caller.record.recordings
    assert (kept.status, kept.channels) == ("stored", 2)
    assert kept.seconds >= 9


def test_a_recording_that_is_not_ready_yet_is_asked_for_again(office: Office) -> None:
    """F46: told of too early, the fetch finds nothing, and comes back."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    anna.answers()
    office.passes(10)
    sid = caller.call.recording
    assert sid is not None
    early = RecordingJob(caller.call.id, sid, "conversation", "completed", 10, 2)
    office.services.job_runner.run(early)
    before = caller.record.recordings
    office.loses_all_callbacks()
    anna.hangs_up()
    office.passes(30)

    assert before == ()
    (kept,) = caller.record.recordings
    assert kept.status == "stored"
