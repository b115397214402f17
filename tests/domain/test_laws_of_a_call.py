"""What is true of every call, whatever happens to it and in whatever order.

Each law holds for every transition of the exhaustive walk (`world.walk`), not for examples.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import islice

import pytest

from app.domain import agent as a
from app.domain import codec
from app.domain import events as e
from app.domain.call import CALLER, Leg
from app.domain.commands import (
    HangUp,
    Hold,
    PauseRecording,
    Refresh,
    ResumeRecording,
    StartRecording,
    StopRecording,
    Unhold,
)
from app.domain.decide import wishes
from app.domain.handover import HEARD
from app.domain.observe import is_known
from app.domain.states import (
    AtNode,
    Connecting,
    Consult,
    Ended,
    HandedOver,
    HeadsetAway,
    InConversation,
    Offered,
    Waiting,
    colleagues_of,
)
from app.domain.view import view, view_while_waiting
from tests.domain.world import LATE, PLAN, Point, Step, Walk, walk

LATE_ROOM = "CFlate"
LEGS = (CALLER, "anna.1", "ben.1", "2", "3")


@pytest.fixture(scope="module")
def steps() -> Walk:
    return walk()


def test_the_walk_meets_every_state_and_every_event(steps: Walk) -> None:
    states = {step.after.call.phase for step in steps}
    told = {type(step.event) for step in steps}

    assert len(states) == 11
    assert {step.before.call.node for step in steps} >= set(PLAN.nodes)
    assert told == set(e.Event.__args__) - {e.Arrived, e.CalledOut}
    assert sum(1 for _ in steps) > 100_000


def test_the_same_news_twice_is_the_same_as_once(steps: Walk) -> None:
    """F33: a duplicate changes nothing and commands nothing."""
    for step in steps:
        if step.after == step.before:  # the second time is the first
            assert step.decision.commands == (), step
            continue
        again, decision = step.after.after(step.event, step.now)

        assert again == step.after, step
        assert decision.commands == (), step


def test_what_an_event_tells_that_is_known_changes_nothing_then_or_later(steps: Walk) -> None:
    """So it is answered without a read, however old what is remembered may be.

    But what the carrier refused, and is wanted still: whatever comes next asks for it again.
    """
    seen: set[tuple[int, type]] = set()
    for step in islice(steps, 0, None, 17):
        before, after = step.before.call, step.after.call
        if wishes(PLAN, before):
            continue  # what was refused is commanded again, whatever is told next
        room = before.room.sid or LATE_ROOM
        news: list[e.Event] = [e.RoomStarted(room), e.RoomEnded(room)]
        news += [e.HungUp(leg) for leg in LEGS]
        for event in news:
            if not is_known(before, event) or (id(before), type(event)) in seen:
                continue
            seen.add((id(before), type(event)))
            if wishes(PLAN, before):
                continue
            assert step.before.after(event, before.updated)[0] == step.before, (step, event)
            if isinstance(before.state, Ended):
                assert is_known(after, event), (step, event)
    assert len(seen) > 100


def test_the_end_is_final(steps: Walk) -> None:
    """F8: the terminal news wins, whatever comes later."""
    for step in steps:
        if isinstance(step.before.call.state, Ended):
            assert step.after.call.state == step.before.call.state, step
            assert not step.decision.agents, step


def test_after_the_end_nobody_is_reserved_and_only_hanging_up_is_left_to_do(
    steps: Walk,
) -> None:
    """F4, F5, F9: no agent is held by a call that is over; nothing rings, records or holds."""
    for step in steps:
        if isinstance(step.after.call.state, Ended):
            for agent in step.after.agents.values():
                assert not a.holds(agent, step.after.call.id), step
            new = [pending.command for pending in step.decision.commands]
            assert all(isinstance(command, HangUp) for command in new), step


def test_an_agent_is_held_exactly_by_the_call_that_names_it(steps: Walk) -> None:
    """F1, F2: one caller, one agent; a lease implies a live offer or conversation.

    Or it is among the lines that the agent has on hold.
    """
    for step in steps:
        call = step.after.call
        agents = step.after.agents.values()
        held = {x.id for x in agents if a.holds(x, call.id) or a.has_line(x, call.id)}

        supervisor = {call.supervision.by} if call.supervision else set()
        agent = {call.agent} if call.agent else set()
        assert held == supervisor | agent | set(call.colleagues), step


def test_each_state_has_a_defined_end_for_each_legs_death(steps: Walk) -> None:
    """W2: the caller's death ends the call; the headset's gives the caller back or waits for it."""
    for step in steps:
        if not isinstance(step.event, e.HungUp) or isinstance(step.before.call.state, Ended):
            continue
        before, after = step.before.call, step.after.call
        dead = before.leg(step.event.leg)
        if step.event.leg == CALLER:
            assert isinstance(after.state, Ended), step
        elif dead is not None and dead.is_added:
            _added_died(step, dead)
        elif before.is_unanswered and isinstance(before.state, Connecting):
            is_headset = dead is not None and dead.id == before.state.headset
            assert isinstance(after.state, Ended) == is_headset, step
        elif isinstance(before.state, Offered) and step.event.leg == before.state.leg:
            is_back = isinstance(after.state, Offered) and after.transfer != before.transfer
            assert isinstance(after.state, Waiting) or is_back, step
        elif isinstance(before.state, Connecting) and step.event.leg == before.state.headset:
            is_back = isinstance(after.state, Offered) and after.transfer != before.transfer
            assert isinstance(after.state, Waiting) or is_back or dead is None, step
        elif isinstance(before.state, InConversation):
            _headset_died(step, before.state, step.event.leg)
        else:
            assert after.state == before.state, step


def _added_died(step: Step, dead: Leg) -> None:
    """T2, T3: the caller stays with the agent; handed over, the call ends, or goes back."""
    before, after = step.before.call, step.after.call.state
    match before.state:
        case InConversation(consult=Consult(leg=dead.id), hold=hold, hold_failed=refused):
            assert isinstance(after, InConversation), step
            assert (after.consult, after.hold) == (None, None if refused else hold), step
            assert after.consult_over is not None, step
        case HandedOver(guests=guests) if all(guest.leg != dead.id for guest in guests):
            assert after == before.state, step
        case HandedOver(guests=(_, _)):
            assert isinstance(after, HandedOver), step
        case HandedOver(since=since) if step.now - since >= HEARD:
            assert isinstance(after, Ended), step
        case HandedOver():  # a hang-up is told late: have the two heard each other?
            assert isinstance(after, Offered | Waiting), step
        case InConversation(guests=guests) if any(guest.leg == dead.id for guest in guests):
            pass  # test_laws_of_a_consultation.py
        case state:
            assert after == state, step


def _headset_died(step: Step, state: InConversation, gone: str) -> None:
    """A telephone's hang-up is a gesture (R10); a page may come back, but no telephone."""
    after, dead = step.after.call.state, step.before.call.leg(gone)
    if gone == state.headset and state.away is None and dead is not None:
        if dead.dialled and any(guest.agent for guest in state.guests):
            assert isinstance(after, InConversation), step
            assert after.agent in colleagues_of(state), step
        elif dead.dialled and state.guests:
            assert isinstance(after, HandedOver), step
        elif dead.dialled:
            assert isinstance(after, Waiting if state.hold else Ended), step
        else:
            assert isinstance(after, InConversation), step
            assert after.away is not None, step
    elif state.supervision is not None and gone == state.supervision.headset:
        assert after == replace(state, supervision=None), step
    elif isinstance(state.away, HeadsetAway) and gone == state.away.headset:
        assert after == replace(state, away=replace(state.away, headset=None, nonce=None)), step
    else:
        assert after == state, step


