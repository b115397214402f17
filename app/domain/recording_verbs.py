"""The verbs by which an agent records by hand; what they do says `app.domain.recording`."""

from app.domain.agent import Agent
from app.domain.call import Call
from app.domain.events import (
    PauseRecordingRequested,
    RecordRequested,
    ResumeRecordingRequested,
    StopRecordingRequested,
)
from app.domain.states import InConversation
from app.domain.verb import Allowed, Request, Settled, Verb, is_held, is_talking_alone

_NOT_NOW = "That goes only while you talk with the caller alone."
_POLICIES = {
    "always": "All calls of this queue are recorded: you can only pause it.",
    "never": "Calls of this queue are not recorded.",
    "by hand": "",
}


def _while(is_so: Allowed) -> Allowed:
    """… and the agent talks with the caller alone, who is not on hold."""
    return lambda call, agent: (
        is_talking_alone(call, agent) and not is_held(call) and is_so(call, agent)
    )


def _already(is_so: Allowed) -> Settled:
    def settled(call: Call, request: Request) -> bool:
        is_mine = isinstance(call.state, InConversation) and call.agent == request.agent
        return is_mine and is_so(call, Agent(request.agent))

    return settled


def _can_start(call: Call, agent: Agent) -> bool:
    wish = call.recording_wish
    return wish.policy == "by hand" and not wish.is_wanted


def _can_stop(call: Call, agent: Agent) -> bool:
    wish = call.recording_wish
    return wish.policy == "by hand" and wish.is_wanted


def _can_pause(call: Call, agent: Agent) -> bool:
    return call.recording_wish.is_wanted and call.recording_wish.pause is None


def _can_resume(call: Call, agent: Agent) -> bool:
    return call.recording_wish.is_wanted and call.recording_wish.pause is not None


def _by_policy(call: Call) -> str:
    """What the plan says against it."""
    return _POLICIES[call.recording_wish.policy] or _NOT_NOW


def _while_recorded(call: Call) -> str:
    wish = call.recording_wish
    return _NOT_NOW if wish.is_wanted else _POLICIES[wish.policy] or "Nothing is recorded now."


RECORDING_VERBS = (
    Verb(
        name="record",
        label="Record",
        icon="i-circle-dot",
        key="r",
        key_help="Record the call",
        told="{agent} began to record",
        makes=RecordRequested,
        allowed=_while(_can_start),
        settled=_already(_can_stop),
        refusal=_NOT_NOW,
        refusal_in=_by_policy,
    ),
    Verb(
        name="stop-recording",
        label="Stop recording",
        icon="i-square",
        key="r",
        key_help="Stop recording the call",
        told="{agent} stopped recording",
        makes=StopRecordingRequested,
        allowed=_while(_can_stop),
        settled=_already(_can_start),
        refusal=_NOT_NOW,
        refusal_in=_by_policy,
    ),
    Verb(
        name="pause-recording",
        label="Pause recording",
        icon="i-shield-check",
        key="p",
        key_help="Pause the recording for a card number; it goes on by itself",
        told="{agent} paused the recording",
        in_strip=True,
        makes=PauseRecordingRequested,
        allowed=_while(_can_pause),
        settled=_already(_can_resume),
        refusal=_NOT_NOW,
        refusal_in=_while_recorded,
    ),
    Verb(
        name="resume-recording",
        label="Resume recording",
        icon="i-circle-dot",
        key="p",
        key_help="Resume the recording",
        told="{agent} resumed the recording",
        in_strip=True,
        makes=ResumeRecordingRequested,
        allowed=_while(_can_resume),
        settled=_already(_can_pause),
        refusal=_NOT_NOW,
        refusal_in=_while_recorded,
    ),
)
