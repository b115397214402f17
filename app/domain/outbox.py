"""What is wanted of a call's legs, and the commands on their way to the carrier.

The half of a `Transition` that speaks of legs and commands. A command is in the outbox until it is
settled by its evidence (W7); what is wanted and not commanded is found by `reconcile`.
"""

from dataclasses import dataclass, field

from app.domain.call import Call, Wanted
from app.domain.commands import (
    Command,
    Dial,
    Pending,
    Refresh,
    Ring,
    StartRecording,
    StopRecording,
)
from app.domain.dialplan import Plan
from app.domain.parties import parties_of
from app.domain.reconcile import may_ring, reconcile
from app.domain.value import replace

PENDING_KEPT = 16
RECORDED_KEPT = 4


@dataclass
class Outbox:
    """`commands`: the new ones; they stand in `call.out`, too."""

    plan: Plan
    call: Call
    commands: list[Pending] = field(default_factory=list, kw_only=True)

    def want(self, leg_id: str, wanted: Wanted) -> None:
        """Whoever is sent out stays out: another leg is dialled. An older Refresh is void (V1)."""
        leg = self.call.leg(leg_id)
        if leg is not None and (wanted, leg.observed) == ("out", "away"):
            self.call = self.call.without_leg(leg_id)  # it was never dialled
        elif leg is not None and wanted != leg.wanted != "out":
            self.call = self.call.with_leg(replace(leg, wanted=wanted))
            self.settle(Refresh(leg_id))

    def lose(self, leg_id: str) -> None:
        leg = self.call.leg(leg_id)
        if leg is not None and leg.in_room:
            self.call = self.call.with_leg(replace(leg, observed="lost"))

    def forget_refusals(self, leg_id: str) -> None:
        """Another wish is another command: it has its own tries."""
        if leg := self.call.leg(leg_id):
            self.call = self.call.with_leg(replace(leg, refusals=0))

    def forget_tape_refusals(self, leg_id: str) -> None:
        if leg := self.call.leg(leg_id):
            self.call = self.call.with_leg(replace(leg, tape_refusals=0))

    def want_no_headset(self) -> None:
        """Of the agent: a supervisor's goes with the conversation."""
        for leg in self.call.legs:
            if leg.role == "agent":
                self.want(leg.id, "out")

    def command(self, command: Command) -> None:
        """Into the outbox, if that leg is there and not told so already.

        A second Refresh takes the place of the first: the leg is wanted elsewhere again (V1).
        """
        leg = self.call.leg(command.leg)
        if isinstance(command, Refresh):
            self.settle(command)
        if leg is None or self.call.is_commanded(command):
            return
        leg = replace(leg, doc=leg.doc + 1)
        pending = Pending(f"{leg.id}:{leg.doc}:{type(command).__name__.lower()}", command)
        self.commands.append(pending)
        out = (*self.call.out, pending)[-PENDING_KEPT:]
        self.call = replace(self.call.with_leg(leg), out=out)

    def reconcile(self) -> None:
        """Command what is wanted and not observed, as far as the gates let it pass."""
        for command in self.wishes():
            match command:
                case Ring(leg=leg_id) | Dial(leg=leg_id) if leg := self.call.leg(leg_id):
                    self.call = self.call.with_leg(replace(leg, observed="ringing", ring=None))
                case StopRecording(recording=sid):
                    self.settle(StartRecording(command.leg))
                    if sid:
                        self.keep_recording(sid)
                case _:
                    pass
            self.command(command)

    def wishes(self, *, without: Command | None = None) -> tuple[Command, ...]:
        """What would be commanded now; as if `without` were not on its way."""
        outbox = frozenset(pending.command for pending in self.call.out) - {without}
        return reconcile(parties_of(self.call), outbox)

    def may_ring(self) -> bool:
        """Whether one more may be asked into the room now."""
        outbox = frozenset(pending.command for pending in self.call.out)
        return may_ring(parties_of(self.call), outbox, self.call.room.name)

    def settle(self, command: Command) -> None:
        if self.call.is_commanded(command):
            out = tuple(pending for pending in self.call.out if pending.command != command)
            self.call = replace(self.call, out=out)

    def settle_dialling(self, leg_id: str) -> None:
        """Who is there was dialled (W7)."""
        if self.call.out:
            dialled = Ring | Dial
            out = tuple(
                pending
                for pending in self.call.out
                if pending.command.leg != leg_id or not isinstance(pending.command, dialled)
            )
            self.call = replace(self.call, out=out)

    def drop(self, key: str) -> None:
        out = tuple(pending for pending in self.call.out if pending.key != key)
        self.call = replace(self.call, out=out)

    def keep_recording(self, sid: str) -> None:
        """That recording is over, and a later one is not it."""
        earlier = (*(known for known in self.call.recorded if known != sid), sid)
        self.call = replace(self.call, recorded=earlier[-RECORDED_KEPT:])
        if self.call.recording == sid:
            self.call = replace(self.call, recording=None, recording_paused=False)
