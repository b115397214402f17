"""What happens to a call: facts, in the past tense. They may be ignored, never refused.

Each names its leg where it has one (W2); an answer carries the question that it answers (W1).
"""

from typing import TypeAlias

from app.domain.commands import Command
from app.domain.value import value

# --- From the carrier ---------------------------------------------------------------------------


@value
class Arrived:
    """A caller dialled one of our numbers."""


@value
class CalledOut:
    """An agent calls an outside number by that route of the plan."""

    agent: str
    route: str
    nonce: str
    tab: str


@value
class Pressed:
    """The answer to a question: keys, or nothing when the caller stayed silent."""

    leg: str
    question: int
    digits: str


@value
class Heard:
    """The announcement was played to its end."""

    leg: str
    question: int


@value
class AskedWhileWaiting:
    """The waiting caller's document ran out: the caller is the clock (D5).

    `document`: which of the leg's led to the request; None: it is not known.
    """

    leg: str
    document: int | None = None


@value
class QueueRefused:
    """The carrier's queue of that node did not take the caller: full, or an error (V9).

    `document`: which of the leg's led into it; None: it is not known.
    """

    leg: str
    node: str
    reason: str
    document: int | None = None


@value
class MessageLeft:
    """The caller has recorded something in a mailbox: however short it is."""

    leg: str
    recording: str
    seconds: int
    question: int


@value
class NothingRecorded:
    """The caller of a mailbox said nothing for as long as the carrier waits for a word."""

    leg: str
    question: int


@value
class MessageRecorded:
    """The carrier has such a recording of the caller's: what told us so at the time was lost."""

    leg: str
    recording: str
    seconds: int


@value
class MessageEmpty:
    """Nothing is heard in that recording of the caller's, or the carrier does not have it."""

    leg: str
    recording: str


@value
class RecordingEnded:
    """The carrier says that this recording is over: a redirect of its leg may end it, too."""

    leg: str
    recording: str


@value
class HeadsetConnected:
    """An agent's browser called in."""

    leg: str
    nonce: str
    sid: str


@value
class LegRang:
    """The device that we dialled rings: the carrier's word for it may come first (R9)."""

    leg: str
    sid: str = ""


@value
class LegAnswered:
    """A device that we dialled was answered, and asks what to hear. Not yet by a person (G6)."""

    leg: str
    sid: str


@value
class AskedAgain:
    """The leg asks for its document. `refresh`: the number of the Refresh that led to it; 0: none
    is known.
    """

    leg: str
    refresh: int = 0


@value
class RoomRefused:
    """The leg came back from a room in which it should be (V9), with that document of its."""

    leg: str
    document: int = 0


@value
class JoinedRoom:
    """`sid`: of the leg, as the room knows it: the answer to our dialling may come later (R9).

    `sequence`: the carrier's number of what happened in the room (R18); 0: unknown.
    """

    leg: str
    room_sid: str
    sid: str = ""
    sequence: int = 0


@value
class LeftRoom:
    leg: str
    room_sid: str
    hung_up: bool
    sequence: int = 0


@value
class RoomStarted:
    room_sid: str


@value
class RoomEnded:
    room_sid: str


@value
class HungUp:
    """The leg is over, for whatever reason, and stays so whatever comes later (F8)."""

    leg: str
    reason: str = ""


@value
class CommandDone:
    key: str
    command: Command
    sid: str | None = None  # of what was created


@value
class CommandRefused:
    """The carrier will not do it, however often it is asked."""

    key: str
    command: Command
    code: int
    is_ours: bool = False  # a limit of ours, nothing that whoever is called could help


@value
class CommandUnsure:
    """The carrier did not answer in time: the command may have worked, or not."""

    key: str
    command: Command


# --- From agents and the distributor ------------------------------------------------------------


@value
class OfferMade:
    agent: str


@value
class OfferShown:
    """The agent's desk has the offer on its screen."""

    agent: str
    leg: str


@value
class OfferAccepted:
    agent: str
    leg: str
    nonce: str
    tab: str


@value
class OfferDeclined:
    agent: str
    leg: str


@value
class TelephoneRequested:
    """The agent wants the offer to ring on the telephone instead."""

    agent: str
    leg: str


@value
class HeadsetLost:
    """The agent's page says goodbye, or its connection is gone."""

    leg: str
    reason: str


@value
class Rejoined:
    """The agent's page is back and may call in again."""

    agent: str
    nonce: str
    tab: str


@value
class AgentHungUp:
    agent: str


@value
class AgentDismissed:
    """The agent is not in the company's plan any more."""

    agent: str


@value
class HoldRequested:
    """The agent wants the caller on hold."""

    agent: str


@value
class RetrieveRequested:
    """The agent wants the caller back."""

    agent: str


@value
class LineLeft:
    """The agent leaves the call, whose caller is on hold, for another (R6)."""

    agent: str


@value
class LineTaken:
    """The agent comes back to a call that they have left on hold, and may call in (R6)."""

    agent: str
    nonce: str
    tab: str


@value
class PickupRequested:
    """The agent takes this call, which waits or rings at a colleague."""

    agent: str
    nonce: str
    tab: str


