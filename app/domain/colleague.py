"""A colleague is consulted: asked into the agent's call, while its caller is on hold (R19).

The colleague must be available, and is reserved from the agent's click on. It rings, on the screen
or at a telephone, once nobody who is on hold could hear the two. In the room they are as somebody
from outside (`app.domain.consult`), with three differences: completed, the colleague is the agent
of the call; whatever they talk in is recorded as before; and they may leave by themselves.

    what happens before the colleague is there   what becomes of it
    declines, or hangs up the telephone           the consultation is over; the colleague is free
    does not answer in time                       so, too; the colleague reads that they were asked
    the page does not call in after the accept    so, too
    the agent cancels, the caller hangs up        so, too
    the desk does not show it                     the next device of the colleague rings

    what happens then                             what becomes of it
    complete                                      the call is the colleague's (`handover.give`)
    the colleague leaves, or their headset does   the consultation is over, or a guest is gone
    the colleague is dismissed                    they finish, and are offline after it
    the colleague is not in the call any more     the presence of before: no wrap-up
"""

from datetime import timedelta

from app.domain import agent as a
from app.domain import consult
from app.domain import events as e
from app.domain.commands import Ring
from app.domain.journey import ACCEPT_KEY, CONNECT_SECONDS, NOBODY_THERE, dismiss
from app.domain.outcomes import ConsultEnd
from app.domain.states import Consult, ConsultOffer, InConversation
from app.domain.transition import SETUP_SECONDS, SHOW_SECONDS, Transition
from app.domain.value import replace


def in_conversation(transition: Transition, state: InConversation, event: e.Event) -> None:
    match state.consult, event:
        case None, e.ConsultRequested(who, colleague=asked) if asked:
            is_there = who == state.agent and state.met and state.away is None
            if is_there and consult.can_add(transition.call, state):
                _ask(transition, state, event)
        case Consult(agent=asked, offer=None) as consulted, _ if asked:
            if not _is_in(transition, state, consulted, event):
                consult.in_conversation(transition, state, event)
        case Consult(offer=ConsultOffer(accepted=accepted) as offer) as consulted, _:
            react = _comes_in if accepted else _is_asked
            if not react(transition, state, consulted, offer, event):
                changed = transition.call.state
                if isinstance(changed, InConversation):
                    consult.in_conversation(transition, changed, event)
        case _:
            consult.in_conversation(transition, state, event)


def may_be_consulted(agent: a.Agent) -> bool:
    """Available: no call holds this agent, and none is being finished."""
    return isinstance(agent.presence, a.Ready)


def settle(transition: Transition) -> None:
    """It rings as soon as it may; and whom the call holds no more is as before it."""
    match transition.call.state:
        case (
            InConversation(
                consult=Consult(offer=ConsultOffer(begun=False, device=device)) as consulted
            ) as state
        ) if transition.may_ring():
            _rings(transition, state, consulted, device)
        case _:
            pass
    people = transition.call.people
    for who in transition.before.people:
        if who not in people:
            transition.free(who)


def _ask(transition: Transition, state: InConversation, event: e.ConsultRequested) -> None:
    who, now = event.colleague, transition.now
    asked = transition.agents.get(who)
    if asked is None:
        transition.asks_for = who
        return
    if not may_be_consulted(asked):
        return
    leg = transition.next_leg()
    until = now + timedelta(seconds=consult.RING_SECONDS)
    transition.save_agent(a.reserved(asked, transition.call.id, leg, until, now))
    offer = ConsultOffer(leg, until)
    consulted = Consult(leg, "", event.name, now, agent=who, offer=offer)
    consult.speak_with(transition, state, consulted, "consulted")


