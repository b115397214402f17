"""Desk verbs: what an agent can ask for in a call, declared once.

From one entry of `TABLE` follow the button and its key, the keyboard help, the route, the service
call, the right that is asked, the words of a refusal and the line in the timeline. A verb makes one
event; what the event means is decided in `decide`. A local verb makes none: only the browser acts.

A new verb is one entry, its states in tests/domain/test_verbs.py, and `make docs`. One that marks
the call (`marking`) needs nothing else: the mark is kept with the call and shown beside it.
"""

from app.domain.events import (
    AgentHungUp,
    CallMarked,
    ColleagueLeft,
    ConsultCancelRequested,
    ConsultCompleteRequested,
    ConsultJoinRequested,
    ConsultRequested,
    Event,
    GuestMuteRequested,
    GuestRemoveRequested,
    GuestUnmuteRequested,
    HoldRequested,
    LeaveRequested,
    LineTaken,
    OfferAccepted,
    OfferDeclined,
    ParkRequested,
    Rejoined,
    RetrieveRequested,
    SwapToCallerRequested,
    SwapToConsultedRequested,
    TelephoneRequested,
    TransferRequested,
)
from app.domain.recording_verbs import RECORDING_VERBS
from app.domain.states import (
    Ended,
    HandedOver,
    InConversation,
    Offered,
    Parked,
)
from app.domain.supervision_verbs import SUPERVISION_VERBS
from app.domain.verb import (
    Verb,
    can_complete,
    can_consult,
    can_end,
    can_leave,
    can_remove,
    can_retrieve,
    can_ring_telephone,
    can_withdraw,
    consult_of,
    guests_of,
    is_accepted,
    is_guest_no_more,
    is_held,
    is_in_call,
    is_in_call_or_asked_in,
    is_left_by,
    is_muted_as,
    is_no_more_of_it,
    is_offered,
    is_settled,
    is_taken_back,
    is_talking,
    is_talking_alone,
    speaks_with,
)


def marking(
    name: str, *, label: str, icon: str, key: str, key_help: str, mark: str, told: str
) -> Verb:
    """A verb that marks the call, once, while the agent talks to the caller."""
    return Verb(
        name=name,
        label=label,
        icon=icon,
        key=key,
        key_help=key_help,
        told=told,
        mark=mark,
        makes=CallMarked,
        allowed=lambda call, agent: is_talking(call, agent) and name not in call.marks,
        settled=lambda call, request: name in call.marks,
        refusal="This call cannot be marked now.",
    )


_GONE = "This call is gone: the caller hung up, or it went to somebody else."
_OVER = "This call is over."

