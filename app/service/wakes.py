"""What was put off until later comes back here: timers, retries, finished recordings."""

from typing import assert_never

from app.ports import AgentWake, CallWake, PoolWake, RecordingWake, Wake
from app.service.desk import Desk
from app.service.distributor import Distributor
from app.service.recordings import Keeper
from app.service.switchboard import Switchboard, UnknownCall


class Waker:
    def __init__(
        self, switchboard: Switchboard, desk: Desk, distributor: Distributor, keeper: Keeper
    ) -> None:
        self._switchboard = switchboard
        self._desk = desk
        self._distributor = distributor
        self._keeper = keeper

    def wake(self, wake: Wake) -> None:
        """Perform it; a repeated one does no harm."""
        match wake:
            case CallWake(call, event):
                try:
                    self._switchboard.handle(call, event)
                except UnknownCall:
                    return  # the call is long over and forgotten: nothing is due
            case AgentWake(agent):
                self._desk.look_at_clock(agent)
            case PoolWake():
                self._distributor.look()
            case RecordingWake():
                self._keeper.keep(wake)
            case _:
                assert_never(wake)