@value
class ParkRequested:
    """The agent leaves the caller at that slot, for a colleague to take (T6)."""

    agent: str
    slot: int


@value
class TransferRequested:
    """The agent sends the caller on to that node of the plan, and leaves (T1)."""

    agent: str
    target: str


@value
class ConsultRequested:
    """The agent wants to consult somebody, while the caller is on hold (R11).

    `shows`: the number of ours that is seen there; `name`: whose number it is, if that is known.
    `colleague`: the agent to consult; then there is no number (R19).
    """

    agent: str
    number: str  # E.164
    shows: str
    name: str
    colleague: str = ""


@value
class SwapToCallerRequested:
    """The agent wants to speak with the caller, and the one consulted on hold."""

    agent: str


@value
class SwapToConsultedRequested:
    """The agent wants to speak with the one consulted, and the caller on hold."""

    agent: str


@value
class ConsultJoinRequested:
    """The agent wants the one consulted to talk with the caller, as a guest."""

    agent: str


@value
class ConsultCompleteRequested:
    """The agent leaves the caller with the one consulted (T3)."""

    agent: str


@value
class ConsultCancelRequested:
    """The agent wants the caller back, and the one consulted gone."""

    agent: str


@value
class ColleagueLeft:
    """A colleague who was asked into the call, wants out of it: consulted, or a guest (R19)."""

    agent: str


@value
class GuestRemoveRequested:
    """The agent wants that guest out of the conference."""

    agent: str
    target: str  # the guest's leg


@value
class GuestMuteRequested:
    """The agent wants nobody to hear that guest, who hears everybody."""

    agent: str
    target: str  # the guest's leg


@value
class GuestUnmuteRequested:
    """The agent wants everybody to hear that guest again."""

    agent: str
    target: str  # the guest's leg


@value
class LeaveRequested:
    """The agent leaves the conference, and the others talk on."""

    agent: str


@value
class SupervisionRequested:
    """A supervisor wants to listen to the conversation of a colleague."""

    agent: str
    nonce: str
    tab: str


@value
class ListenRequested:
    """The supervisor wants to be heard by nobody any more."""

    agent: str


@value
class CoachRequested:
    """The supervisor wants to be heard by the agent alone."""

    agent: str


@value
class BargeRequested:
    """The supervisor wants to be heard by everybody."""

    agent: str


@value
class TakeOverRequested:
    """The supervisor takes the call, and the agent is done with it."""

    agent: str


@value
class SupervisionEndRequested:
    """The supervisor listens no more."""

    agent: str


SupervisionAsked: TypeAlias = (
    SupervisionRequested
    | ListenRequested
    | CoachRequested
    | BargeRequested
    | TakeOverRequested
    | SupervisionEndRequested
)


@value
class RecordRequested:
    """The agent wants the conversation recorded from now on."""

    agent: str


@value
class StopRecordingRequested:
    """The agent wants no more of it recorded."""

    agent: str


@value
class PauseRecordingRequested:
    """The agent wants nothing recorded for a while, such as a card number."""

    agent: str


@value
class ResumeRecordingRequested:
    """The agent wants it recorded again, before the pause is over."""

    agent: str


RecordingAsked: TypeAlias = (
    RecordRequested | StopRecordingRequested | PauseRecordingRequested | ResumeRecordingRequested
)


@value
class CallMarked:
    """The agent marked the call: it is kept with it, and changes nothing else."""

    agent: str
    mark: str  # the name of the verb


# --- From the clock -----------------------------------------------------------------------------


@value
class TimePassed:
    pass


@value
class OutboxDue:
    """Whoever saved commands had its time to perform them (W6)."""


Event: TypeAlias = (
    Arrived
    | CalledOut
    | Pressed
    | Heard
    | AskedWhileWaiting
    | QueueRefused
    | MessageLeft
    | NothingRecorded
    | MessageRecorded
    | MessageEmpty
    | RecordingEnded
    | HeadsetConnected
    | LegRang
    | LegAnswered
    | AskedAgain
    | RoomRefused
    | JoinedRoom
    | LeftRoom
    | RoomStarted
    | RoomEnded
    | HungUp
    | CommandDone
    | CommandRefused
    | CommandUnsure
    | OfferMade
    | OfferShown
    | OfferAccepted
    | OfferDeclined
    | TelephoneRequested
    | HeadsetLost
    | Rejoined
    | AgentHungUp
    | AgentDismissed
    | HoldRequested
    | RetrieveRequested
    | LineLeft
    | LineTaken
    | PickupRequested
    | TransferRequested
    | ParkRequested
    | ConsultRequested
    | SwapToCallerRequested
    | SwapToConsultedRequested
    | ConsultJoinRequested
    | ConsultCompleteRequested
    | ColleagueLeft
    | GuestRemoveRequested
    | GuestMuteRequested
    | GuestUnmuteRequested
    | LeaveRequested
    | ConsultCancelRequested
    | RecordingAsked
    | SupervisionAsked
    | CallMarked
    | TimePassed
    | OutboxDue
)