_VERBS = (
    Verb(
        name="decline",
        label="Decline",
        icon="i-phone-off",
        key="d",
        key_help="Decline the call",
        told="{agent} declined",
        style="stop",
        in_strip=True,
        makes=OfferDeclined,
        allowed=is_offered,
        settled=is_no_more_of_it,
        refusal="You have this call already.",
    ),
    Verb(
        name="accept",
        label="Accept",
        icon="i-phone",
        key="a",
        key_help="Accept the call",
        told="{agent} accepted",
        style="go",
        in_strip=True,
        connects=True,
        makes=OfferAccepted,
        allowed=is_offered,
        settled=is_accepted,
        refusal=_GONE,
    ),
    Verb(
        name="telephone",
        label="Ring my telephone",
        icon="i-smartphone",
        key="t",
        key_help="Ring my telephone instead of this page",
        told="{agent} asked for the telephone to ring",
        in_strip=True,
        makes=TelephoneRequested,
        allowed=can_ring_telephone,
        settled=lambda call, request: (
            isinstance(call.state, Offered)
            and call.agent == request.agent
            and call.state.leg != request.leg
        ),
        refusal="This call cannot ring on your telephone now.",
    ),
    Verb(
        name="mute",
        label="Mute",
        icon="i-mic",
        key="m",
        key_help="Mute, and back",
        pressed="Muted",
        pressed_icon="i-mic-off",
        in_strip=True,
        allowed=is_in_call_or_asked_in,
        refusal=_OVER,
    ),
    Verb(
        name="hold",
        label="Hold",
        icon="i-pause",
        key="h",
        key_help="Put the call on hold",
        told="{agent} put {caller} on hold",
        in_strip=True,
        makes=HoldRequested,
        allowed=lambda call, agent: is_talking_alone(call, agent) and not is_held(call),
        settled=lambda call, request: is_held(call) and call.agent == request.agent,
        refusal="This call cannot be put on hold now.",
    ),
    Verb(
        name="retrieve",
        label="Retrieve",
        icon="i-play",
        key="h",
        key_help="Take the call back from hold",
        told="{agent} took {caller} back",
        in_strip=True,
        makes=RetrieveRequested,
        allowed=can_retrieve,
        settled=lambda call, request: (
            isinstance(call.state, InConversation)
            and call.agent == request.agent
            and not is_held(call)
        ),
        refusal="This call cannot be taken back now.",
    ),
    Verb(
        name="transfer",
        label="Transfer",
        icon="i-phone-forwarded",
        key="t",
        key_help="Transfer the call to a colleague, a queue or a mailbox",
        told="{agent} transferred {caller} to {target}",
        in_strip=True,
        makes=TransferRequested,
        takes="target",
        hint=(
            "The call goes on there at once, and is over for you. Whom a colleague does not take "
            "comes back to you, or to the queue if you are not free."
        ),
        allowed=is_talking_alone,
        settled=lambda call, request: (
            call.transfer is not None
            and (call.transfer.by, call.transfer.target) == (request.agent, request.target)
            and not isinstance(call.state, InConversation)
        ),
        refusal="This call cannot be transferred now.",
    ),
    Verb(
        name="park",
        label="Park",
        icon="i-parking-circle",
        key="z",
        key_help="Park the call at a free number, for a colleague to take",
        told="{agent} parked {caller} at {slot}",
        in_strip=True,
        makes=ParkRequested,
        takes="slot",
        allowed=is_talking_alone,
        settled=lambda call, request: (
            isinstance(call.state, Parked) and call.state.by == request.agent
        ),
        refusal="This call cannot be parked now.",
    ),
    Verb(
        name="consult",
        label="Consult",
        icon="i-users-round",
        key="c",
        key_help="Consult a colleague, or somebody outside, with the call on hold",
        told="{agent} called {consulted} to consult them",
        makes=ConsultRequested,
        takes="number",
        hint=(
            "The caller is put on hold first, then it rings there. The caller hears nothing of it."
        ),
        allowed=can_consult,
        settled=lambda call, request: (
            (consult := consult_of(call)) is not None
            and call.agent == request.agent
            and (consult.number, consult.agent) == (request.number, request.colleague)
        ),
        refusal="Nobody can be consulted in this call now.",
    ),
    Verb(
        name="swap",
        label="Swap",
        icon="i-undo-2",
        key="s",
        key_help="Swap: speak with the caller, the other on hold",
        told="{agent} went back to {caller}, {consulted} on hold",
        in_strip=True,
        makes=SwapToCallerRequested,
        allowed=speaks_with("consulted"),
        settled=is_settled("caller"),
        refusal="There is nobody to swap with now.",
    ),
    Verb(
        name="swap-back",
        label="Swap",
        icon="i-undo-2",
        key="s",
        key_help="Swap back: speak with the one consulted, the caller on hold",
        told="{agent} went back to {consulted}, {caller} on hold",
        in_strip=True,
        makes=SwapToConsultedRequested,
        allowed=speaks_with("caller"),
        settled=is_settled("consulted"),
        refusal="There is nobody to swap with now.",
    ),
    Verb(
        name="join",
        label="Join",
        icon="i-users-round",
        key="j",
        key_help="Join all: the caller, the one consulted, and you",
        told="{agent} joined {caller} and {consulted}",
        in_strip=True,
        makes=ConsultJoinRequested,
        allowed=speaks_with("consulted", "caller"),
        settled=lambda call, request: (
            consult_of(call) is None and bool(guests_of(call)) and call.agent == request.agent
        ),
        refusal="There is nobody to join now.",
    ),
    Verb(
        name="complete",
        label="Complete transfer",
        icon="i-phone-forwarded",
        key="t",
        key_help="Complete the transfer: leave the caller to the one consulted, or while it rings",
        told="{agent} left {caller} with {guests}",
        in_strip=True,
        makes=ConsultCompleteRequested,
        allowed=can_complete,
        settled=lambda call, request: (
            isinstance(call.state, HandedOver)
            or (call.transfer is not None and call.transfer.by == request.agent)
        ),
        refusal="This transfer cannot be completed now.",
    ),
    Verb(
        name="cancel",
        label="Cancel consultation",
        icon="i-x",
        key="x",
        key_help="Cancel the consultation, and take the caller back",
        told="{agent} ended the consultation with {consulted}",
        in_strip=True,
        makes=ConsultCancelRequested,
        allowed=lambda call, agent: is_talking(call, agent) and consult_of(call) is not None,
        settled=lambda call, request: (
            isinstance(call.state, InConversation)
            and call.agent == request.agent
            and (call.state.consult, call.state.hold) == (None, None)
        ),
        refusal="The consultation is over.",
    ),
    *RECORDING_VERBS,
    *SUPERVISION_VERBS,
    Verb(
        name="leave",
        label="Leave",
        icon="i-phone-forwarded",
        key="l",
        key_help="Leave the conference: the others talk on without you",
        told="{agent} left {caller} with {guests}",
        in_strip=True,
        makes=LeaveRequested,
        allowed=can_leave,
        settled=lambda call, request: isinstance(call.state, HandedOver),
        refusal="This conference cannot be left now.",
    ),
    Verb(
        name="mute-guest",
        label="Mute",
        icon="i-mic-off",
        key_help="Mute somebody in the conference: they hear everybody",
        told="{agent} muted {consulted}",
        style="party",
        makes=GuestMuteRequested,
        takes="guest",
        beside=lambda guest: not guest.muted,
        allowed=can_remove,
        settled=is_muted_as(muted=True),
        refusal="Nobody can be muted now.",
    ),
    Verb(
        name="unmute-guest",
        label="Unmute",
        icon="i-mic",
        key_help="Let somebody be heard again in the conference",
        told="{agent} let {consulted} be heard again",
        style="party",
        makes=GuestUnmuteRequested,
        takes="guest",
        beside=lambda guest: guest.muted,
        allowed=can_remove,
        settled=is_muted_as(muted=False),
        refusal="Nobody can be unmuted now.",
    ),
    Verb(
        name="remove",
        label="Remove",
        icon="i-x",
        key_help="Remove somebody from the conference",
        told="{agent} removed {consulted}",
        style="party",
        makes=GuestRemoveRequested,
        takes="guest",
        allowed=can_remove,
        settled=is_guest_no_more,
        refusal="Nobody can be removed now.",
    ),
    Verb(
        name="keypad",
        label="Keypad",
        icon="i-grip",
        key="k",
        key_help="Keypad: then 0–9, * and #",
        opens="keypad",
        allowed=is_in_call,
        refusal=_OVER,
    ),
    Verb(
        name="new-call",
        label="New call",
        icon="i-phone-outgoing",
        key="n",
        key_help="Call somebody else: the call is put on hold for it",
        takes="number",
        hint="The call is put on hold first: the caller hears music, and you come back to it here.",
        allowed=is_talking_alone,
        refusal="No other call can be made now.",
    ),
    Verb(
        name="switch",
        label="Switch",
        icon="i-undo-2",
        key_help="Switch to that call, the other on hold",
        told="{agent} came back to {caller}",
        style="line",
        connects=True,
        changes_line=True,
        makes=LineTaken,
        allowed=is_left_by,
        settled=is_taken_back,
        refusal="This call is not on hold for you any more.",
    ),
    Verb(
        name="rejoin",
        label="Continue the call",
        icon="i-headset",
        key_help="Connect the sound again, or take the call over in this tab",
        style="go",
        connects=True,
        makes=Rejoined,
        allowed=is_in_call,
        refusal=_OVER,
    ),
    Verb(
        name="withdraw",
        label="Leave the call",
        icon="i-phone-off",
        key="e",
        key_help="Leave the call of the colleague who consults you",
        told="{agent} left the call",
        style="stop",
        in_strip=True,
        makes=ColleagueLeft,
        allowed=can_withdraw,
        settled=is_no_more_of_it,
        refusal=_OVER,
    ),
    Verb(
        name="end",
        label="End call",
        icon="i-phone-off",
        key="e",
        key_help="End the call",
        told="{agent} ended the call",
        style="stop",
        in_strip=True,
        makes=AgentHungUp,
        allowed=can_end,
        settled=lambda call, request: isinstance(call.state, Ended),
        refusal=_OVER,
    ),
)

TABLE: dict[str, Verb] = {verb.name: verb for verb in _VERBS}  # in the order of the buttons


def verb_of(event: Event) -> Verb | None:
    """The verb that made it; None for an event that no agent asked for."""
    if isinstance(event, CallMarked):
        return TABLE.get(event.mark)
    made = ((verb, verb.makes) for verb in TABLE.values())
    return next((verb for verb, cls in made if cls is not None and isinstance(event, cls)), None)
