"""Planted defects: each changes one line of the product; the simulation must find every one.

The first twelve are the commonest of such systems; the others are ours.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Defect:
    """In `file`, the first `old` becomes `new`; looked for in worlds of that weather."""

    name: str
    file: str
    old: str
    new: str
    weather: str = "calm"


DEFECTS = (
    Defect(
        "compare-and-set removed from calls",
        "app/adapters/memory/switch.py",
        "if (stored.call.rev if stored else 0) != change.call.rev - 1:",
        "if False:",
    ),
    Defect(
        "own-write check removed",
        "app/adapters/memory/switch.py",
        "return (rev, change.wid) in self._wids.get(key, ())",
        "return False",
        "storm",
    ),
    Defect(
        "trigger on leaving removed",
        "app/service/commit.py",
        "        moves_board=moves and not pairs,",
        "        moves_board=put is not None,",
    ),
    Defect(
        "own-pair rule replaced by the first pair, with five tries",
        "app/service/distributor.py",
        "            mine = [pair for pair in matching.pairs if _is_mine(pair, waiting, ready)]\n",
        "            mine, deadline = matching.pairs[:1], deadline - timedelta(seconds=0.4)\n",
    ),
    Defect(
        "lease without expiry",
        "app/domain/decide.py",
        "            until <= now\n        ):\n            turn.misses(",
        "            until is None\n        ):\n            turn.misses(",
    ),
    Defect(
        "de-duplication by SID alone",
        "app/adapters/twilio/events.py",
        "return LegRang(leg, sid(form)) if rings else ended(leg, form)",
        "return LegRang(leg, sid(form)) if rings else None",
    ),
    Defect(
        "the question's number replaced by the version",
        "app/domain/turn.py",
        "        call = replace(self.call, updated=self.now)\n",
        "        call = replace(self.call, updated=self.now, legs=tuple("
        "replace(leg, question=before.rev + 1) for leg in self.call.legs))\n",
    ),
    Defect(
        "refresh of the answering leg",
        "app/domain/decide.py",
        "            if not by_itself:\n",
        "            if True:\n",
    ),
    Defect(
        "blind repeat of a create",
        "app/service/switchboard.py",
        "            if again and isinstance(pending.command, Ring):",
        "            if False:",
        "storm",
    ),
    Defect(
        "outbox cleared before the command",
        "app/domain/turn.py",
        "        self.call = replace(self.call.with_leg(leg), out=out)",
        "        self.call = replace(self.call.with_leg(leg), out=out[:-1] if isinstance(command, HangUp) else out)",
        "storm",
    ),
    Defect(
        "the caller's `completed` dropped",
        "app/domain/decide.py",
        "            (Announcing() | InMenu() | AskingExtension() | Waiting() | Offered() | Connecting()),",
        "            (Announcing() | InMenu() | AskingExtension() | Waiting() | Offered()),",
    ),
    Defect(
        "recording started twice",
        "app/adapters/twilio/carrier.py",
        "        if running is not None:",
        "        if False:",
        "storm",
    ),
    Defect(
        "compare-and-set removed from agents",
        "app/adapters/memory/switch.py",
        "if self._agents.get(agent.id, Agent(agent.id)).rev != agent.rev - 1:",
        "if False:",
    ),
    Defect(
        "a cooldown's end armed by nobody",
        "app/service/distributor.py",
        "        if matching.wake_at:\n",
        "        if False:\n",
    ),
    Defect(
        "wrap-up without a timer",
        "app/service/commit.py",
        "for when in (until, until + SECOND_LOOK))",
        "for when in ())",
    ),
    Defect(
        "a recording that nobody stops",
        "app/domain/turn.py",
        "                    self.does(StopRecording(CALLER, self.call.recording))",
        "                    pass",
    ),
    Defect(
        "a released agent stays reserved",
        "app/domain/turn.py",
        "        if agent_id := self.call.agent:\n            self.frees",
        "        if (agent_id := self.call.agent) and self.call.leg(f'{agent_id}.1'):\n            self.frees",
    ),
)
