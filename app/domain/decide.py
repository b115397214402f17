"""What becomes of a call: an event comes in, a decision goes out. Pure.

`decide` is one flat match of state and event; late or repeated news falls through and changes
nothing. What it may need of the world comes in with it: the plan, the agents that the call names,
the time. Laws (see tests/domain): the same news twice is the same as once; the end is final; each
state has a defined end for each leg's death; nothing is left ringing, reserved or held after it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from app.domain import agent as a
from app.domain import events as e
from app.domain.agent import Agent
from app.domain.call import (
    CALLER,
    AtNode,
    Call,
    Command,
    Connecting,
    HangUp,
    Hold,
    Interrupted,
    Leg,
    Offered,
    QueuePosition,
    Refresh,
    Ring,
    Room,
    StartRecording,
    StopRecording,
    Talking,
    Unhold,
    Waiting,
)
from app.domain.dialplan import Number, Plan
from app.domain.replies import JoinRoom, SayGoodbye, SayTaken
from app.domain.transition import Decision, Transition
from app.domain.view import view, visit

CONNECT_SECONDS = 8  # from accept until the headset is in the room, or somebody else's turn
GRACE_SECONDS = 20  # a lost headset may come back
ACCEPT_KEY = "1"
NOBODY_THERE = ("no-answer", "failed")  # the carrier's verdicts that are no wish of the agent's
CAPACITY = (10004, 16021)


def begin(
    plan: Plan, number: Number, call_id: str, sid: str, caller: str, name: str, now: datetime
) -> Decision:
    """A caller dialled `number`: the call as it starts, not saved yet (`rev` 0)."""
    call = Call(
        id=call_id,
        caller=caller,
        did=number.e164,
        language=number.language,
        plan=plan.sha,
        state=AtNode(number.entry),
        started=now,
        updated=now,
        legs=(Leg(CALLER, sid, now),),
        room=Room(f"{call_id}-1"),
        name=name,
    )
    turn = Transition(plan, call, {}, now)
    turn.enters(number.entry)
    return turn.decision(call)


def decide(
    plan: Plan, call: Call, agents: Mapping[str, Agent], event: e.Event, clock: datetime
) -> Decision:
    """What `event` makes of `call` and of the agents it names. Time never runs backwards (W12)."""
    now = max(clock, call.updated)
    turn = Transition(plan, call, dict(agents), now)
    _news(turn, event)
    match call.state, event:
        # --- the caller and the dial plan ---------------------------------------------------
        case _, e.Pressed(leg, question) | e.Heard(leg, question) if not turn.is_asked(
            leg, question
        ):
            return Decision(call, stale_answer=True)  # the answer to another question (W1)
        case AtNode(name, memory), (
            e.Pressed(leg="1") | e.Heard(leg="1") | e.MessageLeft()
        ) as answer:
            outcome = plan.nodes[name].answer(visit(plan, call, now), memory, answer)
            if outcome is not None:  # it is no answer to what this node asks
                turn.follows(name, outcome)

        # --- waiting and offers -------------------------------------------------------------
        case Waiting(position), e.OfferMade(agent_id) if turn.is_ready(agent_id):
            turn.offers(position, agent_id)
        case Offered(position, leg, agent_id) as offer, e.OfferShown(who, shown) if (
            agent_id,
            leg,
        ) == (who, shown) and call.leg(leg) is None:  # of a telephone only the carrier knows
            turn.becomes(replace(offer, next_at=None, known=True))
        case Offered(position, leg) as offer, e.LegRang(rang) if leg == rang and not offer.known:
            seconds = plan.wait_point(position.node).ring_seconds
            turn.becomes(replace(offer, known=True, until=now + timedelta(seconds=seconds)))
        case Offered(position, leg, agent_id), e.LegAnswered(answered) if leg == answered:
            if turn.is_client(leg):
                _takes(turn, position, leg, agent_id)
        case Offered(position, leg, agent_id), e.Pressed(pressing, _, digits) if leg == pressing:
            if digits == ACCEPT_KEY:
                _takes(turn, position, leg, agent_id)
            else:
                turn.asks_again(leg)
        case Offered(position, leg, agent_id), e.HungUp(gone, reason) if leg == gone:
            if reason in NOBODY_THERE:
                turn.misses(position, agent_id, "missed a call")
            else:
                turn.declines(position, agent_id)
        case Offered(position, leg, agent_id), e.CommandRefused(_, Ring(refused), code) if (
            leg == refused
        ):
            turn.call = turn.call.without_leg(leg)
            if code in CAPACITY:  # ours, not the agent's (M1)
                turn.declines(position, agent_id)
            else:
                turn.misses(position, agent_id, "cannot be called")
        case Offered(position, leg, agent_id), e.OfferAccepted(who, offer, nonce, tab) if (
            agent_id,
            leg,
        ) == (who, offer) and turn.has(who):
            _lets_in(turn, position, leg, who, nonce, tab)
        case Offered(position, leg, agent_id), e.OfferDeclined(who, offer) if (agent_id, leg) == (
            who,
            offer,
        ):
            turn.declines(position, agent_id)
        case Offered(position, _, agent_id, until), (e.TimePassed() | e.AskedWhileWaiting()) if (
            until <= now
        ):
            turn.misses(position, agent_id, "missed a call")
        case Offered(position, agent=agent_id, device=device, next_at=datetime() as next_at), (
            e.TimePassed() | e.AskedWhileWaiting()
        ) if next_at <= now and turn.has(agent_id):
            turn.offers(position, agent_id, device + 1)
        case Connecting(position, agent=agent_id, until=until), (
            e.TimePassed() | e.AskedWhileWaiting()
        ) if until <= now:
            turn.misses(position, agent_id, "no connection")
        case ((Waiting() | Offered() | Connecting()), e.QueueRefused()):
            turn.releases()
            turn.hangs_up_headsets()
            turn.enters(plan.wait_point(turn.position.node).otherwise)

        # --- the headset --------------------------------------------------------------------
        case (Connecting() | Interrupted()) as state, e.HeadsetConnected(leg, nonce, sid) if (
            state.headset,
            state.nonce,
        ) == (leg, nonce) and turn.call.leg(leg) is None:
            turn.hangs_up_headsets()  # of older generations: two never coexist
            turn.binds(leg, sid)
        case Connecting(position, _, agent_id, headset), e.JoinedRoom(leg) if leg == headset:
            turn.becomes(Talking(position, agent_id, headset, now))
            turn.talks(agent_id)
            turn.does(Refresh(CALLER))
        case Interrupted(talking, headset), e.JoinedRoom(leg) if leg == headset:
            turn.becomes(replace(talking, headset=leg))
        case Connecting(position, leg, agent_id, headset), e.HeadsetLost(gone) if gone == headset:
            turn.misses(position, agent_id, "no connection")  # the page could not call in at all
        case Connecting(position, leg, agent_id, headset), (e.HungUp(gone) | e.LeftRoom(gone)) if (
            gone == headset and call.leg(gone)
        ):
            turn.misses(position, agent_id, "no connection")  # F10: the caller keeps the place
        case Talking(headset=headset), (
            e.HungUp(gone) | e.LeftRoom(gone, hung_up=True)
        ) as loss if gone == headset and _was_dialled(call, gone) and turn.is_loss(loss):
            turn.wraps_up()  # hanging up a telephone is a gesture, and means the end (R10)
            turn.ends("answered")
            turn.does(HangUp(CALLER))
        case Talking(headset=headset), (
            e.HungUp(gone) | e.HeadsetLost(gone) | e.LeftRoom(gone)
        ) as loss if gone == headset and turn.is_loss(loss):
            turn.becomes(
                Interrupted(call.state, None, None, now + timedelta(seconds=GRACE_SECONDS))
            )
        case Interrupted(headset=headset) as state, (e.HungUp(gone) | e.HeadsetLost(gone)) if (
            gone == headset
        ):
            turn.becomes(replace(state, headset=None, nonce=None))
        case Interrupted(talking, until=until), e.TimePassed() if until <= now:
            turn.hangs_up_headsets()
            turn.sets_aside(talking.agent, "device lost")
            turn.waits_again(turn.restart_wait(talking.position), talking.agent)
            turn.does(Refresh(CALLER))
        case (Talking() | Interrupted()) as state, e.Rejoined(who, nonce, tab) if (
            turn.call.agent == who and turn.has(who) and getattr(state, "nonce", None) != nonce
        ):
            talking = state if isinstance(state, Talking) else state.talking
            turn.sets(a.lets_in(turn.agents[who], call.id, nonce, tab, now))
            until = now + timedelta(seconds=GRACE_SECONDS)
            turn.becomes(Interrupted(talking, turn.headset_of(who), nonce, until))
        case Connecting(position, leg, agent_id, nonce=old), e.Rejoined(who, nonce, tab) if (
            agent_id == who and turn.has(who) and old != nonce
        ):
            turn.hangs_up_headsets()
            _lets_in(turn, position, leg, who, nonce, tab)

        # --- the end ------------------------------------------------------------------------
        case AtNode(name), e.HungUp(leg="1"):
            turn.ends(plan.nodes[name].outcome_of_hang_up)
        case ((Waiting() | Offered() | Connecting()), e.HungUp(leg="1")):
            turn.releases()
            turn.ends("abandoned")
        case ((Talking(met=False) | Interrupted(Talking(met=False))), e.HungUp(leg="1")):
            turn.releases()  # gone on the way into the room: nobody was talked to (F8, F9)
            turn.ends("abandoned")
        case ((Talking() | Interrupted()), e.HungUp(leg="1")):
            turn.wraps_up()
            turn.ends("answered")
        case ((Talking() | Interrupted()), e.AgentHungUp(who)) if turn.call.agent == who:
            turn.wraps_up()
            turn.ends("answered")
            turn.does(HangUp(CALLER))
        case Connecting(position, agent=agent_id), e.AgentHungUp(who) if agent_id == who:
            turn.declines(position, agent_id)

        # --- documents that would loop (V9) -------------------------------------------------
        case ((Talking() | Interrupted()), e.RoomRefused(leg="1")) if turn.bounces(CALLER):
            turn.releases()
            turn.hangs_up_headsets()
            turn.enters(plan.wait_point(turn.position.node).otherwise)
        case (
            (Connecting(headset=headset) | Talking(headset=headset)),
            e.RoomRefused(leg),
        ) if leg == headset and turn.bounces(leg):
            turn.misses(turn.restart_wait(turn.position), turn.who, "no connection")
            turn.does(Refresh(CALLER))
        case Interrupted(headset=headset) as state, e.RoomRefused(leg) if (
            leg == headset and turn.bounces(leg)
        ):
            turn.hangs_up_headsets()
            turn.becomes(replace(state, headset=None, nonce=None))

        case _:  # late or repeated news
            pass
    if isinstance(event, e.TimePassed | e.AskedWhileWaiting):
        _overflows(turn, by_itself=isinstance(event, e.AskedWhileWaiting))
    turn.meets()
    if not isinstance(event, e.CommandRefused):  # what was refused is tried at the next news
        turn.keeps_company()
        turn.keeps_record()
    return turn.decision(call)


def _lets_in(
    turn: Transition, position: QueuePosition, leg: str, who: str, nonce: str, tab: str
) -> None:
    turn.hangs_up_headsets()  # a telephone that rings for this very offer
    until = turn.now + timedelta(seconds=CONNECT_SECONDS)
    turn.sets(a.lets_in(turn.agents[who], turn.call.id, nonce, tab, until))
    turn.becomes(Connecting(position, leg, who, turn.headset_of(who), nonce, until))


def _takes(turn: Transition, position: QueuePosition, leg: str, who: str) -> None:
    """On a telephone that we dialled: it is its own headset, and comes into the room by itself."""
    until = turn.now + timedelta(seconds=CONNECT_SECONDS)
    turn.becomes(Connecting(position, leg, who, leg, "", until))


def _was_dialled(call: Call, leg_id: str) -> bool:
    leg = call.leg(leg_id)
    return leg is not None and bool(leg.dialled)


def _overflows(turn: Transition, *, by_itself: bool) -> None:
    """Who has waited long enough goes on; the answer to the caller's own request moves it (W9)."""
    match turn.call.state:
        case Waiting(position) if position.until <= turn.now:
            turn.enters(turn.plan.wait_point(position.node).otherwise)
            if not by_itself:
                turn.does(Refresh(CALLER))
        case _:
            pass