def test_a_lost_agent_never_costs_the_caller_the_place(steps: Walk) -> None:
    """F10: back to the original place in the queue, with its age."""
    for step in steps:
        before, after = step.before.call.position, step.after.call.position
        if before and after:
            assert before.since == after.since, step
        if before and after and not _is_transferred(step):
            assert before.node == after.node, step


def test_who_is_transferred_to_a_person_who_does_not_take_the_call_comes_back(steps: Walk) -> None:
    """T2: to whoever sent the caller, if free, else to the place before; never to nobody."""
    came_back = set[tuple[type, bool]]()
    for step in steps:
        before, after = step.before.call, step.after.call
        if before.transfer is None or before.transfer.back_to is None:
            continue
        sender, place = step.before.agents[before.transfer.by], before.transfer.back_to
        match after.state:
            case Offered(agent="ben") | Connecting(agent="ben") | InConversation(agent="ben"):
                assert after.transfer == before.transfer or after.transfer is None, step
            case Waiting(at) if at.node == "ben":
                assert isinstance(before.state, Waiting), step
            case HandedOver():
                assert after.transfer == before.transfer, step
            case Offered(at) | Waiting(at):
                has_missed = getattr(before.state, "agent", None) == before.transfer.by
                is_free = a.can_take_back(sender, before.id) and not has_missed
                came_back.add((type(step.event), is_free))
                assert (at.node, at.since) == (place.node, place.since), step
                assert isinstance(after.state, Offered) == is_free, step
            case state:
                assert isinstance(state, Ended), step
                assert isinstance(step.event, e.HungUp), step
    ways = {way for way, _ in came_back}
    assert ways >= {e.OfferDeclined, e.TimePassed, e.AskedWhileWaiting, e.QueueRefused}


