"""Mutants that nobody can tell from the product, each with the reason: they are not tried.

A mutant that somebody could tell is never listed here: it gets a law.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.mutation.mutants import Key


@dataclass(frozen=True, slots=True)
class Equivalent:
    mutant: Key
    reason: str


EQUIVALENTS: tuple[Equivalent, ...] = (
    Equivalent(
        Key(
            "app/service/wav.py",
            "shape_of",
            'if name == b"fmt " and size >= 16 and at + 16 <= len(head):',
            'if name == b"fmt " and size >= 16 and at + 17 <= len(head):',
        ),
        "Where the bytes end with the format, more is read, and all is looked at again.",
    ),
    Equivalent(
        Key(
            "app/domain/view.py",
            "view_while_waiting",
            "words = pieces(line.comfort, PIECE_SECONDS)[piece : piece + 2] if is_due else ()",
            "words = pieces(line.comfort, PIECE_SECONDS)[piece : piece + 3] if is_due else ()",
        ),
        "Only the first piece is said, and whether there is another one decides the rest.",
    ),
    Equivalent(
        Key(
            "app/service/followups.py",
            "_recording_jobs",
            'job = RecordingJob(call.id, sid, kind, "completed", seconds=0, channels=1)',
            'job = RecordingJob(call.id, sid, kind, "completed", seconds=0, channels=2)',
        ),
        "What is stored has the channels of its own header; without one nothing is stored.",
    ),
    Equivalent(
        Key(
            "app/service/followups.py",
            "_recording_jobs",
            'job = RecordingJob(call.id, sid, kind, "completed", seconds=0, channels=1)',
            'job = RecordingJob(call.id, sid, kind, "completed", seconds=0, channels=(0))',
        ),
        "What is stored has the channels of its own header; without one nothing is stored.",
    ),
    Equivalent(
        Key(
            "app/service/commit.py",
            "shown_to_agent",
            "shown = kind_of(call), call.recording_wish, call.choices, call.marks, call.node",
            "shown = (kind_of(call), call.recording_wish, call.choices, call.marks,)",
        ),
        "The state, which is compared too, says at which node the caller is.",
    ),
)
