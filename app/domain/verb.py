"""What a desk verb is, and in which states of a call an agent may ask for it.

The verbs themselves are in `app.domain.verbs`: one table.
"""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, Literal, TypeAlias

from app.domain.access import Action
from app.domain.agent import Agent
from app.domain.call import Call
from app.domain.consult import can_add, has_answered_or_rings
from app.domain.events import Event
from app.domain.lines import is_left
from app.domain.states import (
    Connecting,
    Consult,
    ConsultOffer,
    Guest,
    HandedOver,
    HeadsetAway,
    InConversation,
    Offered,
    SpeaksWith,
    is_among,
)
from app.domain.value import value

# How it looks, and where it is.
Style: TypeAlias = Literal["go", "stop", "control", "party", "line"]
# Chosen, typed, whom it is beside; or a free slot, which the service finds.
Takes: TypeAlias = Literal["", "target", "number", "guest", "slot"]


@value
class Request:
    """What a verb's event is made of: the event takes those of these that it names."""

    agent: str
    leg: str = ""  # the offer, as the page shows it
    nonce: str = ""  # of a verb that connects: proves that the browser that calls in was let in
    tab: str = ""
    mark: str = ""
    target: str = ""  # of a verb that takes one: a node of the call's plan, or a guest's leg
    slot: int = 0  # of a verb that takes one: where the call is parked
    number: str = ""  # of a verb that takes one: E.164
    shows: str = ""  # the number of ours that is seen there
    name: str = ""  # whose number it is, if that is known
    colleague: str = ""  # who is consulted instead of a number


Allowed: TypeAlias = Callable[[Call, Agent], bool]
Settled: TypeAlias = Callable[[Call, Request], bool]


def is_offered(call: Call, agent: Agent) -> bool:
    """A caller, or as whom a colleague consults."""
    return call.offered_to is not None and call.offered_to[0] == agent.id


def is_asked_in(call: Call, agent: Agent) -> bool:
    """A colleague's call, in whose room this agent is: consulted, or as a guest."""
    consult = consult_of(call)
    is_consulted = consult is not None and consult.agent == agent.id and consult.answered
    return is_consulted or any(guest.agent == agent.id for guest in guests_of(call))


def can_withdraw(call: Call, agent: Agent) -> bool:
    """In the room, or on the way into it."""
    match consult_of(call):
        case Consult(agent=who, offer=ConsultOffer(accepted=True)) if who == agent.id:
            return True
        case _:
            return is_asked_in(call, agent)


def is_accepted(call: Call, request: Request) -> bool:
    """This agent has taken that very offer, and their browser is to call in."""
    match call.state:
        case Connecting(agent=agent, leg=leg):
            return (agent, leg) == (request.agent, request.leg)
        case InConversation(consult=Consult(agent=agent, offer=ConsultOffer() as offer)):
            return offer.accepted and (agent, offer.leg) == (request.agent, request.leg)
        case _:
            return False


def is_in_call_or_asked_in(call: Call, agent: Agent) -> bool:
    return is_in_call(call, agent) or is_asked_in(call, agent)


def can_ring_telephone(call: Call, agent: Agent) -> bool:
    """It is offered somewhere else than on the telephone that the agent has."""
    if not isinstance(call.state, Offered) or call.agent != agent.id:
        return False
    return agent.telephone is not None and agent.telephone != call.state.device


def is_in_call(call: Call, agent: Agent) -> bool:
    """Accepted: connecting, talking, or the headset is lost; not while on another line."""
    return _is_of(call, agent) and not is_left(call)


def _is_of(call: Call, agent: Agent) -> bool:
    return isinstance(call.state, Connecting | InConversation) and call.agent == agent.id


def is_talking(call: Call, agent: Agent) -> bool:
    """The headset is in the room, and so was the caller: on hold, or not."""
    match call.state:
        case InConversation(agent=who, met=True, away=None):
            return who == agent.id
        case _:
            return False


def is_left_by(call: Call, agent: Agent) -> bool:
    """On hold, while the agent is on another line, or between two."""
    return is_left(call) and call.agent == agent.id


def is_taken_back(call: Call, request: Request) -> bool:
    """The agent's browser is to call in, or is there."""
    match call.state:
        case InConversation(agent=who, away=HeadsetAway() | None):
            return who == request.agent
        case _:
            return False


def is_held(call: Call) -> bool:
    """Whether the agent wants the caller on hold."""
    return isinstance(call.state, InConversation) and call.state.hold is not None


def consult_of(call: Call) -> Consult | None:
    return call.state.consult if isinstance(call.state, InConversation) else None


