"""docs/outcomes.md, drawn from the table: `python -m tests.domain.outcomes_page` writes it."""

from __future__ import annotations

from pathlib import Path

from app.domain.outcomes import IN_PROGRESS, OUTCOMES

PAGE = Path(__file__).parents[2] / "docs" / "outcomes.md"
_HEAD = f"""# How calls end, and what the register says of them

Drawn from the table in `app/domain/outcomes.py` by `make docs`; do not edit by hand. A call has one
of these outcomes as soon as it is over, and `{IN_PROGRESS}` before that; there are no others.

| outcome | on the pages | which calls have it |
|-|-|-|
"""
_TIMES = """
## What a call's time is spent on

Each instant of a call is one of these, by what we were told of its legs; together they are its
length. Seconds are added up over all conversations of a call.

| time | is |
|-|-|
| asked | The plan says or asks something, or takes a message. |
| waited | For an agent, in a queue or at an extension, until the two hear each other. |
| rung | A part of *waited*: an agent was being rung. |
| dialled | An agent calls out, and nobody has answered yet. |
| talked | The caller and an agent are in the room and hear each other. |
| held | In a conversation without the agent: on hold, or the agent was lost and may come back. |

*Agents* are those who talked with the caller, in the order of their first conversations; *rang*
are those to whom the call was offered. A call is its agents' own: they may open it, hear it and
write notes to it; so is it of the agent who called out. Who was only rung may not.
"""


def page() -> str:
    rows = (f"| `{code}` | {kind.label} | {kind.sentence} |" for code, kind in OUTCOMES.items())
    return _HEAD + "\n".join(rows) + "\n" + _TIMES


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
