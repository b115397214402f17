"""What the carrier must do for a call, in the imperative, and the outbox's item that says so."""

from typing import Final, TypeAlias

from app.domain.agent import DeviceKind
from app.domain.value import value


@value
class Refresh:
    """Have the carrier ask again what this leg should hear."""

    leg: str


@value
class HangUp:
    leg: str


@value
class StartRecording:
    leg: str


@value
class StopRecording:
    leg: str
    recording: str = ""  # none: whatever runs, since the answer to its start is not known


@value
class PauseRecording:
    """Silence is recorded until it is resumed, so that the time line is kept (C2)."""

    leg: str
    recording: str


@value
class ResumeRecording:
    leg: str
    recording: str


@value
class Hold:
    leg: str


@value
class Unhold:
    leg: str


@value
class Mute:
    """Nobody hears that supervisor, or that guest, any more."""

    leg: str


@value
class Coach:
    """The agent whose headset is `coached` hears that supervisor, and nobody else does."""

    leg: str
    coached: str


@value
class Barge:
    """Everybody in the room hears that supervisor."""

    leg: str


@value
class Unmute:
    """Everybody in the room hears that guest again."""

    leg: str


@value
class Dial:
    """Call an outside number into the room. Never blindly repeated: the carrier has no key (W8).

    `shows`: the number of ours that is seen there.
    """

    leg: str
    number: str
    shows: str
    seconds: int


@value
class Ring:
    """Dial one of the agent's devices. Never blindly repeated: the carrier has no key (W8)."""

    leg: str
    kind: DeviceKind
    address: str
    seconds: int


Command: TypeAlias = (
    Refresh
    | HangUp
    | StartRecording
    | StopRecording
    | PauseRecording
    | ResumeRecording
    | Hold
    | Unhold
    | Mute
    | Coach
    | Barge
    | Unmute
    | Ring
    | Dial
)
SHOWN: Final = (
    Hold,
    Unhold,
    Mute,
    Coach,
    Barge,
    Unmute,
)  # of a leg in its room: told when confirmed


@value
class Pending:
    """A command that was saved with the call (the outbox) and is not settled yet (W6, W7)."""

    key: str  # leg:doc:verb
    command: Command
    is_unsure: bool = False  # it was asked for, and no answer came: it may have worked or not

    @property
    def number(self) -> int:
        """Of the commands to its leg: a later one has a greater number."""
        return int(self.key.split(":")[1])
