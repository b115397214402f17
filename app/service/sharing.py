"""What all pages share is sent by the worker, never by whoever changed it.

A change only plans the send: one conditional write, however many pages are open. The send tells
what is true by then, so that a hundred changes within a second are one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from app.domain.call import Call
from app.domain.states import InConversation
from app.domain.topics import BOARD, agent_topic, call_topics
from app.domain.verb import consult_of
from app.ports import (
    LISTENERS_REMEMBERED,
    Clock,
    Notices,
    SharedChangeJob,
    SharedJob,
    SharedTopics,
    Timers,
    Unavailable,
)
from app.service.commit import is_of_an_offer, shown_to_agent
from app.service.figures import counts
from app.service.overviews import OverviewMaker
from app.service.register import Saved, head_of

AGAIN = timedelta(milliseconds=1500)
_MILLISECONDS = 1000


class RememberedTopics:
    """SharedTopics that remember for `LISTENERS_REMEMBERED` that nobody listens to a topic.

    A page that begins to listen meanwhile misses nothing: it fetches once more after that time.
    """

    def __init__(self, topics: SharedTopics) -> None:
        self._topics = topics
        self._unheard: dict[str, datetime] = {}  # by topic, when nobody listened

    def want(self, topic: str, until: datetime) -> None:
        self._topics.want(topic, until)
        self._unheard.pop(topic, None)

    def plan(self, topics: Sequence[str], now: datetime) -> Mapping[str, datetime | None]:
        unheard = {topic for topic in topics if self._is_unheard(topic, now)}
        heard = [topic for topic in topics if topic not in unheard]
        planned = dict(self._topics.plan(heard, now)) if heard else {}
        self._unheard |= {topic: now for topic, when in planned.items() if when is None}
        return planned | dict.fromkeys(unheard)

    def take(self, topic: str, now: datetime) -> datetime | None:
        return self._topics.take(topic, now)

    def _is_unheard(self, topic: str, now: datetime) -> bool:
        at = self._unheard.get(topic)
        return at is not None and now - at < LISTENERS_REMEMBERED


class ChangePlanner:
    """Plans the sends of shared topics that changed."""

    def __init__(self, topics: SharedTopics, timers: Timers, clock: Clock) -> None:
        self._topics = topics
        self._timers = timers
        self._clock = clock

    def plan(self, topics: Sequence[str]) -> None:
        for topic, when in self._topics.plan(topics, self._clock.now()).items():
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
        topics = {topic for saved in saves for topic in topics_changed(saved)}
        if topics:
            self._notices.notify(*sorted(topics))

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
        if made.is_first:  # others remember for a moment that nobody listens
            self._timers.at(self._clock.now() + AGAIN, SharedChangeJob(BOARD))
        if made.change is not None:
            self._notices.send(BOARD, made.change.version, made.change)


def topics_changed(saved: Saved) -> Iterator[str]:
    """The topics of which that save changed something: of all, of a call, of an agent."""
    yield from _agents_told(saved)
    head = head_of(saved.after)
    changes_figures = saved.ended_call and counts(head)  # also of a call that waits no more
    if changes_figures or _on_board(saved.before) != _on_board(saved.after):
        yield BOARD
    if saved.before is None or head_of(saved.before) != head:
        yield from call_topics(head.agents)


def _agents_told(saved: Saved) -> Iterator[str]:
    """Of an offer and its end its own function has told (`commit`)."""
    before, after = saved.before, saved.after
    if is_of_an_offer(before, after):
        return
    if before is None or shown_to_agent(before) != shown_to_agent(after):
        people = {who for call in (before, after) if call is not None for who in call.people}
        yield from (agent_topic(who) for who in sorted(people))


def _on_board(
    call: Call | None,
) -> tuple[str, tuple[str, ...], str, datetime, tuple[bool, bool]] | None:
    """What pages show of a call beyond its own agent's: who has it, or in which queue it waits."""
    position = call.position if call is not None else None
    if call is None or position is None:
        return None
    is_answered = isinstance(call.state, InConversation) and call.state.met
    has_begun = call.direction == "out" and is_answered  # else it begins with its state
    consult = consult_of(call)
    is_asked = consult is not None and bool(consult.agent) and not consult.answered  # reserved
    begun = has_begun, is_asked
    return type(call.state).__name__, call.people, position.node, position.since, begun