def test_a_transfer_frees_its_agent_and_leaves_the_room_to_nobody(steps: Walk) -> None:
    """T1: in one decision, the caller first; the agent is asked again only if nobody takes it."""
    seen = set[type]()
    for step in steps:
        if not isinstance(step.event, e.TransferRequested) or not _is_transferred(step):
            continue
        commands = [pending.command for pending in step.decision.commands]
        caller = step.after.call.leg(CALLER)
        seen.add(type(step.after.call.state))
        assert caller is not None, step
        assert caller.wanted == "document", step
        assert not a.holds(step.after.anna, step.after.call.id), step
        lines = step.after.anna.lines  # who has another caller on hold has no wrap-up yet
        assert isinstance(step.after.anna.presence, a.Holding if lines else a.WrapUp), step
        moves = [c for c in commands if isinstance(c, Refresh | HangUp)]
        assert moves == sorted(moves, key=lambda c: c.leg != CALLER), step
    assert seen == {AtNode, Waiting}


def _is_transferred(step: Step) -> bool:
    """It was with that step, or came back from it."""
    return step.before.call.transfer != step.after.call.transfer


def test_who_declined_or_missed_is_remembered_for_this_call(steps: Walk) -> None:
    """F13."""
    for step in steps:
        match step.before.call.state, step.after.call.state:
            case ((Offered(agent=who) | Connecting(agent=who)), Waiting(position)) if (
                not isinstance(step.event, e.QueueRefused)
            ):
                assert who in {cool_downs.agent for cool_downs in position.cool_downs}, step
            case _:
                pass


def test_a_customer_alone_in_a_started_room_is_put_on_hold_at_once(
    steps: Walk,
) -> None:
    """R3: Hold is commanded within the same decision; what was refused, at the next event."""
    for step in steps:
        if isinstance(step.event, e.CommandRefused) or step.after == step.before:
            continue
        call = step.after.call
        caller, state = call.leg(CALLER), call.state
        is_alone = isinstance(state, InConversation) and state.away is not None
        others = [leg for leg in call.legs if leg.is_added]
        if any(leg.wanted == "talk" and leg.in_room for leg in others):
            continue  # the others talk on
        if is_alone and caller is not None and caller.observed == "talk":
            assert any(isinstance(p.command, Hold | Unhold | Refresh) for p in call.out), step


def test_what_is_wanted_is_commanded_in_the_same_decision(steps: Walk) -> None:
    """No wish is left lying, but after a refusal: then the next event or the sweep finds it."""
    for step in steps:
        if isinstance(step.event, e.CommandRefused) or step.after == step.before:
            continue
        assert wishes(PLAN, step.after.call) == (), step


def test_a_caller_on_hold_is_not_recorded(steps: Walk) -> None:
    """C2: paused in the decision that knows of the hold, resumed in the one that ends it."""
    for step in steps:
        call, caller = step.after.call, step.after.call.leg(CALLER)
        commands = [p.command for p in call.out]
        if caller is None or call.recording is None or step.after == step.before:
            continue
        if isinstance(step.event, e.CommandRefused) or not isinstance(call.state, InConversation):
            continue
        is_changing = any(isinstance(c, PauseRecording | ResumeRecording) for c in commands)
        if caller.held and Unhold(CALLER) not in commands:
            assert call.recording_paused or is_changing, step
        is_secret = call.recording_wish.pause is not None  # test_laws_of_a_recording.py
        if caller.observed == "talk" and Hold(CALLER) not in commands and not is_secret:
            assert not call.recording_paused or is_changing, step


def test_a_recording_begins_when_the_caller_joins_the_talk_and_never_beside_another(
    steps: Walk,
) -> None:
    """C1, C3, F48: no second one, whoever joins again; what a redirect would end is not begun."""
    for step in steps:
        if StartRecording(CALLER) not in [p.command for p in step.decision.commands]:
            continue
        call = step.after.call
        caller = call.leg(CALLER)
        assert isinstance(call.state, InConversation), step
        assert caller is not None, step
        assert caller.in_room, step
        assert call.recording is None, step
        others = [p.command for p in call.out if p.command.leg == CALLER]
        assert not {type(c) for c in others} & {Refresh, StopRecording}, step
        assert others.count(StartRecording(CALLER)) == 1, step


