"""What a leg hears: each reply is one template in `twiml-templates/`, with these very fields."""

from datetime import datetime
from typing import Literal, TypeAlias

from app.domain.value import value


@value
class Prompt:
    """Words to speak, or an uploaded sound: its content hash, with the words for who reads.

    `seconds`: how long the sound is, rounded up; 0: unknown.
    """

    text: str
    audio: str | None = None
    seconds: int = 0


@value
class Announce:
    prompt: Prompt
    language: str
    question: int


Sorry: TypeAlias = Literal["", "silence", "wrong choice", "wrong extension"]


@value
class AskDigits:
    """A menu or an extension: keys are taken while the prompt plays (F55).

    `sorry`: what was wrong with the answer before, said first; empty when it is asked first.
    """

    prompt: Prompt
    sorry: Sorry
    language: str
    question: int
    digits: int
    timeout_seconds: int


@value
class HoldTheLine:
    """Into the carrier's queue; what is heard there is the wait document."""

    queue: str
    document: int = 0  # of its leg: who asks for the wait document says it


@value
class KeepWaiting:
    """The wait document: comfort, if it is due, and music; asked for again when it ends.

    `comfort`: as much of it as is said now; of a sound the piece of that number. `comforted`: when
    it was last begun, `next_piece`: what of it is to be said next, 0: nothing. `seconds`: how long
    the music lasts after it, or the silence; `begun`: when this document was, if its music tells
    whether it can be played.
    """

    comfort: Prompt | None
    comforted: datetime | None
    begun: datetime | None
    music: str | None
    language: str
    seconds: int
    piece: int = 0
    next_piece: int = 0
    document: int = 0  # of its leg: who asks for the next one says it


@value
class LeaveQueue:
    """The wait document of one who waits no more: out of the queue, and ask again."""


@value
class JoinRoom:
    room: str
    music: bool  # what is heard before the room starts: music, or silence (R2)
    document: int = 0  # of its leg: the leg that comes back says it
    muted: bool = False  # nobody hears who comes in


@value
class TakeMessage:
    """`heard_nothing`: nothing was recorded the last time. `again`: over what is recorded."""

    prompt: Prompt
    language: str
    question: int
    max_seconds: int
    heard_nothing: bool = False
    again: bool = False


@value
class ReviewMessage:
    """What was recorded is kept: hear it, record it again, or end.

    `plays`: the recording that is played first. `again`: the last key was none of these.
    """

    language: str
    question: int
    plays: str = ""
    again: bool = False


@value
class AskAccept:
    """On an agent's telephone: press 1, so that a voicemail never takes a call (F27)."""

    queue: str
    language: str
    question: int


@value
class SayTaken:
    """To a browser that calls in for an offer that is gone."""

    language: str


@value
class SayGoodbye:
    pass


@value
class SayThanks:
    """To whoever has left a message."""

    language: str


@value
class Apologise:
    """We cannot decide (W10): said instead of an error, so that nobody is cut off mute."""

    language: str


Reply: TypeAlias = (
    Announce
    | AskDigits
    | HoldTheLine
    | KeepWaiting
    | LeaveQueue
    | JoinRoom
    | TakeMessage
    | ReviewMessage
    | AskAccept
    | SayTaken
    | SayGoodbye
    | SayThanks
    | Apologise
)