def _news(turn: Transition, event: e.Event) -> None:
    """What the event says of legs and room, whatever the state: facts first, then consequences."""
    call = turn.call
    match event:
        case e.JoinedRoom(leg_id, room_sid) if leg := call.leg(leg_id):
            room = call.room if call.room.sid == room_sid else Room(call.room.name, room_sid)
            turn.call = replace(call, room=room).with_leg(replace(leg, in_room=True))
            turn.settles(Refresh(leg_id))
        case e.LeftRoom(leg_id, room_sid) if room_sid == call.room.sid:
            if leg := call.leg(leg_id):
                turn.call = call.with_leg(replace(leg, in_room=False, held=False))
        case e.AskedAgain(leg_id) if not isinstance(view(turn.plan, call, leg_id), JoinRoom):
            turn.settles(Refresh(leg_id))  # into a room: joining it settles
        case e.LegAnswered(leg_id, sid) if (leg := call.leg(leg_id)) and not leg.sid:
            turn.binds(leg_id, sid)
        case e.LegRang(leg_id, sid) if sid and (leg := call.leg(leg_id)) and not leg.sid:
            turn.binds(leg_id, sid)
            _stops_if_unwanted(turn, leg_id)
        case e.AskedWhileWaiting(leg_id):
            turn.settles(Refresh(leg_id))  # it is where it was sent: in the queue
        case e.RoomStarted(room_sid) if room_sid == call.room.sid or call.room.sid is None:
            turn.call = replace(call, room=Room(call.room.name, room_sid, started=True))
        case e.RoomEnded(room_sid) if room_sid == call.room.sid:
            legs = tuple(replace(leg, in_room=False, held=False) for leg in call.legs)
            turn.call = replace(call, room=Room(call.room.name), legs=legs)
        case e.HungUp(leg_id):
            out = tuple(p for p in call.out if p.command.leg != leg_id)
            turn.call = replace(call.without_leg(leg_id), out=out)
        case e.CommandDone(key, command, sid):
            turn.drops(key)
            _evidence(turn, command, sid)
        case e.CommandRefused(key):
            turn.drops(key)
        case _:
            pass


def _stops_if_unwanted(turn: Transition, leg_id: str) -> None:
    """A telephone whose sid was not known when it lost: now it can be told to stop (F3)."""
    if isinstance(view(turn.plan, turn.call, leg_id), SayTaken | SayGoodbye):
        turn.does(HangUp(leg_id))


def _evidence(turn: Transition, command: Command, sid: str | None) -> None:
    leg = turn.call.leg(command.leg)
    match command:
        case Hold() | Unhold() if leg and leg.in_room:
            turn.call = turn.call.with_leg(replace(leg, held=isinstance(command, Hold)))
        case Ring() if leg and sid and not leg.sid:
            turn.binds(leg.id, sid)
            _stops_if_unwanted(turn, leg.id)
        case StartRecording() if turn.call.recording is None and sid not in turn.call.recorded:
            turn.call = replace(turn.call, recording=sid)
        case StopRecording() if sid is not None:
            turn.has_recorded(sid)
        case _:
            pass
