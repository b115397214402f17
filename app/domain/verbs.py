"""Desk verbs: what an agent can ask for in a call, declared once.

From one entry of `TABLE` follow the button and its key, the keyboard help, the route, the service
call, the right that is asked, the words of a refusal and the line in the timeline. A verb makes one
event; what the event means is decided in `decide`. A local verb makes none: only the browser acts.

A new verb is one entry, its states in tests/domain/test_verbs.py, and `make docs`. One that marks
the call (`marking`) needs nothing else: the mark is kept with the call and shown beside it.
"""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, Literal, TypeAlias

from app.domain.access import Action
from app.domain.agent import Agent
from app.domain.call import Call
from app.domain.events import (
    AgentHungUp,
    CallMarked,
    Event,
    HoldRequested,
    OfferAccepted,
    OfferDeclined,
    Rejoined,
    RetrieveRequested,
    TelephoneRequested,
    TransferRequested,
)
from app.domain.states import Connecting, Ended, InConversation, Offered
from app.domain.value import value

Style: TypeAlias = Literal["go", "stop", "control"]  # how its button looks, and where it is


@value
class Request:
    """What a verb's event is made of: the event takes those of these that it names."""

    agent: str
    leg: str = ""  # the offer, as the page shows it
    nonce: str = ""  # of a verb that connects: proves that the browser that calls in was let in
    tab: str = ""
    mark: str = ""
    target: str = ""  # of a verb that takes one: a node of the call's plan


Allowed: TypeAlias = Callable[[Call, Agent], bool]
Settled: TypeAlias = Callable[[Call, Request], bool]


def is_offered(call: Call, agent: Agent) -> bool:
    return isinstance(call.state, Offered) and call.agent == agent.id


def can_ring_telephone(call: Call, agent: Agent) -> bool:
    """It is offered somewhere else than on the telephone that the agent has."""
    if not isinstance(call.state, Offered) or call.agent != agent.id:
        return False
    return agent.telephone is not None and agent.telephone != call.state.device


def is_in_call(call: Call, agent: Agent) -> bool:
    """Accepted: connecting, talking, or the headset is lost."""
    return isinstance(call.state, Connecting | InConversation) and call.agent == agent.id


def is_talking(call: Call, agent: Agent) -> bool:
    """The headset is in the room, and so was the caller: on hold, or not."""
    match call.state:
        case InConversation(agent=who, met=True, away=None):
            return who == agent.id
        case _:
            return False


def is_held(call: Call) -> bool:
    """Whether the agent wants the caller on hold."""
    return isinstance(call.state, InConversation) and call.state.hold is not None


def never(call: Call, request: Request) -> bool:
    return False


@value
class Verb:
    """One entry. `key`: a single letter, free in every state in which the verb is allowed."""

    name: str  # in the route, in the timeline
    label: str  # on the button
    icon: str
    key_help: str  # in the list of keys
    allowed: Allowed  # what the button and the service ask
    refusal: str  # in words for the agent, when it is not allowed
    makes: type[Any] | None = None  # the class of its event; None: local
    settled: Settled = never  # asked again, it is no error and changes nothing
    key: str = ""
    style: Style = "control"
    action: Action = "handle a call"
    told: str = ""  # in the timeline; {agent} is the agent's name. Empty: not told
    mark: str = ""  # makes CallMarked: what is shown beside the call from then on
    connects: bool = False  # the browser calls in with what is granted
    in_strip: bool = False  # on pages that are not the desk, too
    pressed: str = ""  # of a local verb that is switched on and off: its label when it is on
    pressed_icon: str = ""
    opens: str = ""  # of a local verb: the id of what it shows and hides
    takes_target: bool = False  # a node of the plan, chosen in a dialog
    hint: str = ""  # of a verb that takes one: what it does, for who chooses

    @property
    def is_local(self) -> bool:
        return self.makes is None

    def event(self, request: Request) -> Event:
        """TypeError: a local verb makes none."""
        if self.makes is None:
            raise TypeError(f"{self.name} makes no event")
        event: Event = self.makes(**{f.name: getattr(request, f.name) for f in fields(self.makes)})
        return event


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
        settled=lambda call, request: call.agent != request.agent,
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
        settled=lambda call, request: (
            isinstance(call.state, Connecting)
            and (call.state.agent, call.state.leg) == (request.agent, request.leg)
        ),
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
        allowed=is_in_call,
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
        allowed=lambda call, agent: is_talking(call, agent) and not is_held(call),
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
        allowed=lambda call, agent: is_talking(call, agent) and is_held(call),
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
        takes_target=True,
        hint=(
            "The call goes on there at once, and is over for you. Whom a colleague does not take "
            "comes back to you, or to the queue if you are not free."
        ),
        allowed=is_talking,
        settled=lambda call, request: (
            call.transfer is not None
            and (call.transfer.by, call.transfer.target) == (request.agent, request.target)
            and not isinstance(call.state, InConversation)
        ),
        refusal="This call cannot be transferred now.",
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
        name="end",
        label="End call",
        icon="i-phone-off",
        key="e",
        key_help="End the call",
        told="{agent} ended the call",
        style="stop",
        in_strip=True,
        makes=AgentHungUp,
        allowed=is_in_call,
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