def test_nobody_is_recorded_who_waits_or_is_asked(steps: Walk) -> None:
    """C6: what runs when a conversation is over is stopped in the same decision."""
    for step in steps:
        call, before = step.after.call, step.before.call
        if isinstance(call.state, InConversation | Ended):
            continue
        assert call.recording is None, step
        assert StartRecording(CALLER) not in [p.command for p in call.out], step
        if sid := before.recording:
            assert StopRecording(CALLER, sid) in [p.command for p in step.decision.commands], step
            assert sid in call.recorded, step


def test_every_deadline_has_a_way_out(steps: Walk) -> None:
    """F6, F26: no state with a deadline outlives it; each deadline is stored, never counted."""
    for step in steps:
        if step.before.call.deadlines:
            late = step.before.call.updated + LATE
            if isinstance(step.event, e.TimePassed) and step.now >= late:
                assert step.after.call.state != step.before.call.state, step


def test_hanging_everything_up_leaves_nothing_behind(steps: Walk) -> None:
    """Nothing is left ringing, reserved, held or to be done once all legs are gone."""
    for point in steps.places():
        end = _all_hung_up(point)

        assert isinstance(end.call.state, Ended), point
        assert end.call.legs == (), point
        assert end.call.out == (), point


def _all_hung_up(point: Point) -> Point:
    for leg in (CALLER, *(leg.id for leg in point.call.legs)):
        point, _ = point.after(e.HungUp(leg), point.call.updated)
    return point


def test_only_the_answer_to_the_question_asked_counts(steps: Walk) -> None:
    """W1, F56: an answer to another question changes nothing."""
    for step in steps:
        if isinstance(step.event, e.Pressed):
            leg = step.before.call.leg(step.event.leg)
            if leg is None or leg.question != step.event.question:
                assert step.after == step.before, step


def test_who_comes_back_from_an_older_document_changes_nothing(steps: Walk) -> None:
    """The carrier repeats a request whose answer is late: by then the leg may be in the room."""
    for step in steps:
        if isinstance(step.event, e.RoomRefused):
            leg = step.before.call.leg(step.event.leg)
            if leg is None or leg.document != step.event.document:
                assert step.after == step.before, step


def test_no_other_news_makes_a_key_press_void(steps: Walk) -> None:
    """F55: the question moves only when the caller is asked something new."""
    for step in steps:
        before, after = step.before.call.leg(CALLER), step.after.call.leg(CALLER)
        if before and after and before.question != after.question:
            assert step.before.call.state != step.after.call.state, step
        if before and after and step.before.call.state == step.after.call.state:
            assert before.question == after.question, step


def test_time_never_runs_backwards(steps: Walk) -> None:
    """W12."""
    for step in islice(steps, 0, None, 7):
        early, _ = step.before.after(step.event, step.before.call.updated - timedelta(hours=5))

        assert early.call.updated >= step.before.call.updated, step


def test_every_leg_of_every_call_has_a_document(steps: Walk) -> None:
    for call in (point.call for point in steps.places()):
        for leg in (CALLER, *(leg.id for leg in call.legs), "nobody.9"):
            assert view(PLAN, call, leg) is not None
        assert view_while_waiting(PLAN, call, call.updated) is not None


def test_the_live_call_stays_small_and_comes_back_from_the_store_as_it_was(
    steps: Walk,
) -> None:
    """S1: at most 4 kB, bounded lists."""
    for call in (point.call for point in steps.places()):
        stored = json.dumps(codec.plain(call), separators=(",", ":"))

        assert len(stored) < 4096
        assert codec.value_of(json.loads(stored)) == call


def test_a_conversation_begins_only_when_the_headset_is_in_the_room(
    steps: Walk,
) -> None:
    """G6: answered is joined, never accepted, never connected; a room that starts holds both."""
    for step in steps:
        before, after = step.before.call.state, step.after.call.state
        if not isinstance(after, InConversation):
            continue
        if isinstance(before, Connecting) or (
            isinstance(before, InConversation) and before.away and not after.away
        ):
            is_given = isinstance(before, InConversation) and after.agent in colleagues_of(before)
            is_news = isinstance(step.event, e.JoinedRoom | e.TakeOverRequested)
            assert is_news or is_given, step
        elif isinstance(before, InConversation) and after.met != before.met:
            assert isinstance(step.event, e.JoinedRoom | e.RoomStarted), step
        else:
            assert isinstance(before, InConversation), step
