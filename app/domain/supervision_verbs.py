"""The verbs of a supervisor in a colleague's call; what they do says `app.domain.supervision`."""

from app.domain.agent import Agent
from app.domain.call import Call
from app.domain.events import (
    BargeRequested,
    CoachRequested,
    ListenRequested,
    SupervisionEndRequested,
    SupervisionRequested,
    TakeOverRequested,
)
from app.domain.states import InConversation, SupervisionMode
from app.domain.supervision import can_begin, can_take_over
from app.domain.verb import Allowed, Request, Settled, Verb

_OVER = "You do not listen to this call any more."


def is_supervising(call: Call, agent: Agent) -> bool:
    """The supervisor's page has called in."""
    supervision = call.supervision
    return supervision is not None and supervision.by == agent.id and supervision.until is None


def _in_another_mode(mode: SupervisionMode) -> Allowed:
    def allowed(call: Call, agent: Agent) -> bool:
        supervision = call.supervision
        return is_supervising(call, agent) and supervision is not None and supervision.mode != mode

    return allowed


def _in_mode(mode: SupervisionMode) -> Settled:
    def settled(call: Call, request: Request) -> bool:
        supervision = call.supervision
        return supervision is not None and (supervision.by, supervision.mode) == (
            request.agent,
            mode,
        )

    return settled


def _is_mine(call: Call, request: Request) -> bool:
    return call.supervision is not None and call.supervision.by == request.agent


def _why_not(call: Call) -> str:
    match call.state:
        case InConversation(supervision=supervision) if supervision is not None:
            return "Somebody listens to this call already: one at a time."
        case InConversation():
            return "This call is being connected: try again in a moment."
        case _:
            return "This conversation is over."


SUPERVISION_VERBS = (
    Verb(
        name="supervise",
        label="Listen",
        icon="i-ear",
        key_help="Listen to a colleague's call, on the page Live",
        told="{agent} began to listen",
        style="party",
        action="supervise",
        connects=True,
        needs_no_call=True,
        makes=SupervisionRequested,
        allowed=lambda call, agent: (
            isinstance(call.state, InConversation) and can_begin(call.state, agent.id)
        ),
        settled=_is_mine,
        refusal="This conversation cannot be listened to now.",
        refusal_in=_why_not,
    ),
    Verb(
        name="listen",
        label="Listen only",
        icon="i-ear",
        key="l",
        key_help="Only listen: nobody hears you",
        told="{agent} only listened again",
        in_strip=True,
        action="supervise",
        makes=ListenRequested,
        allowed=_in_another_mode("listen"),
        settled=_in_mode("listen"),
        refusal=_OVER,
    ),
    Verb(
        name="coach",
        label="Coach",
        icon="i-graduation-cap",
        key="c",
        key_help="Coach: your colleague hears you, and nobody else does",
        told="{agent} coached {coached}",
        in_strip=True,
        action="supervise",
        makes=CoachRequested,
        allowed=_in_another_mode("coach"),
        settled=_in_mode("coach"),
        refusal=_OVER,
    ),
    Verb(
        name="barge",
        label="Join in",
        icon="i-users-round",
        key="b",
        key_help="Join in: everybody in the call hears you",
        told="{agent} joined in",
        in_strip=True,
        action="supervise",
        makes=BargeRequested,
        allowed=_in_another_mode("barge"),
        settled=_in_mode("barge"),
        refusal=_OVER,
    ),
    Verb(
        name="take-over",
        label="Take over",
        icon="i-phone-incoming",
        key="t",
        key_help="Take the call over from your colleague",
        told="{agent} took the call over from {coached}",
        in_strip=True,
        action="supervise",
        makes=TakeOverRequested,
        allowed=lambda call, agent: (
            isinstance(call.state, InConversation) and can_take_over(call.state, agent.id)
        ),
        settled=lambda call, request: (
            isinstance(call.state, InConversation) and call.agent == request.agent
        ),
        refusal="This call cannot be taken over now.",
    ),
    Verb(
        name="stop-listening",
        label="Stop listening",
        icon="i-phone-off",
        key="e",
        key_help="Stop listening",
        told="{agent} stopped listening",
        style="stop",
        in_strip=True,
        action="supervise",
        makes=SupervisionEndRequested,
        allowed=lambda call, agent: (
            call.supervision is not None and call.supervision.by == agent.id
        ),
        settled=lambda call, request: not _is_mine(call, request),
        refusal=_OVER,
    ),
)
