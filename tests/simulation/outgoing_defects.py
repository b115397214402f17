"""Planted defects of calling out (docs/rules.md, O)."""

from __future__ import annotations

from tests.simulation.planted import Defect

OUTGOING_DEFECTS = (
    Defect(
        "a number is dialled as soon as the headset calls in",
        "app/domain/outbox.py",
        "        return reconcile(parties_of(self.plan, self.call), outbox)",
        "        return (*reconcile(parties_of(self.plan, self.call), outbox), "
        "*(leg.ring for leg in self.call.legs if isinstance(leg.ring, Dial)))",
    ),
    Defect(
        "a dial without an answer is repeated blindly",
        "app/service/switchboard.py",
        "_DIALLING = (Ring, Dial)  # never blindly repeated (W8)",
        "_DIALLING = (Ring,)  # never blindly repeated (W8)",
        "all-faults",
    ),
    Defect(
        "a number that fails leaves its agent in the call",
        "app/domain/outgoing.py",
        "    transition.wrap_up()\n    transition.hang_up(how)",
        "    pass\n    transition.hang_up(how)",
    ),
    Defect(
        "who called out from a break is available after it",
        "app/domain/agent.py",
        "            after = reason\n",
        "            after = None\n",
    ),
    Defect(
        "who hangs up before the answer has a wrap-up",
        "app/domain/outgoing.py",
        "    transition.free(agent_id)\n",
        "    transition.wrap_up()\n",
    ),
    Defect(
        "an answered call whose agent is lost is called off",
        "app/domain/call.py",
        '        return called is not None and called.observed in ("away", "ringing")',
        '        return called is not None and called.observed in ("away", "ringing", "talk")',
    ),
    Defect(
        "a number rings for twice as long",
        "app/domain/outgoing.py",
        "RING_SECONDS = 45 ",
        "RING_SECONDS = 90 ",
    ),
    Defect(
        "who is busy has not answered",
        "app/domain/outgoing.py",
        '        "busy": "busy",',
        '        "busy": "not answered",',
    ),
    Defect(
        "dialled seconds are not added",
        "app/domain/facts.py",
        '        dialled_ms=facts.dialled_ms + (spent if before == "dialled" else 0),',
        "        dialled_ms=facts.dialled_ms,",
    ),
)
