"""Topics: what a page listens to. One of each agent, and those that many share.

A personal topic is told at once. A shared one changes with every call of the company, and is sent
at most once a second, to everybody who listens. Names only: who may listen to which is said by
`access`.
"""

AGENT = "agent"  # `agent:<id>`: an offer, its end, the agent's line and presence
BOARD = "board"  # queues and colleagues
KINDS = (AGENT, BOARD)


def agent_topic(agent_id: str) -> str:
    return f"{AGENT}:{agent_id}"


def is_personal(topic: str) -> bool:
    return topic.startswith(f"{AGENT}:")
