"""Planted defects of how long, in which order (docs/rules.md, H), and of what is needless."""

from __future__ import annotations

from tests.simulation.planted import Defect

RULE_DEFECTS = (
    Defect(
        "who is transferred begins a new place",
        "app/domain/conversation.py",
        "            place = replace(place, since=before.since, priority=priority)",
        "            place = replace(place, priority=priority)",
        laws=(
            "tests/stories/test_transfer.py::test_who_is_transferred_comes_before_who_came_later",
        ),
    ),
    Defect(
        "who is transferred loses the urgency",
        "app/domain/conversation.py",
        "since=before.since, priority=priority)",
        "since=before.since)",
    ),
    Defect(
        "whom a colleague has no time for goes on in the plan",
        "app/domain/journey.py",
        "            if transition.takes_back(position.cool_downs):",
        "            if transition.takes_back(position.cool_downs) and not transition.plan:",
    ),
    Defect(
        "whom a colleague declines waits on for that colleague",
        "app/domain/transition.py",
        "        if not self.takes_back(position.cool_downs, agent_id):",
        "        if self.plan:",
    ),
    Defect(
        "who comes back never rings at whoever sent them",
        "app/domain/agent.py",
        "            return wrapped == call",
        "            return wrapped != call",
    ),
    Defect(
        "who transfers a caller is asked first",
        "app/domain/conversation.py",
        "            transition.wait_again(place, state.agent)",
        "            transition.set_state(Waiting(place))",
    ),
    Defect(
        "an agent is rung for half of the time",
        "app/domain/transition.py",
        "        until = self.now + timedelta(seconds=ring_seconds)",
        "        until = self.now + timedelta(seconds=ring_seconds / 2)",
    ),
    Defect(
        "a headset must be there in half of the time",
        "app/domain/journey.py",
        "CONNECT_SECONDS = 8 ",
        "CONNECT_SECONDS = 4 ",
    ),
    Defect(
        "a wrap-up is half as long",
        "app/domain/agent.py",
        "    until = now + timedelta(seconds=wrap_up_seconds)",
        "    until = now + timedelta(seconds=wrap_up_seconds / 2)",
    ),
    Defect(
        "a hold that rings is over at once",
        "app/domain/conversation.py",
        "ring_at, ring_at + timedelta(seconds=HOLD_RING_SECONDS))",
        "ring_at, ring_at + timedelta(seconds=5))",
    ),
    Defect(
        "each offer begins the longest wait again",
        "app/domain/transition.py",
        "        position = replace(position, cool_downs=(*others, ",
        "        position = replace(self.restart_wait(position), cool_downs=(*others, ",
    ),
    Defect(
        "the longest wait is over early",
        "app/domain/journey.py",
        "Waiting(position) if position.until <= transition.now:",
        "Waiting(position) if position.until <= transition.now + timedelta(seconds=20):",
    ),
    Defect(
        "a page is given up after one lost sign of life",
        "app/service/commit.py",
        "ALIVE_SECONDS = 75 ",
        "ALIVE_SECONDS = 35 ",
    ),
    Defect(
        "who declined is left out for longer",
        "app/domain/states.py",
        "COOLDOWN_SECONDS = 60",
        "COOLDOWN_SECONDS = 90",
    ),
    Defect(
        "who declined is asked again too soon",
        "app/domain/transition.py",
        "        until = self.now + timedelta(seconds=COOLDOWN_SECONDS)",
        "        until = self.now + timedelta(seconds=COOLDOWN_SECONDS / 2)",
    ),
    Defect(
        "a place loses its age with each offer",
        "app/domain/transition.py",
        "position = replace(position, cool_downs=",
        "position = replace(position, since=self.now, cool_downs=",
    ),
    Defect(
        "urgent callers come in the order of all others",
        "app/domain/board.py",
        "        return (self.priority, self.since, self.call)",
        "        return (0, self.since, self.call)",
    ),
    Defect(
        "agents are not asked in turn",
        "app/domain/strategies.py",
        "    return (agent.offered_at is not None, agent.offered_at or agent.since)",
        "    return (agent.since,)",
    ),
    Defect(
        "a conversation of two is not recorded",
        "app/domain/reconcile.py",
        "        if tape.is_wanted and is_settled and _somebody_stays(parties, outbox, party):",
        "        if tape.is_wanted and is_settled and len(parties) > 2:",
    ),
    Defect(
        "each line is recorded",
        "app/domain/reconcile.py",
        "if tape.is_wanted and is_settled and",
        "if is_settled and",
    ),
    Defect(
        "the sweep looks for legs that ring, and not for those that talk",
        "app/adapters/twilio/carrier.py",
        'LIVE = ("queued", "ringing", ANSWERED)',
        'LIVE = ("queued", "ringing")',
    ),
    Defect(
        "a caller outlives the call",
        "app/domain/transition.py",
        '        self.want(CALLER, "out")',
        '        self.want(CALLER, "document")',
    ),
    Defect(
        "a wish is forgotten when an offer comes to nothing",
        "app/domain/agent.py",
        "    presence = Ready(since) if agent.next is None else _next_of(agent, now)",
        "    presence = Ready(since)",
    ),
    Defect(
        "a wish cannot be undone",
        "app/domain/agent.py",
        "            return replace(agent, queues=queues, devices=devices, next=None)",
        "            return replace(agent, queues=queues, devices=devices)",
    ),
    Defect(
        "an event that changes nothing is saved",
        "app/service/switchboard.py",
        "        if decided.call == before.call and not decided.agents and not due:",
        "        if decided.call == before.call and decided.stale_answer:",
    ),
    Defect(
        "pages are told five times a second",
        "app/ports/sharing.py",
        "SHARED_PAUSE = timedelta(seconds=1)",
        "SHARED_PAUSE = timedelta(seconds=0.2)",
    ),
)
