"""Topics: what a page listens to. One of each agent, and those that many share.

A personal topic is told at once: an offer and its end by the function that saved it, all else by
whoever follows the saves. A shared one changes with every call of the company, and is sent
at most once a second, to everybody who listens. Names only: who may listen to which is said by
`access`.
"""

from collections.abc import Iterable

AGENT = "agent"  # `agent:<id>`: an offer, its end, the agent's line and presence
BOARD = "board"  # queues and colleagues
CALLS = "calls"  # the register; `calls:<id>`: of it, the calls in which that agent talked
KINDS = (AGENT, BOARD, CALLS)


def agent_topic(agent_id: str) -> str:
    return f"{AGENT}:{agent_id}"


def calls_topic(agent_id: str) -> str:
    return f"{CALLS}:{agent_id}"


def call_topics(agents: Iterable[str]) -> tuple[str, ...]:
    """Where a change of a call is told in which these agents talked."""
    return (CALLS, *(calls_topic(agent) for agent in agents))


def is_personal(topic: str) -> bool:
    return ":" in topic


def person_of(topic: str) -> str:
    """Whose personal topic it is."""
    return topic.partition(":")[2]
