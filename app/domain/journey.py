"""The journey: where the caller is, from the first node of the plan until an agent's room.

    AtNode        the plan asks, says or records something
    Waiting       in a queue, or for one agent's own extension
    Offered       presented to one agent, who is reserved for it
    Connecting    accepted: the headset is on its way into the room

A caller goes back to Waiting, at the very same position, whenever an offer comes to nothing. Which
node asks what is known to the nodes alone (`app.domain.nodes`).
"""

from datetime import timedelta
from typing import Final

from app.domain import agent as a
from app.domain import events as e
from app.domain.call import CALLER
from app.domain.commands import Refresh, Ring
from app.domain.states import AtNode, Connecting, InConversation, Offered, Waiting
from app.domain.transition import Transition
from app.domain.value import replace
from app.domain.view import visit

CONNECT_SECONDS = 8  # from accept until the headset is in the room, or somebody else's turn
ACCEPT_KEY = "1"
NOBODY_THERE: Final = ("no-answer", "failed")  # the carrier's verdicts: no wish of the agent's


def at_node(transition: Transition, state: AtNode, event: e.Event) -> None:
    match event:
        case e.Pressed() | e.Heard() | e.MessageLeft() | e.NothingRecorded() if (
            transition.is_asked(CALLER, event.question) and event.leg == CALLER
        ):
            plan, call = transition.plan, transition.call
            node = plan.nodes[state.node]
            outcome = node.answer(visit(plan, call, transition.now), state.memory, event)
            if outcome is not None:  # it is no answer to what this node asks
                transition.follow(state.node, outcome)
        case e.HungUp() if event.leg == CALLER:
            transition.end(transition.plan.nodes[state.node].outcome_of_hang_up)
        case _:
            pass  # late or repeated


def waiting(transition: Transition, state: Waiting, event: e.Event) -> None:
    match event:
        case e.OfferMade(agent_id) if transition.is_ready(agent_id):
            transition.offer(state.position, agent_id)
        case e.TimePassed() | e.AskedWhileWaiting():
            _overflow(transition, event)
        case _:
            _leave_queue(transition, event)


def offered(transition: Transition, state: Offered, event: e.Event) -> None:
    position, leg, agent_id = state.position, state.leg, state.agent
    match event:
        case e.OfferShown(who, shown) if (who, shown) == (agent_id, leg):
            if transition.call.leg(leg) is None:  # of a telephone only the carrier knows
                transition.set_state(replace(state, next_at=None, known=True))
        case e.LegRang(rang) if rang == leg and not state.known:
            seconds = transition.plan.wait_point(position.node).ring_seconds
            until = transition.now + timedelta(seconds=seconds)
            transition.set_state(replace(state, known=True, until=until))
        case e.LegAnswered(answered) if answered == leg:
            if transition.is_client(leg):
                _take(transition, state)
        case e.Pressed(pressing, _, digits) if pressing == leg:
            if digits == ACCEPT_KEY:
                _take(transition, state)
            else:
                transition.ask_again(leg)
        case e.HungUp(gone, reason) if gone == leg:
            if reason in NOBODY_THERE:
                transition.miss_offer(position, agent_id, "missed a call")
            else:
                transition.decline_offer(position, agent_id)
        case e.CommandRefused(_, Ring(refused)) if refused == leg:
            transition.call = transition.call.without_leg(leg)
            if event.is_ours:  # nothing that the agent could help (M1)
                transition.note_missed("line full")
                transition.decline_offer(position, agent_id)
            else:
                transition.miss_offer(position, agent_id, "cannot be called")
        case e.OfferAccepted(who, accepted, nonce, tab) if (who, accepted) == (agent_id, leg):
            if transition.has(who):
                _let_in(transition, state, nonce, tab)
        case e.TelephoneRequested(who, asked) if (who, asked) == (agent_id, leg):
            _ring_telephone(transition, state)
        case e.OfferDeclined(who, declined) if (who, declined) == (agent_id, leg):
            transition.decline_offer(position, agent_id)
        case e.AgentDismissed(who) if who == agent_id:
            dismiss(transition, who)
            transition.decline_offer(position, agent_id)
        case e.TimePassed() | e.AskedWhileWaiting() if state.until <= transition.now:
            transition.miss_offer(position, agent_id, "missed a call")
            _overflow(transition, event)
        case e.TimePassed() | e.AskedWhileWaiting():
            is_due = state.next_at is not None and state.next_at <= transition.now
            if is_due and transition.has(agent_id):
                transition.offer(position, agent_id, state.device + 1)
        case _:
            _leave_queue(transition, event)