def guests_of(call: Call) -> tuple[Guest, ...]:
    return call.state.guests if isinstance(call.state, InConversation | HandedOver) else ()


def is_no_more_of_it(call: Call, request: Request) -> bool:
    """This agent neither has the call, nor was asked into it."""
    return request.agent not in call.agents


def is_guest_no_more(call: Call, request: Request) -> bool:
    is_mine = isinstance(call.state, InConversation) and call.agent == request.agent
    return is_mine and not is_among(guests_of(call), request.target)


def is_talking_alone(call: Call, agent: Agent) -> bool:
    """With the caller, without guests, and consults nobody."""
    return is_talking(call, agent) and consult_of(call) is None and not guests_of(call)


def can_retrieve(call: Call, agent: Agent) -> bool:
    """On hold, and nobody is consulted: after that the guests may be on hold, too."""
    return is_talking(call, agent) and consult_of(call) is None and is_held(call)


def can_consult(call: Call, agent: Agent) -> bool:
    """There is room for one more, and nobody is there still who was consulted before."""
    state = call.state
    is_free = is_talking(call, agent) and consult_of(call) is None
    return is_free and isinstance(state, InConversation) and can_add(call, state)


def can_remove(call: Call, agent: Agent) -> bool:
    return is_talking(call, agent) and bool(guests_of(call))


def guest_of(call: Call, leg: str) -> Guest | None:
    return next((guest for guest in guests_of(call) if guest.leg == leg), None)


def is_muted_as(*, muted: bool) -> Settled:
    """The agent wants it so already, or that guest is gone."""

    def settled(call: Call, request: Request) -> bool:
        guest = guest_of(call, request.target)
        is_so = guest is None or guest.muted == muted
        return isinstance(call.state, InConversation) and call.agent == request.agent and is_so

    return settled


def can_leave(call: Call, agent: Agent) -> bool:
    """While the agent consults, somebody is on hold: that is completed, or cancelled first."""
    return can_remove(call, agent) and consult_of(call) is None


def can_end(call: Call, agent: Agent) -> bool:
    """While the agent consults, somebody is on hold: whom the agent means is not said."""
    return _is_of(call, agent) and consult_of(call) is None


def speaks_with(*whom: SpeaksWith) -> Allowed:
    """The one consulted has answered, and the agent speaks with one of these."""

    def allowed(call: Call, agent: Agent) -> bool:
        consult = consult_of(call)
        is_there = consult is not None and consult.answered and consult.speaks_with in whom
        return is_there and is_talking(call, agent)

    return allowed


def can_complete(call: Call, agent: Agent) -> bool:
    """The one consulted has answered, or it rings there."""
    consult = consult_of(call)
    is_there = consult is not None and has_answered_or_rings(call, consult)
    return is_there and is_talking(call, agent)


def is_settled(*whom: SpeaksWith) -> Settled:
    """The agent speaks with one of these already."""

    def settled(call: Call, request: Request) -> bool:
        consult = consult_of(call)
        return call.agent == request.agent and consult is not None and consult.speaks_with in whom

    return settled


def any_guest(guest: Guest) -> bool:
    return True


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
    refusal_in: Callable[[Call], str] | None = None  # … where the words differ by the call
    settled: Settled = never  # asked again, it is no error and changes nothing
    key: str = ""
    style: Style = "control"
    action: Action = "handle a call"
    told: str = ""  # in the timeline; {agent} is the agent's name. Empty: not told
    mark: str = ""  # makes CallMarked: what is shown beside the call from then on
    connects: bool = False  # the browser calls in with what is granted
    needs_no_call: bool = False  # who asks is free: no call holds them
    changes_line: bool = False  # the call that the agent has is put on hold for it first
    in_strip: bool = False  # on pages that are not the desk, too
    pressed: str = ""  # of a local verb that is switched on and off: its label when it is on
    pressed_icon: str = ""
    opens: str = ""  # of a local verb: the id of what it shows and hides
    beside: Callable[[Guest], bool] = any_guest  # of a verb that takes a guest: beside whom it is
    takes: Takes = ""  # a node of the plan, or a number: in a dialog
    hint: str = ""  # of a verb that takes one: what it does, for who chooses

    def refuses(self, call: Call) -> str:
        """In words for the agent, why it is not allowed in that call."""
        return self.refusal_in(call) if self.refusal_in else self.refusal

    @property
    def is_local(self) -> bool:
        return self.makes is None

    def event(self, request: Request) -> Event:
        """TypeError: a local verb makes none."""
        if self.makes is None:
            raise TypeError(f"{self.name} makes no event")
        event: Event = self.makes(**{f.name: getattr(request, f.name) for f in fields(self.makes)})
        return event
