"""An extension: one agent's own line, offered to nobody else."""

from app.domain.nodes.base import WaitPoint, node
from app.domain.nodes.fields import PersonName, declared


@node("extension", "Rings one person, and nobody else.")
class Extension(WaitPoint):
    agent: PersonName = declared(
        "The person, by the name in `people`.", example="anna", kw_only=True
    )
    max_wait_seconds: int = declared(
        "How long a caller waits at most.", example="25", default=25, low=10, high=7200
    )
    wrap_up_seconds: int = declared(
        "How long the agent has for the paperwork afterwards.",
        example="10",
        default=10,
        low=0,
        high=3600,
    )
    priority: int = declared(
        "Which callers come first: 1 is the most urgent.", example="3", default=3, low=1, high=10
    )

    @property
    def only_agent(self) -> str | None:
        return self.agent