def _rings(transition: Transition, state: InConversation, consulted: Consult, device: int) -> None:
    """At that device of the colleague: on the screen, or by dialling it."""
    who, now = consulted.agent, transition.now
    asked = transition.agents.get(who)
    if asked is None:
        transition.asks_for = who
        return
    chosen = asked.devices[device] if device < len(asked.devices) else a.Device()
    until, next_at = now + timedelta(seconds=consult.RING_SECONDS), None
    if chosen.kind == "desk":
        leg = transition.next_leg() if device else consulted.leg
        if device + 1 < len(asked.devices):
            next_at = now + timedelta(seconds=SHOW_SECONDS)
    else:
        asked = a.is_dialled(asked, transition.call.id)
        leg = f"{who}.{asked.gen}"
        until += timedelta(seconds=SETUP_SECONDS)
        ring = Ring(leg, chosen.kind, chosen.address, consult.RING_SECONDS)
        transition.add_colleague(leg, who, ring)
    transition.save_agent(a.reserved(asked, transition.call.id, leg, until, now))
    offer = ConsultOffer(leg, until, device, next_at, begun=True)
    transition.set_state(replace(state, consult=replace(consulted, leg=leg, offer=offer)))


# --- Asked: it rings, or is about to ------------------------------------------------------------


def _is_asked(
    transition: Transition,
    state: InConversation,
    consulted: Consult,
    offer: ConsultOffer,
    event: e.Event,
) -> bool:
    """Whether the event is of this alone. Time, too, may end more than one thing."""
    who, leg = consulted.agent, offer.leg
    match event:
        case e.OfferShown(asked, shown) if (asked, shown) == (who, leg):
            if transition.call.leg(leg) is None:
                _set_offer(transition, state, consulted, replace(offer, next_at=None, known=True))
        case e.LegRang(rang) if rang == leg and not offer.known:
            until = transition.now + timedelta(seconds=consult.RING_SECONDS)
            _set_offer(transition, state, consulted, replace(offer, known=True, until=until))
        case e.LegAnswered(answered) if answered == leg:
            if transition.is_client(leg):
                _accepts(transition, state, consulted, offer)
        case e.Pressed(pressing, _, digits) if pressing == leg:
            if digits == ACCEPT_KEY:
                _accepts(transition, state, consulted, offer)
            else:
                transition.ask_again(leg)
        case e.OfferAccepted(asked, accepted) if (asked, accepted) == (who, leg):
            if offer.begun and transition.has(who):
                _let_in(transition, state, consulted, offer, event)
        case e.OfferDeclined(asked, declined) if (asked, declined) == (who, leg):
            if offer.begun:
                _over(transition, state, consulted, "declined")
        case e.HungUp(gone, reason) if gone == leg:
            if reason in NOBODY_THERE:
                _did_not_answer(transition, state, consulted)
            else:
                _over(transition, state, consulted, "declined")
        case e.CommandRefused(_, Ring(refused)) if refused == leg:
            transition.call = transition.call.without_leg(leg)
            _over(transition, state, consulted, "not reached")
        case e.AgentDismissed(asked) if asked == who:
            dismiss(transition, who)
            _over(transition, state, consulted, "not reached")
        case e.TimePassed() if offer.until <= transition.now:
            if offer.begun:
                _did_not_answer(transition, state, consulted)
            else:
                consult.not_called(transition, state, consulted)
            return False
        case e.TimePassed() if offer.next_at is not None and offer.next_at <= transition.now:
            if transition.has(who):
                _rings(transition, state, consulted, offer.device + 1)
            return False
        case _:
            return False
    return True


def _set_offer(
    transition: Transition, state: InConversation, consulted: Consult, offer: ConsultOffer
) -> None:
    transition.set_state(replace(state, consult=replace(consulted, offer=offer)))


def _did_not_answer(transition: Transition, state: InConversation, consulted: Consult) -> None:
    """The colleague stays available: who asks once is no caller who waits in vain."""
    who = consulted.agent
    if transition.has(who):
        call = transition.call.id
        missed = a.misses(transition.agents[who], call, "asked in vain", transition.now)
        transition.save_agent(missed)
    _over(transition, state, consulted, "not answered")


def _over(
    transition: Transition, state: InConversation, consulted: Consult, how: ConsultEnd
) -> None:
    consult.over(transition, state, consulted, how)


