"""What all pages share is sent by the worker, never by whoever changed it.

A change only plans the send: one conditional write, however many pages are open. The send tells
what is true by then, so that a hundred changes within a second are one.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from app.domain.call import Call
from app.domain.topics import BOARD, call_topics, is_personal
from app.ports import (
    Clock,
    Notices,
    SharedChangeJob,
    SharedJob,
    SharedTopics,
    Timers,
    Unavailable,
)
from app.service.overviews import OverviewMaker
from app.service.register import Saved, head_of

_MILLISECONDS = 1000


class ChangePlanner:
    """Plans the send of a shared topic that changed."""

    def __init__(self, topics: SharedTopics, timers: Timers, clock: Clock) -> None:
        self._topics = topics
        self._timers = timers
        self._clock = clock

    def plan(self, topic: str) -> None:
        when = self._topics.plan(topic, self._clock.now())
        if when is not None:
            self._timers.at(when, SharedJob(topic))


class Sharing:
    """Sends shared topics: the worker's job."""

    def __init__(
        self,
        *,
        topics: SharedTopics,
        maker: OverviewMaker,
        timers: Timers,
        notices: Notices,
        clock: Clock,
    ) -> None:
        self._topics = topics
        self._maker = maker
        self._timers = timers
        self._notices = notices
        self._clock = clock

    def tell(self, topic: str) -> None:
        self._notices.notify(topic)

    def follow(self, saves: Iterable[Saved]) -> None:
        """Notify the topics that these saves changed: once each, for a whole batch.

        Their calls are in the register by now, where pages will look.
        """
        changed = {topic for saved in saves for topic in topics_changed(saved)}
        shared = [topic for topic in changed if not is_personal(topic)]
        if len(shared) > 1:  # else `plan` finds it out by itself, in one request, too
            changed -= set(shared) - set(self._topics.to_plan(sorted(shared), self._clock.now()))
        for topic in sorted(changed):
            self.tell(topic)

    def send(self, topic: str) -> None:
        """The send that is due; nothing, when the job is repeated."""
        now = self._clock.now()
        wanted_until = self._topics.take(topic, now)
        if wanted_until is None:
            return
        if topic != BOARD:
            self._notices.send(topic, int(now.timestamp() * _MILLISECONDS))
            return
        try:
            self._send_board(wanted_until)
        except Unavailable:
            self.tell(topic)  # it is taken: without this nobody would send it

    def _send_board(self, wanted_until: datetime) -> None:
        made = self._maker.make(wanted_until)
        if made is None:
            return
        if made.late_at is not None:
            self._timers.at(made.late_at, SharedChangeJob(BOARD))
        if made.change is not None:
            self._notices.send(BOARD, made.change.version, made.change)


def topics_changed(saved: Saved) -> Iterator[str]:
    """The topics of which that save changed something: of all of the company, and of a call."""
    if _on_board(saved.before) != _on_board(saved.after):
        yield BOARD
    head = head_of(saved.after)
    if saved.before is None or head_of(saved.before) != head:
        yield from call_topics(head.agents)


def _on_board(call: Call | None) -> tuple[str, str | None, str, datetime] | None:
    """What pages show of a call beyond its own agent's: who has it, or in which queue it waits."""
    position = call.position if call is not None else None
    if call is None or position is None:
        return None
    return type(call.state).__name__, call.agent, position.node, position.since
