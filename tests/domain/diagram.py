"""Draws the state diagram of a call from the walk: the picture cannot say what the code does not.

`python -m tests.domain.diagram` writes docs/states.md; a test fails when the page is stale.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from tests.domain.world import walk

PAGE = Path(__file__).parents[2] / "docs" / "states.md"
_HEAD = """# The states of a call

Drawn from the exhaustive walk of `tests/domain/world.py` by `make docs`; do not edit by hand.
An arrow without a label would be a defect: each names the news that moves the call.

```mermaid
stateDiagram-v2
    [*] --> AtNode: Arrived
    [*] --> Waiting: Arrived
"""


def page() -> str:
    moves: dict[tuple[str, str], set[str]] = defaultdict(set)
    for step in walk():
        before = type(step.before.call.state).__name__
        after = type(step.after.call.state).__name__
        if step.before.call.state != step.after.call.state:
            moves[(before, after)].add(type(step.event).__name__)
    lines = [
        f"    {before} --> {after}: {', '.join(sorted(names))}"
        for (before, after), names in sorted(moves.items())
    ]
    return _HEAD + "\n".join([*lines, "    Ended --> [*]"]) + "\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
