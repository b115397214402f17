"""What happened in a call so far: who talked, who was rung, and what its time was spent on.

Each instant of a call counts as one kind of time (`Call.counts_as`). The seconds of a kind are
added when it ends, so that several conversations are one sum and nothing is guessed at the end:
asked, waited, rung, dialled, talked, held and handed over together are the length of the call.
"""

from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from app.domain.value import replace, value

TimeKind: TypeAlias = Literal[
    "asked",  # the plan says or asks something, or takes a message
    "waited",  # for an agent, without being offered
    "rung",  # for an agent who is rung: it is waiting too
    "dialled",  # an agent calls out, and nobody has answered yet
    "talked",  # the caller and an agent hear each other
    "held",  # in a conversation, without the agent: on hold, or the agent may come back
    "handed over",  # the caller talks with whom an agent consulted, and the agent has left
    "over",
]
AGENTS_KEPT = 16  # the latest of each list (S1)
_MILLISECOND = timedelta(milliseconds=1)


@value
class Facts:
    """`since`: when the present kind of time began; it is not in the sums yet."""

    since: datetime
    waited_ms: int = 0  # without what is rung
    rung_ms: int = 0
    dialled_ms: int = 0
    talked_ms: int = 0
    held_ms: int = 0
    handed_over_ms: int = 0
    agents: tuple[str, ...] = ()  # who talked, in the order of their first conversations
    talked_each_ms: tuple[int, ...] = ()  # how long each of `agents` did
    rung: tuple[str, ...] = ()  # to whom it was offered, in the order of the first offers
    wait_point: str = ""  # the last queue or extension in which the caller waited


def advance(
    facts: Facts,
    before: TimeKind,
    after: TimeKind,
    agent: str | None,
    node: str,
    now: datetime,
    until_now: str | None = None,
) -> Facts:
    """The facts when the time that counted as `before` counts as `after` from now on.

    `agent`: whom the call holds then, as it held `until_now`; `node`: the wait point, if any.
    """
    is_same = (before, agent) == (after, until_now)
    if is_same and node in ("", facts.wait_point):
        return facts
    spent = (now - facts.since) // _MILLISECOND
    each = dict(zip(facts.agents, facts.talked_each_ms, strict=True))
    if before == "talked" and until_now in each:
        each[until_now] += spent
    agents = _with(facts.agents, agent if after == "talked" else None)
    return replace(
        facts,
        since=now,
        waited_ms=facts.waited_ms + (spent if before == "waited" else 0),
        rung_ms=facts.rung_ms + (spent if before == "rung" else 0),
        dialled_ms=facts.dialled_ms + (spent if before == "dialled" else 0),
        talked_ms=facts.talked_ms + (spent if before == "talked" else 0),
        held_ms=facts.held_ms + (spent if before == "held" else 0),
        handed_over_ms=facts.handed_over_ms + (spent if before == "handed over" else 0),
        agents=agents,
        talked_each_ms=tuple(each.get(who, 0) for who in agents),
        rung=_with(facts.rung, agent if after == "rung" else None),
        wait_point=node or facts.wait_point,
    )


def _with(agents: tuple[str, ...], agent: str | None) -> tuple[str, ...]:
    if agent is None or agent in agents:
        return agents
    return (*agents, agent)[-AGENTS_KEPT:]
