"""docs/strategies.md, drawn from the table: `python -m tests.domain.strategies_page` writes it."""

from __future__ import annotations

from pathlib import Path

from app.domain.strategies import LONGEST_IDLE, STRATEGIES

PAGE = Path(__file__).parents[2] / "docs" / "strategies.md"
_HEAD = f"""# How a queue chooses among its free agents

Drawn from the table in `app/domain/strategies.py` by `make docs`; do not edit by hand. A queue of
`switchroom.yaml` names one with `strategy: …`; without a word it is `{LONGEST_IDLE}`. Callers are
served by priority, then age; the strategy says which agent the next caller gets. Of several agents
who are equal by it, the one who has been idle longest is rung.

| strategy | who is rung |
|-|-|
"""


def page() -> str:
    rows = (f"| `{one.name}` | {one.sentence} |" for one in STRATEGIES.values())
    return _HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