# --- Accepted: on the way into the room ---------------------------------------------------------


def _accepts(
    transition: Transition, state: InConversation, consulted: Consult, offer: ConsultOffer
) -> None:
    """On a telephone that we dialled: it is its own headset."""
    until = transition.now + timedelta(seconds=CONNECT_SECONDS)
    accepted = replace(offer, accepted=True, next_at=None, until=until)
    _set_offer(transition, state, consulted, accepted)


def _let_in(
    transition: Transition,
    state: InConversation,
    consulted: Consult,
    offer: ConsultOffer,
    event: e.OfferAccepted,
) -> None:
    """The colleague's page calls in; a telephone that rings for this very offer stops."""
    who, call = consulted.agent, transition.call.id
    until = transition.now + timedelta(seconds=CONNECT_SECONDS)
    transition.want(offer.leg, "out")
    lets_in = a.lets_in(transition.agents[who], call, event.nonce, event.tab, until)
    transition.save_agent(lets_in)
    accepted = replace(offer, accepted=True, next_at=None, until=until, nonce=event.nonce)
    headset = transition.headset_of(who)
    _set_offer(transition, state, replace(consulted, leg=headset), accepted)


def _comes_in(
    transition: Transition,
    state: InConversation,
    consulted: Consult,
    offer: ConsultOffer,
    event: e.Event,
) -> bool:
    """Whether the event is of this alone. Time, too, may end more than one thing."""
    who, headset = consulted.agent, consulted.leg
    match event:
        case e.HeadsetConnected(leg, nonce, sid) if leg == headset:
            if nonce == offer.nonce and transition.call.leg(leg) is None:
                transition.add_colleague(leg, who)
                transition.bind_sid(leg, sid)
        case e.JoinedRoom(leg) if leg == headset:
            _is_there(transition, state, consulted)
        case e.HungUp(leg) | e.HeadsetLost(leg) | e.LeftRoom(leg, hung_up=True) if leg == headset:
            if transition.is_of_this_room(event):
                _over(transition, state, consulted, "not reached")
        case e.RoomRefused(leg) if leg == headset:
            if transition.count_bounce(leg):
                _over(transition, state, consulted, "not reached")
        case e.ColleagueLeft(asked) if asked == who:
            _over(transition, state, consulted, "declined")
        case e.AgentDismissed(asked) if asked == who:
            dismiss(transition, who)
            _over(transition, state, consulted, "not reached")
        case e.TimePassed() if offer.until <= transition.now:
            _over(transition, state, consulted, "not reached")
            return False
        case _:
            return False
    return True


def _is_there(transition: Transition, state: InConversation, consulted: Consult) -> None:
    leg = transition.call.leg(consulted.leg)
    if leg is None or not leg.in_room:
        return
    if transition.has(consulted.agent):
        asked = transition.agents[consulted.agent]
        transition.save_agent(a.is_consulted(asked, transition.call.id, transition.now))
    there = replace(consulted, answered=True, offer=None)
    transition.set_state(replace(state, consult=there))


# --- In the room --------------------------------------------------------------------------------


def _is_in(
    transition: Transition, state: InConversation, consulted: Consult, event: e.Event
) -> bool:
    """Whether the event is of this alone."""
    if has_left(transition, event, consulted.agent, consulted.leg):
        _over(transition, state, consulted, "hung up")
    elif isinstance(event, e.AgentDismissed) and event.agent == consulted.agent:
        dismiss(transition, consulted.agent)
    else:
        return False
    return True


def has_left(transition: Transition, event: e.Event, who: str, headset: str) -> bool:
    """Whether that colleague is in the room no more by that event, or wants to be."""
    match event:
        case e.HungUp(leg) | e.HeadsetLost(leg) | e.LeftRoom(leg, hung_up=True):
            return leg == headset and transition.is_of_this_room(event)
        case e.ColleagueLeft(asked):
            return asked == who
        case _:
            return False
