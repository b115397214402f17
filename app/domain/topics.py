"""Topics: what a page listens to. One of each agent, and one of the company.

Names only: who may listen to which is said by `access`.
"""

AGENT = "agent"  # `agent:<id>`: an offer, its end, the agent's line and presence
BOARD = "board"  # queues and colleagues
KINDS = (AGENT, BOARD)


def agent_topic(agent_id: str) -> str:
    return f"{AGENT}:{agent_id}"