def connecting(transition: Transition, state: Connecting, event: e.Event) -> None:
    position, agent_id, headset = state.position, state.agent, state.headset
    match event:
        case e.HeadsetConnected(leg, nonce, sid) if (leg, nonce) == (headset, state.nonce):
            connect(transition, agent_id, leg, sid)
        case e.JoinedRoom(leg) if leg == headset:
            transition.begin_talk(agent_id)
            transition.set_state(InConversation(position, agent_id, headset, transition.now))
        case e.HeadsetLost(gone) if gone == headset:
            transition.miss_offer(position, agent_id, "no connection")
        case e.HungUp(gone) | e.LeftRoom(gone) if gone == headset:
            if transition.before.leg(gone) is not None:  # the caller waits on (F10)
                transition.miss_offer(position, agent_id, "no connection")
        case e.Rejoined(who, nonce, tab) if who == agent_id and state.nonce != nonce:
            if transition.has(who):
                transition.want_no_headset()
                _let_in(transition, state, nonce, tab)
        case e.AgentHungUp(who) if who == agent_id:
            transition.decline_offer(position, agent_id)
        case e.AgentDismissed(who) if who == agent_id:
            dismiss(transition, who)
            transition.decline_offer(position, agent_id)
        case e.RoomRefused(leg) if leg == headset and transition.count_bounce(leg):
            restarted = transition.restart_wait(position)
            transition.miss_offer(restarted, agent_id, "no connection")
        case e.TimePassed() | e.AskedWhileWaiting() if state.until <= transition.now:
            transition.miss_offer(position, agent_id, "no connection")
            _overflow(transition, event)
        case _:
            _leave_queue(transition, event)


def connect(transition: Transition, agent_id: str, leg: str, sid: str) -> None:
    """The agent's browser called in. Two generations of a headset never coexist."""
    if transition.call.leg(leg) is None:
        transition.want_no_headset()
        transition.add_headset(leg, agent_id)
        transition.bind_sid(leg, sid)


def dismiss(transition: Transition, agent_id: str) -> None:
    """After this call the agent is offline, whatever was asked for before."""
    if transition.has(agent_id):
        before = transition.agents[agent_id]
        after = a.change(before, a.WentOffline(), transition.now)
        if after != before:
            transition.save_agent(after)


def _leave_queue(transition: Transition, event: e.Event) -> None:
    """What ends the waiting, wherever the offer stands."""
    match event:
        case e.QueueRefused(node=node) if node == transition.position.node:
            transition.note_missed("caller went on")
            transition.release_agent()
            transition.want_no_headset()
            if transition.takes_back():
                return
            transition.enter(transition.plan.wait_point(transition.position.node).otherwise)
        case e.HungUp() if event.leg == CALLER:
            transition.note_missed("caller gave up")
            transition.release_agent()
            transition.end("abandoned")
        case _:
            pass  # late or repeated


def _overflow(transition: Transition, event: e.Event) -> None:
    """Who has waited long enough goes on; the answer to the caller's own request moves it (W9)."""
    match transition.call.state:
        case Waiting(position) if position.until <= transition.now:
            if transition.takes_back(position.cool_downs):
                return  # the caller waits on where the caller is
            transition.enter(transition.plan.wait_point(position.node).otherwise)
            if not isinstance(event, e.AskedWhileWaiting):
                transition.command(Refresh(CALLER))
        case _:
            pass


def _ring_telephone(transition: Transition, state: Offered) -> None:
    """It rings anew, there: the page cannot be heard, or the agent is away from it."""
    agent = transition.agents.get(state.agent)
    device = agent.telephone if agent is not None else None
    if device is not None and device != state.device and transition.has(state.agent):
        transition.want_no_headset()
        transition.offer(state.position, state.agent, device)


def _let_in(transition: Transition, state: Offered | Connecting, nonce: str, tab: str) -> None:
    transition.want_no_headset()  # a telephone that rings for this very offer
    until = transition.now + timedelta(seconds=CONNECT_SECONDS)
    who, call = state.agent, transition.call
    transition.save_agent(a.lets_in(transition.agents[who], call.id, nonce, tab, until))
    headset = transition.headset_of(who)
    transition.set_state(Connecting(state.position, state.leg, who, headset, nonce, until))


def _take(transition: Transition, state: Offered) -> None:
    """On a telephone that we dialled: it is its own headset, and comes into the room by itself."""
    until = transition.now + timedelta(seconds=CONNECT_SECONDS)
    leg = state.leg
    transition.set_state(Connecting(state.position, leg, state.agent, leg, "", until))
