"""Planted defects of consulting a colleague (docs/rules.md, R19)."""

from __future__ import annotations

from tests.simulation.planted import Defect

COLLEAGUE_DEFECTS = (
    Defect(
        "a colleague who is consulted rings while the caller listens",
        "app/domain/colleague.py",
        "        ) if transition.may_ring():",
        "        ) if transition.call.id:",
    ),
    Defect(
        "a colleague who was consulted is held after it",
        "app/domain/colleague.py",
        "            transition.free(who)",
        "            transition.has(who)",
    ),
    Defect(
        "an agent who leaves a call to a colleague stays in the room",
        "app/domain/handover.py",
        "    transition.want_no_headset()\n    if leg :=",
        "    transition.is_client(to.leg)\n    if leg :=",
    ),
    Defect(
        "a call that is left with a colleague is nobody's",
        "app/domain/handover.py",
        "    if colleague is not None:",
        "    if colleague is None and guests[0].agent:",
    ),
)
