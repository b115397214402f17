"""No living leg is given up (H3); who talks on a line that records is recorded, nobody else (C1).

Whether a leg is over, and who hears whom, is asked from the exchange alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.domain import events as e
from app.domain.call import Call
from app.domain.states import Ended, InConversation
from app.ports import WriteSet
from infra.local.exchange.interfaces import Heard, Voices
from infra.local.exchange.journal import Entry, RecordingChanged
from tests.simulation.deployment import Deployment
from tests.simulation.recording_wishes import RecordingWishes
from tests.simulation.reference import Disagreement
from tests.simulation.register_checks import BY_COMMAND
from tests.simulation.tasks import current

RECORDED_WITHIN_SECONDS = 4.0  # from the join: one webhook, one request
SENT_AWAY_SECONDS = 4.0  # a call that is over hangs its caller up: words, if any, were before that
GIVEN_UP = "no leg is given up that lives"
OUTLIVED = "a call that has ended sends its caller's leg away"
UNRECORDED = "a conversation on a line that records is recorded from its join"
UNASKED = "only a conversation on a line that records is recorded"


class ConversationChecks:
    def __init__(self, deployment: Deployment, wishes: RecordingWishes) -> None:
        self._deployment = deployment
        self._wishes = wishes
        self._world = deployment.world
        self._calls: dict[str, Call] = {}
        self._moved: dict[str, datetime] = {}  # by call, when it came to its queue or extension
        self._ended: dict[str, datetime] = {}  # calls whose caller's leg still lives
        self._hears: dict[str, tuple[str, ...]] = {}
        self._together: dict[str, datetime] = {}  # by leg that hears somebody who hears it
        self._recorded: dict[str, set[str]] = {}  # by leg, the recordings by command
        deployment.on_saved.append(self._on_saved)
        deployment.on_heard.append(self._on_heard)
        deployment.exchange.observe(self._on_entry)

    # --- what happens -----------------------------------------------------------------------

    def _on_saved(self, write_set: WriteSet) -> None:
        call, applied = write_set.call, write_set.applied
        if call is None or applied is None:
            return
        before = self._calls.get(call.id)
        self._calls[call.id] = call
        if before is None or before.node != call.node:
            self._moved[call.id] = self._world.now()
        match applied.event:
            case e.HungUp(leg_id, reason) if before is not None and (leg := before.leg(leg_id)):
                if leg.sid and not self._deployment.exchange.leg(leg.sid).over:
                    self._violate(
                        GIVEN_UP,
                        "H3",
                        f"leg {leg_id} of {self._deployment.names.of(call.id)}",
                        f"takes it to be over ({reason})",
                        "says that the carrier's word counts, and there it lives",
                    )
            case _:
                pass
        if isinstance(call.state, Ended) and not (before and isinstance(before.state, Ended)):
            self._ended[call.id] = self._world.now()

    def _on_heard(self, leg: str, heard: Heard) -> None:
        """Both ways: what one hears changes before the other does."""
        for other in self._hears.get(leg, ()):
            self._together.pop(leg, None)
            self._together.pop(other, None)
        self._hears[leg] = heard.legs if isinstance(heard, Voices) else ()
        for other in self._hears[leg]:
            if leg in self._hears.get(other, ()):
                self._together[leg] = self._together[other] = self._world.now()

    def _on_entry(self, entry: Entry) -> None:
        match entry.news:
            case RecordingChanged(recording=sid, leg=str(leg), status=status):
                source = self._deployment.exchange.recordings.recordings[sid].source
                if source != BY_COMMAND:
                    return
                running = self._recorded.setdefault(leg, set())
                running.discard(sid)
                if status in ("in-progress", "paused"):
                    running.add(sid)
                    self._check_is_wanted(leg)
            case _:
                pass

    def _check_is_wanted(self, leg: str) -> None:
        """Whoever began before the call came there may start what is then stopped at once."""
        call, task = self._calls.get(self._deployment.customers.call_of(leg)), current()
        if call is None or call.position is None:
            return
        if task is not None and task.began < self._moved[call.id]:
            return
        if not self._wishes.was_ever_wanted(call):
            self._violate(
                UNASKED,
                "C1",
                f"the leg of {self._deployment.names.of(call.id)}",
                "records it",
                f"records nothing in {call.position.node}",
            )

    # --- once a second ----------------------------------------------------------------------

    def check(self, live: Iterable[Call], tolerance: float) -> None:
        now = self._world.now()
        for call in live:
            leg = self._deployment.customers.leg_of(call.id)
            since = self._together.get(leg)
            if since is None or self._recorded.get(leg):
                continue
            if self._is_overheard(leg):
                continue  # by somebody who was not told of a recording (C4)
            if isinstance(call.state, InConversation) and self._is_recorded_line(call):
                since = max(since, self._wishes.paused_until(call) or since)
                seconds = (now - since).total_seconds()
                if seconds > RECORDED_WITHIN_SECONDS + tolerance:
                    self._violate(
                        UNRECORDED,
                        "C1",
                        f"the conversation of {self._deployment.names.of(call.id)}",
                        f"has not recorded it for {seconds:.1f} s",
                        f"records it within {RECORDED_WITHIN_SECONDS:.0f} s",
                    )
        self._check_sent_away(now, tolerance)

    def _is_overheard(self, leg: str) -> bool:
        """Or may be: somebody who is consulted is in the room, and not on hold."""
        there = self._deployment.exchange.conferences.participants.get(leg)
        return there is not None and any(
            self._deployment.customers.is_consulted(one.leg) and not one.hold
            for one in there.conference.participants.values()
        )

    def _is_recorded_line(self, call: Call) -> bool:
        return self._wishes.policy(call) == "always" and not self._wishes.is_paused(call)

    def _check_sent_away(self, now: datetime, tolerance: float) -> None:
        spared = self._deployment.versions.spared()
        for call_id, since in list(self._ended.items()):
            leg = self._deployment.customers.leg_of(call_id)
            if not leg:
                continue
            if self._deployment.exchange.leg(leg).over:
                del self._ended[call_id]
                continue
            seconds = (now - since).total_seconds()
            if seconds > SENT_AWAY_SECONDS + tolerance and call_id not in spared:
                self._violate(
                    OUTLIVED,
                    "H3",
                    f"the caller of {self._deployment.names.of(call_id)}",
                    f"ended the call {seconds:.1f} s ago",
                    "ends the leg with it, and it lives",
                )

    def _violate(self, name: str, rule: str, what: str, product: str, says: str) -> None:
        self._world.violate(name, str(Disagreement(rule, what, product, says)))
