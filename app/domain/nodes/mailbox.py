"""A mailbox: the caller leaves a message after the tone, may hear it and record it again.

Whoever hangs up has left what was recorded so far. A message is a recording: who says nothing has
left none, whatever else happened here.
"""

from typing import ClassVar, Final, Literal

from app.domain.call import SHORTEST_MESSAGE_SECONDS
from app.domain.events import MessageLeft, NothingRecorded, Pressed
from app.domain.nodes.base import Answer, Ask, End, Node, Outcome, Successor, Visit, node
from app.domain.nodes.fields import declared
from app.domain.outcomes import MESSAGE_LEFT, CallOutcome
from app.domain.replies import Prompt, Reply, ReviewMessage, TakeMessage
from app.domain.states import Memory
from app.domain.value import replace, value

NO_MESSAGE: Final = "no message"
SILENCES = 2  # so often nothing is recorded, then the call ends
TAKES = 3
TURNS = 6  # so often the caller is asked what to do with the message


@value
class Recording(Memory):
    """The caller is recorded, and not for the first time. `kept`: what was recorded before."""

    silences: int = 0
    takes: int = 0
    kept: str = ""


@value
class Reviewing(Memory):
    """`kept` is the message, unless the caller records it again. `turns`: what was pressed so far.

    `pressed`: what it was the last time.
    """

    kept: str
    takes: int
    turns: int = 0
    pressed: Literal["", "hear", "wrong"] = ""


@node("mailbox", "Takes a message after a tone, and ends the call.")
class Mailbox(Node):
    outcome_of_hang_up: ClassVar[CallOutcome] = (
        NO_MESSAGE  # a recording with sound makes it a message
    )
    takes_messages: ClassVar[bool] = True

    label: str = declared("What people read in the register.", example="Voicemail, UK")
    prompt: Prompt = declared(
        "What the caller hears before the tone.", example="Please leave a message after the tone."
    )
    max_seconds: int = declared(
        "How long a message may be.", example="120", default=120, low=5, high=3600
    )

    def enter(self, visit: Visit) -> Outcome:
        return Ask()

    def answer(self, visit: Visit, memory: Memory | None, event: Answer) -> Outcome | None:
        match memory, event:
            case Reviewing(), Pressed(digits=digits):
                return _reviewed(memory, digits)
            case Reviewing(), _:
                return None
            case _, MessageLeft() | NothingRecorded():
                return _recorded(memory if isinstance(memory, Recording) else Recording(), event)
            case _:
                return None

    def document(self, visit: Visit, memory: Memory | None) -> Reply:
        match memory:
            case Reviewing(kept, pressed=pressed):
                plays = kept if pressed == "hear" else ""
                return ReviewMessage(
                    visit.language, visit.question, plays, again=pressed == "wrong"
                )
            case Recording(silences, takes):
                return self._take(visit, heard_nothing=silences > 0, again=takes > 0)
            case _:
                return self._take(visit)

    def _take(self, visit: Visit, *, heard_nothing: bool = False, again: bool = False) -> Reply:
        return TakeMessage(
            self.prompt, visit.language, visit.question, self.max_seconds, heard_nothing, again
        )

    def successors(self) -> tuple[Successor, ...]:
        return ()


def _recorded(memory: Recording, event: MessageLeft | NothingRecorded) -> Outcome:
    match event:
        case MessageLeft(recording=sid, seconds=seconds) if seconds >= SHORTEST_MESSAGE_SECONDS:
            return Ask(Reviewing(sid, memory.takes + 1))
        case _ if memory.kept:  # the one before stays
            return Ask(Reviewing(memory.kept, memory.takes))
        case _ if memory.silences + 1 < SILENCES:
            return Ask(replace(memory, silences=memory.silences + 1))
        case _:
            return End(NO_MESSAGE)


def _reviewed(memory: Reviewing, digits: str) -> Outcome:
    turns = memory.turns + 1
    match digits:
        case "#":
            return End(MESSAGE_LEFT, "Keep the message")
        case "2" if memory.takes < TAKES:
            return Ask(Recording(0, memory.takes, memory.kept), "Record it again")
        case "1" if turns < TURNS:
            return Ask(replace(memory, turns=turns, pressed="hear"), "Hear the message")
        case digits if digits and turns < TURNS:
            return Ask(replace(memory, turns=turns, pressed="wrong"))
        case _:  # silence, or for too long: what is recorded stays
            return End(MESSAGE_LEFT)
