"""How calls end: the closed list. One entry is a code, its label and its definition.

From the table follow the type of every outcome in the domain, the labels on the pages,
docs/outcomes.md and the checks of the random worlds. A call has one of them as soon as it is over.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from app.domain.value import value

CallOutcome: TypeAlias = Literal[
    "answered",
    "cut off",
    "unheard",
    "abandoned",
    "lost in transfer",
    "busy",
    "not answered",
    "not reached",
    "called off",
    "hung up",
    "message left",
    "no message",
    "announced",
    "misrouted",
]
# How a consultation ends that the agent did not end.
ConsultEnd: TypeAlias = Literal[
    "busy", "declined", "not answered", "not reached", "hung up", "not called"
]
IN_PROGRESS: Final = "in progress"  # of a call that is not over
MESSAGE_LEFT: Final = "message left"


@value
class OutcomeKind:
    """`sentence`: which calls have it, for the docs. `talked`: whether an agent was talked to.

    `once_talked`: what it becomes for a caller who had talked to an agent before, `transferred`:
    who was sent on by that agent and has talked to none since; empty: the same.
    """

    label: str
    sentence: str
    talked: Literal["yes", "no", "either"] = "no"
    once_talked: CallOutcome | None = None
    transferred: CallOutcome | None = None


OUTCOMES: Mapping[CallOutcome, OutcomeKind] = MappingProxyType(
    {
        "answered": OutcomeKind(
            "Answered",
            "The caller and an agent heard each other, and one of the two ended that conversation; "
            "or the agent sent the caller on to where nobody is waited for.",
            talked="yes",
            transferred="lost in transfer",
        ),
        "cut off": OutcomeKind(
            "Lost the agent",
            "The caller had talked to an agent, lost the connection to that agent, and the call "
            "was over before an agent talked to the caller again, without a message.",
            talked="yes",
        ),
        "unheard": OutcomeKind(
            "Ended before a word",
            "An agent took the call, or whoever an agent called answered it, and it was ended "
            "before the two heard each other, though the caller did not give up waiting.",
            once_talked="cut off",
            transferred="lost in transfer",
        ),
        "abandoned": OutcomeKind(
            "Gave up waiting",
            "The caller hung up while waiting for an agent, in a queue or at an extension, rung or "
            "not, and had talked to none.",
            once_talked="cut off",
            transferred="lost in transfer",
        ),
        "lost in transfer": OutcomeKind(
            "Gave up in a transfer",
            "An agent who had talked to the caller sent the caller on, and the call was over before"
            " the caller heard the next agent, or whoever else the caller was sent to.",
            talked="yes",
        ),
        "busy": OutcomeKind(
            "Busy",
            "An agent called out, and the carrier said that the line was busy or the call was "
            "declined.",
        ),
        "not answered": OutcomeKind(
            "Not answered",
            "An agent called out, and nobody answered for as long as it may ring.",
        ),
        "not reached": OutcomeKind(
            "Not reached",
            "An agent called out, and the carrier could not connect that number.",
        ),
        "called off": OutcomeKind(
            "Ended before an answer",
            "An agent called out, and ended the call, or could not be connected to it, before "
            "anybody answered.",
        ),
        "hung up": OutcomeKind(
            "Hung up in a menu",
            "The caller hung up while a greeting or a menu spoke, or asked for keys, and had "
            "talked to no agent. The caller may have waited before.",
            once_talked="cut off",
            transferred="answered",
        ),
        "message left": OutcomeKind(
            "Message left",
            "A message was recorded in a mailbox, and there is sound of it.",
            talked="either",
        ),
        "no message": OutcomeKind(
            "No message left",
            "The caller came to a mailbox, left no message, and had talked to no agent.",
            once_talked="cut off",
            transferred="answered",
        ),
        "announced": OutcomeKind(
            "Heard an announcement",
            "The plan hung up after an announcement that was heard to its end, and the caller had "
            "talked to no agent.",
            once_talked="cut off",
            transferred="answered",
        ),
        "misrouted": OutcomeKind(
            "Sent in a circle by the plan",
            "The plan sent the caller from node to node without asking or saying anything, and the "
            "call was ended.",
            talked="either",
        ),
    }
)


def outcome_of(how: CallOutcome, *, has_talked: bool, is_transferred: bool = False) -> CallOutcome:
    """The outcome of a call that ends like that.

    `has_talked`: to an agent, at any time; `is_transferred`: by the last of them.
    """
    how = "unheard" if how == "answered" and not has_talked else how
    if not has_talked:
        return how
    kind = OUTCOMES[how]
    return (is_transferred and kind.transferred) or kind.once_talked or how


def with_message(outcome: CallOutcome, *, is_transferred: bool = False) -> CallOutcome:
    """The outcome when sound of a message turns up, in a mailbox or while ours was down."""
    return outcome if outcome == "answered" and not is_transferred else MESSAGE_LEFT
