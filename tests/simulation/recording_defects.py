"""Planted defects of recording by policy and by hand (docs/rules.md, C10)."""

from __future__ import annotations

from tests.simulation.planted import Defect

RECORDING_DEFECTS = (
    Defect(
        "a pause by hand ends with a hold",
        "app/domain/reconcile.py",
        "    elif tape.is_paused and (is_talking or (_is_any(mine, Unhold) and not is_secret)):",
        "    elif tape.is_paused and (is_talking or _is_any(mine, Unhold)):",
    ),
    Defect(
        "a pause by hand is not heard of",
        "app/domain/parties.py",
        "    is_paused_by_hand = wish.pause is not None",
        "    is_paused_by_hand = wish.pause_failed",
    ),
    Defect(
        "a pause by hand does not end by itself",
        "app/domain/recording.py",
        "    if policy != wish.policy or is_over:",
        "    if policy != wish.policy:",
    ),
    Defect(
        "whoever begins a recording by hand begins none",
        "app/domain/states.py",
        '        return self.policy == "always" or (self.policy == "by hand" and '
        "self.started is not None)",
        '        return self.policy == "always"',
    ),
)
